"""Merging two names, which people do in QuickBooks and the API cannot: everything of
the one becomes the other's, and the absorbed id is gone (610)."""

from .. import faults
from ..clock import shown
from .consequences import TOKEN
from .names import LABELLED, relabel
from .store import dump, key


def merge(books, entity, kept, absorbed):
    """
    :param entity: Customer or Vendor
    :raises Fault: 610 when one of the two is not there; 6000 when the absorbed one
        has sub-customers, which must be moved before
    """
    first, second = books.find(entity, kept), books.find(entity, absorbed)
    if first is None or second is None or kept == absorbed:
        raise faults.not_found()
    if _has_children(books, entity, absorbed):
        raise faults.business("A customer with sub-customers cannot be merged.")
    label = books.kinds[entity].label
    was = {"value": str(absorbed), "name": label(second)}
    now = {"value": str(kept), "name": label(first)}
    for name in LABELLED[entity]:
        relabel(books, name, was, now)
    books.connection.execute(
        "UPDATE objects SET party=? WHERE realm=? AND party=?"
        " AND entity NOT IN ('Account')",
        (int(kept), books.realm, int(absorbed)),
    )
    _move_postings(books, int(kept), int(absorbed))
    _remove(books, entity, absorbed)
    books.touch(entity, kept, TOKEN)
    if "ParentRef" in second:
        books.touch(entity, second["ParentRef"]["value"])
    books.flush()
    books.changes.append((entity, str(kept), "Merge", str(absorbed)))


def _has_children(books, entity, identifier):
    row = books.connection.execute(
        "SELECT 1 FROM objects WHERE realm=? AND entity=? AND party=? AND deleted=0",
        (books.realm, entity, int(identifier)),
    ).fetchone()
    return row is not None


def _move_postings(books, kept, absorbed):
    """By new rows, so that the balances follow."""
    books.connection.execute(
        "INSERT INTO postings"
        " SELECT realm, entity, txn, account, ?, home, amount, date, memo"
        " FROM postings WHERE realm=? AND name=?",
        (kept, books.realm, absorbed),
    )
    books.connection.execute(
        "DELETE FROM postings WHERE realm=? AND name=?", (books.realm, absorbed)
    )


def _remove(books, entity, identifier):
    now = books.clock.now()
    stub = {
        "domain": "QBO",
        "status": "Deleted",
        "Id": str(identifier),
        "MetaData": {"LastUpdatedTime": shown(now)},
    }
    books.connection.execute(
        "UPDATE objects SET deleted=1, name=NULL, updated=?, body=?"
        " WHERE realm=? AND entity=? AND id=?",
        (now, dump(stub), books.realm, entity, key(identifier)),
    )
    books.forget()
