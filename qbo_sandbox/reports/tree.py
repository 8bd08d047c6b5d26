"""Accounts with their sub-accounts below them, as statements show them."""

from .shape import cell, data, figure, money, section


def account_rows(chart, columns, kind, sign):
    """(rows, cents per column) of the accounts of a type that have something on them
    or on an account below."""
    children = {}
    for identifier, account in chart.items():
        if account["AccountType"] == kind:
            parent = int(account.get("ParentRef", {}).get("value", 0))
            parent = parent if parent in chart else 0
            children.setdefault(parent, []).append(identifier)
    return _level(chart, columns, children, 0, sign)


def _level(chart, columns, children, parent, sign):
    rows, values = [], [0] * len(columns)
    for identifier in children.get(parent, []):
        account = chart[identifier]
        own = [sign * column.sums.get(identifier, 0) for column in columns]
        below, sums = _level(chart, columns, children, identifier, sign)
        title = cell(account["Name"], identifier)
        if below:
            both = [a + b for a, b in zip(own, sums, strict=True)]
            summary = [f"Total {account['Name']}", *map(figure, both)]
            found = section(title, below, summary, 1 + len(columns))
            found["Header"]["ColData"][1:] = [{"value": money(c)} for c in own]
            rows, own = [*rows, found], both
        elif any(own):
            rows.append(data(title, *map(money, own)))
        values = [a + b for a, b in zip(values, own, strict=True)]
    return rows, values
