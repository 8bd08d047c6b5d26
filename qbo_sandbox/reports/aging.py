"""AgedReceivables and AgedPayables: open documents by how late they are.

Credits and unapplied payments count as current, so the totals are the balances.
"""

from datetime import date

from .. import faults
from ..entities import accounts
from .balances import owed
from .shape import cell, data, money, names, report, total


def receivables(books, name, scope):
    control = accounts.receivable(books)
    return _aged(books, name, scope, ("Customer", "Invoice", control, 1))


def payables(books, name, scope):
    return _aged(books, name, scope, ("Vendor", "Bill", accounts.payable(books), -1))


def _aged(books, name, scope, what):
    entity, document, control, sign = what
    length, count = _number(scope, "aging_period", 30), _number(scope, "num_periods", 4)
    shown = names(books, entity)
    late = _late(books, scope.as_of, document, length, count)
    rows, sums = [], [0] * (count + 2)
    for who, cents in owed(books, scope.as_of, control).items():
        if scope.names and who not in scope.names:
            continue
        buckets = late.get(who, [0] * (count + 1))
        everything = sign * cents
        buckets[0] = everything - sum(buckets[1:])  # the rest is current
        line = [*buckets, everything]
        if any(line) and who in shown:
            sums = [a + b for a, b in zip(sums, line, strict=True)]
            rows.append(data(cell(shown[who], who), *(money(each) for each in line)))
    rows.sort(key=lambda row: row["ColData"][0]["value"].lower())
    if rows:
        rows.append(total("TOTAL", *(f"{each / 100:.2f}" for each in sums)))
    columns = [("", entity), ("Current", "Money")]
    columns += [(title, "Money") for title in _titles(length, count)]
    columns.append(("Total", "Money"))
    return report(books, name, scope, columns, rows, period=False)


def _number(scope, name, default):
    """:raises Fault: 2080 unless a number from 1 to 100"""
    text = scope.arguments.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= 100:
        raise faults.invalid_number(name, text)
    return int(text)


def _titles(length, count):
    for number in range(count - 1):
        yield f"{number * length + 1} - {(number + 1) * length}"
    yield f"{(count - 1) * length + 1} and over"


def _late(books, as_of, document, length, count):
    """{name id: [0, cents per period]} of overdue documents."""
    day = date.fromisoformat(as_of)
    rows = books.connection.execute(
        "SELECT party, json_extract(body, '$.DueDate'),"
        " json_extract(body, '$.Balance'), json_extract(body, '$.HomeBalance')"
        " FROM objects WHERE realm=? AND entity=? AND deleted=0"
        " AND balance>0 AND txn_date<=?",
        (books.realm, document, as_of),
    )
    found = {}
    for who, due, balance, home in rows:
        days = (day - date.fromisoformat(due)).days
        if days > 0:
            period = min((days - 1) // length, count - 1) + 1
            buckets = found.setdefault(who, [0] * (count + 1))
            buckets[period] += round((balance if home is None else home) * 100)
    return found
