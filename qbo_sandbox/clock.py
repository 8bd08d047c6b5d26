"""Time as the company sees it: an adjustable clock that shows US Pacific time."""

import time
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")  # recorded answers all carry its offset


class Clock:
    """Wall time plus an adjustable shift; it goes on ticking after being set."""

    def __init__(self):
        self.shift = 0.0  # seconds

    def set(self, iso):
        """Let it be ``iso`` (ISO 8601; without an offset it is UTC) now, or real time
        again when None. Raises ValueError for anything else."""
        moment = parse(iso) if iso else None
        if moment is not None:
            shown(moment)  # so that one that no calendar has is refused now
        self.shift = moment - time.time() if moment is not None else 0.0

    def now(self):
        """Seconds since 1970, UTC."""
        return time.time() + self.shift

    def today(self):
        """The company's date, ``yyyy-mm-dd``: Pacific, as Intuit's servers have it."""
        return datetime.fromtimestamp(self.now(), PACIFIC).date().isoformat()

    def stamp(self):
        """``time`` of an envelope: with milliseconds."""
        moment = datetime.fromtimestamp(self.now(), PACIFIC)
        return moment.isoformat(timespec="milliseconds")


def shown(seconds):
    """MetaData's form of a moment: no fraction, Pacific offset."""
    return datetime.fromtimestamp(int(seconds), PACIFIC).isoformat()


def parse(text, zone=timezone.utc):
    """ISO 8601 to seconds since 1970; ``zone`` counts where the text has no offset.

    A blank in place of "+" (a client forgot to encode it) is read as "+".
    """
    text = text.strip().replace("Z", "+00:00")
    if " " in text[11:]:
        text = text[:11] + text[11:].replace(" ", "+")
    if text[-5:-4] in ("+", "-") and ":" not in text[-5:]:
        text = text[:-2] + ":" + text[-2:]  # Python 3.10 wants +00:00, not +0000
    head, dot, tail = text.partition(".")
    if dot:  # Python 3.10 wants exactly three or six digits
        digits = len(tail) - len(tail.lstrip("0123456789"))
        text = f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.timestamp()


def plus_days(date, days):
    """``yyyy-mm-dd`` moved by some days."""
    return (datetime.fromisoformat(date) + timedelta(days=days)).date().isoformat()
