"""Orders for faults: which calls they hit, and what these get instead of an answer."""

import json
import random
import re
from dataclasses import asdict, dataclass, field

from . import faults
from .entities import KINDS

FAULTS = {  # kind of failure -> the fault that it is
    "500": lambda: faults.system("java.lang.NullPointerException"),
    "stale": faults.stale,  # 5010, as if somebody had been faster
    "busy": faults.one_at_a_time,
    "6190": faults.company_status,
}
TROUBLES = (
    "401",  # the access token has expired, it seems
    "429",
    "429-retry-after",
    "503",
    "html",
    "garbage",
    "cut",  # the connection, before anything is done
    "drop-answer",  # do it, commit it, then cut the connection
)
NAMES = (*FAULTS, *TROUBLES)
PLACE = re.compile(r"/v3/company/[^/]*/([^/?]*)")


@dataclass
class Order:
    """One order. ``left`` counts down with each call that it hits (None: no end),
    ``skip`` with each that it lets pass first; ``probability`` decides on the others,
    by numbers that are the same for the same ``seed``."""

    kind: str | None = None  # one of NAMES
    fault: dict | None = None  # instead: code, message, detail, type, http, element
    method: str | None = None
    path: str | None = None  # regular expression, searched in path and query
    body: str | None = None  # the same for the body
    entity: tuple = ()  # names of entities; none is all
    left: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    hits: int = field(default=0, init=False)

    def __post_init__(self):
        """:raises ValueError: for what cannot be ordered; re.error"""
        if (self.kind is None) == (self.fault is None):
            raise ValueError("give either kind or fault")
        if self.kind is not None and self.kind not in NAMES:
            raise ValueError(f"kind must be one of {', '.join(NAMES)}")
        if not 0 < self.probability <= 1:
            raise ValueError("probability must be above 0 and at most 1")
        for name in self.entity:
            if name not in KINDS:
                raise ValueError(f"no entity {name}")
        if not self.in_trouble:
            self.as_fault()  # so that one that cannot be is refused now
        self.left = None if self.left is None else int(self.left)
        self.skip = int(self.skip)
        self._path = re.compile(self.path or "")
        self._body = re.compile(self.body or "")
        self._random = random.Random(self.seed)

    def matches(self, method, path, body):
        """Whether it is about this call (``path`` with the query)."""
        return (
            self.method in (None, method)
            and self._path.search(path) is not None
            and self._body.search(body) is not None
            and self._concerns(path, body)
        )

    def _concerns(self, path, body):
        """Of a batch, faults hit the items one by one, troubles the whole call."""
        if not self.entity:
            return True
        found = PLACE.match(path)
        place = found.group(1).lower() if found else ""
        if place == "batch":
            return self.in_trouble and any(f'"{name}"' in body for name in self.entity)
        return place in [name.lower() for name in self.entity]

    def matches_item(self, entity, item):
        """Whether it is about this item of a batch."""
        return (
            entity in self.entity
            and not self.in_trouble
            and self.path is None
            and self.method in (None, "POST")
            and self._body.search(json.dumps(item)) is not None
        )

    @property
    def in_trouble(self):
        """Whether the answer is something else than QuickBooks' fault."""
        return self.kind in TROUBLES

    def strikes(self):
        """Count a call that it is about; whether that is hit."""
        if self.left == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self._random.random() >= self.probability:
            return False
        if self.left is not None:
            self.left -= 1
        self.hits += 1
        return True

    def as_fault(self):
        """
        :raises ValueError: when what was asked for is none
        """
        if self.kind:
            return FAULTS[self.kind]()
        if not isinstance(self.fault, dict):
            raise ValueError("fault must be an object")
        return faults.Fault(
            self.fault.get("code", "6000"),
            self.fault.get("message", "Fault on order"),
            self.fault.get("detail", "This fault was asked for."),
            element=self.fault.get("element"),
            kind=self.fault.get("type", "ValidationFault"),
            status=int(self.fault.get("http", 400)),
        )

    def shown(self):
        """What it says and how often it hit, without what is not set."""
        found = {name: value for name, value in asdict(self).items() if value}
        return {**found, "hits": self.hits}
