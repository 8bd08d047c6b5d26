"""What a report's parameters ask for: a period, a date, names and accounts."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from .. import faults


@dataclass
class Scope:
    """Dates are ``yyyy-mm-dd``, both ends included."""

    start: str
    end: str
    as_of: str  # report_date of the reports that stand at one day
    macro: str | None
    names: list = field(default_factory=list)  # customer and vendor ids
    accounts: list = field(default_factory=list)
    arguments: dict = field(default_factory=dict)


def read(books, arguments):
    """
    :raises Fault: 2060 for dates that are none, 2170 for an unknown date_macro or
        accounting_method (both are taken, but only Accrual is computed)
    """
    basis = arguments.get("accounting_method", "Accrual")
    if basis not in ("Accrual", "Cash"):
        raise faults.invalid_enumeration("accounting_method", basis)
    today = date.fromisoformat(books.clock.today())
    macro = arguments.get("date_macro")
    given = [arguments.get(name) for name in ("start_date", "end_date")]
    if not any(given) and not macro:
        macro = "this month-to-date"
    start, end = _macro(macro, today) if macro else (date(1900, 1, 1), today)
    start = _date(arguments, "start_date", start)
    end = _date(arguments, "end_date", end)
    as_of = _date(arguments, "report_date", today)
    names = [arguments.get(name, "") for name in ("customer", "vendor")]
    return Scope(
        start.isoformat(),
        end.isoformat(),
        as_of.isoformat(),
        macro,
        [int(n) for n in ",".join(names).split(",") if n.strip().isdecimal()],
        [int(n) for n in arguments.get("account", "").split(",") if n.isdecimal()],
        dict(arguments),
    )


def pieces(scope):
    """[(title, start, end)] of the columns of ``summarize_column_by``; none for Total.

    :raises Fault: 2170 for what is not Total, Month, Quarter or Year, or for more
        columns than anybody reads
    """
    name = scope.arguments.get("summarize_column_by", "Total")
    if name == "Total":
        return []
    day, end = date.fromisoformat(scope.start), date.fromisoformat(scope.end)
    found = []
    while day <= end:
        if name not in PIECES or len(found) == MOST_COLUMNS:
            raise faults.invalid_enumeration("summarize_column_by", name)
        last = min(PIECES[name](day)[1], end)
        title = f"{day:%Y}" if name == "Year" else f"{day:%b} {day:%Y}"
        found.append((title, day.isoformat(), last.isoformat()))
        day = last + timedelta(1)
    return found


def _date(arguments, name, default):
    try:
        return date.fromisoformat(arguments[name]) if name in arguments else default
    except ValueError:
        raise faults.invalid_date(name, arguments[name]) from None


def _macro(name, today):
    """First and last day of a date_macro; weeks begin on Sunday."""
    key = name.lower().replace(" to date", "-to-date")
    to_date = key.endswith("-to-date")
    key = key.removesuffix("-to-date").strip()
    periods = {
        "today": (today, today),
        "yesterday": (today - timedelta(1), today - timedelta(1)),
        "this week": _week(today),
        "last week": _week(today - timedelta(7)),
        "this month": _month(today),
        "last month": _month(today.replace(day=1) - timedelta(1)),
        "this fiscal quarter": _quarter(today),
        "last fiscal quarter": _quarter(_quarter(today)[0] - timedelta(1)),
        "this fiscal year": _year(today.year),
        "last fiscal year": _year(today.year - 1),
        "next week": _week(today + timedelta(7)),
        "next month": _month(_month(today)[1] + timedelta(1)),
        "next fiscal quarter": _quarter(_quarter(today)[1] + timedelta(1)),
        "next fiscal year": _year(today.year + 1),
        "all": (date(1900, 1, 1), date(9999, 12, 31)),
    }
    key = key.replace("calendar", "fiscal")  # fiscal years begin in January here
    if key not in periods:
        raise faults.invalid_enumeration("date_macro", name)
    start, end = periods[key]
    return start, min(end, today) if to_date else end


def _week(day):
    start = day - timedelta((day.weekday() + 1) % 7)
    return start, start + timedelta(6)


def _month(day):
    start = day.replace(day=1)
    return start, (start + timedelta(31)).replace(day=1) - timedelta(1)


def _quarter(day):
    start = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return start, (start + timedelta(92)).replace(day=1) - timedelta(1)


def _year(year):
    return date(year, 1, 1), date(year, 12, 31)


PIECES = {"Month": _month, "Quarter": _quarter, "Year": lambda day: _year(day.year)}
MOST_COLUMNS = 120
