"""The way in to a company: credentials, orders for faults, log, response headers."""

import re
import secrets
import socket
import time
import traceback

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from . import api, envelope, faults, misbehaviour, oauth
from .faults import Fault

SOCKET = "qbo_sandbox.socket"  # where the server puts it, for connections to cut
COMPANY = re.compile(r"/v3/company/([^/]*)/?(.*)")


def serve(sandbox, request):
    """Answer one request below ``/v3/``; every problem becomes QuickBooks' fault."""
    started = time.perf_counter()
    call = _call(request)
    kind = call.kind if call else "read"
    try:
        response, units = _serve(sandbox, request, call, kind)
    except RequestEntityTooLarge:
        stamp, xml = sandbox.clock.stamp(), api.wants_xml(request)
        response, units = envelope.fault_response(faults.too_large(), stamp, xml), 0
    except (HTTPException, OSError):
        raise  # the client's doing
    except Exception:  # the sandbox is wrong: we are told where, the client sees 10000
        traceback.print_exc()
        fault = faults.system("java.lang.NullPointerException")
        stamp, xml = sandbox.clock.stamp(), api.wants_xml(request)
        response, units = envelope.fault_response(fault, stamp, xml), 0
    headers(response)
    failed = response.status_code >= 400
    sandbox.log.add(
        units=0 if failed else units,
        method=request.method,
        path=request.path,
        query=request.query_string.decode("latin-1"),
        kind="read" if failed and kind == "metered" else kind,
        status=response.status_code,
        requestid=request.args.get("requestid"),
        duration=time.perf_counter() - started,
        at=sandbox.clock.stamp(),
    )
    return response


def _serve(sandbox, request, call, kind):
    wait = sandbox.misbehaviour.latency(kind)
    order = _order(sandbox, request)
    if order is not None and order.kind != "drop-answer":
        sandbox.misbehaviour.pause(wait)

    def answer():
        return _answer(sandbox, request, call, wait)

    return misbehaving(sandbox, request, order, answer)


def guarded(sandbox, request, answer):
    """The same for OAuth's endpoints: only orders that name a path hit them."""
    order = _order(sandbox, request, named=True)
    return misbehaving(sandbox, request, order, lambda: (answer(), 0))[0]


def misbehaving(sandbox, request, order, answer):
    """What an order makes of a call; (response, metered units) as ``answer()`` has."""
    if order is None:
        return answer()
    if order.kind == "drop-answer":
        units = answer()[1]
        return cut(request), units
    if order.kind == "cut":
        return cut(request), 0
    return misbehaviour.answer(order, sandbox.clock.stamp()), 0


def _order(sandbox, request, named=False):
    if not sandbox.misbehaviour.orders:
        return None  # nothing to compare the body with
    text = request.query_string.decode("latin-1")
    path = f"{request.path}?{text}" if text else request.path
    body = request.get_data().decode("utf-8", "replace")
    return sandbox.misbehaviour.hit(request.method, path, body, named)


def _answer(sandbox, request, call, wait):
    """(response, metered units); while it waits, the call counts as one of those at
    the same time"""
    stamp = sandbox.clock.stamp()
    xml = api.wants_xml(request)
    try:
        if call is None:
            raise faults.unsupported(request.path, request.base_url)
        oauth.admit(sandbox, request, call.realm)
        with sandbox.limits.admit(call.realm, call.rest[:1] == ["batch"]):
            sandbox.misbehaviour.pause(wait)
            answer = api.handle(sandbox, call)
    except Fault as fault:
        if fault.kind == "SERVICE":
            return envelope.throttled(stamp), 0
        if fault.kind in ("AUTHENTICATION", "AUTHORIZATION"):
            return envelope.gateway_fault(fault, stamp, xml), 0
        return envelope.fault_response(fault, stamp, xml), 0
    units = answer.queries if call.kind == "write" else 1
    return api.respond(call, answer, stamp), units


def _call(request):
    match = COMPANY.fullmatch(request.path)
    if not match:
        return None
    rest = [segment for segment in match.group(2).split("/") if segment]
    arguments = {name: value for name, value in request.args.items()}
    method = "GET" if request.method == "HEAD" else request.method
    return api.Call(method, match.group(1), rest, arguments, request)


def headers(response):
    """What Intuit's servers put on every answer."""
    moment = f"{int(time.time()):x}"
    response.headers["intuit_tid"] = f"1-{moment}-{secrets.token_hex(12)}"
    response.headers["QBO-Version"] = "1988.128"
    response.headers["Cache-Control"] = (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def cut(request):
    """Close the connection under the answer; the client sees no status at all."""
    connection = request.environ[SOCKET]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the client was faster
    return Response("", 599)
