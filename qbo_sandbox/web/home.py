"""The company at a glance."""

from ..entities import accounts
from ..kernel import money
from . import activity, find

FEW = 5  # rows of each list


def home(visit):
    books = visit.books
    open_count, late_count, overdue = _open_invoices(books)
    return "home.html", {
        "receivable": _held(books, accounts.receivable(books)),
        "open_count": open_count,
        "overdue": overdue,
        "late_count": late_count,
        "undeposited": _held(books, [find.undeposited(books)]),
        "bank": _held(books, [each["Id"] for each in find.accounts(books, "Bank")]),
        "payments": find.transactions(books, "Payment", limit=FEW),
        "invoices": find.transactions(books, "Invoice", limit=FEW),
        "calls": activity.calls(visit, limit=FEW),
    }


def _held(books, account_ids):
    """What accounts hold together, in the company's currency."""
    found = (books.ledger.balance(each) for each in account_ids if each)
    return money.amount(sum(home for home, _own in found))


def _open_invoices(books):
    """(count, count of the late ones, what is late in the company's currency), added
    up by the database: there may be very many."""
    due = "json_extract(body, '$.DueDate')"
    home = "json_extract(body, '$.HomeBalance') * 100"
    cents = home if books.multicurrency else "balance"
    count, late, overdue = books.connection.execute(
        f"SELECT COUNT(*), TOTAL(late), TOTAL(late * cents) FROM"
        f" (SELECT {due} < ? AS late, {cents} AS cents FROM objects"
        " WHERE realm=? AND entity='Invoice' AND balance<>0)",
        (books.clock.today(), books.realm),
    ).fetchone()
    return count, int(late), money.amount(round(overdue))
