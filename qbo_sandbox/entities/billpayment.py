"""Paying bills, by check or credit card; vendor credits join in."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import FLAG, NUMBER, enum, many, ref, struct
from . import accounts, applying, numbering, unapplying
from .money_terms import currency_of
from .payment import LINE
from .transaction import FIELDS, Transaction, rate_of

CHECK_NUMBERS, CHECKS = "WarnDuplicateCheckNumber", ("BillPayment", "Purchase")
PRINT = enum("NotSet", "NeedToPrint", "PrintComplete")


class BillPayment(Transaction):
    name = "BillPayment"
    fields = {
        **FIELDS,
        "VendorRef": ref("Vendor"),
        "PayType": enum("Check", "CreditCard"),
        "CheckPayment": struct(BankAccountRef=ref("Account"), PrintStatus=PRINT),
        "CreditCardPayment": struct(CCAccountRef=ref("Account")),
        "APAccountRef": ref("Account"),
        "TotalAmt": NUMBER,
        "ProcessBillPayment": FLAG,
        "Line": many(LINE),
    }
    operations = (*Transaction.operations, "void")
    required = ("VendorRef", "TotalAmt", "PayType", "Line")
    computed = ("Line", "LinkedTxn")
    posts_by_links = True

    def prepare(self, books, body, old):
        self.dated(books, body)
        vendor = books.refer("Vendor", body["VendorRef"])
        currency_of(books, body, vendor, old)
        if body["TotalAmt"] < 0:
            raise faults.business("The payment amount cannot be negative.")
        body["TotalAmt"] = money.amount(money.cents(body["TotalAmt"]))
        self._source(books, body)
        if body["PayType"] == "Check":
            numbering.warn(books, body, old, CHECK_NUMBERS, CHECKS)
        currency = body["CurrencyRef"]["value"]
        body["Line"] = [
            applying.checked_line(
                books,
                line,
                applying.PAYABLE,
                lambda party: party == vendor["Id"],
                currency,
                payable=True,
            )
            for line in body["Line"]
            if _supported(line)
        ]

    @staticmethod
    def _source(books, body):
        if body["PayType"] == "Check":
            reference = (body.get("CheckPayment") or {}).get("BankAccountRef")
            if not reference:
                raise faults.missing("CheckPayment.BankAccountRef")
            accounts.check_type(books, reference, ("Bank",), "bank account")
            body["CheckPayment"].setdefault("PrintStatus", "NotSet")
            return
        reference = (body.get("CreditCardPayment") or {}).get("CCAccountRef")
        if not reference:
            raise faults.missing("CreditCardPayment.CCAccountRef")
        accounts.check_type(books, reference, ("Credit Card",), "credit card account")

    def link(self, books, body):
        left = applying.apply(books, "BillPayment", body, applying.PAYABLE, True)
        if left > 0 and not body["Line"]:
            raise faults.missing("Line.LinkedTxn")

    def postings(self, books, body):
        total = money.cents(body["TotalAmt"])
        rate = rate_of(books, body)
        home = money.convert(total, rate)
        cleared = applying.home_cleared(books, "BillPayment", body, rate, True)
        currency = body["CurrencyRef"]["value"]
        control = accounts.control(books, "Accounts Payable", currency)
        if body["PayType"] == "Check":
            source = body["CheckPayment"]["BankAccountRef"]["value"]
        else:
            source = body["CreditCardPayment"]["CCAccountRef"]["value"]
        memo = body.get("PrivateNote")
        result = [
            Posting(source, -home, -total, memo=memo),
            Posting(control, cleared, total, body["VendorRef"]["value"], memo),
        ]
        if cleared != home:
            result.append(Posting(accounts.exchange(books), home - cleared, 0))
        return result

    def ease(self, books, body):
        unapplying.ease(books, "BillPayment", body, payable=True)

    def compute(self, books, body):
        applied = applying.applied(books, "BillPayment", body, payable=True)
        body["Line"] = [
            applying.shown_line(books, *pair, extras=False) for pair in applied
        ]
        body.pop("LinkedTxn", None)

    def voided(self, body):
        body = super().voided(body)
        body["Line"] = []
        return body

    def parties(self, books, body):
        return [("Vendor", body["VendorRef"]["value"])]

    def party_of(self, body):
        return int(body["VendorRef"]["value"])


def _supported(line):
    """Links of other types fall away silently (reported by third parties)."""
    links = line.get("LinkedTxn") or [{}]
    return links[0].get("TxnType", "Bill") in applying.PAYABLE
