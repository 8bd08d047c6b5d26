"""Estimates post nothing; an invoice that links one closes it."""

from ..kernel.schema import DATE, NUMBER, enum, ref, text
from .sales import FIELDS, SalesDocument

STATES = ("Pending", "Accepted", "Closed", "Rejected", "Converted")


class Estimate(SalesDocument):
    name = "Estimate"
    fields = {
        **FIELDS,
        "TxnStatus": enum(*STATES),
        "ExpirationDate": DATE,
        "AcceptedBy": text(),
        "AcceptedDate": DATE,
        "DueDate": DATE,
        "SalesTermRef": ref("Term", label=False),
        "Deposit": NUMBER,
    }
    operations = (*SalesDocument.operations, "send", "pdf")
    computed = ("LinkedTxn", "Balance", "TxnStatus")
    numbers = "estimates"
    numbered = ("Estimate",)

    def finish(self, books, body, old, customer):
        body.setdefault("TxnStatus", "Pending")
        body["LinkedTxn"] = (old or {}).get("LinkedTxn", [])

    def same(self, new, old):
        return super().same(new, old) and new["TxnStatus"] == old["TxnStatus"]

    def link(self, books, body):
        """Nothing moves yet."""

    def postings(self, books, body):
        return []

    def compute(self, books, body):
        body.pop("Balance", None)
        linked = books.links_to("Estimate", body["Id"])
        if body["LinkedTxn"] and not linked and body["TxnStatus"] == "Closed":
            body["TxnStatus"] = "Pending"  # its invoice is gone
        body["LinkedTxn"] = [{"TxnId": str(t), "TxnType": k} for k, t, _c in linked]
        if linked:
            body["TxnStatus"] = "Closed"
