"""What was open on a day: documents, and payments that were not applied yet.

Only applications count whose payment and document are both dated up to that day, so
the sum of all that is open is what A/R or A/P stood at.
"""

from dataclasses import dataclass

from ..entities import accounts

TABLES = """
DROP TABLE IF EXISTS temp.open_items;
DROP TABLE IF EXISTS temp.applied;
CREATE TEMP TABLE open_items (entity TEXT, txn INTEGER, name INTEGER, home INTEGER,
  amount INTEGER, date TEXT, rest INTEGER, main INTEGER);
CREATE TEMP TABLE applied (entity TEXT, txn INTEGER, target TEXT, target_txn INTEGER,
  home INTEGER);
CREATE INDEX temp.open_at ON open_items (entity, txn);
CREATE INDEX temp.applied_by ON applied (entity, txn);
CREATE INDEX temp.applied_to ON applied (target, target_txn);
"""
ITEMS = """INSERT INTO temp.open_items
  SELECT entity, txn, name, SUM(home), SUM(amount), MIN(date), SUM(home),
    ROW_NUMBER() OVER (PARTITION BY entity, txn ORDER BY ABS(SUM(amount)) DESC)
  FROM postings WHERE realm=? AND date<=? AND name<>0 AND account IN ({accounts})
  GROUP BY entity, txn, name"""
# Payments of nothing that join credits with documents post nothing.
JOINING = """INSERT INTO temp.open_items
  SELECT o.entity, o.id, o.party, 0, 0, o.txn_date, 0, 1 FROM objects o
  WHERE o.realm=? AND o.txn_date<=? AND o.entity=? AND o.deleted=0 AND o.total=0
  AND NOT EXISTS (SELECT 1 FROM temp.open_items i WHERE i.entity=o.entity
    AND i.txn=o.id)"""
APPLIED = """INSERT INTO temp.applied
  SELECT l.entity, l.txn, l.target, l.target_txn,
    CAST(ROUND(1.0 * l.amount * i.home / ABS(i.amount)) AS INTEGER)
  FROM links l JOIN temp.open_items p ON p.entity=l.entity AND p.txn=l.txn
  JOIN temp.open_items i ON i.entity=l.target AND i.txn=l.target_txn AND i.main=1
  WHERE l.realm=? AND l.entity=? AND i.amount<>0"""
# Each application is found at both its ends.
REST = """UPDATE temp.open_items AS i SET rest = home
  - COALESCE((SELECT SUM(a.home) FROM temp.applied a
      WHERE a.target=i.entity AND a.target_txn=i.txn), 0)
  + COALESCE((SELECT SUM(a.home) FROM temp.applied a
      WHERE a.entity=i.entity AND a.txn=i.txn), 0) WHERE i.main=1"""
FOUND = """SELECT i.entity, i.txn, i.name, i.date,
    COALESCE(json_extract(o.body, '$.DueDate'), i.date), o.doc_number,
    i.home, i.rest, json_extract(o.body, '$.PrivateNote'),
    CAST(json_extract(o.body, '$.DepartmentRef.value') AS INTEGER),
    json_extract(o.body, '$.PayType')
  FROM temp.open_items i CROSS JOIN objects o
    ON o.realm=? AND o.entity=i.entity AND o.id=+i.txn
  WHERE i.rest<>0 OR ? ORDER BY i.name, i.date, i.txn"""


@dataclass
class Item:
    """Cents of home currency; what is owed is positive, on both sides."""

    entity: str
    txn: int
    who: int
    date: str
    due: str  # credits and payments are due on their own date
    number: str | None
    total: int
    rest: int  # still open
    memo: str | None
    department: int | None
    method: str | None  # how a bill was paid
    late: int = 0  # days; for ageing
    balance: int = 0  # of the name so far


@dataclass
class Side:
    """Customers and A/R, or vendors and A/P."""

    entity: str
    payer: str
    sign: int  # of a debit
    accounts: object  # function of books

    @property
    def name(self):
        return self.entity.lower()


RECEIVABLE = Side("Customer", "Payment", 1, accounts.receivable)
PAYABLE = Side("Vendor", "BillPayment", -1, accounts.payable)


def prepare(books, side, day):
    """Make the tables of a day; they go with `source.opened`."""
    control = side.accounts(books)
    for statement in TABLES.split(";"):
        books.connection.execute(statement)
    marks = ",".join("?" * len(control))
    books.connection.execute(ITEMS.format(accounts=marks), (books.realm, day, *control))
    books.connection.execute(JOINING, (books.realm, day, side.payer))
    books.connection.execute(APPLIED, (books.realm, side.payer))
    books.connection.execute(REST)


def find(books, side, scope, settled=False):
    """`Item` by `Item`, those of a name together.

    :param settled: with those that are not open any more
    """
    prepare(books, side, scope.as_of)
    for row in books.connection.execute(FOUND, (books.realm, settled)):
        item = Item(*row)
        item.total, item.rest = side.sign * item.total, side.sign * item.rest
        if scope.wants(side.name, item.who) and scope.wants(
            "department", item.department
        ):
            yield item
