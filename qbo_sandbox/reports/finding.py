"""The transactions that a list of transactions asks for."""

from typing import NamedTuple

from .. import faults
from ..kernel import money
from ..kernel.store import key
from . import titles
from .cash import DEFERRED
from .scope import ids

# Whether a document is paid is what it is open for today.
OPEN = f"""CASE WHEN o.entity IN {DEFERRED} THEN o.balance WHEN o.entity='Payment'
  THEN CAST(ROUND(json_extract(o.body, '$.UnappliedAmt') * 100) AS INTEGER)
  WHEN o.entity='BillPayment' THEN 0 END"""
FOUND = f"""SELECT o.entity, o.id, {{day}}, o.doc_number, o.party, {{total}},
  json_extract(o.body, '$.PrivateNote'), {titles.METHOD}, o.created, o.updated,
  json_extract(o.body, '$.DueDate'),
  CAST(json_extract(o.body, '$.PaymentMethodRef.value') AS INTEGER),
  CAST(json_extract(o.body, '$.DepartmentRef.value') AS INTEGER), {OPEN}
  FROM {{source}} WHERE o.realm=? AND o.deleted=0
  AND {{day}} BETWEEN ? AND ? AND o.entity IN ({{marks}})
  ORDER BY {{day}}, o.id"""
# What counted of each document on a cash basis, by day.
PARTS = """(SELECT target, target_txn, day, SUM(part) AS part FROM (
    SELECT l.realm, l.target, l.target_txn, MAX(p.txn_date, d.txn_date) AS day,
      l.amount AS part
    FROM links l JOIN objects p ON p.realm=l.realm AND p.entity=l.entity AND p.id=+l.txn
    JOIN objects d ON d.realm=l.realm AND d.entity=l.target AND d.id=+l.target_txn
    WHERE l.entity IN ('Payment', 'BillPayment') AND l.amount>0
    UNION ALL SELECT i.realm, 'Invoice', i.id, i.txn_date,
      CAST(ROUND(json_extract(i.body, '$.Deposit') * 100) AS INTEGER)
    FROM objects i WHERE i.entity='Invoice' AND i.deleted=0
      AND json_extract(i.body, '$.Deposit')>0)
  WHERE realm=? GROUP BY target, target_txn, day) a
  CROSS JOIN objects o ON o.entity=a.target AND o.id=+a.target_txn"""
ACCOUNTS = """SELECT account FROM postings INDEXED BY postings_txn
  WHERE realm=? AND entity=? AND txn=? ORDER BY rowid"""
SIDES = {
    "arpaid": ("Invoice", "CreditMemo", "Payment"),
    "appaid": ("Bill", "VendorCredit", "BillPayment"),
}


class Row(NamedTuple):
    entity: str
    txn: int
    date: str
    number: str | None
    who: int | None
    total: int | None  # cents of the transaction's currency
    memo: str | None
    method: str | None
    created: float
    updated: float
    due: str | None
    payment_method: int | None
    department: int | None
    rest: int | None  # what is open of it today, cents
    accounts: tuple = ()  # that it posts to, in order

    @property
    def paid(self):
        return None if self.rest is None else not self.rest


def transactions(books, scope):
    """`Row` by `Row`, in the order of dates."""
    passes = _conditions(scope)
    sources = set(ids(scope.arguments, "source_account"))
    for values in _rows(books, scope):
        row = Row(*values)
        if all(check(row) for check in passes):
            found = books.connection.execute(
                ACCOUNTS, (books.realm, row.entity, key(row.txn))
            )
            accounts = tuple(dict.fromkeys(account for (account,) in found))
            if (not scope.accounts or set(accounts) & set(scope.accounts)) and (
                not sources or sources & set(accounts[:1])
            ):
                yield row._replace(accounts=accounts)


def _rows(books, scope):
    kinds = [kind.name for kind in books.kinds.values() if kind.transaction]
    if scope.basis == "Accrual":
        return _select(books, scope, kinds, "o.txn_date", "o.total")
    whole = [kind for kind in kinds if kind not in DEFERRED]
    rows = _select(books, scope, whole, "o.txn_date", "o.total").fetchall()
    parts = _select(books, scope, DEFERRED, "a.day", "a.part", PARTS, books.realm)
    return sorted([*rows, *parts], key=lambda row: (row[2], row[1]))


def _select(books, scope, kinds, day, total, source="objects o", *values):
    statement = FOUND.format(
        day=day, total=total, source=source, marks=",".join("?" * len(kinds))
    )
    return books.connection.execute(
        statement, (*values, books.realm, scope.start, scope.end, *kinds)
    )


def _conditions(scope):
    """Functions of a row, all of which must hold.

    :raises Fault: 2060, 2100 or 2170 for wrong values
    """
    arguments = scope.arguments
    wanted = titles.wanted(scope)
    checks = [lambda row: wanted(row.entity, row.method)]
    people = [scope.filters.get(name) for name in ("customer", "vendor", "employee")]
    people = set().union(*(each for each in people if each))
    if people:
        checks.append(lambda row: row.who in people)
    for name, entities in SIDES.items():
        _add_paid(checks, scope.paid(name), entities)
    if "department" in scope.filters:
        checks.append(lambda row: scope.wants("department", row.department))
    methods = ids(arguments, "payment_method")
    if methods:
        checks.append(lambda row: row.payment_method in methods)
    if arguments.get("docnum"):
        checks.append(lambda row: row.number == arguments["docnum"])
    if arguments.get("bothamount"):
        cents = _cents(arguments["bothamount"])
        checks.append(lambda row: abs(row.total or 0) == cents)
    for name, value in (
        ("duedate", lambda row: row.due or ""),
        ("createdate", lambda row: titles.moment(row.created)[:10]),
        ("moddate", lambda row: titles.moment(row.updated)[:10]),
    ):
        _add_days(checks, scope, name, value)
    return checks


def _add_paid(checks, paid, entities):
    if paid is not None:
        checks.append(lambda row: row.entity in entities and row.paid == paid)


def _add_days(checks, scope, name, value):
    first, last = scope.day(f"start_{name}"), scope.day(f"end_{name}")
    if first:
        checks.append(lambda row: value(row) >= first)
    if last:
        checks.append(lambda row: "" < value(row) <= last)


def _cents(text):
    try:
        return abs(money.cents(text))
    except ArithmeticError:
        raise faults.invalid_number("bothamount", text) from None
