"""Intuit's webhooks: is it from Intuit, and what changed?

Source: "Managing webhooks" page and the blog post on CloudEvents of 2025-11-12. Both
formats carry the same signature; no object comes along, only its id.
"""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime, timezone
from typing import NamedTuple

from dateutil.parser import isoparse

ID = re.compile(r"[\w:.-]{1,50}", re.ASCII)
#: Operations after which a read may find nothing.
DELETE = ("delete", "deleted")


class Event(NamedTuple):
    """One object that changed.

    :ivar str realm: the QuickBooks company's id
    :ivar str entity: in lower case ("creditmemo"), as CloudEvents have it
    :ivar str id: the object's id
    :ivar at: when it changed (UTC, naive), None where that cannot be read
    :ivar bool gone: whether it was deleted, or absorbed in a merge
    """

    realm: str
    entity: str
    id: str
    at: datetime | None
    gone: bool


def is_signed(body, signature, token):
    """Whether the bytes as they came carry the signature of an app's verifier token.

    :param bytes body: the raw body
    :param str signature: header `intuit-signature`
    :param str token: verifier token of the app
    """
    digest = hmac.new(token.encode(), body, hashlib.sha256).digest()
    # Compared as bytes: `compare_digest` refuses text beyond ASCII.
    return hmac.compare_digest(base64.b64encode(digest), signature.encode())


def parse(body):
    """The events of a notification in either format, each once.

    :param bytes body: signed, see `is_signed`
    :raises ValueError: when it is no notification
    """
    try:
        payload = json.loads(body)
        read = _cloud_events if isinstance(payload, list) else _classic_events
        events = list(dict.fromkeys(read(payload)))
        wrong = [event for event in events if not ID.fullmatch(event.id)]
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no notification: {error!r}") from error
    if wrong:
        raise ValueError(f"no id: {wrong[0].id!r}")
    return events


def _classic_events(payload):
    for notification in payload["eventNotifications"]:
        realm = notification["realmId"]
        for row in notification.get("dataChangeEvent", {}).get("entities", ()):
            entity, at = row["name"].lower(), _moment(row.get("lastUpdated"))
            gone = row.get("operation", "").lower() in DELETE
            yield Event(realm, entity, row["id"], at, gone)
            if row.get("deletedId"):  # only in a merge: who was absorbed
                yield Event(realm, entity, row["deletedId"], at, True)


def _cloud_events(payload):
    for row in payload:
        _qbo, entity, operation, *_version = row["type"].split(".")
        yield Event(
            row["intuitaccountid"],
            entity.lower(),
            row["intuitentityid"],
            _moment(row.get("time")),
            operation.lower() in DELETE,
        )


def _moment(text):
    try:
        value = isoparse(text)
    except (TypeError, ValueError):
        return None
    return value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else None
