"""Answers as they go over the wire: JSON, XML, and both forms of a fault."""

import json
import time
from xml.sax.saxutils import escape, quoteattr

from werkzeug.wrappers import Response

from .kernel.text import members

NAMESPACE = "http://schema.intuit.com/finance/v3"
JSON_TYPE = "application/json;charset=utf-8"
XML_TYPE = "application/xml;charset=UTF-8"


def stamped(name, text, stamp):
    """``{"Invoice":{...},"time":"..."}`` from a part that is text already."""
    return members({name: text, "time": json.dumps(stamp)})


def fault_body(fault, element=False):
    """``Fault`` object; batch items always show ``element``."""
    error = {"Message": fault.message, "Detail": fault.detail, "code": fault.code}
    if fault.element is not None:
        error["element"] = fault.element
    elif element:
        error["element"] = ""
    return {"Error": [error], "type": fault.kind}


def fault_response(fault, stamp, xml=False):
    body = {"Fault": fault_body(fault), "time": stamp}
    if xml:
        return Response(fault_xml(fault, stamp), fault.status, content_type=XML_TYPE)
    return Response(json.dumps(body), fault.status, content_type="application/json")


def fault_xml(fault, stamp):
    element = quoteattr(fault.element or "")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{stamp}" xmlns="{NAMESPACE}">'
        f"<Fault type={quoteattr(fault.kind)}><Error code={quoteattr(fault.code)}"
        f" element={element}><Message>{escape(fault.message)}</Message>"
        f"<Detail>{escape(fault.detail)}</Detail></Error></Fault></IntuitResponse>"
    )


def gateway_fault(fault, xml=False):
    """401 and 403 come from the gateway, in an envelope of its own."""
    error = {
        "message": fault.message,
        "detail": fault.detail,
        "code": fault.code,
        "element": None,
    }
    body = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": fault.kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(time.time() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    response = Response(json.dumps(body), fault.status, content_type="application/json")
    if fault.status == 401:
        response.headers["WWW-Authenticate"] = (
            'Bearer realm="Intuit", error="invalid_token"'
        )
    return response


def throttled(stamp):
    """429: XML whatever was asked for, as in every recording."""
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{stamp}" xmlns="{NAMESPACE}">\n'
        '  <Fault type="SERVICE">\n    <Error code="3001">\n'
        "      <Message>message=ThrottleExceeded; errorCode=003001; statusCode=429"
        "</Message>\n"
        "      <Detail>The request limit was reached.  Try again later</Detail>\n"
        "    </Error>\n  </Fault>\n</IntuitResponse>\n"
    )
    return Response(text, 429, content_type="text/xml")


def to_xml(text):
    """A JSON answer as the XML that a client without ``Accept`` gets."""
    body = json.loads(text)
    stamp = body.pop("time", "")
    inner = "".join(_element(name, value) for name, value in body.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse xmlns="{NAMESPACE}" time="{stamp}">{inner}</IntuitResponse>'
    )


ATTRIBUTES = ("domain", "sparse", "status", "startPosition", "maxResults", "totalCount")


def _element(name, value):
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(_scalar(value))}</{name}>"
    if "value" in value and set(value) <= {"value", "name", "type"}:
        names = (key for key in ("name", "type") if key in value)
        attributes = "".join(f" {key}={quoteattr(value[key])}" for key in names)
        return f"<{name}{attributes}>{escape(_scalar(value['value']))}</{name}>"
    attributes = "".join(
        f" {key}={quoteattr(_scalar(value[key]))}" for key in ATTRIBUTES if key in value
    )
    inner = "".join(_element(k, v) for k, v in value.items() if k not in ATTRIBUTES)
    return f"<{name}{attributes}>{inner}</{name}>"


def _scalar(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
