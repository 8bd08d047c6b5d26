"""Payment terms, and the due date that follows from them."""

from calendar import monthrange
from datetime import date, timedelta

from .. import faults
from ..kernel import names
from ..kernel.entity import Entity
from ..kernel.schema import FLAG, NUMBER, readonly, text

TAKEN = "Another term is already using this name."


class Term(Entity):
    name = "Term"
    fields = {
        "Name": text(31),
        "Active": FLAG,
        "Type": readonly(text()),
        "DiscountPercent": NUMBER,
        "DueDays": NUMBER,
        "DiscountDays": NUMBER,
        "DayOfMonthDue": NUMBER,
        "DueNextMonthDays": NUMBER,
        "DiscountDayOfMonth": NUMBER,
    }
    required = ("Name",)

    def prepare(self, books, body, old):
        names.mark_inactive(books, body, old, "Name")
        if "DueDays" in body:
            body["Type"] = "STANDARD"
            _check_range("DueDays", body, 0, 999)
            body.setdefault("DiscountPercent", 0)
            body.setdefault("DiscountDays", 0)
        elif "DayOfMonthDue" in body:
            body["Type"] = "DATE_DRIVEN"
            _check_range("DayOfMonthDue", body, 1, 31)
            _check_range("DueNextMonthDays", body, 0, 999)
            _check_range("DiscountDayOfMonth", body, 1, 31)
        else:
            raise faults.missing("DueDays")
        _check_range("DiscountPercent", body, 0, 100)
        own = old and old["Id"]
        names.check_unique(books, ("Term",), body["Name"], own, TAKEN)

    def unique_name(self, body):
        return body["Name"]


def _check_range(name, body, least, most):
    if not least <= body.get(name, least) <= most:
        raise faults.out_of_range(name, body[name])


def due_date(term, txn_date):
    """``yyyy-mm-dd`` on which a document of that date is due; the calendar ends with
    the year 9999."""
    try:
        return _due_date(term, date.fromisoformat(txn_date)).isoformat()
    except (OverflowError, ValueError):
        return date.max.isoformat()


def _due_date(term, start):
    if "DueDays" in term:
        return start + timedelta(days=int(term["DueDays"]))
    day = int(term["DayOfMonthDue"])
    grace = int(term.get("DueNextMonthDays", 0))
    due = _day_of(start.year, start.month, day)
    while due < start or (due - start).days < grace:
        month = due.month % 12 + 1
        due = _day_of(due.year + (month == 1), month, day)
    return due


def _day_of(year, month, day):
    return date(year, month, min(day, monthrange(year, month)[1]))
