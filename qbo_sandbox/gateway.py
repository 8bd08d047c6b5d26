"""The way in to a company: credentials, orders for faults, log, response headers."""

import re
import secrets
import socket
import time

from werkzeug.wrappers import Response

from . import api, envelope, faults, misbehaviour, oauth
from .faults import Fault

COMPANY = re.compile(r"/v3/company/([^/]*)/?(.*)")


def serve(sandbox, request):
    """Answer one request below ``/v3/``; every problem becomes QuickBooks' fault."""
    started = time.perf_counter()
    call = _call(request)
    kind = call.kind if call else "read"
    response, units = _serve(sandbox, request, call, kind)
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
    time.sleep(sandbox.misbehaviour.latency(kind))
    order = sandbox.misbehaviour.hit(
        request.method,
        _full_path(request),
        request.get_data(as_text=False).decode("utf-8", "replace"),
    )
    stamp = sandbox.clock.stamp()
    if order and order.kind == "cut":
        return cut(request), 0
    if order and order.kind != "drop-answer":
        return misbehaviour.answer(order, stamp), 0
    response, units = _answer(sandbox, request, call, stamp)
    if order:
        response = cut(request)
    return response, units


def _answer(sandbox, request, call, stamp):
    """(response, metered units)"""
    xml = api.wants_xml(request)
    try:
        if call is None:
            raise faults.unsupported(request.path, request.base_url)
        oauth.admit(sandbox, request, call.realm)
        with sandbox.limits.admit(call.realm, call.rest[:1] == ["batch"]):
            answer = api.handle(sandbox, call)
    except Fault as fault:
        if fault.kind == "SERVICE":
            return envelope.throttled(stamp), 0
        if fault.kind in ("AUTHENTICATION", "AUTHORIZATION"):
            return envelope.gateway_fault(fault), 0
        return envelope.fault_response(fault, stamp, xml), 0
    units = answer.units if call.kind == "metered" or answer.name else 0
    return api.respond(call, answer, stamp), _units(call, answer, units)


def _units(call, answer, units):
    """Reads that a call counts for: one, or each query inside a batch."""
    if call.kind == "metered":
        return 1
    return units if answer.name == "BatchItemResponse" else 0


def _call(request):
    match = COMPANY.fullmatch(request.path)
    if not match:
        return None
    rest = [segment for segment in match.group(2).split("/") if segment]
    arguments = {name: value for name, value in request.args.items()}
    return api.Call(request.method, match.group(1), rest, arguments, request)


def _full_path(request):
    text = request.query_string.decode("latin-1")
    return f"{request.path}?{text}" if text else request.path


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
    connection = request.environ["werkzeug.socket"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the client was faster
    return Response("", 599)
