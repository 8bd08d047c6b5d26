"""From the bytes QuickBooks sent to an object or a typed error.

Errors come in more than one form: JSON with `Fault` (capital) from the accounting
service, JSON with `fault` (small) from the gateway in front of it (401, 403), XML
although JSON was asked for (429), HTML from proxies, and nothing at all.
"""

import json
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

from . import errors, faults

# QuickBooks repeats rejected tokens in its Detail ("Token expired: eyJ...").
_SECRETS = re.compile(
    r"(?i:(?<=token expired: )|(?<=token revoked: ))\S+"
    r"|\b(?:eyJ|AB1)[\w.~+/=-]{16,}"
)
_GATEWAY_CODE = re.compile(r"errorCode=(\d+)")


def parse_json(body):
    """The JSON object in `body` (bytes), or None when it holds none."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def read_fault(body):
    """All errors of the fault in `body` (bytes, JSON or XML); empty when none.

    :rtype: list[errors.FaultError]
    """
    payload = parse_json(body)
    if payload is not None:
        return errors_in(payload)
    return [_fault_error(*one) for one in _xml_errors(body)]


def errors_in(payload):
    """All errors of the fault in a JSON object; empty when it holds none."""
    return [_fault_error(*one) for one in _json_errors(payload)]


def fault(found, *, http_status=None, **context):
    """A `QboFault` from the errors of a fault; `context` goes to its attributes."""
    first = found[0]
    decision = faults.decide(first.code, first.detail, http_status)
    return _build(errors.QboFault, found, decision, http_status, **context)


def error_of(response, *, write=False, **context):
    """The typed error that an answer stands for.

    :param requests.Response response: an answer that is not a success
    :param bool write: whether the call was to change something
    :param context: entity and operation, kept on the error
    :rtype: errors.QboError
    """
    status = response.status_code
    found = read_fault(response.content)
    context.update(
        intuit_tid=intuit_tid(response),
        retry_after=retry_after(response.headers.get("Retry-After")),
    )
    if not found:
        found = [errors.FaultError("", _unexplained(status), "", "")]
    decision = faults.decide(found[0].code, found[0].detail, status)
    error_class = _class_of(decision, status)
    return _build(error_class, found, decision, status, write, **context)


def intuit_tid(response):
    """QuickBooks' id of an answer, or ""."""
    return response.headers.get("intuit_tid", "")


def retry_after(value):
    """Seconds of a Retry-After header (a number or an HTTP date), or None."""
    if not value:
        return None
    if value.strip().isdecimal():
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    wait = (moment - datetime.now(timezone.utc)).total_seconds()
    return max(0, round(wait))


def without_secrets(text):
    """`text` with anything that looks like a token replaced."""
    return _SECRETS.sub("***", text)


def _json_errors(payload):
    found = _either(payload, "Fault")
    listed = _either(found, "Error") if isinstance(found, dict) else None
    if isinstance(listed, dict):
        listed = [listed]
    for one in listed or []:
        if isinstance(one, dict):
            keys = ("Code", "Message", "Detail", "Element")
            yield [_either(one, key) for key in keys]


def _either(mapping, key):
    """The value under `key` as the service or, in small letters, the gateway has it."""
    return mapping.get(key, mapping.get(key.lower()))


def _xml_errors(body):
    # An IntuitResponse has no DOCTYPE. HTML has, and so has XML that means harm.
    if b"<!" in body:
        return
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return
    for one in root.iterfind(".//{*}Fault/{*}Error"):
        texts = [one.findtext("{*}Message"), one.findtext("{*}Detail")]
        yield [one.get("code"), *texts, one.get("element")]


def _fault_error(code, message, detail, element):
    code, message, detail, element = (
        "" if value is None else str(value)
        for value in (code, message, detail, element)
    )
    hidden = _GATEWAY_CODE.search(message)
    if not code and hidden:
        code = hidden[1]
    if code.isdecimal():
        code = str(int(code))  # "003200" is 3200
    message, detail = without_secrets(message), without_secrets(detail)
    return errors.FaultError(code, message, detail, element)


def _class_of(decision, status):
    if decision.fault_class == "throttle":
        return errors.QboThrottled
    if decision.fault_class == "auth":
        return errors.QboAuthError
    if decision.fault_class == "transient" and status != 400:
        return errors.QboUnavailable
    return errors.QboFault


def _build(error_class, found, decision, http_status, write=False, **context):
    first = found[0]
    return error_class(
        first.message or "QuickBooks gave no reason",
        fault_class=decision.fault_class,
        retryable=decision.retryable,
        # A 500 or "system failure" may come after the books were written.
        outcome_unknown=write and decision.fault_class == "transient",
        code=first.code,
        detail=first.detail,
        element=first.element,
        http_status=http_status,
        errors=found,
        **context,
    )


def _unexplained(status):
    return f"QuickBooks answered HTTP {status} without a readable reason"
