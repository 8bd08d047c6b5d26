"""The chart of accounts, and the register of one account."""

from ..entities.accounttypes import BALANCE_SHEET, CLASSES
from ..kernel import money
from . import find

TYPES = list(CLASSES)  # in the order of a balance sheet, then of a profit and loss
NAMES = "SELECT name FROM objects WHERE realm=? AND id=? AND entity IN (?, ?, ?)"
PEOPLE = ("Customer", "Vendor", "Employee")


def chart(visit):
    active = ("active=1", ())
    rows = find.objects(visit.books, "Account", active, order="name", limit=10_000)
    rows.sort(key=lambda each: TYPES.index(each["AccountType"]))
    return "accounts.html", {"rows": rows, "with_balance": BALANCE_SHEET}


def register(visit):
    """Postings of an account, newest first, with the balance after each."""
    books = visit.books
    account = visit.read("Account", visit.asked.get("accountId", ""))
    number = find.page_number(visit)
    offset = (number - 1) * find.ROWS
    column = _column(books, account)
    sign = 1 if account["Classification"] in ("Asset", "Expense") else -1
    rows = _postings(books, account, column, offset)
    after = _balance(books, account, column, offset)
    entries = []
    for entity, txn, cents, date, name, memo in rows[: find.ROWS]:
        entries.append(
            {
                "entity": entity,
                "id": txn,
                "date": date,
                "number": _number(books, entity, txn),
                "name": _name(books, name),
                "memo": memo or "",
                "amount": money.amount(sign * cents),
                "balance": money.amount(sign * after),
            }
        )
        after -= cents
    page = find.Listing(entries, number, len(rows) > find.ROWS)
    return "register.html", {"account": account, "page": page}


def _column(books, account):
    """An account of another currency is kept in that currency."""
    own = account["CurrencyRef"]["value"] == books.home_currency
    return "home" if own else "amount"


def _postings(books, account, column, offset):
    return books.connection.execute(
        f"SELECT entity, txn, {column}, date, name, memo FROM postings"
        " WHERE realm=? AND account=? ORDER BY date DESC, rowid DESC LIMIT ? OFFSET ?",
        (books.realm, int(account["Id"]), find.ROWS + 1, offset),
    ).fetchall()


def _balance(books, account, column, offset):
    """Cents, debit positive, before the newest ``offset`` postings."""
    home, amount = books.ledger.balance(account["Id"])
    newer = books.connection.execute(
        f"SELECT COALESCE(SUM({column}), 0) FROM (SELECT {column} FROM postings"
        " WHERE realm=? AND account=? ORDER BY date DESC, rowid DESC LIMIT ?)",
        (books.realm, int(account["Id"]), offset),
    ).fetchone()[0]
    return (home if column == "home" else amount) - newer


def _number(books, entity, txn):
    body = books.find(entity, txn) or {}
    return body.get("DocNumber") or body.get("PaymentRefNum", "")


def _name(books, identifier):
    if not identifier:
        return ""
    row = books.connection.execute(NAMES, (books.realm, identifier, *PEOPLE)).fetchone()
    return row[0] if row else ""
