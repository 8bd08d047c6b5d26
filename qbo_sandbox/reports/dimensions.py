"""Whom and what a posting is about: customer, vendor, employee, class, department,
item, as the documents and their lines say.

The ledger knows none of it, so it is read from the documents when a report asks.
"""

import json
from itertools import groupby
from operator import itemgetter

from ..entities.lines import SHIPPING
from ..kernel import money

# summarize_column_by -> (column, entity of its ids)
COLUMNS = {
    "Customers": ("customer", "Customer"),
    "Vendors": ("vendor", "Vendor"),
    "Employees": ("employee", "Employee"),
    "Classes": ("class", "Class"),
    "Departments": ("department", "Department"),
    "ProductsAndServices": ("item", "Item"),
}
AMOUNT = 3  # place of the own cents in a row of postings
NAMES = ("customer", "vendor", "employee", "class", "department", "item")
DETAILS = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "AccountBasedExpenseLineDetail",
    "ItemBasedExpenseLineDetail",
    "JournalEntryLineDetail",
    "DepositLineDetail",
)
TABLE = """CREATE TEMP TABLE marks (line INTEGER PRIMARY KEY, customer INTEGER,
  vendor INTEGER, employee INTEGER, class INTEGER, department INTEGER, item INTEGER)"""
CHOSEN = """CREATE TEMP TABLE chosen AS SELECT p.*, m.customer, m.vendor, m.employee,
  m.class, m.department, m.item FROM {source} p LEFT JOIN temp.marks m USING (line)"""
POSTINGS = "(SELECT *, rowid AS line FROM postings WHERE realm=?)"


def build(books, scope):
    """Make the table of what the filters let through; returns its name."""
    books.connection.execute(TABLE)
    books.connection.executemany(
        "INSERT INTO temp.marks VALUES (?,?,?,?,?,?,?)", _marks(books, scope.end)
    )
    real = scope.source == "postings"
    source = POSTINGS if real else scope.source
    conditions, values = [], [books.realm] if real else []
    for name, wanted in scope.filters.items():
        conditions.append(f"m.{name} IN ({','.join('?' * len(wanted))})")
        values += sorted(wanted)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    books.connection.execute(CHOSEN.format(source=source) + where, values)
    books.connection.execute("CREATE INDEX temp.chosen_at ON chosen (account, date)")
    return "temp.chosen"


def _marks(books, end):
    stocked = _stocked(books)
    rows = books.connection.execute(
        "SELECT entity, txn, rowid, amount FROM postings INDEXED BY postings_txn"
        " WHERE realm=? AND date<=? ORDER BY entity, txn, rowid",
        (books.realm, end),
    )
    for (entity, txn), found in groupby(rows, itemgetter(0, 1)):
        body = json.loads(books.row(entity, txn)[0])
        if entity == "Item":  # the opening of its stock
            body = {"ItemRef": {"value": body["Id"]}}
        document = _of(body, body)
        for row, line in _pairs(entity, body, found, stocked):
            mark = {**document, **line}
            yield (row[2], *(mark.get(name) for name in NAMES))


def _pairs(entity, body, rows, stocked):
    """Every posting with the marks of the line that it comes from.

    Postings stand in the order of the lines, after that of the other side; those of
    the cost of goods come last, two for each stocked item, and have no own amount.
    """
    left = list(_lines(body))
    goods = [marks for _cents, marks in left if marks.get("item") in stocked]
    costs = (marks for marks in goods for _side in range(2))
    for number, row in enumerate(rows):
        cents, found = abs(row[AMOUNT]), {}
        if not cents:
            found = next(costs, {})
        elif number or entity == "JournalEntry" or not body.get("TotalAmt"):
            place = next((n for n, line in enumerate(left) if line[0] == cents), None)
            if place is not None:
                found = left[place][1]
                del left[: place + 1]
        yield row, found


def _stocked(books):
    """Ids of the items whose sale moves goods of some value."""
    rows = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity='Item'"
        " AND json_extract(body, '$.Type')='Inventory'"
        " AND json_extract(body, '$.PurchaseCost')>0",
        (books.realm,),
    )
    return {row[0] for row in rows}


def _lines(body):
    """(cents, marks) of the lines that post, in their order."""
    for line in body.get("Line", []):
        inner = line.get("GroupLineDetail", {}).get("Line", [])
        for each in [*inner, line]:
            detail = each.get(each.get("DetailType"))
            if each.get("DetailType") in DETAILS and detail is not None:
                yield abs(money.cents(each.get("Amount"))), _of(detail, body)


def _of(detail, body):
    """The marks that a document or a line carries itself."""
    found = {
        "customer": detail.get("CustomerRef"),
        "vendor": detail.get("VendorRef"),
        "class": detail.get("ClassRef"),
        "department": detail.get("DepartmentRef"),
        "item": detail.get("ItemRef"),
    }
    entity = detail.get("Entity") or detail.get("EntityRef") or {}
    kind = str(entity.get("type") or entity.get("Type") or "").lower()
    if kind in NAMES:
        found[kind] = entity.get("EntityRef") or entity
    return {
        name: int(reference["value"])
        for name, reference in found.items()
        if reference and reference["value"] != SHIPPING
    }
