"""Reading reports in tests."""

EVER = {"start_date": "2000-01-01", "end_date": "2100-01-01"}


def report(control, name, **arguments):
    return control.api("GET", f"reports/{name}", **arguments)


def cents(text):
    return round(float(text or 0) * 100)


def rows(answer):
    """(cells, id of the first) of every data row, however deep."""
    return [
        ([c["value"] for c in row["ColData"]], row["ColData"][0].get("id"))
        for row in walk(answer["Rows"])
        if row.get("type") == "Data"
    ]


def walk(level):
    for row in level.get("Row", []):
        yield row
        yield from walk(row.get("Rows", {}))


def groups(answer, column=1):
    """{group: cents of its sum} at every depth."""
    return {
        row["group"]: cents(row["Summary"]["ColData"][column]["value"])
        for row in walk(answer["Rows"])
        if "group" in row and "Summary" in row
    }


def table(answer):
    """{title of the row: [cents]}"""
    return {cells[0]: [*map(cents, cells[1:])] for cells, _id in rows(answer)}


def titles(answer):
    return [column["ColTitle"] for column in answer["Columns"]["Column"]]


def trial(control, basis="Accrual", end="2026-12-31", **arguments):
    """{account: cents, debit positive}; profits of earlier years are retained."""
    answer = report(
        control, "TrialBalance", accounting_method=basis, end_date=end, **arguments
    )
    return {name: debit - credit for name, (debit, credit) in table(answer).items()}
