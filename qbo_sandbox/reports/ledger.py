"""GeneralLedger and ProfitAndLossDetail: every posting of a period, by account."""

from typing import NamedTuple

from . import titles
from .closing import closed, day_before
from .fields import Field, Listing
from .scope import ids
from .shape import accounts, cell, figure, money, names, report, section, total
from .statements import PROFIT

CREDIT_SIDE = ("Liability", "Equity", "Revenue")
POSTINGS = """SELECT s.entity, s.txn,
  CASE WHEN s.name<>0 OR s.entity='Item' THEN s.name ELSE o.party END, s.home,
  s.date, s.memo, o.doc_number, o.created, o.updated,
  CASE WHEN s.entity IN ('BillPayment', 'Purchase') THEN {method} END,
  (SELECT CASE COUNT(DISTINCT p.account) WHEN 1 THEN MIN(p.account) END
    FROM postings p INDEXED BY postings_txn WHERE p.realm=s.realm
    AND p.entity=s.entity AND p.txn=s.txn AND p.account<>s.account),
  {marks}
  FROM {source} s LEFT JOIN objects o
  ON o.realm=s.realm AND o.entity=s.entity AND o.id=+s.txn
  WHERE s.realm=? AND s.account=? AND s.date>=? AND s.date<=? {condition}
  ORDER BY s.date, s.txn"""
FROM = """AND (SELECT p.account FROM postings p INDEXED BY postings_txn
  WHERE p.realm=s.realm AND p.entity=s.entity AND p.txn=s.txn
  ORDER BY p.rowid LIMIT 1) IN ({marks})"""
MARKS = "s.class, s.department, s.item, s.customer, s.vendor"


class Row(NamedTuple):
    entity: str
    txn: int
    who: int | None  # of the line, or of the transaction
    home: int  # cents, debit positive
    date: str
    memo: str | None
    number: str | None
    created: float | None
    updated: float | None
    method: str | None
    other: int | None
    klass: int | None
    department: int | None
    item: int | None
    customer: int | None
    vendor: int | None
    amount: int = 0  # cents as the account's own balance moves
    balance: int = 0
    account: dict | None = None


def general_ledger(books, name, scope):
    """Amounts show how the account's own balance moves, not debit and credit."""
    chart = accounts(books)
    listing = Listing(scope, _fields(books))
    before = day_before(scope.start)
    opening = closed(books, scope, chart, before, year=scope.start)
    rows = []
    for identifier, account in chart.items():
        if scope.accounts and identifier not in scope.accounts:
            continue
        sign = -1 if account["Classification"] in CREDIT_SIDE else 1
        begun = sign * opening.get(identifier, 0)
        found, last = _account(books, scope, listing, identifier, account, begun)
        if found or begun:
            rows.append(_section(listing, identifier, account, found, begun, last))
        if listing.limit.reached:
            break
    return report(books, name, scope, listing.heads, rows, keyed=False)


def profit_detail(books, name, scope):
    """The postings behind a statement of profit and loss."""
    chart = accounts(books)
    listing = Listing(scope, _fields(books))
    rows, profit = [], 0
    for group, what in PROFIT.items():
        if isinstance(what, str):
            continue
        title, kind, sign = what
        inner, value = [], 0
        for identifier, account in chart.items():
            if account["AccountType"] == kind and not listing.limit.reached:
                found, last = _account(books, scope, listing, identifier, account, 0)
                if found:
                    value += last
                    inner.append(_section(listing, identifier, account, found, 0, last))
        if inner:
            profit -= sign * value
            end = listing.line(f"Total {title}", {"subt_nat_amount": figure(value)})
            rows.append(section(title, inner, end, len(listing.fields), group))
    if rows:
        net = listing.line("Net Income", {"subt_nat_amount": figure(profit)})
        rows.append(total(*net, group="NetIncome"))
    return report(books, name, scope, listing.heads, rows)


def _account(books, scope, listing, identifier, account, begun):
    """(data rows, last balance) of an account; cents."""
    balance, sign = begun, -1 if account["Classification"] in CREDIT_SIDE else 1
    found = []
    for values in _postings(books, identifier, scope):
        row = Row(*values)
        balance += sign * row.home
        found.append(
            row._replace(amount=sign * row.home, balance=balance, account=account)
        )
        if len(found) > max(listing.limit.left, 0):
            break
    return listing.rows(found), balance


def _section(listing, identifier, account, rows, begun, last):
    title, width = account["FullyQualifiedName"], len(listing.fields)
    if begun:
        values = {"rbal_nat_amount": money(begun)}
        cells = listing.line("Beginning Balance", values)
        opening = {"ColData": [_plain(each) for each in cells], "type": "Data"}
        rows = [opening, *rows]
    moved = {"subt_nat_amount": money(last - begun)}
    summary = listing.line(f"Total for {title}", moved)
    return section(cell(title, identifier), rows, summary, width)


def _plain(value):
    return value if isinstance(value, dict) else {"value": value}


def _postings(books, identifier, scope):
    made = scope.source == "temp.chosen"
    sources = ids(scope.arguments, "source_account")
    condition = FROM.format(marks=",".join("?" * len(sources))) if sources else ""
    return books.connection.execute(
        POSTINGS.format(
            method=titles.METHOD,
            marks=MARKS if made else "NULL, NULL, NULL, NULL, NULL",
            source=scope.source,
            condition=condition,
        ),
        (books.realm, identifier, scope.start, scope.end, *sources),
    )


def _fields(books):
    people = names(books, "Customer", "Vendor", "Employee")
    chart = names(books, "Account")
    shown = {kind: names(books, kind) for kind in ("Class", "Department", "Item")}

    def named(found, identifier):
        return cell(found.get(identifier, ""), identifier)

    return {
        "tx_date": Field("Date", lambda row: row.date),
        "txn_type": Field(
            "Transaction Type",
            lambda row: cell(titles.title(row.entity, row.method), row.txn),
        ),
        "doc_num": Field("Num", lambda row: row.number or ""),
        "name": Field("Name", lambda row: named(people, row.who)),
        "memo": Field("Memo/Description", lambda row: row.memo or ""),
        "split_acc": Field(
            "Split", lambda row: cell(chart.get(row.other, "-Split-"), row.other)
        ),
        "subt_nat_amount": Field("Amount", lambda row: figure(row.amount)),
        "rbal_nat_amount": Field("Balance", lambda row: figure(row.balance)),
        "debt_amt": Field("Debit", lambda row: money(max(row.home, 0)), False),
        "credit_amt": Field("Credit", lambda row: money(max(-row.home, 0)), False),
        "account_name": Field(
            "Account",
            lambda row: cell(row.account["FullyQualifiedName"], row.account.get("Id")),
            False,
        ),
        "klass_name": Field(
            "Class", lambda row: named(shown["Class"], row.klass), False
        ),
        "dept_name": Field(
            "Location", lambda row: named(shown["Department"], row.department), False
        ),
        "item_name": Field(
            "Product/Service", lambda row: named(shown["Item"], row.item), False
        ),
        "cust_name": Field("Customer", lambda row: named(people, row.customer), False),
        "vend_name": Field("Vendor", lambda row: named(people, row.vendor), False),
        "create_date": Field(
            "Create Date", lambda row: titles.moment(row.created), False
        ),
        "last_mod_date": Field(
            "Last Modified", lambda row: titles.moment(row.updated), False
        ),
    }
