"""What a report's parameters ask for: a period, a basis, names, accounts, columns.

Sources: Intuit's pages of the single reports. Parameters that are on no list here
(``qzurl``, ``adjusted_gain_loss``) are taken and change nothing.
"""

from dataclasses import dataclass, field
from datetime import date

from .. import faults
from .periods import macro_days, year_start

# parameter -> column of `dimensions`; the header repeats it under the third name
FILTERS = {
    "customer": "Customer",
    "vendor": "Vendor",
    "employee": "Employee",
    "class": "Class",
    "department": "Department",
    "item": "Item",
}
BASES = ("Accrual", "Cash")
PAID = {"All": None, "Paid": True, "Unpaid": False}


@dataclass
class Scope:
    """Dates are ``yyyy-mm-dd``, both ends included."""

    start: str
    end: str
    as_of: str  # the day of the reports that stand at one day
    today: str
    month: str | None  # the fiscal year's first, in English
    macro: str | None
    basis: str
    filters: dict = field(default_factory=dict)  # of FILTERS: ids
    accounts: list = field(default_factory=list)
    arguments: dict = field(default_factory=dict)
    columns: str = "Total"  # summarize_column_by
    source: str = "postings"  # the table that the report reads, see `source`

    @property
    def year(self):
        """First day of the fiscal year that the period ends in."""
        return self.year_of(self.end)

    def year_of(self, day):
        return year_start(date.fromisoformat(day), self.month).isoformat()

    def wants(self, name, identifier):
        """Whether a filter lets an id through."""
        return name not in self.filters or identifier in self.filters[name]

    def paid(self, name):
        """``arpaid`` or ``appaid``: True (paid), False (unpaid), None (all).

        :raises Fault: 2170
        """
        return PAID[choice(self.arguments, name, PAID, "All")]

    def count(self, name, default=None, least=1):
        """A whole number, at most 1000.

        :raises Fault: 2080
        """
        text = self.arguments.get(name)
        if text is None:
            return default
        if not text.isdecimal() or len(text) > 4 or not least <= int(text) <= 1000:
            raise faults.invalid_number(name, text)
        return int(text)

    def day(self, name):
        """:raises Fault: 2060 for what is no date"""
        found = _date(self.arguments, name, None)
        return found and found.isoformat()


def read(books, arguments):
    """
    :raises Fault: 2060 for dates that are none, 2170 for an unknown date_macro or
        accounting_method
    """
    prefs = books.preferences
    basis = (prefs.get("ReportPrefs") or {}).get("ReportBasis", "Accrual")
    basis = choice(arguments, "accounting_method", BASES, basis)
    month = (prefs.get("AccountingInfoPrefs") or {}).get("FirstMonthOfFiscalYear")
    today = date.fromisoformat(books.clock.today())
    macro = arguments.get("date_macro")
    given = [arguments.get(name) for name in ("start_date", "end_date")]
    if not any(given) and not macro:
        macro = "this month-to-date"  # as recorded for the general ledger
        start, end = macro_days(macro, today, month)
        last = today
    elif macro:
        start, end = macro_days(macro, today, month)
        last = min(end, date(9999, 12, 31))
    else:
        start, end, last = date(1900, 1, 1), today, today
    end = _date(arguments, "end_date", end)
    return Scope(
        start=_date(arguments, "start_date", start).isoformat(),
        end=end.isoformat(),
        as_of=_date(arguments, "report_date", last).isoformat(),
        today=today.isoformat(),
        month=month,
        macro=macro,
        basis=basis,
        filters={n: set(ids(arguments, n)) for n in FILTERS if arguments.get(n)},
        accounts=ids(arguments, "account"),
        arguments=dict(arguments),
        columns=arguments.get("summarize_column_by", "Total"),
    )


def ids(arguments, name):
    """The ids of a parameter, ``1,2``; what is no id is left out."""
    parts = (part.strip() for part in arguments.get(name, "").split(","))
    return [int(p) for p in parts if p.isascii() and p.isdecimal() and len(p) < 19]


def choice(arguments, name, known, default):
    """:raises Fault: 2170 for a value that is not known"""
    value = arguments.get(name, default)
    if value not in known:
        raise faults.invalid_enumeration(name, value)
    return value


def _date(arguments, name, default):
    try:
        return date.fromisoformat(arguments[name]) if name in arguments else default
    except ValueError:
        raise faults.invalid_date(name, arguments[name]) from None
