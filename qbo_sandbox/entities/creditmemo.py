"""Credit memos: an invoice the other way round, used up through payments."""

from ..kernel import money
from ..kernel.schema import NUMBER, readonly, ref, text
from . import autoapply, unapplying
from .sales import FIELDS, SalesDocument


class CreditMemo(SalesDocument):
    name = "CreditMemo"
    fields = {
        **FIELDS,
        "SalesTermRef": ref("Term", label=False),
        "RemainingCredit": readonly(NUMBER),
        "InvoiceRef": ref(),
        "TotalCISDeducted": text(),
    }
    operations = (*SalesDocument.operations, "send", "pdf")
    computed = (*SalesDocument.computed, "RemainingCredit")
    unqueryable = (*SalesDocument.unqueryable, "InvoiceRef")
    sign = -1

    def finish(self, books, body, old, customer):
        body.pop("LinkedTxn", None)
        body.setdefault("RemainingCredit", 0)

    def after_create(self, books, body):
        autoapply.after_create(books, self.name, body)

    def after_update(self, books, body):
        unapplying.fit(books, self.name, body["Id"])

    def compute(self, books, body):
        used = sum(link[2] for link in books.links_to("CreditMemo", body["Id"]))
        left = money.cents(body["TotalAmt"]) - used
        body["Balance"] = body["RemainingCredit"] = money.amount(left)
        if "HomeTotalAmt" in body:
            home = money.convert(left, body["ExchangeRate"])
            body["HomeBalance"] = money.amount(home)
