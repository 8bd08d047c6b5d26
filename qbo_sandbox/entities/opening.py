"""Opening balances: what an account, customer or vendor starts with. They are said when
it is made, with the day, and become an ordinary transaction."""

from .. import faults
from . import accounts
from .accounttypes import BALANCE_SHEET

NOTE = "Opening Balance"


def of_name(body, old):
    """``Balance`` of a customer or vendor: on create, with ``OpenBalanceDate``, what is
    owed at first; from then on the ledger decides.

    :raises Fault: 2090 when it is negative
    """
    given, since = body.pop("Balance", 0), body.pop("OpenBalanceDate", None)
    if old:
        given, since = old["Balance"], old.get("OpenBalanceDate")
    elif given < 0:
        raise faults.out_of_range("Balance", given)
    body["Balance"] = given if old or since else 0
    if since:
        body["OpenBalanceDate"] = since


def check_account(body, old):
    """
    :raises Fault: 6060 without the date; 6430 for accounts that cannot have one
    """
    names = ("OpeningBalance", "OpeningBalanceDate")
    if old:
        for name in names:
            body.pop(name, None)
        body.update({name: old[name] for name in names if name in old})
        return
    if not body.get("OpeningBalance"):
        return
    if "OpeningBalanceDate" not in body:
        raise faults.Fault(
            6060, "OpeningBalanceDate needed", "An opening balance needs its date."
        )
    control = body["AccountType"] in accounts.CONTROL
    if control or body["Classification"] not in BALANCE_SHEET:
        raise faults.account_type_used(f"{body['Name']} has no opening balance")


def open_account(books, account):
    """A journal entry against Opening Balance Equity."""
    amount = account.get("OpeningBalance")
    if not amount:
        return
    debit = (account["Classification"] == "Asset") == (amount > 0)
    sides = ("Debit", "Credit") if debit else ("Credit", "Debit")
    places = (account["Id"], accounts.opening_equity(books))
    lines = [
        {
            "Amount": abs(amount),
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": side,
                "AccountRef": {"value": place},
            },
        }
        for side, place in zip(sides, places, strict=True)
    ]
    _make(books, "JournalEntry", account, account["OpeningBalanceDate"], lines)


def open_customer(books, customer):
    """An invoice over what is owed."""
    line = {
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": _untaxed(books),
    }
    _open_name(books, "Invoice", "CustomerRef", customer, line)


def open_vendor(books, vendor):
    """A bill over what is owed."""
    equity = {"value": accounts.opening_equity(books)}
    line = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": equity, **_untaxed(books)},
    }
    _open_name(books, "Bill", "VendorRef", vendor, line)


def _untaxed(books):
    return {"TaxCodeRef": {"value": "NON"}} if books.country == "US" else {}


def _open_name(books, entity, property_name, name, line):
    if name["Balance"]:
        line.update(Amount=name["Balance"], Description=NOTE)
        more = {property_name: {"value": name["Id"]}}
        if books.country != "US":
            more["GlobalTaxCalculation"] = "NotApplicable"
        _make(books, entity, name, name["OpenBalanceDate"], [line], **more)


def _make(books, entity, holder, date, lines, **more):
    currency = {"value": holder["CurrencyRef"]["value"]}
    body = {"TxnDate": date, "PrivateNote": NOTE, "CurrencyRef": currency, **more}
    books.create(entity, {**body, "Line": lines})
