"""Transfers between two balance sheet accounts."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import ANY, NUMBER, many, ref
from . import accounts
from .accounttypes import BALANCE_SHEET
from .money_terms import currency_of
from .transaction import FIELDS, Transaction, rate_of


class Transfer(Transaction):
    name = "Transfer"
    fields = {
        **FIELDS,
        "FromAccountRef": ref("Account"),
        "ToAccountRef": ref("Account"),
        "Amount": NUMBER,
        "CustomField": many(ANY),
    }
    required = ("FromAccountRef", "ToAccountRef", "Amount")
    computed = ("LinkedTxn",)

    def prepare(self, books, body, old):
        self.dated(books, body)
        currency_of(books, body, None, old)
        cents = money.cents(body["Amount"])
        if cents <= 0:
            raise faults.business("You must set a transaction amount.")
        body["Amount"] = money.amount(cents)
        for name in ("FromAccountRef", "ToAccountRef"):
            account = books.refer("Account", body[name])
            control = account["AccountType"] in accounts.CONTROL
            if account["Classification"] not in BALANCE_SHEET or control:
                raise faults.account_type_used(f"{name} {account['Name']}")
        if body["FromAccountRef"]["value"] == body["ToAccountRef"]["value"]:
            raise faults.business("Choose two different accounts.")

    def postings(self, books, body):
        cents = money.cents(body["Amount"])
        home = money.convert(cents, rate_of(books, body))
        memo = body.get("PrivateNote")
        return [
            Posting(body["ToAccountRef"]["value"], home, cents, memo=memo),
            Posting(body["FromAccountRef"]["value"], -home, -cents, memo=memo),
        ]
