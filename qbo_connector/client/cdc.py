"""Change data capture: what changed and what was deleted since a moment.

Source: "Change data capture" page: at most 1000 objects in one answer, all entities
together, without a word when there would be more; looks back 30 days. Counters in the
blocks are not reliable (recorded), so they are not read.
"""

from datetime import datetime, timezone
from typing import NamedTuple

MAX_OBJECTS = 1000


class CdcChanges(NamedTuple):
    """Answer of `QboClient.cdc`.

    :ivar changed: entity name -> full objects as they are now
    :ivar deleted: entity name -> stubs with Id and MetaData, no SyncToken
    :ivar time: QuickBooks' clock (UTC) when it answered; the next call's `since`,
        after some minutes of overlap are taken off
    :ivar truncated: the limit was reached, so there may be more: read by query
        (which does not show deletions), or ask again from the last change on
    """

    changed: dict
    deleted: dict
    time: datetime
    truncated: bool


def parse(payload, entities):
    """Read a CDC answer.

    :param dict payload: the answer's JSON object
    :param entities: the names asked for; each gets a list in the result
    :raises KeyError, ValueError: when the answer is not a CDC answer
    """
    changed = {entity: [] for entity in entities}
    deleted = {entity: [] for entity in entities}
    for response in payload["CDCResponse"]:
        for block in response.get("QueryResponse", []):
            for entity, rows in block.items():
                if isinstance(rows, list):
                    _sort(entity, rows, changed, deleted)
    total = sum(map(len, [*changed.values(), *deleted.values()]))
    return CdcChanges(changed, deleted, moment(payload["time"]), total >= MAX_OBJECTS)


def moment(text):
    """QuickBooks' time ("2026-09-02T09:12:25.123-07:00") in UTC, whole seconds down.

    :raises ValueError: when `text` is no time with an offset
    """
    seconds, rest = text[:19], text[19:]
    offset = rest.lstrip(".0123456789").replace("Z", "+00:00")
    value = datetime.fromisoformat(seconds + offset)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return value.astimezone(timezone.utc)


def _sort(entity, rows, changed, deleted):
    for row in rows:
        target = deleted if row.get("status") == "Deleted" else changed
        target.setdefault(entity, []).append(row)
