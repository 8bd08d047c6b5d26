"""TrialBalance, ProfitAndLoss and BalanceSheet."""

from .closing import EARNED, closed, moved, standing
from .shape import accounts, cell, data, figure, money, report, section, total
from .tree import account_rows

# group: (title, account type, sign that makes it positive), or the title of a result
PROFIT = {
    "Income": ("Income", "Income", -1),
    "COGS": ("Cost of Goods Sold", "Cost of Goods Sold", 1),
    "GrossProfit": "Gross Profit",
    "Expenses": ("Expenses", "Expense", 1),
    "NetOperatingIncome": "Net Operating Income",
    "OtherIncome": ("Other Income", "Other Income", -1),
    "OtherExpenses": ("Other Expenses", "Other Expense", 1),
    "NetOtherIncome": "Net Other Income",
    "NetIncome": "Net Income",
}
# (group, title, account type or parts); as in the recorded balance sheet
ASSETS = (
    "TotalAssets",
    "ASSETS",
    (
        (
            "CurrentAssets",
            "Current Assets",
            (
                ("BankAccounts", "Bank Accounts", "Bank"),
                ("AR", "Accounts Receivable", "Accounts Receivable"),
                ("OtherCurrentAssets", "Other Current Assets", "Other Current Asset"),
            ),
        ),
        ("FixedAssets", "Fixed Assets", "Fixed Asset"),
        ("OtherAssets", "Other Assets", "Other Asset"),
    ),
)
DEBTS = (
    "TotalLiabilitiesAndEquity",
    "LIABILITIES AND EQUITY",
    (
        (
            "Liabilities",
            "Liabilities",
            (
                (
                    "CurrentLiabilities",
                    "Current Liabilities",
                    (
                        ("AP", "Accounts Payable", "Accounts Payable"),
                        ("CreditCards", "Credit Cards", "Credit Card"),
                        (
                            "OtherCurrentLiabilities",
                            "Other Current Liabilities",
                            "Other Current Liability",
                        ),
                    ),
                ),
                (
                    "LongTermLiabilities",
                    "Long-Term Liabilities",
                    "Long Term Liability",
                ),
            ),
        ),
        ("Equity", "Equity", "Equity"),
    ),
)


def trial_balance(books, name, scope):
    """Balances at the end of the period, debit and credit columns equal."""
    chart = accounts(books)
    sums = closed(books, scope, chart, scope.end)
    rows, debit, credit = [], 0, 0
    for identifier, account in chart.items():
        value = sums.get(identifier, 0)
        if value and (not scope.accounts or identifier in scope.accounts):
            debit, credit = debit + max(value, 0), credit + max(-value, 0)
            title = cell(account["FullyQualifiedName"], identifier)
            rows.append(data(title, money(max(value, 0)), money(max(-value, 0))))
    if rows:
        rows.append(total("TOTAL", money(debit), money(credit)))
    columns = [
        ("", "Account", "account"),
        ("Debit", "Money", "debit"),
        ("Credit", "Money", "credit"),
    ]
    return report(books, name, scope, columns, rows)


def profit_and_loss(books, name, scope):
    """In one column, or in more as ``summarize_column_by`` says."""
    chart = accounts(books)
    columns = moved(books, scope, chart)
    rows, profit, others = [], [0] * len(columns), [0] * len(columns)
    for group, what in PROFIT.items():
        if isinstance(what, str):
            result = others if group == "NetOtherIncome" else profit
            if rows and (result is profit or any(others)):
                rows.append(total(what, *map(figure, result), group=group))
            continue
        title, kind, sign = what
        found, values = _accounts(chart, columns, group, title, kind, sign)
        rows += found
        profit = [a - sign * b for a, b in zip(profit, values, strict=True)]
        if group.startswith("Other"):
            others = [a - sign * b for a, b in zip(others, values, strict=True)]
    return _statement(books, name, scope, columns, rows)


def balance_sheet(books, name, scope):
    """At the end of the period; by time in a column for the end of each piece."""
    chart = accounts(books)
    columns = standing(books, scope, chart)
    rows = _part(chart, columns, *ASSETS, 1)[0] + _part(chart, columns, *DEBTS, -1)[0]
    return _statement(books, name, scope, columns, rows)


def _part(chart, columns, group, title, what, sign):
    """(rows, cents per column) of a part of the balance sheet."""
    if isinstance(what, str):
        return _accounts(chart, columns, group, title, what, sign)
    inner, values = [], [0] * len(columns)
    for part in what:
        rows, sums = _part(chart, columns, *part, sign)
        inner += rows
        values = [a + b for a, b in zip(values, sums, strict=True)]
    return _section(title, inner, values, group), values


def _accounts(chart, columns, group, title, kind, sign):
    """(rows, cents per column) of the accounts of a type; the profit of the year
    belongs to equity."""
    rows, values = account_rows(chart, columns, kind, sign)
    if group == "Equity":
        profit = [_profit(chart, column.sums) for column in columns]
        if any(profit):
            rows.append(
                {**data("Net Income", *map(figure, profit)), "group": "NetIncome"}
            )
            values = [a + b for a, b in zip(values, profit, strict=True)]
    return _section(title, rows, values, group), values


def _profit(chart, sums):
    """Cents; a profit is positive."""
    return -sum(c for a, c in sums.items() if chart[a]["Classification"] in EARNED)


def _section(title, rows, values, group):
    if not rows:
        return []
    capitals = "TOTAL" if title.isupper() else "Total"
    summary = [f"{capitals} {title}", *map(figure, values)]
    return [section(title, rows, summary, 1 + len(values), group)]


def _statement(books, name, scope, columns, rows):
    heads = [("", "Account", "account"), *(column.head for column in columns)]
    found = report(books, name, scope, heads, rows)
    found["Header"]["SummarizeColumnsBy"] = scope.columns
    standard = {"Name": "AccountingStandard", "Value": "GAAP"}
    found["Header"]["Option"].insert(0, standard)
    return found
