"""Intuit's throttles, off unless switched on: requests per minute and second, batches
per minute, and calls at the same time. What is beyond gets 429."""

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field

from .faults import Fault

DOCUMENTED = {"per_minute": 500, "per_second": 10, "batch_per_minute": 40}


@dataclass
class Limits:
    """None switches a limit off. Numbers are per company."""

    per_minute: int | None = None
    per_second: int | None = None
    batch_per_minute: int | None = None
    concurrent: int | None = None
    _calls: dict = field(default_factory=dict)  # (realm, name) -> moments
    _running: dict = field(default_factory=dict)  # realm -> calls at this moment
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def configure(self, **limits):
        """:raises ValueError: for a limit that does not exist"""
        for name, value in limits.items():
            if name not in (*DOCUMENTED, "concurrent"):
                raise ValueError(f"no limit {name}")
            setattr(self, name, None if value is None else int(value))
        self._calls.clear()

    @contextmanager
    def admit(self, realm, batch):
        """:raises Fault: 3001 when there are too many calls"""
        with self._lock:
            self._count(realm, "per_minute", 60)
            self._count(realm, "per_second", 1)
            if batch:
                self._count(realm, "batch_per_minute", 60)
            running = self._running.get(realm, 0)
            if self.concurrent is not None and running >= self.concurrent:
                raise _throttled()
            self._running[realm] = running + 1
        try:
            yield
        finally:
            with self._lock:
                self._running[realm] -= 1

    def _count(self, realm, name, seconds):
        most = getattr(self, name)
        if most is None:
            return
        now = time.monotonic()
        calls = self._calls.setdefault((realm, name), deque())
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= most:
            raise _throttled()
        calls.append(now)


def _throttled():
    return Fault(
        3001, "ThrottleExceeded", "The request limit was reached.", "", "SERVICE", 429
    )
