"""Webhooks: what changed, told to each app's endpoint, signed, again until heard.

Events are gathered for a moment and sent as one notification; one that is not
acknowledged with 2xx within three seconds is sent again after the steps of a ladder,
and later ones wait behind it.
"""

import base64
import hashlib
import hmac
import json
import threading
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone

import requests

TIMEOUT = 3  # seconds that an endpoint has
LADDER = (10, 20, 30, 300, 1200, 7200, 14400, 21600)  # seconds; the last repeats
NAMES = {
    "Account", "Bill", "BillPayment", "Class", "CreditMemo", "Customer", "Department",
    "Deposit", "Employee", "Estimate", "Invoice", "Item", "JournalEntry", "Payment",
    "PaymentMethod", "Preferences", "Purchase", "PurchaseOrder", "RefundReceipt",
    "SalesReceipt", "TaxAgency", "Term", "TimeActivity", "Transfer", "Vendor",
    "VendorCredit",
}  # fmt: skip
OTHER_NAMES = {"CompanyCurrency": "Currency"}
PAST = {  # operation -> what CloudEvents call it
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Void": "voided",
    "Emailed": "emailed",
}


@dataclass
class Settings:
    """How one endpoint is served; ``repeat``, ``reorder`` and ``corrupt`` are for
    tests of what receivers must bear."""

    url: str = ""
    format: str = "classic"  # or cloudevents
    delay: float = 0.2  # seconds of gathering
    entities: list | None = None  # None is all
    ladder: list = field(default_factory=lambda: list(LADDER))
    paused: bool = False
    repeat: int = 0  # how often each notification comes again
    reorder: bool = False  # events in a notification, newest first
    corrupt: bool = False  # wrong signature


class Endpoint:
    """One app's endpoint, served by a thread of its own."""

    def __init__(self, verifier, settings):
        self.verifier = verifier
        self.settings = settings
        self.deliveries = []  # what was sent, and what came back
        self._events = []
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def add(self, events):
        with self._changed:
            wanted = self.settings.entities
            self._events += [e for e in events if not wanted or e["name"] in wanted]
            self._changed.notify_all()

    def configure(self, settings):
        with self._changed:
            self.settings = settings
            self._changed.notify_all()

    def end(self):
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(self._ready)
                self._changed.wait_for(lambda: self._ended, self.settings.delay)
                if self._ended:
                    return
                events, self._events = self._events, []
            self._deliver(events)

    def _ready(self):
        return self._ended or (self._events and not self.settings.paused)

    def _deliver(self, events):
        if self.settings.reorder:
            events = events[::-1]
        body = json.dumps(_FORMATS[self.settings.format](events)).encode()
        for _copy in range(1 + self.settings.repeat):
            self._until_heard(body)

    def _until_heard(self, body):
        step = 0
        while not self._ended and not self._send(body):
            ladder = self.settings.ladder or [0]
            pause = ladder[min(step, len(ladder) - 1)]
            step += 1
            with self._changed:
                self._changed.wait_for(lambda: self._ended, pause)

    def _send(self, body):
        """Whether the endpoint acknowledged."""
        now = datetime.now(timezone.utc).isoformat()
        headers = {
            "intuit-signature": "" if self.settings.corrupt else self._sign(body),
            "intuit-created-time": now,
            "intuit-t-id": str(uuid.uuid4()),
            "intuit-notification-schema-version": "0.1",
            "user-agent": "intuit_notification_server/0.1",
            "content-type": "application/json",
        }
        if self.settings.corrupt:
            headers["intuit-signature"] = self._sign(body + b" ")
        try:
            answer = requests.post(
                self.settings.url, data=body, headers=headers, timeout=TIMEOUT
            )
            status = answer.status_code
        except requests.RequestException as problem:
            status = type(problem).__name__
        with self._changed:
            self.deliveries.append(
                {"at": now, "status": status, "body": json.loads(body)}
            )
        return isinstance(status, int) and 200 <= status < 300

    def _sign(self, body):
        digest = hmac.new(self.verifier.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()


def _classic(events):
    realms = {}
    for event in events:
        entity = {
            "name": event["name"],
            "id": event["id"],
            "operation": event["operation"],
            "lastUpdated": f"{event['at']:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        }
        if event["absorbed"]:
            entity["deletedId"] = event["absorbed"]
        realms.setdefault(event["realm"], []).append(entity)
    return {
        "eventNotifications": [
            {"realmId": realm, "dataChangeEvent": {"entities": entities}}
            for realm, entities in realms.items()
        ]
    }


def _cloud(events):
    return [
        {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": "intuit.c2FuZGJveA==",
            "type": f"qbo.{event['name'].lower()}.{PAST[event['operation']]}.v1",
            "datacontenttype": "application/json",
            "time": f"{event['at']:%Y-%m-%dT%H:%M:%S.%f}000Z",  # nine digits
            "intuitentityid": event["id"],
            "intuitaccountid": event["realm"],
            "data": {},
        }
        for event in events
    ]


_FORMATS = {"classic": _classic, "cloudevents": _cloud}


class Webhooks:
    """All endpoints of a sandbox; an observer of its commits."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self._endpoints = {}  # client id -> Endpoint
        for client_id, verifier, saved in self._saved():
            self._endpoints[client_id] = Endpoint(verifier, Settings(**saved))

    def _saved(self):
        rows = self.sandbox.connection.execute(
            "SELECT client_id, verifier, webhook FROM apps"
        ).fetchall()
        return [(c, v, json.loads(w)) for c, v, w in rows if json.loads(w).get("url")]

    def __call__(self, realm, changes):
        now = datetime.fromtimestamp(self.sandbox.clock.now(), timezone.utc)
        events = [
            {
                "realm": realm,
                "name": OTHER_NAMES.get(name, name),
                "id": identifier,
                "operation": operation,
                "absorbed": absorbed[0] if absorbed else None,
                "at": now,
            }
            for name, identifier, operation, *absorbed in dict.fromkeys(changes)
            if name in NAMES or name in OTHER_NAMES
        ]
        for endpoint in self._endpoints.values():
            endpoint.add(events)

    def configure(self, client_id, verifier, **settings):
        """Register or change an app's endpoint; an empty ``url`` removes it.

        :raises TypeError: for settings that do not exist
        :raises ValueError: for an unknown format
        """
        old = self._endpoints.get(client_id)
        wanted = Settings(**{**(asdict(old.settings) if old else {}), **settings})
        if wanted.format not in _FORMATS:
            raise ValueError(f"format must be one of {', '.join(_FORMATS)}")
        with self.sandbox.transaction() as connection:
            connection.execute(
                "UPDATE apps SET webhook=? WHERE client_id=?",
                (json.dumps(asdict(wanted)), client_id),
            )
        if old and wanted.url:
            old.configure(wanted)
        elif old:
            self._endpoints.pop(client_id).end()
        elif wanted.url:
            self._endpoints[client_id] = Endpoint(verifier, wanted)
        return asdict(wanted)

    def deliveries(self, client_id):
        endpoint = self._endpoints.get(client_id)
        return list(endpoint.deliveries) if endpoint else []

    def end(self):
        for endpoint in self._endpoints.values():
            endpoint.end()
