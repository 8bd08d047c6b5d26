"""CustomerBalance and VendorBalance: what each name owes or is owed, as of a day; and
the same in detail, transaction by transaction."""

from itertools import groupby

from . import openitems, titles
from .fields import Field, Listing
from .shape import cell, data, figure, money, names, report, section, total


def customers(books, name, scope):
    return _balances(books, name, scope, openitems.RECEIVABLE)


def vendors(books, name, scope):
    return _balances(books, name, scope, openitems.PAYABLE)


def customer_detail(books, name, scope):
    return _detail(books, name, scope, openitems.RECEIVABLE)


def vendor_detail(books, name, scope):
    return _detail(books, name, scope, openitems.PAYABLE)


def _balances(books, name, scope, side):
    """``arpaid``: Paid shows the names that owe nothing any more, All both."""
    shown, paid = names(books, side.entity), scope.paid(_paid(side))
    asked = _paid(side) in scope.arguments
    lines, everything = [], 0
    items = openitems.find(books, side, scope, settled=asked and paid is not False)
    for who, found in groupby(items, lambda item: item.who):
        rest = sum(item.rest for item in found)
        if who in shown and (paid is None or paid == (rest == 0)) and (rest or asked):
            everything += rest
            value = figure(rest) if asked else money(rest)
            lines.append(data(cell(shown[who], who), value))
    lines.sort(key=_title, reverse=scope.arguments.get("sort_order") == "descend")
    if lines:
        lines.append(total("TOTAL", figure(everything)))
    columns = [("", side.entity, side.name), ("Total", "Money", "total")]
    return report(books, name, scope, columns, lines, period=False)


def _detail(books, name, scope, side):
    """Open ones only, unless ``arpaid`` or ``appaid`` says All or Paid."""
    shown = names(books, side.entity)
    listing = Listing(scope, fields(shown, side))
    paid = scope.paid(_paid(side)) if _paid(side) in scope.arguments else False
    everything, rows = [0, 0], []
    items = openitems.find(books, side, scope, settled=paid is not False)
    people = {}
    for item in items:
        if paid is None or paid == (item.rest == 0):
            people.setdefault(item.who, []).append(item)
    for who in sorted(set(people) & set(shown), key=lambda who: shown[who].lower()):
        sums = [sum(i.total for i in people[who]), sum(i.rest for i in people[who])]
        everything = [a + b for a, b in zip(everything, sums, strict=True)]
        found = listing.rows(_running(people[who]))
        summary = listing.line(f"Total for {shown[who]}", totals(side, *sums))
        head = cell(shown[who], who)
        rows.append(section(head, found, summary, len(listing.fields)))
        if listing.limit.reached:
            break
    if rows:
        rows.append(total(*listing.line("TOTAL", totals(side, *everything))))
    return report(books, name, scope, listing.heads, rows, period=False)


def _running(items):
    """With the balance that the name has come to."""
    balance = 0
    for item in items:
        balance += item.rest
        item.balance = balance
        yield item


def fields(shown, side):
    """Columns of the reports that list open items."""
    sub = "subt_" if side.sign > 0 else "subt_neg_"
    who = "cust_name" if side.sign > 0 else "vend_name"
    running = "rbal_open_bal" if side.sign > 0 else "rbal_neg_open_bal"
    return {
        "tx_date": Field("Date", lambda item: item.date),
        "txn_type": Field(
            "Transaction Type",
            lambda item: cell(titles.title(item.entity, item.method), item.txn),
        ),
        "doc_num": Field("Num", lambda item: item.number or ""),
        who: Field(
            side.entity, lambda item: cell(shown.get(item.who, ""), item.who), False
        ),
        "due_date": Field("Due Date", lambda item: item.due),
        "past_due": Field("Past Due", lambda item: str(item.late), False),
        f"{sub}amount": Field("Amount", lambda item: figure(item.total)),
        f"{sub}open_bal": Field("Open Balance", lambda item: figure(item.rest)),
        running: Field("Balance", lambda item: figure(item.balance)),
        "memo": Field("Memo/Description", lambda item: item.memo or "", False),
    }


def totals(side, amount, rest):
    """Values of a sum, by column."""
    sub = "subt_" if side.sign > 0 else "subt_neg_"
    return {f"{sub}amount": figure(amount), f"{sub}open_bal": figure(rest)}


def _paid(side):
    return "arpaid" if side.sign > 0 else "appaid"


def _title(row):
    return row["ColData"][0]["value"].lower()
