"""``/v3/company/<realm>/...``: what stands behind each path."""

import json
from dataclasses import dataclass

from werkzeug.wrappers import Response

from . import batch, cdc, envelope, faults, query
from .entities import BY_PATH
from .operations import check_requestid, perform

MAX_MINORVERSION_DIGITS = 9


@dataclass
class Call:
    """One request to a company, taken apart."""

    method: str
    realm: str
    rest: list  # path segments after the realm
    arguments: dict  # URL parameters
    request: object  # werkzeug's

    @property
    def kind(self):
        """``write``, ``metered`` or ``read``, as the request log has it."""
        head = self.rest[0] if self.rest else ""
        if self.method == "GET" or head == "query":
            free = head == "download" or self.rest[-1:] == ["pdf"]
            return "read" if free else "metered"
        return "write"


@dataclass
class Answer:
    """``name`` is the member that holds ``text`` (JSON); ``units``: metered reads."""

    name: str | None
    text: str
    units: int = 1
    response: Response | None = None  # instead, for answers that are no JSON


def handle(sandbox, call):
    """
    :raises Fault: whatever is wrong with it
    """
    _check_minorversion(call.arguments.get("minorversion"))
    if not call.rest:
        raise _unsupported(call)
    head, *tail = call.rest
    special = _SPECIAL.get((call.method, head, len(tail)))
    if special:
        return special(sandbox, call)
    kind = BY_PATH.get(head.lower())
    if kind is None:
        raise _unsupported(call)
    if call.method == "POST" and not tail:
        return _write(sandbox, call, kind)
    if call.method == "GET" and len(tail) == 1:
        return _read(sandbox, call, kind, tail[0])
    raise _unsupported(call)


def _unsupported(call):
    path = f"/v3/company/{call.realm}/{'/'.join(call.rest)}"
    return faults.unsupported(path, call.request.base_url)


def _check_minorversion(value):
    """Any number is taken; anything else ends in Java's own words (2018 recording)."""
    if value and not (value.isdecimal() and len(value) <= MAX_MINORVERSION_DIGITS):
        raise faults.system(
            f'java.lang.NumberFormatException: For input string: "{value}"'
        )


def _json(call):
    try:
        text = call.request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        raise faults.Fault(
            500, "Unsupported Operation", "MalformedByteSequence: not UTF-8"
        ) from None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise faults.bad_property("Unexpected character in the request body") from None


def _no_constant(name):
    raise ValueError(name)


def _write(sandbox, call, kind):
    options = [each for each in call.arguments.get("include", "").split(",") if each]
    name, text = perform(
        sandbox,
        call.realm,
        kind.name,
        _json(call),
        operation=call.arguments.get("operation", "create"),
        options=options,
        requestid=call.arguments.get("requestid"),
    )
    return Answer(name, text)


def _read(sandbox, call, kind, identifier):
    kind.permit("read")
    if kind.name == "CompanyInfo" and identifier == call.realm:
        identifier = "1"
    with sandbox.lock:
        return Answer(kind.name, sandbox.reading(call.realm).read(kind.name, identifier))


def _preferences(sandbox, call):
    with sandbox.lock:
        books = sandbox.reading(call.realm)
        return Answer("Preferences", books.read("Preferences", "1"))


def _query(sandbox, call):
    if call.method == "POST":
        statement = call.request.get_data().decode("utf-8", "replace")
    else:
        statement = call.arguments.get("query", "")
    with sandbox.lock:
        text, _count = query.run(sandbox.reading(call.realm), statement)
    return Answer("QueryResponse", text)


def _cdc(sandbox, call):
    with sandbox.lock:
        text, _count = cdc.answer(sandbox.reading(call.realm), call.arguments)
    return Answer("CDCResponse", text)


def _batch(sandbox, call):
    requestid = call.arguments.get("requestid")
    check_requestid(requestid)
    text, queries = batch.answer(sandbox, call.realm, _json(call), requestid)
    return Answer("BatchItemResponse", text, units=queries)


_SPECIAL = {
    ("GET", "query", 0): _query,
    ("POST", "query", 0): _query,
    ("GET", "cdc", 0): _cdc,
    ("POST", "batch", 0): _batch,
    ("GET", "preferences", 0): _preferences,
}


def respond(call, answer, stamp):
    """The answer on the wire: JSON when asked for, else XML."""
    if answer.response is not None:
        return answer.response
    text = envelope.stamped(answer.name, answer.text, stamp)
    if wants_xml(call.request):
        return Response(envelope.to_xml(text), content_type=envelope.XML_TYPE)
    return Response(text, content_type=envelope.JSON_TYPE)


def wants_xml(request):
    return "json" not in request.headers.get("Accept", "").lower()
