"""Change data capture: what changed since a moment, deletions included."""

import time

from . import faults
from .clock import parse
from .kernel.text import array, members

LOOK_BACK = 30 * 86400  # seconds; older moments are answered from there on
MOST_OBJECTS = 1000  # in a whole answer; what is beyond is silently missing


def answer(books, arguments):
    """``[{"QueryResponse": [...]}]`` as text, and the number of objects in it."""
    names = [n.strip() for n in arguments.get("entities", "").split(",") if n.strip()]
    if not names:
        raise faults.missing("entities")
    since = max(_moment(arguments.get("changedSince")), _earliest(books))
    kinds = [_kind(books, name) for name in names]
    rows = _changes(books, kinds, since)
    blocks = [_block(kind, rows.get(kind.name, [])) for kind in kinds]
    count = sum(len(each) for each in rows.values())
    return array([members({"QueryResponse": array(blocks)})]), count


def _moment(text):
    if not text:
        raise faults.missing("changedSince")
    try:
        return parse(text)
    except ValueError:
        raise faults.invalid_date("changedSince", text) from None


def _earliest(books):
    return min(books.clock.now(), time.time()) - LOOK_BACK


def _kind(books, name):
    for kind in books.kinds.values():
        if kind.path == name.lower():
            if not kind.in_cdc:
                break
            return kind
    raise faults.Fault(
        2000, "Invalid or unsupported object name", f"Entity {name} is not supported."
    )


def _changes(books, kinds, since):
    """{entity: [(body text, deleted)]}, oldest change first, cut at the limit."""
    marks = ",".join("?" * len(kinds))
    rows = books.connection.execute(
        "SELECT entity, body, deleted FROM objects WHERE realm=? AND updated>=?"
        f" AND entity IN ({marks}) ORDER BY updated, id LIMIT {MOST_OBJECTS}",
        (books.realm, since, *[kind.name for kind in kinds]),
    )
    found = {}
    for entity, body, deleted in rows:
        found.setdefault(entity, []).append((body, deleted))
    return found


def _block(kind, rows):
    """Counters as observed: no startPosition when only stubs are there, totalCount
    when stubs are."""
    if not rows:
        return "{}"
    stubs = sum(1 for _body, deleted in rows if deleted)
    parts = {kind.name: array(body for body, _deleted in rows)}
    if stubs < len(rows):
        parts["startPosition"] = 1
    parts["maxResults"] = len(rows)
    if stubs:
        parts["totalCount"] = len(rows)
    return members(parts)
