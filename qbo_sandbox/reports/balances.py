"""CustomerBalance and VendorBalance: what each name owes or is owed, as of a day."""

from ..entities import accounts
from .shape import cell, data, money, names, report, total


def customers(books, name, scope):
    control = accounts.receivable(books)
    return _balances(books, name, scope, "Customer", control, 1)


def vendors(books, name, scope):
    return _balances(books, name, scope, "Vendor", accounts.payable(books), -1)


def _balances(books, name, scope, entity, control, sign):
    shown = names(books, entity)
    rows, everything = [], 0
    for who, cents in owed(books, scope.as_of, control).items():
        if who in shown and cents and (not scope.names or who in scope.names):
            everything += sign * cents
            rows.append(data(cell(shown[who], who), money(sign * cents)))
    rows.sort(key=lambda row: row["ColData"][0]["value"].lower())
    if rows:
        rows.append(total("TOTAL", f"{everything / 100:.2f}"))
    columns = [(entity, "cust_name"), ("Total", "subt_amount")]
    return report(books, name, scope, columns, rows, period=False)


def owed(books, as_of, control):
    """{name id: home cents, debit positive} on control accounts, up to a day."""
    marks = ",".join("?" * len(control))
    rows = books.connection.execute(
        "SELECT name, SUM(home) FROM postings WHERE realm=? AND date<=? AND name<>0"
        f" AND account IN ({marks}) GROUP BY name",
        (books.realm, as_of, *control),
    )
    return dict(rows.fetchall())
