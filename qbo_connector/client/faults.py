"""The one table that says what each QuickBooks code is, and what may be done.

Source: QuickBooks Online "Error codes" and "Handling common errors" pages. Message
and Detail are partly in the company's language, so the code decides; words are looked
at only for 6000, under which QuickBooks puts what has no code of its own.
"""

from typing import NamedTuple


class Decision(NamedTuple):
    """What a fault is (see `errors.FAULT_CLASSES`) and whether time alone helps."""

    fault_class: str
    retryable: bool


AUTH = Decision("auth", False)
THROTTLE = Decision("throttle", True)
TRANSIENT = Decision("transient", True)
# Only after the object was read again: its SyncToken is old.
STALE = Decision("conflict", True)
CONFLICT = Decision("conflict", False)
MAPPING = Decision("mapping", False)
DATA = Decision("data", False)
POLICY = Decision("policy", False)
ACCOUNT = Decision("account", False)
# The company is closed for a while: time heals, but hours rather than minutes.
PAUSED = Decision("account", True)

# fmt: off
CODES = {
    # Access to the company
    100: AUTH, 110: AUTH, 120: AUTH, 130: TRANSIENT, 140: PAUSED, 150: PAUSED,
    3001: THROTTLE, 3002: THROTTLE, 3100: AUTH, 3200: AUTH, 3202: AUTH,
    5020: ACCOUNT, 5030: ACCOUNT, 6190: ACCOUNT, 10200: AUTH,
    # QuickBooks itself
    4002: TRANSIENT, 10000: TRANSIENT,
    # Somebody else was there first
    600: CONFLICT, 630: CONFLICT, 5010: STALE, 6140: CONFLICT, 6240: CONFLICT,
    # What the record points to
    610: MAPPING, 700: MAPPING, 2030: MAPPING, 2500: MAPPING, 6100: MAPPING,
    6160: MAPPING, 6170: MAPPING, 6230: MAPPING, 6250: MAPPING, 6290: MAPPING,
    6300: MAPPING, 6310: MAPPING, 6430: MAPPING, 6440: MAPPING, 6470: MAPPING,
    # What the books forbid
    620: POLICY, 800: POLICY, 6110: POLICY, 6120: POLICY, 6130: POLICY,
    6200: POLICY, 6210: POLICY, 6220: POLICY, 6280: POLICY, 6400: POLICY,
    6450: POLICY, 6460: POLICY, 6480: POLICY, 6540: POLICY,
    # Values, and calls that QuickBooks does not know
    500: DATA, 900: DATA, 1000: DATA, 1010: DATA, 1020: DATA, 1040: DATA,
    1050: DATA, 2000: DATA, 2010: DATA, 2020: DATA, 2040: DATA, 2050: DATA,
    2060: DATA, 2070: DATA, 2080: DATA, 2090: DATA, 2100: DATA, 2110: DATA,
    2120: DATA, 2130: DATA, 2140: DATA, 2150: DATA, 2160: DATA, 2170: DATA,
    2180: DATA, 2190: DATA, 2200: DATA, 2210: DATA, 2220: DATA, 2230: DATA,
    2240: DATA, 2250: DATA, 2260: DATA, 2270: DATA, 2280: DATA, 2290: DATA,
    2300: DATA, 2380: DATA, 2600: DATA, 3000: DATA, 4000: DATA, 4001: DATA,
    5000: DATA, 6000: DATA, 6010: DATA, 6020: DATA, 6030: DATA, 6040: DATA,
    6041: DATA, 6050: DATA, 6060: DATA, 6070: DATA, 6080: DATA, 6090: DATA,
    6150: DATA, 6180: DATA, 6270: DATA, 6320: DATA, 6330: DATA, 6340: DATA,
    6350: DATA, 6360: DATA, 6370: DATA, 6380: DATA, 6390: DATA, 6420: DATA,
    6490: DATA, 6500: DATA, 6510: DATA, 6520: DATA, 6530: DATA, 6560: DATA,
    6580: DATA, 6690: DATA, 6830: DATA, 10100: DATA,
}
# fmt: on

# A code that is not in the table yet: the last range that starts at or below it.
RANGES = (
    (0, DATA),
    (100, AUTH),
    (500, DATA),
    (3100, AUTH),
    (4000, DATA),
    (10000, TRANSIENT),
)

# QuickBooks says all of these as 6000; the words, in small letters, decide.
DETAILS_OF_6000 = (
    ("one name at a time", TRANSIENT),
    ("product or service at a time", TRANSIENT),
    ("encountered an error while calculating tax", TRANSIENT),
    ("unexpected error occurred while accessing or saving", TRANSIENT),
    ("that you are trying to link does not exist", MAPPING),
)

# An answer without a numbered fault.
STATUSES = {401: AUTH, 403: ACCOUNT, 408: TRANSIENT, 429: THROTTLE}


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
            return TRANSIENT
        return STATUSES.get(http_status, DATA)
    number = int(code)
    if number == 6000:
        words = detail.lower()
        for known, decision in DETAILS_OF_6000:
            if known in words:
                return decision
    if number in CODES:
        return CODES[number]
    return [decision for start, decision in RANGES if start <= number][-1]
