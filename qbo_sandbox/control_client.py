"""The control API from Python, over HTTP, so also to a sandbox in another process."""

import requests

TIMEOUT = 60  # seconds; seeding a large company takes some


class Control:
    """
    :param url: address of the sandbox, ``http://127.0.0.1:8080``
    :raises RuntimeError: from any call, with what the sandbox said
    """

    def __init__(self, url, realm_id=None):
        self.url = url.rstrip("/")
        self.realm_id = realm_id
        self.session = requests.Session()
        self._access_token = None

    def _call(self, action, http="POST", **given):
        url = f"{self.url}/_control/{action}"
        given = {key: value for key, value in given.items() if value is not None}
        if self.realm_id:
            given.setdefault("realm_id", self.realm_id)
        extra = {"params": given} if http == "GET" else {"json": given}
        response = self.session.request(http, url, timeout=TIMEOUT, **extra)
        if response.status_code != 200:
            raise RuntimeError(f"sandbox control {action}: {response.text}")
        return response.json()

    # -- who may come in -------------------------------------------------------

    def token(self, realm_id=None):
        """A fresh access token, without a consent."""
        return self._call("token", realm_id=realm_id)["access_token"]

    def credentials(self, realm_id=None):
        """client_id, client_secret, realm_id, refresh_token, verifier_token; the
        refresh token is one of a grant of its own."""
        return self._call("credentials", realm_id=realm_id)

    def companies(self):
        """[{realm_id, name}]"""
        return self._call("companies", "GET")

    def expire_tokens(self):
        """All access tokens expire now."""
        self._call("expire_tokens")

    def rotation(self, hours):
        """Give the same refresh token back until it is that old, as Intuit does for
        about a day; 0 gives a new one each time."""
        self._call("rotation", hours=hours)

    def revoke_tokens(self):
        """All companies disconnect all apps: access and refresh tokens end."""
        self._call("revoke_tokens")

    # -- time, faults --------------------------------------------------------------

    def set_clock(self, iso=None):
        """Let it be that time now (ISO 8601), or real time again."""
        return self._call("clock", time=iso)["time"]

    def latency(self, seconds, kind=None):
        """Wait before answering calls of a kind (read, write, metered; None: all)."""
        self._call("latency", seconds=seconds, kind=kind)

    def fail_next(self, n=None, **order):
        """The next ``n`` calls that match get a fault, or with ``probability`` all
        that chance picks.

        :param n: 1 when left out; without end when there is a probability
        :param order: what the README's ``POST fail`` has: which calls by ``method``,
            ``path``, ``body``, ``entity``; ``skip`` that many first; ``probability``
            and ``seed``; and what happens, ``kind`` or ``fault``
        """
        self._call("fail", n=n, **order)

    def faults(self):
        """The orders for faults; ``hits`` is how often each was carried out."""
        return self._call("faults", "GET")

    def clear_faults(self):
        """Forget orders for faults and latencies."""
        self._call("clear_faults")

    # -- the log -----------------------------------------------------------------

    def log(self, since=0):
        """Requests to companies: number, method, path, query, kind, status,
        requestid, duration (seconds), at."""
        return self._call("log", "GET", since=since)

    def clear_log(self):
        self._call("clear_log")

    def counters(self):
        """requests, read, write, metered since the start or `clear_log`."""
        return self._call("counters", "GET")

    # -- the company ---------------------------------------------------------------

    def snapshot(self):
        """Remember everything; returns an id for `restore`."""
        return self._call("snapshot")["id"]

    def restore(self, snapshot):
        """Everything as it was; tokens stay valid."""
        self._call("restore", id=snapshot)

    def reset(self, seed="demo", **options):
        """Throw the companies away and start from a seed; returns the realm ids."""
        return self._call("reset", seed=seed, options=options)["realms"]

    def close_books(self, date, password=True):
        """Closing date ``yyyy-mm-dd``, or None to reopen; fault 6210, or 6200 without
        a password."""
        self._call("close_books", date=date, password=password)

    def set_preferences(self, **blocks):
        """Merge into preferences: ``SalesFormsPrefs={"CustomTxnNumbers": True}``."""
        return self._call("preferences", preferences=blocks)

    def edit(self, entity, identifier):
        """Another user saves the object; returns it with its new SyncToken."""
        return self._call("edit", entity=entity, id=str(identifier))

    def merge(self, entity, keep, absorb):
        """A person merges two customers or vendors; the absorbed id is gone."""
        self._call("merge", entity=entity, keep=str(keep), absorb=str(absorb))

    def somebody_types(self, on=True):
        """A person adds names and items in QuickBooks: writes of them get 6000."""
        self._call("somebody_types", on=on)

    def limits(self, **limits):
        """Throttles: per_minute, per_second, batch_per_minute, concurrent; None is
        off. Intuit documents 500, 10 and 40."""
        url = f"{self.url}/_control/limits"
        self.session.post(url, json=limits, timeout=TIMEOUT).raise_for_status()

    def plan(self, offering=None, status=None):
        """What the company pays for ("QuickBooks Online Essentials" lacks classes:
        5030), and whether it does (status "EXPIRED": 6190 on every write)."""
        return self._call("plan", offering=offering, status=status)

    def add_app(self, name, redirects=()):
        """Register another app; its credentials."""
        return self._call("app", name=name, redirects=list(redirects))

    def add_company(self, realm_id, seed="empty"):
        """Found another company beside those there are; returns all realm ids."""
        return self._call("company", realm_id=realm_id, seed=seed)["realms"]

    # -- webhooks ------------------------------------------------------------------

    def webhook(self, url=None, **settings):
        """Register the endpoint of the first app, or change how it is served.

        :param settings: format (classic, cloudevents), delay (seconds of gathering),
            entities, ladder (seconds between attempts), paused, repeat, reorder,
            corrupt; an empty ``url`` removes the endpoint
        """
        return self._call("webhook", url=url, **settings)

    def deliveries(self):
        """What was sent to the endpoint: at, status (or the error's name), body."""
        return self._call("deliveries", "GET")

    # -- the API, for convenience ------------------------------------------------------

    def api(self, method, path, body=None, **arguments):
        """One API call, with a token of its own; returns the parsed answer.

        :raises RuntimeError: when it is not 200
        """
        realm = self.realm_id or self.companies()[0]["realm_id"]
        self._access_token = self._access_token or self.token(realm)
        for attempt in range(2):
            response = self.session.request(
                method,
                f"{self.url}/v3/company/{realm}/{path}",
                params={"minorversion": "75", **arguments},
                json=body,
                headers={
                    "Authorization": f"Bearer {self._access_token}",
                    "Accept": "application/json",
                },
                timeout=TIMEOUT,
            )
            if response.status_code != 401 or attempt:
                break
            self._access_token = self.token(realm)
        if response.status_code != 200:
            raise RuntimeError(f"sandbox {method} {path}: {response.text}")
        return response.json()

    def create(self, entity, body):
        """Create over the API; returns the object."""
        return self.api("POST", entity.lower(), body)[entity]

    def update(self, entity, body):
        """Full or sparse update; returns the object."""
        return self.api("POST", entity.lower(), body)[entity]

    def get(self, entity, identifier):
        return self.api("GET", f"{entity.lower()}/{identifier}")[entity]

    def query(self, statement):
        """The objects that a query finds, as a list."""
        answer = self.api("GET", "query", query=statement)["QueryResponse"]
        lists = [value for value in answer.values() if isinstance(value, list)]
        return lists[0] if lists else []

    def delete(self, entity, identifier):
        token = self.get(entity, identifier)["SyncToken"]
        body = {"Id": str(identifier), "SyncToken": token}
        return self.api("POST", entity.lower(), body, operation="delete")[entity]

    def void(self, entity, identifier):
        token = self.get(entity, identifier)["SyncToken"]
        body = {"Id": str(identifier), "SyncToken": token, "sparse": True}
        return self.api("POST", entity.lower(), body, operation="void")[entity]
