"""Lists out of the books, a page at a time."""

import json
from dataclasses import dataclass

ROWS = 50  # on a page
LAST_PAGE = 1_000_000
NEWEST = "txn_date DESC, rowid DESC"


@dataclass
class Listing:
    rows: list  # bodies
    number: int  # of the page, from 1
    more: bool  # whether a page follows


def objects(books, entity, *conditions, order="rowid", limit=ROWS, offset=0):
    """Bodies of an entity's objects.

    :param conditions: (SQL on the columns of ``objects``, its values)
    """
    where = "".join(f" AND ({clause})" for clause, _values in conditions)
    values = [value for _clause, bound in conditions for value in bound]
    rows = books.connection.execute(
        f"SELECT body FROM objects WHERE realm=? AND entity=? AND deleted=0{where}"
        f" ORDER BY {order} LIMIT ? OFFSET ?",
        (books.realm, entity, *values, limit, offset),
    )
    return [json.loads(row[0]) for row in rows]


def transactions(books, entity, *conditions, **more):
    """The same of transactions, newest first."""
    dated = ("txn_date IS NOT NULL", ())  # lets the index on dates serve
    return objects(books, entity, dated, *conditions, order=NEWEST, **more)


def of_party(books, entity, identifier, *conditions, **more):
    """The same of one customer or vendor. Not by the index on dates: their own
    transactions are few."""
    theirs = ("party=?", (int(identifier),))
    return objects(books, entity, theirs, *conditions, order=NEWEST, **more)


def page(visit, source, entity, *conditions, **more):
    """The page of a list that was asked for; ``source`` is one of the two above."""
    number = page_number(visit)
    rows = source(
        visit.books,
        entity,
        *conditions,
        limit=ROWS + 1,
        offset=(number - 1) * ROWS,
        **more,
    )
    return Listing(rows[:ROWS], number, len(rows) > ROWS)


def page_number(visit):
    text = visit.asked.get("page", "")
    given = text.isascii() and text.isdecimal() and len(text) < 8
    return min(max(int(text), 1), LAST_PAGE) if given else 1


def like(text):
    """A LIKE pattern (ESCAPE '!') for what contains ``text``."""
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return f"%{text}%"


def numbered_or_of(books, text):
    """Transactions with a number, or of a customer, that contains ``text``."""
    return (
        "doc_number LIKE ? ESCAPE '!' OR party IN (SELECT id FROM objects"
        " WHERE realm=? AND entity='Customer' AND name LIKE ? ESCAPE '!')",
        (like(text), books.realm, like(text)),
    )


OPEN = ("balance<>0", ())


def accounts(books, *types):
    """Active accounts of some types, by name."""
    marks = ",".join("?" * len(types))
    wanted = (f"active=1 AND json_extract(body, '$.AccountType') IN ({marks})", types)
    return objects(books, "Account", wanted, order="name", limit=1000)


def undeposited(books):
    """Id of the Undeposited Funds account, None when the company has none yet."""
    row = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity='Account' AND deleted=0"
        " AND json_extract(body, '$.AccountSubType')='UndepositedFunds'"
        " ORDER BY id LIMIT 1",
        (books.realm,),
    ).fetchone()
    return row and str(row[0])


def name_of(books, reference):
    """The name of an account that a reference without one means."""
    found = books.find("Account", reference["value"]) if reference else None
    return found["FullyQualifiedName"] if found else ""
