"""Faults on order: what the next calls that match shall get instead of an answer."""

import re
import threading
from dataclasses import dataclass, field

from werkzeug.wrappers import Response

from . import envelope, faults

KINDS = (
    "429",
    "429-retry-after",
    "500",
    "503",
    "html",
    "garbage",
    "cut",  # the connection, before anything is done
    "drop-answer",  # do it, commit it, then cut the connection
    "stale",  # 5010, as if somebody had been faster
    "busy",  # 6000, one name at a time
    "6190",
)
HTML = "<html><head><title>503 Service Temporarily Unavailable</title></head></html>"


@dataclass
class Order:
    """One order; ``left`` counts down with each call that it hits."""

    left: int
    method: str | None = None
    path: re.Pattern | None = None  # on path and query
    body: re.Pattern | None = None
    fault: dict | None = None  # code, message, detail, type, http
    kind: str | None = None

    def matches(self, method, path, body):
        return (
            (self.method is None or self.method == method)
            and (self.path is None or self.path.search(path) is not None)
            and (self.body is None or self.body.search(body) is not None)
        )


@dataclass
class Misbehaviour:
    orders: list = field(default_factory=list)
    latencies: dict = field(default_factory=dict)  # call kind or None -> seconds
    somebody_types: bool = False  # a person adds names: writes of names are refused
    lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    def add(self, order):
        with self.lock:
            self.orders.append(order)

    def clear(self):
        """Forget everything; calls that are held up go on at once."""
        with self.lock:
            self.orders.clear()
            self.latencies.clear()
            self.somebody_types = False
            self.released.set()
            self.released = threading.Event()

    def pause(self, seconds):
        """Wait that long, or until everything is cleared."""
        self.released.wait(seconds)

    def hit(self, method, path, body, named=False):
        """The order that this call falls under, counted down; or None.

        :param named: only orders that name a path count
        """
        with self.lock:
            for order in self.orders:
                if named and order.path is None:
                    continue
                if order.left > 0 and order.matches(method, path, body):
                    order.left -= 1
                    return order
        return None

    def latency(self, kind):
        """Seconds to wait before a call of this kind is answered."""
        return self.latencies.get(kind, self.latencies.get(None, 0))


def answer(order, stamp):
    """The response of an order that does not cut the connection."""
    if order.fault:
        given = order.fault
        fault = faults.Fault(
            given.get("code", "6000"),
            given.get("message", "Fault on order"),
            given.get("detail", "This fault was asked for."),
            element=given.get("element"),
            kind=given.get("type", "ValidationFault"),
            status=int(given.get("http", 400)),
        )
        return envelope.fault_response(fault, stamp)
    return _ANSWERS[order.kind](stamp)


def _throttled(stamp):
    return envelope.throttled(stamp)


def _throttled_with_hint(stamp):
    response = envelope.throttled(stamp)
    response.headers["Retry-After"] = "2"
    return response


def _fault(make):
    return lambda stamp: envelope.fault_response(make(), stamp)


_ANSWERS = {
    "429": _throttled,
    "429-retry-after": _throttled_with_hint,
    "500": _fault(lambda: faults.system("java.lang.NullPointerException")),
    "503": lambda stamp: Response(HTML, 503, content_type="text/html"),
    "html": lambda stamp: Response(HTML, 200, content_type="text/html"),
    "garbage": lambda stamp: Response(
        b'{"QueryResponse":{"Inv\xff\x00', 200, content_type="application/json"
    ),
    "stale": _fault(faults.stale),
    "busy": _fault(faults.one_at_a_time),
    "6190": _fault(faults.company_status),
}
