"""TrialBalance, ProfitAndLoss and BalanceSheet."""

from .periods import pieces
from .shape import account_sums, accounts, cell, data, money, report, section, total

COLUMNS = [("", "Account"), ("Total", "Money")]
EVER = "0000-00-00"
# group of the report: (title, account types, sign that makes it positive)
PROFIT = {
    "Income": ("Income", ("Income",), -1),
    "COGS": ("Cost of Goods Sold", ("Cost of Goods Sold",), 1),
    "Expenses": ("Expenses", ("Expense",), 1),
    "OtherIncome": ("Other Income", ("Other Income",), -1),
    "OtherExpenses": ("Other Expenses", ("Other Expense",), 1),
}
ASSETS = (
    "Bank",
    "Accounts Receivable",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
)
LIABILITIES = (
    "Accounts Payable",
    "Credit Card",
    "Other Current Liability",
    "Long Term Liability",
)


def trial_balance(books, name, scope):
    """Balances at the end of the period, debit and credit columns equal."""
    sums = account_sums(books, EVER, scope.end)
    rows, debit, credit = [], 0, 0
    for identifier, account in accounts(books).items():
        value = sums.get(identifier, 0)
        if value:
            debit, credit = debit + max(value, 0), credit + max(-value, 0)
            title = cell(account["FullyQualifiedName"], identifier)
            rows.append(data(title, money(max(value, 0)), money(max(-value, 0))))
    if rows:
        rows.append(total("TOTAL", money(debit), money(credit)))
    columns = [("", "Account"), ("Debit", "Money"), ("Credit", "Money")]
    return report(books, name, scope, columns, rows)


def profit_and_loss(books, name, scope):
    """In one column, or in one for each month, quarter or year and a total."""
    parts = [*pieces(scope), ("Total", scope.start, scope.end)]
    sums = [account_sums(books, start, end) for _title, start, end in parts]
    rows, profit = [], [0] * len(parts)
    for group, (title, types, sign) in PROFIT.items():
        found, values = _section(books, title, types, sign, sums, group)
        profit = [a - sign * b for a, b in zip(profit, values, strict=True)]
        rows += found
    if rows:
        rows.append(total("Net Income", *map(_shown, profit), group="NetIncome"))
    columns = [("", "Account"), *((title, "Money") for title, *_days in parts)]
    return report(books, name, scope, columns, rows)


def balance_sheet(books, name, scope):
    sums = account_sums(books, EVER, scope.end)
    assets, _ = _section(books, "ASSETS", ASSETS, 1, [sums], "TotalAssets")
    debts, (owed,) = _section(
        books, "Liabilities", LIABILITIES, -1, [sums], "Liabilities"
    )
    equity, (own,) = _section(books, "Equity", ("Equity",), -1, [sums], "Equity")
    kept = -sum(
        sums.get(identifier, 0)
        for identifier, account in accounts(books).items()
        if account["Classification"] in ("Revenue", "Expense")
    )
    rows = assets + debts + equity
    if rows or kept:
        rows.append(data("Net Income", f"{kept / 100:.2f}"))
        both = f"{(owed + own + kept) / 100:.2f}"
        rows.append(
            total(
                "TOTAL LIABILITIES AND EQUITY", both, group="TotalLiabilitiesAndEquity"
            )
        )
    return report(books, name, scope, COLUMNS, rows)


def _section(books, title, types, sign, sums, group):
    """(rows, cents per column) of the accounts of some types that have something on
    them."""
    lines, values = [], [0] * len(sums)
    for identifier, account in accounts(books).items():
        cents = [sign * each.get(identifier, 0) for each in sums]
        if account["AccountType"] in types and any(cents):
            values = [a + b for a, b in zip(values, cents, strict=True)]
            title_cell = cell(account["FullyQualifiedName"], identifier)
            lines.append(data(title_cell, *map(money, cents)))
    if not lines:
        return [], values
    summary = [f"Total {title}", *map(_shown, values)]
    return [section(title, lines, summary, 1 + len(sums), group)], values


def _shown(cents):
    return f"{cents / 100:.2f}"
