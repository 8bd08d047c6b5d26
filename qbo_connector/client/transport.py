"""One call to QuickBooks: send it, refresh the token once, read the answer.

This is the only place that talks HTTP to the accounting service, and so the only seam
that needs watching (`on_call`). Nothing is repeated here that could write twice, save
after a 401, which QuickBooks answers before it looks at the call.
"""

import time
from typing import NamedTuple

import requests
from requests.exceptions import ChunkedEncodingError
from urllib3.exceptions import NewConnectionError

from . import answers, errors


class CallInfo(NamedTuple):
    """One HTTP exchange, for logs and meters; no payload, no secret.

    `kind` is "read" (which Intuit meters: reads, queries, CDC) or "write"; `status` is
    None when no answer came; `duration` is in seconds.
    """

    method: str
    entity: str
    kind: str
    status: int | None
    duration: float
    intuit_tid: str


class Call(NamedTuple):
    """What is asked: `entity` and `operation` are for errors and `CallInfo`."""

    method: str
    path: str
    entity: str
    operation: str
    kind: str
    params: dict
    json: dict | None = None
    text: str | None = None


class Transport:
    """Calls to one QuickBooks company.

    :param str base_url: an address of `hosts.API_URLS`, without `/v3`
    :param str realm_id: the company's id
    :param token: callable `token(rejected=None) -> str`; called with the access token
        that QuickBooks has just rejected, it refreshes and returns another one
    :param timeout: seconds to connect and seconds to wait for data. QuickBooks itself
        gives up after 120 s; a write that runs out of time has an unknown outcome.
    :param int minorversion: 75 is the lowest and newest QuickBooks honours
    :param requests.Session session: to share a connection pool
    :param on_call: callable that is given a `CallInfo` after each exchange
    :param pace: callable that is given a `Call` before each exchange, and returns when
        QuickBooks' limits allow it; it may raise an `errors.QboError` instead
    :ivar last_tid: QuickBooks' id of the last answer
    :ivar last_time: QuickBooks' clock at the last success, ISO 8601; "" before that
    """

    def __init__(
        self,
        base_url,
        realm_id,
        token,
        *,
        timeout=(10, 60),
        minorversion=75,
        session=None,
        on_call=None,
        pace=None,
    ):
        self.realm_id = str(realm_id)
        self.last_tid = ""
        self.last_time = ""
        self._company_url = f"{base_url.rstrip('/')}/v3/company/{self.realm_id}"
        self._token = token
        self._timeout = timeout
        self._minorversion = minorversion
        self._session = session or requests.Session()
        self._on_call = on_call
        self._pace = pace

    def call(self, call):
        """Make a `Call` and return the answer's JSON object.

        :raises errors.QboError: see `errors.py` for the kinds
        """
        token = self._token()
        response = self._send(call, token)
        if response.status_code == 401:
            response = self._send(call, self._token(token))
        payload = answers.parse_json(response.content)
        if response.status_code == 200 and payload and "Fault" not in payload:
            self.last_time = payload.get("time") or self.last_time
            return payload
        raise answers.error_of(response, **context_of(call))

    def _send(self, call, token):
        try:
            return self._exchange(call, token)
        except requests.RequestException as error:
            if call.kind != "read" or not _is_broken(error):
                raise _unavailable(call, error) from error
        # The other end may have closed a connection that was kept for us: once more.
        try:
            return self._exchange(call, token)
        except requests.RequestException as error:
            raise _unavailable(call, error) from error

    def _exchange(self, call, token):
        if self._pace:
            self._pace(call)
        start = time.monotonic()
        response = None
        try:
            response = self._session.request(
                call.method,
                f"{self._company_url}/{call.path}",
                params={**call.params, "minorversion": self._minorversion},
                json=call.json,
                data=call.text and call.text.encode(),
                headers=_headers(call),
                # As `auth`, because a .netrc would replace a plain header.
                auth=_bearer(token),
                timeout=self._timeout,
                allow_redirects=False,
            )
            self.last_tid = answers.intuit_tid(response)
            return response
        finally:
            self._report(call, response, time.monotonic() - start)

    def _report(self, call, response, duration):
        if self._on_call is None:
            return
        status = None if response is None else response.status_code
        tid = "" if response is None else self.last_tid
        info = CallInfo(call.method, call.entity, call.kind, status, duration, tid)
        self._on_call(info)


def context_of(call):
    """What an error about `call` should know of it."""
    return {
        "entity": call.entity,
        "operation": call.operation,
        "write": call.kind == "write",
    }


def _headers(call):
    # Without Accept, QuickBooks answers in XML.
    headers = {"Accept": "application/json"}
    if call.text is not None:
        headers["Content-Type"] = "application/text"
    return headers


def _bearer(token):
    def authorize(request):
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorize


def _unavailable(call, error):
    context = context_of(call)
    never_sent = _never_sent(error)
    what = "broke off the connection"
    if never_sent:
        what = "could not be reached"
    elif isinstance(error, requests.Timeout):
        what = "did not answer in time"
    # Not str(error): it holds the address, and with it the query.
    return errors.QboUnavailable(
        f"QuickBooks {what} ({type(error).__name__})",
        retryable=True,
        outcome_unknown=context.pop("write") and not never_sent,
        **context,
    )


def _never_sent(error):
    """Whether the connection was not even made, so nothing can have been written."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(
        reason, NewConnectionError
    )


def _is_broken(error):
    """Whether a connection was made and then lost."""
    lost = (requests.ConnectionError, ChunkedEncodingError)
    timed_out = isinstance(error, requests.Timeout)
    return isinstance(error, lost) and not timed_out and not _never_sent(error)
