"""The closing date: up to it, nothing changes any more."""

from datetime import date

from .. import faults
from ..kernel.reading import CLOSING_PASSWORD


def form(visit):
    prefs = visit.books.preferences["AccountingInfoPrefs"]
    return "closing.html", {"closed": prefs.get("BookCloseDate", "")}


def close(visit):
    """Close the books, or reopen them when no date is given.

    The API can set the date but not take it away, so this is not done through it.

    :raises Fault: 2060 for what is no date
    """
    wanted = visit.typed.get("date", "").strip()
    if visit.typed.get("do") == "reopen":
        wanted = ""
    elif not _is_date(wanted):
        raise faults.invalid_date("BookCloseDate", wanted)
    with visit.sandbox.writing(visit.realm) as books:
        blocks = {"AccountingInfoPrefs": {"BookCloseDate": wanted or None}}
        books.set_preferences(blocks)
        books.remember(CLOSING_PASSWORD, 1)
    return visit.url("/app/closing", done="closed" if wanted else "reopened")


def _is_date(text):
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
