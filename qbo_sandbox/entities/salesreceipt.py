"""Sales receipts: sold and paid at once; nothing is owed."""

from .. import faults
from ..kernel import money
from ..kernel.schema import FLAG
from . import accounts
from .sales import FIELDS, SalesDocument
from .transaction import linked_to


class SalesReceipt(SalesDocument):
    name = "SalesReceipt"
    fields = {**FIELDS, "ProcessPayment": FLAG}
    operations = (*SalesDocument.operations, "void", "send", "pdf")
    required = ("Line",)

    def finish(self, books, body, old, customer):
        place = body.setdefault(
            "DepositToAccountRef", {"value": accounts.undeposited(books)}
        )
        accounts.check_money(books, place, body, "deposit account")
        body.pop("LinkedTxn", None)

    def counter(self, books, body):
        party = body.get("CustomerRef") or {"value": 0}
        return body["DepositToAccountRef"]["value"], party["value"]

    def compute(self, books, body):
        body["Balance"] = 0
        if "HomeTotalAmt" in body:
            body["HomeBalance"] = 0
        linked = linked_to(books, self.name, body)
        body.pop("LinkedTxn", None)
        if linked:
            body["LinkedTxn"] = linked


class RefundReceipt(SalesReceipt):
    """Money given back. It is no payment of a credit memo: it stands alone."""

    name = "RefundReceipt"
    operations = (*SalesDocument.operations, "send", "pdf")
    required = ("Line", "DepositToAccountRef")
    sign = -1

    def finish(self, books, body, old, customer):
        super().finish(books, body, old, customer)
        kind = books.refer("Account", body["DepositToAccountRef"])["AccountType"]
        printed = body.get("PrintStatus") == "PrintComplete"
        if kind == "Bank" and printed and not body.get("PaymentRefNum"):
            raise faults.missing("PaymentRefNum")
        if money.cents(body["TotalAmt"]) == 0:
            raise faults.business("You must set a transaction amount.")
