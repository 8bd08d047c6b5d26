"""``columns``, ``sort_by`` and ``sort_order`` of the reports that list transactions."""

from .. import faults

LISTS = ("GeneralLedger", "TransactionList")
ORDERS = {"ascend": False, "descend": True}


def choose(found, arguments):
    """Put a report's columns and rows as asked for; unknown columns are left out.

    :param found: the report; changed in place
    :raises Fault: 2170 for an unknown ``sort_order``
    """
    columns = found["Columns"]["Column"]
    kinds = [column["ColType"] for column in columns]
    order = arguments.get("sort_order", "ascend")
    if order not in ORDERS:
        raise faults.invalid_enumeration("sort_order", order)
    if arguments.get("sort_by") in kinds:
        _sort(found["Rows"], kinds.index(arguments["sort_by"]), ORDERS[order])
    asked = arguments.get("columns", "").split(",")
    wanted = [kinds.index(kind) for kind in asked if kind in kinds]
    if wanted:
        found["Columns"]["Column"] = [columns[place] for place in wanted]
        _keep(found["Rows"], wanted)


def _sort(level, place, backwards):
    """A beginning balance, which has no transaction type, stays in front."""
    rows = level.get("Row", [])
    for row in rows:
        _sort(row.get("Rows", {}), place, backwards)
    if rows and rows[0]["type"] == "Data":
        opening = [row for row in rows if not row["ColData"][1]["value"]]
        others = [row for row in rows if row["ColData"][1]["value"]]
        others.sort(key=lambda row: _rank(row["ColData"][place]["value"]))
        level["Row"] = opening + (others[::-1] if backwards else others)


def _rank(text):
    """Numbers by size, nothing as 0; then texts without regard to case."""
    try:
        return (0, float(text or 0), "")
    except ValueError:
        return (1, 0, text.lower())


def _keep(level, wanted):
    for row in level.get("Row", []):
        _keep(row.get("Rows", {}), wanted)
        if "ColData" in row:
            row["ColData"] = [row["ColData"][place] for place in wanted]
        for part in ("Header", "Summary"):  # their first cell is a title
            if part in row:
                title, cells = row[part]["ColData"][0], row[part]["ColData"]
                row[part]["ColData"] = [title, *(cells[at] for at in wanted[1:])]
