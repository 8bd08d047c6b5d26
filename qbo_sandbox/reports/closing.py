"""Balances of accounts as statements show them, column by column.

Income and expenses begin anew with each fiscal year; those of the years before are
retained earnings, which nobody posts. (Recorded: a general ledger with a balance on
retained earnings and no entries there.)
"""

from dataclasses import dataclass, field
from datetime import date

from .. import faults
from . import dimensions
from .periods import PIECES, pieces
from .shape import names
from .source import account_sums

EVER = "0000-00-00"
EARNED = ("Revenue", "Expense")
RETAINED = {
    "FullyQualifiedName": "Retained Earnings",
    "Name": "Retained Earnings",
    "AccountType": "Equity",
    "Classification": "Equity",
}


@dataclass
class Column:
    title: str
    sums: dict  # {account: home cents, debit positive}
    more: dict = field(default_factory=dict)  # further MetaData

    @property
    def head(self):
        return (self.title, "Money", self.title.lower(), self.more)


def moved(books, scope, chart):
    """Columns of what was earned and spent in the period; the last is the total."""
    everything = Column("Total", account_sums(books, scope, scope.start, scope.end))
    if scope.columns == "Total":
        return [everything]
    if scope.columns in dimensions.COLUMNS:
        column, _entity = dimensions.COLUMNS[scope.columns]
        sums = account_sums(books, scope, scope.start, scope.end, column)
        earned = {
            place: cents
            for place, cents in sums.items()
            if chart[place[0]]["Classification"] in EARNED
        }
        return [*_by_name(books, scope, earned), everything]
    return [
        *(
            Column(title, account_sums(books, scope, start, end), _dates(start, end))
            for title, start, end in _pieces(scope)
        ),
        everything,
    ]


def standing(books, scope, chart):
    """Columns of balances: at the end of each piece of the period, no total; or of
    each name at the end of it, and the total."""
    whole = Column("Total", closed(books, scope, chart, scope.end))
    if scope.columns == "Total":
        return [whole]
    if scope.columns in dimensions.COLUMNS:
        column, _entity = dimensions.COLUMNS[scope.columns]
        sums = closed(books, scope, chart, scope.end, column)
        return [*_by_name(books, scope, sums), whole]
    return [
        Column(title, closed(books, scope, chart, end), _dates(start, end))
        for title, start, end in _pieces(scope)
    ]


def closed(books, scope, chart, end, by=None, year=None):
    """Balances at the end of a day, earlier years' profit on retained earnings.

    :param chart: {id: account}; retained earnings are added to it if missing
    :param year: a day of the year whose profit is not retained yet; else of ``end``
    """
    sums = account_sums(books, scope, EVER, end, by)
    last = day_before(scope.year_of(year or end))
    before = account_sums(books, scope, EVER, last, by)
    retained = retained_earnings(chart)
    for place, cents in before.items():
        account, *rest = place if by else (place,)
        if chart[account]["Classification"] in EARNED:
            sums[place] -= cents
            kept = (retained, *rest) if by else retained
            sums[kept] = sums.get(kept, 0) + cents
    return sums


def retained_earnings(chart):
    """Id of the account; None, put on the chart, when the company has none."""
    for identifier, account in chart.items():
        if account.get("AccountSubType") == "RetainedEarnings":
            return identifier
    chart[None] = RETAINED
    return None


def day_before(day):
    found = date.fromisoformat(day).toordinal() - 1
    return date.fromordinal(found).isoformat() if found else EVER


def _by_name(books, scope, sums):
    """A column for each name that has something, sorted, and one for none."""
    _column, entity = dimensions.COLUMNS[scope.columns]
    titles = names(books, entity)
    found = {}
    for (account, who), cents in sums.items():
        found.setdefault(who, {})[account] = cents
    nobody = found.pop(None, None)
    columns = [
        Column(titles.get(who, str(who)), own, {"ID": str(who)})
        for who, own in found.items()
    ]
    columns.sort(key=lambda column: column.title.lower())
    return columns + ([Column("Not Specified", nobody)] if nobody else [])


def _pieces(scope):
    """:raises Fault: 2170"""
    if scope.columns not in PIECES:
        raise faults.invalid_enumeration("summarize_column_by", scope.columns)
    return pieces(scope, scope.columns)


def _dates(start, end):
    return {"StartDate": start, "EndDate": end}
