"""Columns, filters, groups, order and size of reports."""

import pytest

from qbo_sandbox.reports import cash, finding, openitems, shape
from qbo_sandbox.sandbox import Sandbox

from .conftest import bill, pay, paying, sold
from .reporting import cents, groups, report, rows, table, titles, walk

YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}


@pytest.fixture
def books(control, customer):
    """Two customers, classes, items and places; 300.00 of income, 40.00 of costs."""
    made = {"amy": customer, "zoe": control.create("Customer", {"DisplayName": "Zoe"})}
    for kind, name in (("Class", "Roses"), ("Class", "Trees"), ("Department", "North")):
        made[name] = control.create(kind, {"Name": name})
    body = {"Name": "Pruning", "Type": "Service", "IncomeAccountRef": {"value": "45"}}
    made["pruning"] = control.create("Item", body)
    trees = {"ClassRef": {"value": made["Trees"]["Id"]}}
    lines = [
        sold(100, ClassRef={"value": made["Roses"]["Id"]}),
        sold(50, item=made["pruning"]["Id"], **trees),
    ]
    place = {"DepartmentRef": {"value": made["North"]["Id"]}}
    made["one"] = bill(control, customer, 0, Line=lines, TxnDate="2026-02-10", **place)
    made["two"] = bill(control, made["zoe"], 150, TxnDate="2026-05-10")
    kind = "AccountBasedExpenseLineDetail"
    detail = {"AccountRef": {"value": "7"}, "CustomerRef": {"value": made["zoe"]["Id"]}}
    spent = {"Amount": 40, "DetailType": kind, kind: {**detail, **trees}}
    body = {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [spent]}
    control.create("Purchase", {**body, "TxnDate": "2026-05-11"})
    return made


def net(answer):
    """Net income by the titles of the columns."""
    values = [
        row["Summary"]["ColData"]
        for row in answer["Rows"]["Row"]
        if row["group"] == "NetIncome"
    ][0]
    return dict(
        zip(titles(answer)[1:], [cents(c["value"]) for c in values[1:]], strict=True)
    )


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("Customers", {"Amy's Bird Sanctuary": 15000, "Zoe": 11000}),
        ("Classes", {"Roses": 10000, "Trees": 1000, "Not Specified": 15000}),
        ("Departments", {"North": 15000, "Not Specified": 11000}),
        (
            "ProductsAndServices",
            {"Pruning": 5000, "Services": 25000, "Not Specified": -4000},
        ),
    ],
)
def test_the_profit_is_split_by_names(control, books, by, expected):
    answer = report(control, "ProfitAndLoss", summarize_column_by=by, **YEAR)
    assert net(answer) == {**expected, "Total": 26000}
    assert answer["Header"]["SummarizeColumnsBy"] == by


def test_lines_of_the_same_amount_keep_their_classes(control, books):
    lines = [
        sold(30, ClassRef={"value": books[name]["Id"]}) for name in ("Roses", "Trees")
    ]
    bill(control, books["zoe"], 0, Line=lines, TxnDate="2026-03-01")
    assert table(report(control, "ClassSales", **YEAR)) == {
        "Roses": [13000],
        "Trees": [8000],
        "Not Specified": [15000],
    }


def test_the_cost_of_goods_belongs_to_its_item(control, books):
    stock = {"Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 9}
    stock.update(InvStartDate="2026-01-01", PurchaseCost=4)
    for field, account in (("Income", "79"), ("Expense", "80"), ("Asset", "81")):
        stock[f"{field}AccountRef"] = {"value": account}
    rocks = [control.create("Item", {"Name": n, **stock}) for n in ("Rock", "Slate")]
    lines = [sold(9 * q, i["Id"], Qty=q, UnitPrice=9) for q, i in enumerate(rocks, 1)]
    bill(control, books["zoe"], 0, Line=lines, TxnDate="2026-03-01")
    asked = {"summarize_column_by": "ProductsAndServices", "start_date": "2026-02-28"}
    answer = report(control, "ProfitAndLoss", **asked, end_date="2026-03-01")
    assert net(answer) == {"Rock": 500, "Slate": 1000, "Total": 1500}


def test_the_cash_profit_is_split_by_names(control, books):
    pay(control, books["amy"], 75, paying(75, books["one"]), TxnDate="2026-06-01")
    asked = {"accounting_method": "Cash", "summarize_column_by": "Classes", **YEAR}
    answer = report(control, "ProfitAndLoss", **asked)
    assert net(answer) == {"Roses": 5000, "Trees": -1500, "Total": 3500}


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"customer": "amy"}, 15000),
        ({"customer": "zoe"}, 11000),
        ({"class": "Trees"}, 1000),
        ({"department": "North"}, 15000),
        ({"item": "pruning"}, 5000),
        ({"class": "Trees", "item": "pruning"}, 5000),
    ],
)
def test_statements_are_of_what_is_asked_for(control, books, filter_, expected):
    asked = {name: books[key]["Id"] for name, key in filter_.items()}
    answer = report(control, "ProfitAndLoss", **asked, **YEAR)
    assert groups(answer)["NetIncome"] == expected
    for name, value in asked.items():
        assert answer["Header"][name.capitalize()] == value


def test_several_names_may_be_asked_for(control, books):
    both = f"{books['amy']['Id']},{books['zoe']['Id']}"
    answer = report(control, "ProfitAndLoss", customer=both, **YEAR)
    assert groups(answer)["NetIncome"] == 26000


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CustomerSales", {"Amy's Bird Sanctuary": [15000], "Zoe": [15000]}),
        ("ItemSales", {"Pruning": [5000], "Services": [25000]}),
        ("ClassSales", {"Roses": [10000], "Trees": [5000], "Not Specified": [15000]}),
        ("DepartmentSales", {"North": [15000], "Not Specified": [15000]}),
    ],
)
def test_sales_are_summed_up(control, books, name, expected):
    answer = report(control, name, **YEAR)
    assert table(answer) == expected
    assert groups(answer) == {"GrandTotal": 30000}


@pytest.mark.parametrize(
    ("by", "days", "expected"),
    [
        ("Month", ("01-01", "03-31"), ["Jan 2026", "Feb 2026", "Mar 2026"]),
        ("Quarter", ("01-01", "06-30"), ["Jan - Mar, 2026", "Apr - Jun, 2026"]),
        ("Year", ("01-01", "12-31"), ["2026"]),
        ("Days", ("02-09", "02-10"), ["Feb 9, 2026", "Feb 10, 2026"]),
        (
            "Week",
            ("02-01", "02-14"),
            ["Feb 1 - Feb 7, 2026", "Feb 8 - Feb 14, 2026"],
        ),
    ],
)
def test_the_balance_sheet_has_a_column_for_each_end(
    control, books, by, days, expected
):
    start, end = (f"2026-{day}" for day in days)
    asked = {"start_date": start, "end_date": end, "summarize_column_by": by}
    answer = report(control, "BalanceSheet", **asked)
    assert titles(answer)[1:] == expected
    last = {m["Name"]: m["Value"] for m in answer["Columns"]["Column"][-1]["MetaData"]}
    assert last["EndDate"] == end
    whole = groups(report(control, "BalanceSheet", start_date=start, end_date=end))
    assert groups(answer, len(expected)) == whole
    for column in range(1, len(expected) + 1):
        sums = groups(answer, column)
        assert sums["TotalAssets"] == sums["TotalLiabilitiesAndEquity"]


def test_the_balance_sheet_is_split_by_customers(control, books):
    answer = report(control, "BalanceSheet", summarize_column_by="Customers", **YEAR)
    found = table(answer)["Accounts Receivable (A/R)"]
    assert dict(zip(titles(answer)[1:], found, strict=True)) == {
        "Amy's Bird Sanctuary": 15000,
        "Zoe": 15000,
        "Not Specified": 0,
        "Total": 30000,
    }


def test_accounts_below_others_are_summed_up(control, books):
    parent = control.create("Account", {"Name": "Garden", "AccountType": "Income"})
    below = {"ParentRef": {"value": parent["Id"]}, "SubAccount": True}
    body = {"Name": "Roses", "AccountType": "Income", **below}
    child = control.create("Account", body)
    body = {
        "Name": "Rose",
        "Type": "Service",
        "IncomeAccountRef": {"value": child["Id"]},
    }
    item = control.create("Item", body)
    lines = [sold(7, item=item["Id"])]
    bill(control, books["amy"], 0, Line=lines, TxnDate="2026-03-01")
    answer = report(control, "ProfitAndLoss", **YEAR)
    (part,) = [
        row
        for row in walk(answer["Rows"])
        if "Header" in row and row["Header"]["ColData"][0]["value"] == "Garden"
    ]
    assert part["Header"]["ColData"][0]["id"] == parent["Id"]
    assert table({"Rows": part["Rows"]}) == {"Roses": [700]}
    assert [c["value"] for c in part["Summary"]["ColData"]] == ["Total Garden", "7.00"]


def test_fiscal_years_begin_in_the_month_of_the_preferences(control, books):
    control.set_preferences(AccountingInfoPrefs={"FirstMonthOfFiscalYear": "April"})
    control.set_clock("2026-11-21T20:00:00Z")
    header = report(control, "ProfitAndLoss", date_macro="This Fiscal Year")["Header"]
    assert (header["StartPeriod"], header["EndPeriod"]) == ("2026-04-01", "2027-03-31")
    header = report(control, "ProfitAndLoss", date_macro="Last Fiscal Quarter")[
        "Header"
    ]
    assert (header["StartPeriod"], header["EndPeriod"]) == ("2026-07-01", "2026-09-30")
    sheet = table(report(control, "BalanceSheet", **YEAR))
    assert (sheet["Retained Earnings"], sheet["Net Income"]) == ([15000], [11000])


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        ("Last Month-to-date", ("2026-10-01", "2026-10-21")),
        ("This Fiscal Year-to-date", ("2026-01-01", "2026-11-21")),
        ("Last Week-to-date", ("2026-11-08", "2026-11-14")),
        ("Next 4 Weeks", ("2026-11-21", "2026-12-19")),
        ("Since 30 Days Ago", ("2026-10-22", "2026-11-21")),
    ],
)
def test_periods_up_to_today(server, control, macro, expected):
    control.set_clock("2026-11-21T20:00:00Z")
    assert period(control, macro) == expected


def period(control, macro):
    header = report(control, "ProfitAndLoss", date_macro=macro)["Header"]
    return header["StartPeriod"], header["EndPeriod"]


def test_the_ledger_shows_what_lines_say(control, books):
    columns = "tx_date,name,klass_name,item_name,dept_name,debt_amt,credit_amt"
    answer = report(control, "GeneralLedger", columns=columns, account="45", **YEAR)
    ((cells, _id),) = rows(answer)
    assert cells == [
        *("2026-02-10", "Amy's Bird Sanctuary", "Trees", "Pruning", "North"),
        *("", "50.00"),
    ]


def test_the_ledger_is_of_the_accounts_where_money_came_from(control, books):
    found = rows(report(control, "GeneralLedger", source_account="35", **YEAR))
    assert {cells[1] for cells, _id in found} == {"Expense"}


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"customer": "amy"}, 1),
        ({"department": "North"}, 1),
        ({"docnum": "one"}, 1),
        ({"bothamount": "150"}, 2),
        ({"account": "7"}, 1),
        ({"source_account": "35"}, 1),
        ({"transaction_type": "Invoice,CashPurchase"}, 3),
        ({"transaction_type": "ReceivePayment"}, 0),
        ({"start_moddate": "2099-01-01"}, 0),
        ({"start_duedate": "2026-04-01"}, 1),
    ],
)
def test_the_list_is_of_what_is_asked_for(control, books, asked, count):
    for name, key in asked.items():
        value = books.get(key, {}).get("DocNumber" if name == "docnum" else "Id", key)
        asked = {name: value}
    assert len(rows(report(control, "TransactionList", **asked, **YEAR))) == count


def test_transactions_are_listed_below_names(control, books):
    answer = report(control, "TransactionListByCustomer", **YEAR)
    heads = [row["Header"]["ColData"][0] for row in answer["Rows"]["Row"]]
    assert heads == [
        {"value": "Amy's Bird Sanctuary", "id": books["amy"]["Id"]},
        {"value": "Zoe", "id": books["zoe"]["Id"]},
    ]
    grouped = report(control, "TransactionList", group_by="Transaction Type", **YEAR)
    found = [row["Header"]["ColData"][0]["value"] for row in grouped["Rows"]["Row"]]
    assert found == ["Expense", "Invoice"]


def test_too_many_cells_are_cut_off_with_intuits_words(control, books, monkeypatch):
    monkeypatch.setattr(shape, "MOST_CELLS", 18)
    found = rows(report(control, "TransactionList", **YEAR))
    assert [cells[0] for cells, _id in found] == ["2026-02-10", "2026-05-10", shape.CUT]
    monkeypatch.setattr(shape, "MOST_CELLS", 24)
    found = rows(report(control, "GeneralLedger", **YEAR))
    assert len(found) == 4 and found[-1][0] == [shape.CUT]


def test_reports_leave_nothing_behind(control, books):
    before = control.query("select * from Invoice")
    for name in ("TrialBalance", "AgedReceivables", "CustomerSales"):
        for _again in range(2):
            report(control, name, accounting_method="Cash", **YEAR)
    assert control.query("select * from Invoice") == before


def test_large_companies_are_read_by_indexes():
    """Objects are looked up by id wherever a statement joins them."""
    connection = Sandbox().connection
    for statement in openitems.TABLES.split(";"):
        connection.execute(statement)
    parts = finding.FOUND.format(
        day="a.day", total="a.part", source=finding.PARTS, marks="?"
    )
    for statement in (cash.LINKS, openitems.FOUND, parts):
        values = [""] * statement.count("?")
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [row[3] for row in plan]
        joined = [step for step in steps if " id=?" in step or "objects_date" in step]
        assert joined and not any("objects_updated" in step for step in steps), steps
