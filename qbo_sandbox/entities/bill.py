"""Bills, vendor credits and purchase orders."""

from .. import faults
from ..kernel import money
from ..kernel.schema import (
    ADDRESS,
    DATE,
    LINKED,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    text,
)
from . import accounts, numbering, term, unapplying
from .expenses import FIELDS, ExpenseDocument
from .money_terms import currency_of
from .transaction import linked_to

VENDOR_FIELDS = {
    **FIELDS,
    "VendorRef": ref("Vendor"),
    "APAccountRef": ref("Account"),
    "SalesTermRef": ref("Term", label=False),
    "DueDate": DATE,
    "Balance": readonly(NUMBER),
    "HomeBalance": readonly(NUMBER),
    "LinkedTxn": many(LINKED),
}


class VendorDocument(ExpenseDocument):
    fields = VENDOR_FIELDS
    required = ("VendorRef", "Line")
    computed = ("LinkedTxn", "Balance", "HomeBalance")
    unqueryable = (*ExpenseDocument.unqueryable, "CustomerRef")

    def prepare(self, books, body, old):
        self.dated(books, body)
        vendor = books.refer("Vendor", body["VendorRef"])
        currency_of(books, body, vendor, old)
        self.spend(books, body, old)
        control = accounts.control(
            books, "Accounts Payable", body["CurrencyRef"]["value"]
        )
        body.setdefault("APAccountRef", {"value": control})
        numbering.warn(books, body, old, "WarnDuplicateBillNumber", (self.name,))
        body.setdefault("Balance", 0)
        self.finish(books, body, vendor, old)

    def finish(self, books, body, vendor, old):
        """What only this kind of document has."""

    def after_update(self, books, body):
        unapplying.fit(books, self.name, body["Id"], payable=True)

    def compute(self, books, body):
        used = sum(link[2] for link in books.links_to(self.name, body["Id"]))
        left = money.cents(body["TotalAmt"]) - used
        body["Balance"] = money.amount(left)
        if "HomeTotalAmt" in body:
            home = money.convert(left, body["ExchangeRate"])
            body["HomeBalance"] = money.amount(home)
        own = [
            {"TxnId": str(t), "TxnType": k}
            for k, t, _c in books.links_from(self.name, body["Id"])
            if k != "Item"
        ]
        body["LinkedTxn"] = own + linked_to(books, self.name, body)


class Bill(VendorDocument):
    name = "Bill"
    required_sparse = ("VendorRef",)

    def finish(self, books, body, vendor, old):
        if "SalesTermRef" not in body and not old and vendor.get("TermRef"):
            body["SalesTermRef"] = dict(vendor["TermRef"])
        if "DueDate" not in body:
            found = body.get("SalesTermRef")
            found = books.refer("Term", found) if found else {"DueDays": 0}
            body["DueDate"] = term.due_date(found, body["TxnDate"])

    def link(self, books, body):
        super().link(books, body)
        for link in body.get("LinkedTxn", []):
            if link.get("TxnType") == "PurchaseOrder":
                if not books.find("PurchaseOrder", link.get("TxnId") or ""):
                    raise faults.cannot_link("The purchase order does not exist.")
                books.add_link("Bill", body["Id"], "PurchaseOrder", link["TxnId"])


class VendorCredit(VendorDocument):
    name = "VendorCredit"
    sign = -1


class PurchaseOrder(VendorDocument):
    """Orders post nothing."""

    name = "PurchaseOrder"
    fields = {
        **VENDOR_FIELDS,
        "POStatus": enum("Open", "Closed"),
        "ShipAddr": ADDRESS,
        "ShipMethodRef": ref(),
        "ShipTo": ref(),
        "POEmail": readonly(text()),
        "EmailStatus": enum("NotSet", "NeedToSend", "EmailSent"),
    }
    operations = (*VendorDocument.operations, "send", "pdf")
    computed = ("LinkedTxn", "Balance")

    def finish(self, books, body, vendor, old):
        body.setdefault("POStatus", "Open")

    def link(self, books, body):
        """Nothing moves yet."""

    def postings(self, books, body):
        return []

    def compute(self, books, body):
        body.pop("Balance", None)
        body["LinkedTxn"] = linked_to(books, "PurchaseOrder", body)
