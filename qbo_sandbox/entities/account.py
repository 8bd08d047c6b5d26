"""The chart of accounts; balances come from the ledger."""

from .. import faults
from ..kernel import money, names
from ..kernel.entity import Entity
from ..kernel.schema import (
    CURRENCY,
    DATE,
    FLAG,
    NUMBER,
    enum,
    readonly,
    ref,
    text,
)
from . import opening
from .accounttypes import (
    BALANCE_SHEET,
    CLASSES,
    DEFAULT_SUBTYPES,
    TYPES_OF_SUBTYPES,
)
from .people import currency

TAKEN = "Another account is already using this name. Please use a different name."


class Account(Entity):
    name = "Account"
    fields = {
        "Name": text(100),
        "SubAccount": FLAG,
        "ParentRef": ref("Account", label=False),
        "Level": readonly(NUMBER),
        "Description": text(100),
        "FullyQualifiedName": readonly(text()),
        "AccountAlias": text(),
        "TxnLocationType": text(),
        "Active": FLAG,
        "Classification": readonly(text()),
        "AccountType": enum(*CLASSES),
        "AccountSubType": text(),
        "AccountPurposes": readonly(text()),
        "AcctNum": text(20),
        "AcctNumExtn": text(),
        "BankNum": text(),
        "OpeningBalance": NUMBER,
        "OpeningBalanceDate": DATE,
        "CurrentBalance": readonly(NUMBER),
        "CurrentBalanceWithSubAccounts": readonly(NUMBER),
        "CurrencyRef": CURRENCY,
        "TaxAccount": readonly(FLAG),
        "TaxCodeRef": ref("TaxCode", label=False),
        "OnlineBankingEnabled": readonly(FLAG),
        "FIName": readonly(text()),
        "JournalCodeRef": ref(),
    }
    required = ("Name",)
    computed = ("CurrentBalance", "CurrentBalanceWithSubAccounts")
    unqueryable = ("Description", "CurrencyRef", "TaxCodeRef")

    def prepare(self, books, body, old):
        names.mark_inactive(books, body, old, "Name")
        if '"' in body["Name"] or ":" in body["Name"]:
            raise faults.invalid_string("Name", body["Name"])
        self._type(body, old)
        body["SubAccount"] = bool(body.get("ParentRef")) or body.get(
            "SubAccount", False
        )
        parent = names.place(books, "Account", body, body["Name"], "SubAccount")
        body.pop("Level", None)
        if parent and parent["AccountType"] != body["AccountType"]:
            raise faults.account_type_used(
                "a sub-account must be of its parent's type, "
                f"{parent['AccountType']}, not {body['AccountType']}"
            )
        names.check_unique(
            books, ("Account",), self.unique_name(body), old and old["Id"], TAKEN
        )
        currency(books, body, old)
        opening.check_account(body, old)
        body.setdefault("CurrentBalance", 0)
        body.setdefault("CurrentBalanceWithSubAccounts", 0)

    def _type(self, body, old):
        kind = body.get("AccountType") or TYPES_OF_SUBTYPES.get(
            body.get("AccountSubType")
        )
        if kind is None:
            raise faults.account_type_missing()
        body["AccountType"] = kind
        body.setdefault("AccountSubType", DEFAULT_SUBTYPES[kind])
        body["Classification"] = CLASSES[kind]

    def after_create(self, books, body):
        opening.open_account(books, body)

    def compute(self, books, body):
        own = self.balance(books, body)
        body["CurrentBalance"] = money.amount(own)
        rows = books.connection.execute(
            "SELECT id FROM objects WHERE realm=? AND entity='Account' AND party=?",
            (books.realm, int(body["Id"])),
        ).fetchall()
        below = [books.find("Account", row[0]) for row in rows]
        own += sum(money.cents(e["CurrentBalanceWithSubAccounts"]) for e in below)
        body["CurrentBalanceWithSubAccounts"] = money.amount(own)
        if body.get("ParentRef"):
            books.touch("Account", body["ParentRef"]["value"], 0)

    @staticmethod
    def balance(books, body):
        """Cents in the account's currency and its natural sign; 0 for P&L accounts."""
        if body["Classification"] not in BALANCE_SHEET:
            return 0
        home, own = books.ledger.balance(body["Id"])
        if body["CurrencyRef"]["value"] == books.home_currency:
            own = home
        return own if body["Classification"] == "Asset" else -own

    def label(self, body):
        return body["FullyQualifiedName"]

    def unique_name(self, body):
        return body["FullyQualifiedName"]

    def party_of(self, body):
        parent = body.get("ParentRef")
        return int(parent["value"]) if parent else None

    def figures(self, body):
        return None, money.cents(body["CurrentBalance"])
