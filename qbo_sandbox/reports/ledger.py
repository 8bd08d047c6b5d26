"""GeneralLedger: every posting of a period, by account, in natural signs."""

from .shape import accounts, cell, data, money, names, report, section

COLUMNS = [
    ("Date", "tx_date"),
    ("Transaction Type", "txn_type"),
    ("Num", "doc_num"),
    ("Name", "name"),
    ("Memo/Description", "memo"),
    ("Split", "split_acc"),
    ("Amount", "subt_nat_amount"),
    ("Balance", "rbal_nat_amount"),
]
CREDIT_SIDE = ("Liability", "Equity", "Revenue")


def general_ledger(books, name, scope):
    """Amounts show how the account's own balance moves, not debit and credit."""
    people = names(books, "Customer", "Vendor", "Employee")
    splits = _splits(books, scope)
    rows = []
    for identifier, account in accounts(books).items():
        if scope.accounts and identifier not in scope.accounts:
            continue
        sign = -1 if account["Classification"] in CREDIT_SIDE else 1
        opening = sign * _opening(books, identifier, scope, account)
        postings = _postings(books, identifier, scope)
        if postings or opening:
            rows.append(_account(account, opening, postings, sign, people, splits))
    return report(books, name, scope, COLUMNS, rows)


def _account(account, opening, postings, sign, people, splits):
    balance = opening
    lines = []
    if opening:
        lines.append(data("Beginning Balance", "", "", "", "", "", "", money(opening)))
    for entity, txn, who, home, date, memo, number in postings:
        balance += sign * home
        split = splits.get((entity, txn), [])
        others = [each for each in split if each[0] != int(account["Id"])]
        shown = others[0] if len(others) == 1 else (None, "-Split-")
        lines.append(
            data(
                date,
                cell(entity, txn),
                number or "",
                cell(people.get(who, ""), who),
                memo or "",
                cell(shown[1], shown[0]),
                f"{sign * home / 100:.2f}",
                f"{balance / 100:.2f}",
            )
        )
    title = account["FullyQualifiedName"]
    moved = money(balance - opening)
    summary = [f"Total for {title}", "", "", "", "", "", moved, ""]
    return section(cell(title, account["Id"]), lines, summary, len(COLUMNS))


def _opening(books, identifier, scope, account):
    """Home cents before the period; income and expense start at nothing."""
    if account["Classification"] in ("Revenue", "Expense"):
        return 0
    row = books.connection.execute(
        "SELECT COALESCE(SUM(home), 0) FROM postings"
        " WHERE realm=? AND account=? AND date<?",
        (books.realm, identifier, scope.start),
    ).fetchone()
    return row[0]


def _postings(books, identifier, scope):
    rows = books.connection.execute(
        "SELECT p.entity, p.txn, p.name, p.home, p.date, p.memo, o.doc_number"
        " FROM postings p LEFT JOIN objects o"
        " ON o.realm = p.realm AND o.entity = p.entity AND o.id = p.txn"
        " WHERE p.realm=? AND p.account=? AND p.date>=? AND p.date<=?"
        " ORDER BY p.date, p.txn",
        (books.realm, identifier, scope.start, scope.end),
    ).fetchall()
    if scope.names:
        rows = [row for row in rows if row[2] in scope.names]
    return rows


def _splits(books, scope):
    """{(entity, txn): [(account, its name)]}"""
    titles = names(books, "Account")
    rows = books.connection.execute(
        "SELECT DISTINCT entity, txn, account FROM postings"
        " WHERE realm=? AND date>=? AND date<=?",
        (books.realm, scope.start, scope.end),
    )
    found = {}
    for entity, txn, account in rows:
        found.setdefault((entity, txn), []).append((account, titles[account]))
    return found
