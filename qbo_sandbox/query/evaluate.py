"""A query as data to SQL over the objects table, and its answer."""

import json

from .. import faults
from ..clock import PACIFIC, parse
from ..kernel.schema import REFERENCE
from ..kernel.text import array, members
from . import statement as language

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000

# Properties with a column of their own; the rest are looked up in the body.
DATES = {"MetaData.LastUpdatedTime": "updated", "MetaData.CreateTime": "created"}
METADATA = {path.partition(".")[2]: None for path in DATES}
COLUMNS = {"Id": "id", "TxnDate": "txn_date", "DocNumber": "doc_number"}
PARTIES = {"CustomerRef": "party", "VendorRef": "party"}
INDEXED = (
    "MetaData.LastUpdatedTime",
    "TxnDate",
    "DocNumber",
    "DisplayName",
    "DueDate",
    "PaymentRefNum",
    *PARTIES,
)
CENTS = {"Balance": "balance", "TotalAmt": "total", "CurrentBalance": "balance"}
INNER = {"PrimaryEmailAddr": "Address", "BillEmail": "Address"}
MANY = "{condition}"  # where a condition goes inside an EXISTS over a list


def run(books, text):
    """The ``QueryResponse`` object as text, and the number of objects in it."""
    query = language.parse(text)
    kind = _entity(books, query.entity)
    if query.columns:
        query.columns = [_projected(kind, path) for path in query.columns]
    where, values = _where(books, kind, query)
    source = f"FROM objects WHERE {where}"
    if query.counting:
        total = books.connection.execute(f"SELECT COUNT(*) {source}", values)
        return members({"totalCount": total.fetchone()[0]}), 0
    limit = DEFAULT_LIMIT if query.limit is None else query.limit
    limit = min(limit, LARGEST_LIMIT)
    rows = books.connection.execute(
        f"SELECT rowid {source} ORDER BY {_order(kind, query)} LIMIT ? OFFSET ?",
        (*values, limit, query.start - 1),
    ).fetchall()
    bodies = _bodies(books, [row[0] for row in rows])
    return _answer(kind, query, bodies), len(rows)


def _bodies(books, rowids):
    """Texts in this order; only the rows of the page are read, sorting needs none."""
    marks = ",".join("?" * len(rowids))
    found = dict(
        books.connection.execute(
            f"SELECT rowid, body FROM objects WHERE rowid IN ({marks})", rowids
        )
    )
    return [found[rowid] for rowid in rowids]


def _answer(kind, query, bodies):
    if not bodies:
        return "{}"
    if query.columns:
        wanted = {path.partition(".")[0] for path in query.columns}
        bodies = [_project(wanted, body) for body in bodies]
    return members(
        {
            kind.name: array(bodies),
            "startPosition": query.start,
            "maxResults": len(bodies),
        }
    )


def _project(wanted, text):
    kept = {k: v for k, v in json.loads(text).items() if k in wanted}
    body = {**kept, "domain": "QBO", "sparse": True}
    return json.dumps(body, ensure_ascii=False)


def _entity(books, name):
    for kind in books.kinds.values():
        if kind.path == name.lower() and "query" in kind.operations:
            return kind
    raise faults.query_invalid(f"invalid context declaration: {name}")


def _path(kind, path):
    """The path as the entity spells it, down to the last part.

    :raises Fault: 4001 when the entity has no such property
    """
    found, table = [], kind.fields
    for part in path.lower().split("."):
        name = next((each for each in table if each.lower() == part), None)
        if name is None:
            raise faults.query_invalid(
                f"Property {path} not found for Entity {kind.name}"
            )
        found.append(name)
        table = METADATA if name == "MetaData" else _inside(table[name])
    return ".".join(found)


def _inside(field):
    """The names that may follow a property after a dot."""
    while field is not None and field.kind == "many":
        field = field.inside
    if field is not None and field.kind == "ref":
        return REFERENCE
    return getattr(field, "inside", None) or {}


def _projected(kind, path):
    """The path of a column; nested properties cannot be chosen (seen for BillAddr).

    :raises Fault: 4001
    """
    path = _path(kind, path)
    head = path.partition(".")[0]
    if kind.fields[head].kind in ("struct", "address", "many"):
        raise faults.query_invalid(f"Property {head} not found for Entity {kind.name}")
    return path


def _where(books, kind, query):
    # The entity is spelled out, so that indexes for one entity serve.
    clauses = ["realm=?", f"entity='{kind.name}'", "deleted=0"]
    values = [books.realm]
    asked_active = False
    for condition in query.conditions:
        path = _path(kind, condition.path)
        asked_active |= path == "Active"
        clause, bound = _condition(books, kind, path, condition)
        clauses.append(clause)
        values += bound
    if "Active" in kind.fields and not asked_active:
        clauses.append("active=1")
    if query.ordering and _path(kind, query.ordering[0][0]) == "TxnDate":
        clauses.append("txn_date IS NOT NULL")  # so that the index on dates serves
    return " AND ".join(clauses), values


def _condition(books, kind, path, condition):
    field = _field(kind, path)
    if condition.operator in ("<", ">", "<=", ">=") and field in ("id", "ref", "flag"):
        raise faults.query_invalid(
            f"operator {condition.operator} is not supported for property '{path}'"
        )
    column, convert = _column(kind, path, field)
    today = books.clock.today()
    bound = [
        convert(path, today if value is language.TODAY else value)
        for value in condition.values
    ]
    if MANY in column:
        clause, found = _comparison("{}", condition, bound)
        return column.replace(MANY, clause[2:]), found
    clause, bound = _comparison(column, condition, bound)
    if column == "balance" and condition.operator == ">" and bound[0] >= 0:
        clause += " AND balance <> 0"  # so that the index of open documents serves
    return clause, bound


def _comparison(column, condition, bound):
    """(SQL, values) of one condition."""
    if condition.operator == "in":
        return f"{column} IN ({','.join('?' * len(bound))})", bound
    if condition.operator == "like":
        pattern = str(condition.values[0])
        escaped = pattern.replace("\\", "\\\\").replace("_", "\\_")
        return f"{column} LIKE ? ESCAPE '\\'", [escaped]
    return f"{column} {condition.operator} ?", bound


def _field(kind, path):
    """What sort of property it is: id, moment, ref, flag, number, date or text.

    :raises Fault: 4001 when it is not queryable
    """
    head, _, tail = path.partition(".")
    if path == "Id":
        return "id"
    if head == "MetaData":
        if path not in DATES:
            raise _not_queryable(path)
        return "moment"
    field = kind.fields[head]
    if head in kind.unqueryable or head in ("SyncToken", "sparse", "domain", "status"):
        raise _not_queryable(path)
    while tail and field.kind in ("struct", "many", "ref"):
        field = field.inside if field.kind == "many" else field
        if field.kind == "ref":
            return "text"
        name, _, tail = tail.partition(".")
        field = field.inside[name]
    if field.kind in ("struct", "address", "many", "any"):
        if head in ("PrimaryEmailAddr", "BillEmail", "PrimaryPhone", "Mobile"):
            return "inner"
        raise _not_queryable(path)
    return field.kind


def _not_queryable(path):
    return faults.query_invalid(f"property '{path}' is not queryable")


def _column(kind, path, field):
    """(SQL expression, function that turns a literal into its value)."""
    if path in DATES:
        return DATES[path], _moment
    if path in COLUMNS:
        converts = {"Id": _id, "TxnDate": _date}
        return COLUMNS[path], converts.get(path, _plain)
    if path in PARTIES and kind.party_of({path: {"value": "1"}}) == 1:
        return PARTIES[path], _id
    if path in CENTS and path in kind.fields:
        return CENTS[path], _cents
    if path == "Active":
        return "active", _flag
    if kind.transaction is False and path == _name_property(kind):
        return "name", _plain
    inside = kind.fields[path.partition(".")[0]].kind == "many"
    if field == "ref" and not inside:
        return f"json_extract(body, '$.{path}.value')", _plain
    if field == "inner":
        leaf = INNER.get(path, "FreeFormNumber")
        return f"json_extract(body, '$.{path}.{leaf}') COLLATE NOCASE", _plain
    if "." in path and inside:
        head, _, tail = path.partition(".")
        tail += ".value" if field == "ref" else ""
        return (
            f"EXISTS (SELECT 1 FROM json_each(body, '$.{head}') WHERE"
            f" json_extract(value, '$.{tail}') COLLATE NOCASE{MANY})",
            _plain,
        )
    converts = {"number": _number, "flag": _flag, "date": _date}
    convert = converts.get(field, _plain)
    collate = " COLLATE NOCASE" if field == "text" else ""
    return f"json_extract(body, '$.{path}'){collate}", convert


def _name_property(kind):
    """The property that the indexed name column holds."""
    if "FullyQualifiedName" in kind.fields:
        return "FullyQualifiedName"
    return "DisplayName" if "DisplayName" in kind.fields else "Name"


def _order(kind, query):
    parts = []
    for path, descending in query.ordering:
        path = _path(kind, path)
        column, _ = _column(kind, path, _field(kind, path))
        if MANY in column:
            raise faults.query_invalid(f"property '{path}' is not sortable")
        parts.append(f"{column} {'DESC' if descending else 'ASC'}")
    # "+id" keeps SQLite from walking all ids where an index finds the few rows.
    paths = {_path(kind, condition.path) for condition in query.conditions}
    selective = paths & {*INDEXED, _name_property(kind)}
    return ", ".join([*parts, "+id" if selective else "id"])


# Literals come in quotes, numbers too.


def _plain(path, value):
    return str(value).lower() if isinstance(value, bool) else value


def _date(path, value):
    """A day; the time that some clients add does not count."""
    return str(value)[:10]


def _id(path, value):
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 19 else text


def _flag(path, value):
    return int(str(value).lower() == "true")


def _number(path, value):
    try:
        return float(value)
    except ValueError:
        raise faults.query_invalid(f"invalid number {value} for {path}") from None


def _cents(path, value):
    return round(_number(path, value) * 100, 6)


def _moment(path, value):
    """Times without an offset are the company's: Pacific (assumed)."""
    try:
        return parse(str(value), PACIFIC)
    except ValueError:
        raise faults.query_invalid(f"invalid date {value} for {path}") from None
