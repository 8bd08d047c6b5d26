"""Receive Payment: money from a customer, applied to invoices; credits join in.

``UnappliedAmt = TotalAmt + credits used - invoices paid``; a line that asks for more
than the invoice is open gets what is open, and the rest stays unapplied.
"""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import (
    ANY,
    FIXED,
    FLAG,
    LINKED,
    NUMBER,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, applying, unapplying
from .customer import family
from .money_terms import currency_of
from .transaction import FIELDS, Transaction, linked_to, rate_of

LINE = struct(
    Id=text(),
    LineNum=NUMBER,
    Description=text(4000),
    Amount=NUMBER,
    DetailType=text(),
    LinkedTxn=many(LINKED),
    LineEx=FIXED,
)


class Payment(Transaction):
    name = "Payment"
    fields = {
        **FIELDS,
        "Line": many(LINE),
        "CustomerRef": ref("Customer"),
        "ARAccountRef": ref("Account"),
        "DepositToAccountRef": ref("Account", label=False),
        "PaymentMethodRef": ref("PaymentMethod", label=False),
        "PaymentRefNum": text(21),
        "PaymentType": text(),
        "CheckPayment": ANY,
        "CreditCardPayment": ANY,
        "TotalAmt": NUMBER,
        "UnappliedAmt": readonly(NUMBER),
        "ProcessPayment": FLAG,
        "PaymentEx": readonly(ANY),
        "CustomField": many(ANY),
    }
    operations = ("create", "update", "delete", "void", "read", "query", "pdf", "send")
    required = ("CustomerRef", "TotalAmt")
    computed = ("Line", "LinkedTxn", "UnappliedAmt")
    unqueryable = (*Transaction.unqueryable, "DepositToAccountRef")
    posts_by_links = True

    def refuse_sparse(self, books, body):
        """Seen live: a sparse update of a payment is refused, void excepted."""
        raise faults.missing("CustomerRef")

    def prepare(self, books, body, old):
        self.dated(books, body)
        if body["TotalAmt"] < 0:
            raise faults.business("The payment amount cannot be negative.")
        body["TotalAmt"] = money.amount(money.cents(body["TotalAmt"]))
        customer = books.refer("Customer", body["CustomerRef"])
        currency_of(books, body, customer, old)
        body.setdefault("ProcessPayment", False)
        body.setdefault("DepositToAccountRef", {"value": accounts.undeposited(books)})
        accounts.check_money(
            books, body["DepositToAccountRef"], body, "deposit account"
        )
        if "Line" not in body and old:  # all lines or none: none means unchanged
            body["Line"] = [dict(line) for line in old["Line"]]
        body["Line"] = self._lines(books, body, customer)
        body.setdefault("UnappliedAmt", 0)

    @staticmethod
    def _lines(books, body, customer):
        top = family(books, customer["Id"])
        currency = body["CurrencyRef"]["value"]
        return [
            applying.checked_line(
                books,
                line,
                applying.RECEIVABLE,
                lambda party: party != "0" and family(books, party) == top,
                currency,
            )
            for line in body.get("Line", [])
        ]

    def same(self, new, old):
        return super().same(new, old) and _asked(new) == _asked(old)

    def link(self, books, body):
        applying.apply(books, "Payment", body, applying.RECEIVABLE)

    def postings(self, books, body):
        total = money.cents(body["TotalAmt"])
        rate = rate_of(books, body)
        home = money.convert(total, rate)
        cleared = applying.home_cleared(books, "Payment", body, rate)
        currency = body["CurrencyRef"]["value"]
        receivable = accounts.control(books, "Accounts Receivable", currency)
        customer = body["CustomerRef"]["value"]
        memo = body.get("PrivateNote")
        result = [
            Posting(body["DepositToAccountRef"]["value"], home, total, memo=memo),
            Posting(receivable, -cleared, -total, customer, memo),
        ]
        if cleared != home:
            result.append(Posting(accounts.exchange(books), cleared - home, 0))
        return result

    def ease(self, books, body):
        unapplying.ease(books, "Payment", body)

    def compute(self, books, body):
        applied = applying.applied(books, "Payment", body)
        body["Line"] = [applying.shown_line(books, *pair) for pair in applied]
        left = applying.unapplied(books, "Payment", body)
        body["UnappliedAmt"] = money.amount(left)
        body["LinkedTxn"] = linked_to(books, "Payment", body)

    def voided(self, body):
        body = super().voided(body)
        body.update(UnappliedAmt=0, Line=[])
        return body

    def parties(self, books, body):
        return [("Customer", body["CustomerRef"]["value"])]

    def party_of(self, body):
        return int(body["CustomerRef"]["value"])


def _asked(body):
    return [(line["Amount"], line["LinkedTxn"]) for line in body["Line"]]
