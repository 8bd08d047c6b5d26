"""The company at a glance."""

from ..entities import accounts
from ..kernel import money
from . import activity, find

FEW = 6  # rows of each list


def home(visit):
    books = visit.books
    open_invoices = _open_invoices(books)
    late = [each for each in open_invoices if each["due"] < books.clock.today()]
    return "home.html", {
        "receivable": _held(books, accounts.receivable(books)),
        "open_count": len(open_invoices),
        "overdue": _sum(late),
        "late_count": len(late),
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
    """Due date and cents in the company's currency, straight out of the database:
    there may be very many."""
    rows = books.connection.execute(
        "SELECT json_extract(body, '$.DueDate'),"
        " COALESCE(json_extract(body, '$.HomeBalance') * 100, balance)"
        " FROM objects WHERE realm=? AND entity='Invoice' AND balance<>0",
        (books.realm,),
    )
    return [{"due": due, "cents": round(cents)} for due, cents in rows]


def _sum(rows):
    return money.amount(sum(each["cents"] for each in rows))
