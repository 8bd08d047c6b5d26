"""The shape of every report: header, columns, rows in sections."""

from ..clock import shown
from .scope import FILTERS

MOST_CELLS = 400_000  # documented; what is more is cut off with these words
CUT = "Unable to display more data. Please reduce the date range."


def report(books, name, scope, columns, rows, period=True, keyed=True):
    """
    :param columns: [(title, type)], or [(title, type, key, {name: value})]
    :param period: whether it covers a period, or stands at one day
    :param keyed: whether columns tell their key apart from their type
    """
    options = [{"Name": "NoReportData", "Value": str(not rows).lower()}]
    if not period:
        options.insert(0, {"Name": "report_date", "Value": scope.as_of})
    header = {
        "Time": shown(books.clock.now()),
        "ReportName": name,
        "ReportBasis": scope.basis,
        "StartPeriod": scope.start if period else scope.as_of,
        "EndPeriod": scope.end if period else scope.as_of,
        "Currency": books.home_currency,
        "Option": options,
    }
    if scope.macro and (period or scope.arguments.get("date_macro")):
        header["DateMacro"] = scope.macro
    for parameter, title in FILTERS.items():
        if parameter in scope.filters:
            header[title] = scope.arguments[parameter]
    shown_columns = [_column(*column, keyed=keyed) for column in columns]
    return {
        "Header": header,
        "Columns": {"Column": shown_columns},
        "Rows": {"Row": rows} if rows else {},
    }


def _column(title, kind, key=None, more=None, keyed=True):
    found = {"ColTitle": title, "ColType": kind}
    if keyed:
        values = {**(more or {}), "ColKey": key or kind}
        found["MetaData"] = [{"Name": n, "Value": v} for n, v in values.items()]
    return found


def money(cents):
    """As reports print it; blank for nothing."""
    return f"{cents / 100:.2f}" if cents else ""


def figure(cents):
    """As totals print it: nothing is 0.00."""
    return f"{cents / 100:.2f}"


def cell(value, identifier=None):
    found = {"value": value}
    if identifier not in (None, 0):
        found["id"] = str(identifier)
    return found


def data(*cells):
    """A row; cells are texts or made by `cell`."""
    return {"ColData": [_cell(each) for each in cells], "type": "Data"}


def total(title, *cells, group="GrandTotal"):
    """The last row of a report."""
    line = [cell(title), *(_cell(each) for each in cells)]
    return {"Summary": {"ColData": line}, "type": "Section", "group": group}


def section(head, rows, summary, width, group=None):
    """Rows under a heading with a sum below; ``head`` and ``summary`` are cells."""
    blank = [{"value": ""}] * (width - 1)
    found = {
        "Header": {"ColData": [_cell(head), *blank]},
        "Rows": {"Row": rows},
        "Summary": {"ColData": [_cell(each) for each in summary]},
        "type": "Section",
    }
    if group:
        found["group"] = group
    return found


def _cell(value):
    return value if isinstance(value, dict) else {"value": value}


class Limit:
    """Counts the cells of a report; past `MOST_CELLS` its rows end."""

    def __init__(self, width):
        self.left = MOST_CELLS // max(width, 1)

    @property
    def reached(self):
        return self.left < 0

    def listed(self, found, make):
        """Rows made of what is found."""
        for each in found:
            self.left -= 1
            if self.left >= 0:
                yield make(each)
                continue
            if self.left == -1:
                yield data(CUT)
            return


def names(books, *entities):
    """{id: shown name} of all objects of some entities."""
    marks = ",".join("?" * len(entities))
    rows = books.connection.execute(
        "SELECT id, name FROM objects WHERE realm=? AND deleted=0"
        f" AND entity IN ({marks})",
        (books.realm, *entities),
    )
    return dict(rows.fetchall())


def accounts(books):
    """{id: account} of the chart."""
    rows = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity='Account' AND deleted=0"
        " ORDER BY id",
        (books.realm,),
    ).fetchall()
    return {row[0]: books.find("Account", row[0]) for row in rows}
