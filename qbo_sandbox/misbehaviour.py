"""What it was told to do wrong: orders for faults, latencies, a busy person."""

import threading
from dataclasses import dataclass, field

from werkzeug.wrappers import Response

from . import envelope, oauth

HTML = "<html><head><title>503 Service Temporarily Unavailable</title></head></html>"


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
        """The order that this call falls under, counted; or None.

        :param named: only orders that name a path count
        """
        return self._first(
            lambda order: (
                (order.path or not named) and order.matches(method, path, body)
            )
        )

    def hit_item(self, entity, item):
        """The same for an item of a batch."""
        return self._first(lambda order: order.matches_item(entity, item))

    def _first(self, concerns):
        with self.lock:
            for order in self.orders:
                if concerns(order) and order.strikes():
                    return order
        return None

    def latency(self, kind):
        """Seconds to wait before a call of this kind is answered."""
        return self.latencies.get(kind, self.latencies.get(None, 0))


def answer(order, stamp):
    """The response of an order that does not cut the connection."""
    if order.in_trouble:
        return _ANSWERS[order.kind](stamp)
    return envelope.fault_response(order.as_fault(), stamp)


def _throttled_with_hint(stamp):
    response = envelope.throttled(stamp)
    response.headers["Retry-After"] = "2"
    return response


_ANSWERS = {
    "401": lambda stamp: envelope.gateway_fault(oauth.expired()),
    "429": envelope.throttled,
    "429-retry-after": _throttled_with_hint,
    "503": lambda stamp: Response(HTML, 503, content_type="text/html"),
    "html": lambda stamp: Response(HTML, 200, content_type="text/html"),
    "garbage": lambda stamp: Response(
        b'{"QueryResponse":{"Inv\xff\x00', 200, content_type="application/json"
    ),
}
