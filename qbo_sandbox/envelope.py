"""Answers as they go over the wire: JSON, XML, and both forms of a fault."""

import json
import time

from werkzeug.wrappers import Response

from . import xmlform
from .kernel.text import members
from .xmlform import NAMESPACE

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
        text = xmlform.response(xmlform.fault(body["Fault"]), stamp)
        return Response(text, fault.status, content_type=XML_TYPE)
    return Response(json.dumps(body), fault.status, content_type="application/json")


def gateway_fault(fault, stamp="", xml=False):
    """401 and 403 come from the gateway, in JSON in an envelope of its own."""
    if xml:
        response = fault_response(fault, stamp, xml)
    else:
        text = json.dumps(_gateway_body(fault))
        response = Response(text, fault.status, content_type="application/json")
    if fault.status == 401:
        response.headers["WWW-Authenticate"] = (
            'Bearer realm="Intuit", error="invalid_token"'
        )
    return response


def _gateway_body(fault):
    error = {
        "message": fault.message,
        "detail": fault.detail,
        "code": fault.code,
        "element": None,
    }
    return {
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
