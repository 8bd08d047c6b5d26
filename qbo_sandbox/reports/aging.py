"""AgedReceivables and AgedPayables: what is open by how late it is; and in detail.

Credits and payments that are not applied are as old as their own date. Late is counted
to ``report_date``, with ``aging_method=Current`` to today; what is open is always that
of ``report_date``.
"""

from datetime import date

from . import openitems
from .balances import fields, totals
from .fields import Listing
from .scope import choice
from .shape import cell, data, figure, money, names, report, section, total

METHODS = ("Report_Date", "Current")
DETAIL = {"rbal_open_bal", "rbal_neg_open_bal"}  # columns that are not of ageing


def receivables(books, name, scope):
    return _aged(books, name, scope, openitems.RECEIVABLE)


def payables(books, name, scope):
    return _aged(books, name, scope, openitems.PAYABLE)


def receivable_detail(books, name, scope):
    return _detail(books, name, scope, openitems.RECEIVABLE)


def payable_detail(books, name, scope):
    return _detail(books, name, scope, openitems.PAYABLE)


class Ages:
    """The buckets: 0 is current, then periods of some days, the last without end."""

    def __init__(self, scope):
        method = choice(scope.arguments, "aging_method", METHODS, "Report_Date")
        day = scope.today if method == "Current" else scope.as_of
        self.day = date.fromisoformat(day)
        self.length = scope.count("aging_period", 30)
        self.count = scope.count("num_periods", 4)

    def late(self, due):
        """Days; negative before it is due."""
        return (self.day - date.fromisoformat(due)).days

    def bucket(self, late):
        if late <= 0:
            return 0
        return min((late - 1) // self.length, self.count - 1) + 1

    def titles(self):
        """Of the periods."""
        for number in range(self.count - 1):
            yield f"{number * self.length + 1} - {(number + 1) * self.length}"
        yield f"{(self.count - 1) * self.length + 1} and over"


def _aged(books, name, scope, side):
    ages, shown = Ages(scope), names(books, side.entity)
    found = {}
    for item in openitems.find(books, side, scope):
        line = found.setdefault(item.who, [0] * (ages.count + 2))
        line[ages.bucket(ages.late(item.due))] += item.rest
        line[-1] += item.rest
    rows, sums = [], [0] * (ages.count + 2)
    for who, line in found.items():
        if any(line) and who in shown:
            sums = [a + b for a, b in zip(sums, line, strict=True)]
            rows.append(data(cell(shown[who], who), *map(money, line)))
    rows.sort(
        key=lambda row: row["ColData"][0]["value"].lower(),
        reverse=scope.arguments.get("sort_order") == "descend",
    )
    if rows:
        rows.append(total("TOTAL", *map(figure, sums)))
    titles = ["Current", *ages.titles(), "Total"]
    columns = [("", side.entity, side.name)]
    columns += [(title, "Money", title.lower()) for title in titles]
    return report(books, name, scope, columns, rows, period=False)


def _detail(books, name, scope, side):
    """The oldest first."""
    ages, shown = Ages(scope), names(books, side.entity)
    known = fields(shown, side)
    for key, field in known.items():
        field.default = key not in DETAIL and key != "memo"
    known["past_due"].default = side.sign < 0
    listing = Listing(scope, {k: f for k, f in known.items() if k not in DETAIL})
    buckets = [[] for _number in range(ages.count + 1)]
    for item in _wanted(openitems.find(books, side, scope), ages, scope):
        if item.who in shown:
            buckets[ages.bucket(item.late)].append(item)
    rows, everything = [], [0, 0]
    heads = ["Current", *(f"{title} days past due" for title in ages.titles())]
    for title, items in reversed(list(zip(heads, buckets, strict=True))):
        if items and not listing.limit.reached:
            items.sort(key=lambda item: (item.date, item.txn))
            sums = [sum(i.total for i in items), sum(i.rest for i in items)]
            everything = [a + b for a, b in zip(everything, sums, strict=True)]
            found, end = listing.rows(items), totals(side, *sums)
            summary = listing.line(f"Total for {title}", end)
            rows.append(section(title, found, summary, len(listing.fields)))
    if rows:
        rows.append(total(*listing.line("TOTAL", totals(side, *everything))))
    return report(books, name, scope, listing.heads, rows, period=False)


def _wanted(items, ages, scope):
    """Those due in the days asked for, and late enough; with how late they are."""
    first, last = scope.day("start_duedate"), scope.day("end_duedate")
    least = scope.count("past_due", None, 0)
    for item in items:
        item.late = ages.late(item.due)
        inside = (first or item.due) <= item.due <= (last or item.due)
        if inside and (least is None or item.late >= least):
            yield item
