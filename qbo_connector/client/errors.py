"""What can go wrong between us and QuickBooks, as exceptions.

Catch by class (`QboAuthError`, `QboThrottled`, `QboUnavailable`, `QboFault`) or look
at `fault_class`, which is one of `FAULT_CLASSES`. Which code belongs to which class
is decided in one table, in `fault_table.py`, with sentences and remedies for people.
"""

from typing import NamedTuple

FAULT_CLASSES = (
    "auth",  # the connection is gone or its user lost access: reconnect
    "throttle",  # too many calls: wait
    "transient",  # QuickBooks is in trouble: try again later
    "conflict",  # somebody else changed it, or took the name or number
    "mapping",  # something the record points to is missing, inactive or wrong
    "data",  # a value is missing, malformed or too long
    "policy",  # the books forbid it: closed, deposited, settled, matched
    "account",  # the company's subscription, plan or user rights forbid it
)


class FaultError(NamedTuple):
    """One error of a fault, in QuickBooks' own words; `code` is a decimal string."""

    code: str
    message: str
    detail: str
    element: str


class QboError(Exception):
    """Base of everything this package raises about QuickBooks.

    :ivar fault_class: one of `FAULT_CLASSES`
    :ivar code: QuickBooks' code ("6240"), OAuth's ("invalid_grant"), or ""
    :ivar message: QuickBooks' short words; `detail` its long ones
    :ivar element: the field QuickBooks names, or ""
    :ivar intuit_tid: QuickBooks' id of the answer; Intuit support asks for it
    :ivar http_status: status of the answer, None when there was none
    :ivar entity: "Invoice", ... when known; `operation`: "create", "read", ...
    :ivar retry_after: seconds QuickBooks asked to wait, or None
    :ivar retryable: whether the same call may succeed later without a person;
        a stale object (5010) only after it was read again
    :ivar outcome_unknown: True when a write may have been committed although no
        good answer came: look for its result before sending it again
    :ivar errors: every `FaultError` of the fault, the first one being this error
    """

    default_class = "data"
    reconnect = False

    def __init__(
        self,
        message,
        *,
        fault_class=None,
        code="",
        detail="",
        element="",
        intuit_tid="",
        http_status=None,
        entity=None,
        operation=None,
        retry_after=None,
        retryable=False,
        outcome_unknown=False,
        errors=(),
    ):
        super().__init__(message)
        self.fault_class = fault_class or self.default_class
        self.code = code
        self.message = message
        self.detail = detail
        self.element = element
        self.intuit_tid = intuit_tid
        self.http_status = http_status
        self.entity = entity
        self.operation = operation
        self.retry_after = retry_after
        self.retryable = retryable
        self.outcome_unknown = outcome_unknown
        self.errors = tuple(errors)

    def __str__(self):
        """QuickBooks' words, its code and intuit_tid, on one line."""
        words = self.message
        if self.detail:
            repeats = self.detail.startswith(self.message)
            words = self.detail if repeats else f"{self.message}: {self.detail}"
        ids = [f"code {self.code}"] if self.code else []
        ids += [f"intuit_tid {self.intuit_tid}"] if self.intuit_tid else []
        suffix = f" ({', '.join(ids)})" if ids else ""
        return " ".join(words.split()) + suffix


class QboFault(QboError):
    """QuickBooks understood the call and refused it."""


class QboAuthError(QboError):
    """QuickBooks no longer accepts our credentials; a person has to reconnect."""

    default_class = "auth"
    reconnect = True


class QboThrottled(QboError):
    """Too many calls. Wait `retry_after` seconds, or a minute when it is None.

    Source: Intuit advises 60 s and growing pauses; Retry-After is not promised.
    """

    default_class = "throttle"


class QboUnavailable(QboError):
    """No usable answer: network, time-out, HTTP 5xx, HTML or garbage."""

    default_class = "transient"
