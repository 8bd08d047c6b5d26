"""Reports agree with the books, each with the others."""

import pytest

from qbo_sandbox.testing import SandboxServer

from .reporting import EVER, cents, groups, report, rows, walk


@pytest.fixture(scope="module")
def demo():
    with SandboxServer.start("demo") as server:
        yield server.control


def test_customer_balances_are_those_of_the_customers(demo):
    balances = {
        who: cents(cells[1]) for cells, who in rows(report(demo, "CustomerBalance"))
    }
    for customer in demo.query("select * from Customer maxresults 1000"):
        assert balances.get(customer["Id"], 0) == cents(customer["Balance"])


def test_ageing_sums_up_to_the_balances(demo):
    answer = report(demo, "AgedReceivables")
    titles = [column["ColTitle"] for column in answer["Columns"]["Column"]]
    assert titles == [
        "",
        "Current",
        "1 - 30",
        "31 - 60",
        "61 - 90",
        "91 and over",
        "Total",
    ]
    for cells, who in rows(answer):
        assert sum(map(cents, cells[1:-1])) == cents(cells[-1])
        assert cents(cells[-1]) == cents(demo.get("Customer", who)["Balance"])
    late = [sum(map(cents, cells[2:-1])) for cells, _who in rows(answer)]
    assert sum(late) > 0


def test_debits_equal_credits(demo):
    answer = report(demo, "TrialBalance", **EVER)
    found = rows(answer)
    debits = sum(cents(cells[1]) for cells, _id in found)
    assert debits == sum(cents(cells[2]) for cells, _id in found) > 0
    assert cents(answer["Rows"]["Row"][-1]["Summary"]["ColData"][1]["value"]) == debits


def test_the_balance_sheet_balances(demo):
    found = groups(report(demo, "BalanceSheet", **EVER))
    assert found["TotalAssets"] == found["TotalLiabilitiesAndEquity"] > 0
    assert found["CurrentAssets"] == (
        found["BankAccounts"] + found["AR"] + found["OtherCurrentAssets"]
    )


def test_statements_say_their_standard_and_columns(demo):
    header = report(demo, "BalanceSheet", **EVER)["Header"]
    assert header["Option"][0] == {"Name": "AccountingStandard", "Value": "GAAP"}
    assert header["SummarizeColumnsBy"] == "Total"


def test_the_profit_is_income_less_costs(demo):
    found = groups(report(demo, "ProfitAndLoss", **EVER))
    assert found["NetIncome"] == found["GrossProfit"] == found["Income"] > 0


def test_profits_of_earlier_years_are_retained(demo):
    this = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
    earlier = {"start_date": "2000-01-01", "end_date": "2025-12-31"}
    profits = [
        groups(report(demo, "ProfitAndLoss", **period))["NetIncome"]
        for period in (this, earlier)
    ]
    sheet = report(demo, "BalanceSheet", **this)
    values = {
        row["ColData"][0]["value"]: cents(row["ColData"][1]["value"])
        for row in walk(sheet["Rows"])
        if "ColData" in row
    }
    assert [values["Net Income"], values["Retained Earnings"]] == profits
    assert all(profits)


def test_the_ledger_runs_up_to_the_accounts_balance(demo):
    answer = report(demo, "GeneralLedger", account="84", **EVER)
    types = [column["ColType"] for column in answer["Columns"]["Column"]]
    assert types[:3] == ["tx_date", "txn_type", "doc_num"]
    (section,) = answer["Rows"]["Row"]
    assert section["Header"]["ColData"][0] == {
        "value": "Accounts Receivable (A/R)",
        "id": "84",
    }
    last = rows(answer)[-1][0]
    assert cents(last[-1]) == cents(demo.get("Account", 84)["CurrentBalance"])


def test_the_list_has_every_transaction_of_a_type(demo):
    answer = report(demo, "TransactionList", transaction_type="Invoice", **EVER)
    assert len(rows(answer)) == 150


def test_an_empty_report_says_so(demo):
    answer = report(
        demo, "TransactionList", start_date="1990-01-01", end_date="1990-02-01"
    )
    assert answer["Rows"] == {}
    assert answer["Header"]["Option"] == [{"Name": "NoReportData", "Value": "true"}]


def test_the_profit_by_month_adds_up(demo):
    year = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
    whole = report(demo, "ProfitAndLoss", **year)
    parts = report(demo, "ProfitAndLoss", summarize_column_by="Month", **year)
    titles = [column["ColTitle"] for column in parts["Columns"]["Column"]]
    assert titles[1:4] == ["Jan 2026", "Feb 2026", "Mar 2026"] and len(titles) == 14
    *months, everything = map(
        cents, (c["value"] for c in parts["Rows"]["Row"][-1]["Summary"]["ColData"][1:])
    )
    last = whole["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert sum(months) == everything == cents(last[1]["value"]) > 0
    quarters = report(demo, "ProfitAndLoss", summarize_column_by="Quarter", **year)
    assert len(quarters["Columns"]["Column"]) == 6


def test_a_list_has_the_columns_and_the_order_asked_for(demo):
    asked = {"columns": "subt_nat_amount,tx_date,nonsense", "sort_order": "descend"}
    asked["sort_by"] = "subt_nat_amount"
    answer = report(demo, "TransactionList", **asked, **EVER)
    kinds = [column["ColType"] for column in answer["Columns"]["Column"]]
    assert kinds == ["subt_nat_amount", "tx_date"]
    amounts = [cents(cells[0]) for cells, _id in rows(answer)]
    assert len(amounts) > 200 and amounts == sorted(amounts, reverse=True)


def test_a_sorted_ledger_keeps_its_titles_and_beginning_balance(demo):
    asked = {"columns": "tx_date,subt_nat_amount", "sort_by": "subt_nat_amount"}
    answer = report(demo, "GeneralLedger", account="84", **asked)
    (section,) = answer["Rows"]["Row"]
    assert section["Header"]["ColData"][0]["id"] == "84"
    assert section["Summary"]["ColData"][0]["value"].startswith("Total for")
    (first, *others) = [cells for cells, _id in rows(answer)]
    assert first[0] == "Beginning Balance"
    amounts = [cents(cells[1]) for cells in others]
    assert len(amounts) > 1 and amounts == sorted(amounts)


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("Nonsense", {}, "500"),
        ("GeneralLedger", {"start_date": "soon"}, "2060"),
        ("GeneralLedger", {"date_macro": "Some Day"}, "2170"),
        ("AgedReceivables", {"aging_period": "x"}, "2080"),
        ("ProfitAndLoss", {"accounting_method": "Barter"}, "2170"),
        ("ProfitAndLoss", {"summarize_column_by": "Moon"}, "2170"),
        (
            "ProfitAndLoss",
            {"summarize_column_by": "Month", "date_macro": "All"},
            "2170",
        ),
        ("TransactionList", {"sort_order": "x"}, "2170"),
    ],
)
def test_wrong_reports_are_faults(demo, name, arguments, code):
    with pytest.raises(RuntimeError, match=f'"code": "{code}"'):
        report(demo, name, **arguments)


@pytest.mark.parametrize(
    "macro",
    [
        "Today",
        "Yesterday",
        "This Week",
        "Last Month",
        "This Month-to-date",
        "Last Fiscal Year",
        "This Fiscal Quarter",
        "Next Month",
        "Last Calendar Quarter",
        "All",
    ],
)
def test_periods_have_names(demo, macro):
    header = report(demo, "ProfitAndLoss", date_macro=macro)["Header"]
    assert header["StartPeriod"] <= header["EndPeriod"]
    assert header["DateMacro"] == macro
