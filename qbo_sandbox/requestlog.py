"""What was asked: the log and the counters that tests and benchmarks assert on."""

import threading
from collections import deque

KEPT = 50_000


class RequestLog:
    """``kind`` is ``write`` (data in), ``metered`` (data out, what Intuit counts as
    CorePlus) or ``read`` (anything else that changes nothing, failed reads too)."""

    def __init__(self):
        self._entries = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._number = 0
        self._counts = {}
        self.clear()

    def add(self, units=1, **entry):
        """Append one request; ``units`` is how many metered reads it stands for."""
        with self._lock:
            self._number += 1
            self._entries.append({"number": self._number, **entry})
            self._counts["requests"] += 1
            kind = entry["kind"]
            self._counts[kind] += units if kind == "metered" else 1
            if kind == "write":
                self._counts["metered"] += units  # reads inside a batch

    def entries(self, since=0):
        """Entries with a greater number than ``since``."""
        with self._lock:
            return [entry for entry in self._entries if entry["number"] > since]

    def counters(self):
        with self._lock:
            return dict(self._counts)

    def clear(self):
        with self._lock:
            self._entries.clear()
            self._counts = {"requests": 0, "read": 0, "write": 0, "metered": 0}
