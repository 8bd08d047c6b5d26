"""``/v3/company/<realm>/...``: what stands behind each path."""

import json
from dataclasses import dataclass
from datetime import date

from werkzeug.wrappers import Response

from . import batch, cdc, envelope, faults, query, reports, uploads, xmlform
from .entities import BY_PATH, KINDS, taxservice
from .entities.currency import rate_on_day
from .kernel.store import dump
from .operations import check_requestid, once, perform

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
    """``name`` is the member that holds ``text`` (JSON)."""

    name: str | None
    text: str
    queries: int = 0  # inside a batch; each is a metered read
    response: Response | None = None  # instead, for answers of another form


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
    if call.method == "POST" and call.rest == ["taxservice", "taxcode"]:
        return _tax_service(sandbox, call)
    if len(tail) == 2 and (call.method, tail[1]) in _ACTIONS:
        return _ACTIONS[call.method, tail[1]](sandbox, call)
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


def _body(call, read_xml):
    """The parsed body of a request.

    :param read_xml: what makes one of XML
    :raises Fault: 2010, or 500 for what is not UTF-8
    """
    try:
        text = call.request.get_data().decode("utf-8")
    except UnicodeDecodeError:
        raise faults.Fault(
            500, "Unsupported Operation", "MalformedByteSequence: not UTF-8"
        ) from None
    if xmlform.is_xml(text):
        return read_xml(text)
    try:
        body = json.loads(text, parse_constant=_no_constant)
        if "\\ud" in text.lower():  # half a surrogate pair cannot be stored
            dump(body).encode()
    except (ValueError, RecursionError):
        raise faults.bad_property("Unexpected character in the request body") from None
    return body


def _no_constant(name):
    raise ValueError(name)


def _write(sandbox, call, kind):
    name, text = perform(
        sandbox,
        call.realm,
        kind.name,
        _body(call, lambda text: xmlform.read(text, kind.name, kind.fields)),
        operation=call.arguments.get("operation", "create"),
        options=tuple(_includes(call)),
        requestid=call.arguments.get("requestid"),
    )
    return Answer(name, text)


def _read(sandbox, call, kind, identifier):
    kind.permit("read")
    if kind.name == "CompanyInfo" and identifier == call.realm:
        identifier = "1"
    with sandbox.lock:
        text = sandbox.reading(call.realm).read(kind.name, identifier)
    if kind.name == "Invoice" and "invoiceLink" in _includes(call):
        text = _with_link(text, call.request.host_url)
    return Answer(kind.name, text)


def _includes(call):
    return [each for each in call.arguments.get("include", "").split(",") if each]


def _with_link(text, host):
    """The address where the customer can pay, for an invoice that was made for it:
    online payment allowed and an e-mail address given."""
    body = json.loads(text)
    online = ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment")
    if body.get("BillEmail") and any(body.get(each) for each in online):
        body["InvoiceLink"] = f"{host}app/invoice?txnId={body['Id']}"
    return dump(body)


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
    body = _body(call, lambda text: xmlform.read_batch(text, KINDS))
    text, queries = batch.answer(sandbox, call.realm, body, requestid)
    return Answer("BatchItemResponse", text, queries=queries)


def _day(arguments, name):
    """:raises Fault: 2060 for what is no date"""
    try:
        return arguments.get(name) and date.fromisoformat(arguments[name]).isoformat()
    except ValueError:
        raise faults.invalid_date(name, arguments[name]) from None


def _exchange_rate(sandbox, call):
    currency = call.arguments.get("sourcecurrencycode")
    if not currency:
        raise faults.missing("sourcecurrencycode")
    with sandbox.lock:
        day = _day(call.arguments, "asofdate") or sandbox.clock.today()
        books = sandbox.reading(call.realm)
        return Answer("ExchangeRate", dump(rate_on_day(books, currency, day)))


def _tax_service(sandbox, call):
    """Answered without an envelope."""
    fields = taxservice.FIELDS
    body = _body(call, lambda text: xmlform.read(text, "TaxService", fields))
    text = once(
        sandbox,
        call.realm,
        call.arguments.get("requestid"),
        lambda books: taxservice.create(books, body),
    )
    return Answer(None, text, response=Response(text, content_type=envelope.JSON_TYPE))


def _document(sandbox, call, action):
    """The entity of ``/invoice/145/pdf`` or ``/send``; it must offer that."""
    kind = BY_PATH.get(call.rest[0].lower())
    if kind is None or action not in kind.operations:
        raise _unsupported(call)
    return kind


def _pdf(sandbox, call):
    from . import pdf  # when it is needed: its library takes a while to load

    kind = _document(sandbox, call, "pdf")
    with sandbox.lock:
        books = sandbox.reading(call.realm)
        body = json.loads(books.read(kind.name, call.rest[1]))
        company = books.find("CompanyInfo", "1")
    content = pdf.render(kind.name, body, company)
    response = Response(content, content_type="application/pdf")
    return Answer(None, "", response=response)


def _send(sandbox, call):
    kind = _document(sandbox, call, "send")
    text = once(
        sandbox,
        call.realm,
        call.arguments.get("requestid"),
        lambda books: books.send(kind.name, call.rest[1], call.arguments.get("sendTo")),
    )
    return Answer(kind.name, text)


def _upload(sandbox, call):
    text = uploads.answer(sandbox, call.realm, call.request)
    return Answer("AttachableResponse", text)


def _download(sandbox, call):
    with sandbox.lock:
        books = sandbox.reading(call.realm)
        found = json.loads(books.read("Attachable", call.rest[1]))
    if "TempDownloadUri" not in found:
        raise faults.not_found()
    uri = found["TempDownloadUri"]
    return Answer(None, "", response=Response(uri, content_type="text/plain"))


def _report(sandbox, call):
    """Reports come without an envelope."""
    with sandbox.lock:
        books = sandbox.reading(call.realm)
        text = dump(reports.answer(books, call.rest[1], call.arguments))
    return Answer(None, text, response=Response(text, content_type=envelope.JSON_TYPE))


_SPECIAL = {
    ("GET", "reports", 1): _report,
    ("GET", "query", 0): _query,
    ("POST", "query", 0): _query,
    ("GET", "cdc", 0): _cdc,
    ("POST", "batch", 0): _batch,
    ("GET", "preferences", 0): _preferences,
    ("GET", "exchangerate", 0): _exchange_rate,
    ("POST", "upload", 0): _upload,
    ("GET", "download", 1): _download,
}
_ACTIONS = {("GET", "pdf"): _pdf, ("POST", "send"): _send}


def respond(call, answer, stamp):
    """The answer on the wire: JSON when asked for, else XML."""
    if answer.response is not None:
        return answer.response
    text = envelope.stamped(answer.name, answer.text, stamp)
    if wants_xml(call.request):
        return Response(xmlform.write(text), content_type=envelope.XML_TYPE)
    return Response(text, content_type=envelope.JSON_TYPE)


def wants_xml(request):
    return "json" not in request.headers.get("Accept", "").lower()
