"""Purchases: expenses paid at once by cash, check or credit card.

One with a line on A/R and a customer is money back to the customer; a payment can
then join it (as an Expense) with a credit memo.
"""

from ..kernel.schema import FLAG, enum, ref, text
from . import accounts, numbering, unapplying
from .billpayment import CHECK_NUMBERS, CHECKS
from .deposit import entity_kind
from .expenses import FIELDS, ExpenseDocument
from .money_terms import currency_of
from .transaction import linked_to

SOURCES = {
    "Cash": ("Bank", "Other Current Asset"),
    "Check": ("Bank",),
    "CreditCard": ("Credit Card",),
}


class Purchase(ExpenseDocument):
    name = "Purchase"
    fields = {
        **FIELDS,
        "AccountRef": ref("Account"),
        "PaymentType": enum("Cash", "Check", "CreditCard"),
        "PaymentMethodRef": ref("PaymentMethod"),
        "PaymentRefNum": text(21),
        "EntityRef": ref(),
        "Credit": FLAG,
        "PrintStatus": enum("NotSet", "NeedToPrint", "PrintComplete"),
        "RemitToAddr": FIELDS["RemitToAddr"],
    }
    required = ("AccountRef", "PaymentType", "Line")
    required_sparse = ("PaymentType",)
    computed = ("LinkedTxn",)

    def prepare(self, books, body, old):
        self.dated(books, body)
        currency_of(books, body, None, old)
        accounts.check_type(
            books, body["AccountRef"], SOURCES[body["PaymentType"]], "payment account"
        )
        entity = body.get("EntityRef")
        if entity:
            kind = entity_kind(books, entity)
            found = books.refer(kind, entity)
            label = books.kinds[kind].label(found)
            body["EntityRef"] = {"value": entity["value"], "name": label, "type": kind}
        self.spend(books, body, old)
        if body["PaymentType"] == "Check":
            numbering.warn(books, body, old, CHECK_NUMBERS, CHECKS)
        body.setdefault("Credit", False)
        body.setdefault("PrintStatus", "NotSet")

    def postings(self, books, body):
        result = super().postings(books, body)
        if body["Credit"]:  # a refund on the card: everything the other way
            for posting in result:
                posting.home, posting.amount = -posting.home, -posting.amount
        return result

    def counter(self, books, body):
        return body["AccountRef"]["value"], 0

    def after_update(self, books, body):
        unapplying.fit(books, self.name, body["Id"])

    def parties(self, books, body):
        found = super().parties(books, body)
        entity = body.get("EntityRef")
        if entity:
            found.append((entity["type"], entity["value"]))
        return found

    def compute(self, books, body):
        linked = linked_to(books, "Purchase", body)
        body.pop("LinkedTxn", None)
        if linked:
            body["LinkedTxn"] = linked
