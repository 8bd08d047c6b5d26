"""Periods by name (``date_macro``) and by columns (``summarize_column_by``)."""

from datetime import date, timedelta

from .. import faults

MONTHS = (
    "January February March April May June July August September October November"
    " December"
).split()
EVER = date(1900, 1, 1), date(9999, 12, 31)
MOST_COLUMNS = 120


def pieces(scope, name):
    """[(title, start, end)] that a period falls into.

    :param name: Days, Week, Month, Quarter or Year
    :raises Fault: 2170 for another name, or for more columns than anybody reads
    """
    day, end = date.fromisoformat(scope.start), date.fromisoformat(scope.end)
    found = []
    while day <= end:
        if name not in PIECES or len(found) == MOST_COLUMNS:
            raise faults.invalid_enumeration("summarize_column_by", name)
        last = min(PIECES[name](day)[1], end)
        found.append((_title(name, day, last), day.isoformat(), last.isoformat()))
        if last == end:
            break
        day = last + timedelta(1)
    return found


def _title(name, first, last):
    if name == "Days":
        return f"{first:%b} {first.day}, {first.year}"
    if name == "Week":
        return f"{first:%b} {first.day} - {last:%b} {last.day}, {last.year}"
    if name == "Quarter":
        return f"{first:%b} - {last:%b}, {last.year}"
    return f"{first.year}" if name == "Year" else f"{first:%b} {first.year}"


def year_start(day, month=None):
    """First day of the fiscal year of a day.

    :param month: its first month in English; January when unknown
    """
    number = MONTHS.index(month) + 1 if month in MONTHS else 1
    return date(day.year - (day.month < number and day.year > 1), number, 1)


def macro_days(name, today, month=None):
    """First and last day of a ``date_macro``; weeks begin on Sunday.

    ``to-date`` of a past period ends as far into it as today is into its own.

    :raises Fault: 2170 for an unknown name
    """
    key = " ".join(name.lower().replace("-to-date", " to date").split())
    key, to_date = key.removesuffix(" to date"), key.endswith(" to date")
    days = {"all": EVER, "today": (today, today)}
    days["yesterday"] = (today - timedelta(1),) * 2
    days["next 4 weeks"] = (today, today + timedelta(28))
    for count in (30, 60, 90, 365):
        days[f"since {count} days ago"] = (today - timedelta(count), today)
    if key in days and not to_date:
        return days[key]
    which, _, period = key.partition(" ")
    if which not in STEPS or period not in SPANS:
        raise faults.invalid_enumeration("date_macro", name)
    if period.startswith("calendar"):
        month = None
    start, end = _step(SPANS[period], today, month, STEPS[which])
    if to_date:
        into = today - SPANS[period](today, month)[0]
        end = min(end, start + into)
    return start, end


def _step(span, today, month, step):
    """The period of today, or the one before (-1) or after it (1)."""
    start, end = span(today, month)
    if step:
        edge = end + timedelta(1) if step > 0 else start - timedelta(1)
        return span(edge, month)
    return start, end


def _day(day, _month=None):
    return day, day


def _week(day, _month=None):
    first = day.toordinal() - (day.weekday() + 1) % 7
    last = min(first + 6, date.max.toordinal())
    return date.fromordinal(max(first, 1)), date.fromordinal(last)


def _month(day, _month=None):
    start = day.replace(day=1)
    return start, _before(start, 1)


def _quarter(day, month=None):
    first = year_start(day, month)
    passed = (day.year - first.year) * 12 + day.month - first.month
    start = _later(first, passed // 3 * 3)
    return start, _before(start, 3)


def _year(day, month=None):
    start = year_start(day, month)
    return start, _before(start, 12)


def _later(first, months):
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _before(first, months):
    """The last day of so many months; the calendar ends in 9999."""
    if first.year * 12 + first.month - 1 + months >= 10_000 * 12:
        return date.max
    return _later(first, months) - timedelta(1)


STEPS = {"this": 0, "last": -1, "next": 1}
SPANS = {
    "week": _week,
    "month": _month,
    "fiscal quarter": _quarter,
    "fiscal year": _year,
    "calendar quarter": _quarter,
    "calendar year": _year,
}
PIECES = {
    "Days": _day,
    "Week": _week,
    "Month": _month,
    "Quarter": _quarter,
    "Year": _year,
}
