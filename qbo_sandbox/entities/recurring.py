"""Templates of documents that QuickBooks makes by itself; here they are only kept.

A template is an object of its own type inside RecurringTransaction:
``{"RecurringTransaction": {"Invoice": {..., "RecurringInfo": {...}}}}``.
"""

from .. import faults
from ..kernel.entity import Entity
from ..kernel.schema import ANY

TYPES = (
    "Bill", "CreditMemo", "Deposit", "Estimate", "Invoice", "JournalEntry", "Purchase",
    "PurchaseOrder", "RefundReceipt", "SalesReceipt", "Transfer", "VendorCredit",
)  # fmt: skip


class RecurringTransaction(Entity):
    name = "RecurringTransaction"
    fields = {kind: ANY for kind in TYPES}
    operations = ("create", "update", "delete", "read", "query")
    in_cdc = False

    def prepare(self, books, body, old):
        found = [name for name in TYPES if name in body]
        if len(found) != 1:
            raise faults.missing("RecurringTransaction")
        template = body[found[0]]
        info = template.get("RecurringInfo") if isinstance(template, dict) else None
        if not isinstance(info, dict) or not info.get("Name"):
            raise faults.missing("RecurringInfo.Name")

    def compute(self, books, body):
        (kind,) = [name for name in TYPES if name in body]
        shown = ("Id", "SyncToken", "MetaData", "domain", "sparse")
        body[kind] = {**body[kind], **{name: body[name] for name in shown}}


def lifted(body):
    """A request with the template's Id and SyncToken where other entities have them."""
    if not isinstance(body, dict):
        return body
    inner = body.get("RecurringTransaction", body)
    if isinstance(inner, dict) and len(inner) == 1:
        (template,) = inner.values()
        if isinstance(template, dict):
            names = ("Id", "SyncToken", "sparse")
            return {**inner, **{n: template[n] for n in names if n in template}}
    return inner
