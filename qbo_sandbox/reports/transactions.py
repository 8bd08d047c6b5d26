"""TransactionList: every transaction of a period, one row each; and the same below
the names of customers or vendors.

On a cash basis a document has a row for each day on which something was applied to
it, with that amount; what nothing was applied to has none.
"""

from . import titles
from .fields import Field, Listing
from .finding import SIDES, transactions
from .scope import choice
from .shape import cell, figure, money, names, report, section

# group_by -> the key of a row's group, and its title
GROUPS = ("None", "Name", "Customer", "Vendor", "Employee", "Transaction Type")
PAID = {True: "Paid", False: "Unpaid", None: ""}


def transaction_list(books, name, scope):
    """``group_by`` puts it below headings."""
    return _list(
        books, name, scope, choice(scope.arguments, "group_by", GROUPS, "None")
    )


def by_customer(books, name, scope):
    return _list(books, name, scope, "Customer")


def by_vendor(books, name, scope):
    return _list(books, name, scope, "Vendor")


def _list(books, name, scope, group):
    listing = Listing(scope, _fields(books))
    found = transactions(books, scope)
    if group == "None":
        rows = listing.rows(found)
    else:
        rows = _grouped(books, listing, found, group)
    return report(books, name, scope, listing.heads, rows)


def _grouped(books, listing, found, group):
    """Sections by title; what has none is left out."""
    entities = ("Customer", "Vendor", "Employee") if group == "Name" else (group,)
    people = names(books, *entities)
    groups = {}
    for row in found:
        if group == "Transaction Type":
            title = (titles.title(row.entity, row.method), None)
        else:
            title = (people.get(row.who, ""), row.who)
        if title[0]:
            groups.setdefault(title, []).append(row)
    rows = []
    for title, inner in sorted(groups.items(), key=lambda each: each[0][0].lower()):
        if listing.limit.reached:
            break
        values = {"subt_nat_amount": figure(sum(row.total or 0 for row in inner))}
        summary = listing.line(f"Total for {title[0]}", values)
        lines = listing.rows(inner)
        rows.append(section(cell(*title), lines, summary, len(listing.fields)))
    return rows


def _fields(books):
    people = names(books, "Customer", "Vendor", "Employee")
    customers, vendors = names(books, "Customer"), names(books, "Vendor")
    chart = names(books, "Account")
    places, methods = names(books, "Department"), names(books, "PaymentMethod")

    def named(found, identifier):
        return cell(found.get(identifier, ""), identifier if identifier in found else 0)

    def other(row):
        if len(row.accounts) == 2:
            return named(chart, row.accounts[1])
        return "-Split-" if row.accounts[2:] else ""

    return {
        "tx_date": Field("Date", lambda row: row.date),
        "txn_type": Field(
            "Transaction Type",
            lambda row: cell(titles.title(row.entity, row.method), row.txn),
        ),
        "doc_num": Field("Num", lambda row: row.number or ""),
        "is_no_post": Field("Posting", lambda row: "Yes" if row.accounts else "No"),
        "name": Field("Name", lambda row: named(people, row.who)),
        "memo": Field("Memo/Description", lambda row: row.memo or ""),
        "account_name": Field(
            "Account", lambda row: named(chart, next(iter(row.accounts), None))
        ),
        "other_account": Field("Split", other),
        "subt_nat_amount": Field("Amount", lambda row: money(row.total or 0)),
        "due_date": Field("Due Date", lambda row: row.due or "", False),
        "nat_open_bal": Field("Open Balance", lambda row: money(row.rest or 0), False),
        "is_ar_paid": Field("A/R Paid", lambda row: _paid(row, "arpaid"), False),
        "is_ap_paid": Field("A/P Paid", lambda row: _paid(row, "appaid"), False),
        "pmt_mthd": Field(
            "Payment Method", lambda row: named(methods, row.payment_method), False
        ),
        "dept_name": Field(
            "Location", lambda row: named(places, row.department), False
        ),
        "cust_name": Field("Customer", lambda row: named(customers, row.who), False),
        "vend_name": Field("Vendor", lambda row: named(vendors, row.who), False),
        "create_date": Field(
            "Create Date", lambda row: titles.moment(row.created), False
        ),
        "last_mod_date": Field(
            "Last Modified", lambda row: titles.moment(row.updated), False
        ),
    }


def _paid(row, side):
    return PAID[row.paid] if row.entity in SIDES[side] else ""
