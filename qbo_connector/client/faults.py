"""What a fault is, out of the one table in `fault_table.py`.

Message and Detail are partly in the company's language, so the code decides; words are
looked at only for 6000, under which QuickBooks puts what has no code of its own.
"""

from typing import NamedTuple

from .fault_table import ROWS


class Decision(NamedTuple):
    """What a fault is (see `errors.FAULT_CLASSES`) and whether time alone helps.

    `key` is its key in the table; `meaning` and `remedy` are for people, in English;
    `button` is the key of what they press.
    """

    fault_class: str
    retryable: bool
    key: str
    meaning: str
    remedy: str
    button: str


def _decisions():
    for (fault_class, retryable), keys, meaning, remedy, button in ROWS:
        for key in keys.split():
            yield key, Decision(fault_class, retryable, key, meaning, remedy, button)


#: key of the table -> `Decision`
DECISIONS = dict(_decisions())

# A code that is not in the table yet: the last range that starts at or below it.
RANGES = (
    (0, "data"),
    (100, "auth"),
    (500, "data"),
    (3100, "auth"),
    (4000, "data"),
    (10000, "transient"),
)

# QuickBooks says all of these as 6000; the words, in small letters, decide.
DETAILS_OF_6000 = (
    ("one name at a time", "6000:busy"),
    ("product or service at a time", "6000:busy"),
    ("encountered an error while calculating tax", "6000:tax"),
    ("unexpected error occurred while accessing or saving", "6000:internal"),
    ("that you are trying to link does not exist", "6000:link"),
    ("must set a transaction amount", "6000:zero"),
    ("have a gst/hst rate", "6000:gst"),
    ("unexpected internal error. (-30000)", "6000:realm"),
    ("unexpected internal error. (-30003)", "6000:customer"),
    ("select a bank account for this deposit", "6000:bank"),
    ("characters in the request_id", "6000:requestid"),
)

# An answer without a numbered fault.
STATUSES = {401: "auth", 403: "account", 408: "transient", 429: "throttle"}


def decide(code, detail="", http_status=None):
    """Say what a fault is.

    :param str code: QuickBooks' code, as text
    :param str detail: QuickBooks' Detail, needed for code 6000 only
    :param int http_status: decides when `code` is not a number; a success that is
        no answer QuickBooks gives (a page of HTML) is taken as passing trouble
    :rtype: Decision
    """
    if not code.isdecimal():
        if http_status is not None and not 400 <= http_status < 500:
            return DECISIONS["transient"]
        return DECISIONS[STATUSES.get(http_status, "data")]
    number = int(code)
    if number == 6000:
        words = detail.lower()
        for known, key in DETAILS_OF_6000:
            if known in words:
                return DECISIONS[key]
    return DECISIONS.get(str(number)) or _by_range(number)


def of_error(error):
    """The `Decision` that a `QboError` was made by."""
    if error.code.isdecimal():
        return decide(error.code, error.detail)
    return DECISIONS[error.fault_class]


def cause_of(error):
    """The key that an error is remembered by: its code, or its key in the table."""
    coded = error.code.isdecimal() and int(error.code) != 6000
    return error.code if coded else of_error(error).key


def of_cause(cause):
    """The `Decision` of a key that `cause_of` gave, or None for any other text."""
    return DECISIONS.get(cause) or (decide(cause) if cause.isdecimal() else None)


def _by_range(number):
    fault_class = [name for start, name in RANGES if start <= number][-1]
    return DECISIONS[fault_class]
