"""The shape of every report: header, columns, rows in sections."""

from ..clock import shown


def report(books, name, scope, columns, rows, period=True):
    """
    :param columns: [(title, type)]
    :param period: whether it covers a period, or stands at one day
    """
    header = {
        "Time": shown(books.clock.now()),
        "ReportName": name,
        "ReportBasis": "Accrual",
        "StartPeriod": scope.start if period else scope.as_of,
        "EndPeriod": scope.end if period else scope.as_of,
        "Currency": books.home_currency,
        "Option": [{"Name": "NoReportData", "Value": str(not rows).lower()}],
    }
    if period and scope.macro:
        header["DateMacro"] = scope.macro
    return {
        "Header": header,
        "Columns": {
            "Column": [{"ColTitle": title, "ColType": kind} for title, kind in columns]
        },
        "Rows": {"Row": rows} if rows else {},
    }


def money(cents):
    """As reports print it; blank for nothing."""
    return f"{cents / 100:.2f}" if cents else ""


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
        "SELECT id FROM objects WHERE realm=? AND entity='Account' ORDER BY id",
        (books.realm,),
    ).fetchall()
    return {row[0]: books.find("Account", row[0]) for row in rows}


def account_sums(books, start, end):
    """{account: home cents, debit positive} of a period."""
    rows = books.connection.execute(
        "SELECT account, SUM(home) FROM postings WHERE realm=? AND date>=? AND date<=?"
        " GROUP BY account",
        (books.realm, start, end),
    )
    return dict(rows.fetchall())
