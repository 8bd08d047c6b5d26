"""Balances and ageing as of a day, in sum and in detail; paid and unpaid."""

import pytest

from .conftest import bill, pay, paying, sold
from .reporting import cents, report, rows, titles, walk

JUNE, JULY, AUGUST, SEPTEMBER = (f"2026-{month:02}-10" for month in (6, 7, 8, 9))
YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}


@pytest.fixture
def history(control, customer):
    """100.00 of June, due in July, of which 30.00 are paid in August and the rest in
    September."""
    invoice = bill(control, customer, 100, TxnDate=JUNE, DueDate=JULY, DocNumber="7")
    pay(control, customer, 30, paying(30, invoice), TxnDate=AUGUST)
    pay(control, customer, 70, paying(70, invoice), TxnDate=SEPTEMBER)
    return invoice


@pytest.fixture
def vendor(control):
    return control.create("Vendor", {"DisplayName": "Quarry"})


def billed(control, vendor, amount, **more):
    kind = "AccountBasedExpenseLineDetail"
    line = {"Amount": amount, "DetailType": kind, kind: {"AccountRef": {"value": "7"}}}
    body = {"VendorRef": {"value": vendor["Id"]}, "Line": [line], **more}
    return control.create("Bill", body)


def line(answer):
    """The one data row, as cents after its first cell."""
    ((cells, _id),) = rows(answer)
    return [*map(cents, cells[1:])]


def detail(answer):
    """[(section, cells)] of the data rows."""
    return [
        (part["Header"]["ColData"][0]["value"], cells)
        for part in walk(answer["Rows"])
        if "Header" in part
        for cells, _id in rows({"Rows": part["Rows"]})
    ]


@pytest.mark.parametrize(
    ("day", "owed"),
    [("2026-06-30", 10000), ("2026-08-09", 10000), (AUGUST, 7000), (SEPTEMBER, None)],
)
def test_a_balance_is_that_of_the_day_asked_for(control, history, day, owed):
    answer = report(control, "CustomerBalance", report_date=day)
    assert titles(answer) == ["", "Total"]
    assert answer["Header"]["Option"][0] == {"Name": "report_date", "Value": day}
    assert (line(answer) if owed else rows(answer)) == ([owed] if owed else [])


def test_ageing_is_of_what_was_open_on_the_day(control, history):
    answer = report(control, "AgedReceivables", report_date="2026-08-20")
    assert titles(answer)[1:] == [
        "Current",
        "1 - 30",
        "31 - 60",
        "61 - 90",
        "91 and over",
        "Total",
    ]
    assert line(answer) == [0, 0, 7000, 0, 0, 7000]
    assert rows(report(control, "AgedReceivables", report_date=SEPTEMBER)) == []


def test_ageing_of_today_counts_days_to_today(control, history):
    asked = {"report_date": "2026-08-20", "aging_method": "Current"}
    control.set_clock("2026-10-01T20:00:00Z")
    assert line(report(control, "AgedReceivables", **asked)) == [
        *(0, 0, 0, 7000),
        *(0, 7000),
    ]


def test_periods_of_ageing_are_chosen(control, history):
    asked = {"report_date": "2026-08-20", "aging_period": "10", "num_periods": "5"}
    answer = report(control, "AgedReceivables", **asked)
    assert titles(answer)[2:-1] == ["1 - 10", "11 - 20", "21 - 30", "31 - 40"] + [
        "41 and over"
    ]
    assert line(answer)[-2:] == [7000, 7000]


def test_money_not_applied_is_as_old_as_itself(control, customer):
    pay(control, customer, 20, TxnDate=JUNE)
    found = line(report(control, "AgedReceivables", report_date="2026-07-01"))
    assert found == [0, -2000, 0, 0, 0, -2000]


def test_a_payment_dated_before_its_invoice_is_open_until_then(control, customer):
    invoice = bill(control, customer, 50, TxnDate=AUGUST)
    pay(control, customer, 50, paying(50, invoice), TxnDate=JUNE)
    assert line(report(control, "CustomerBalance", report_date=JULY)) == [-5000]
    assert rows(report(control, "CustomerBalance", report_date=AUGUST)) == []


def test_a_credit_used_is_open_until_it_is_used(control, customer):
    invoice = bill(control, customer, 50, TxnDate=JUNE)
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(50)]}
    credit = control.create("CreditMemo", {**body, "TxnDate": JULY})
    lines = [paying(50, invoice), paying(50, credit, "CreditMemo")]
    pay(control, customer, 0, *lines, TxnDate=AUGUST)
    found = detail(report(control, "CustomerBalanceDetail", report_date=JULY))
    assert [(cells[1], cells[5], cells[6]) for _name, cells in found] == [
        ("Invoice", "50.00", "50.00"),
        ("Credit Memo", "-50.00", "0.00"),
    ]
    assert rows(report(control, "CustomerBalanceDetail", report_date=AUGUST)) == []


def test_detail_of_a_balance_runs_up_to_it(control, customer, history):
    later = bill(control, customer, 5, TxnDate=JULY)
    answer = report(control, "CustomerBalanceDetail", report_date=AUGUST)
    kinds = [column["ColType"] for column in answer["Columns"]["Column"]]
    assert kinds == [
        *("tx_date", "txn_type", "doc_num", "due_date"),
        *("subt_amount", "subt_open_bal", "rbal_open_bal"),
    ]
    assert [cells for _name, cells in detail(answer)] == [
        [JUNE, "Invoice", "7", JULY, "100.00", "70.00", "70.00"],
        [
            JULY,
            "Invoice",
            later["DocNumber"],
            later["DueDate"],
            "5.00",
            "5.00",
            "75.00",
        ],
    ]
    total = answer["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert [cell["value"] for cell in total[:1] + total[4:6]] == [
        *("TOTAL", "105.00", "75.00")
    ]


@pytest.mark.parametrize(("paid", "count"), [("Unpaid", 1), ("Paid", 3), ("All", 4)])
def test_paid_and_unpaid_are_told_apart(control, customer, history, paid, count):
    bill(control, customer, 5, TxnDate=SEPTEMBER)
    asked = {"report_date": SEPTEMBER, "arpaid": paid}
    assert len(rows(report(control, "CustomerBalanceDetail", **asked))) == count
    assert len(rows(report(control, "TransactionList", arpaid=paid, **YEAR))) == count


def test_customers_who_owe_nothing_are_shown_when_asked_for(control, history):
    asked = {"report_date": SEPTEMBER, "arpaid": "Paid"}
    assert line(report(control, "CustomerBalance", **asked)) == [0]


def test_ageing_in_detail_has_the_oldest_first(control, customer, history):
    bill(control, customer, 5, TxnDate=AUGUST, DueDate="2026-12-01", DocNumber="8")
    answer = report(control, "AgedReceivableDetail", report_date="2026-08-20")
    kinds = [column["ColType"] for column in answer["Columns"]["Column"]]
    assert kinds == [
        *("tx_date", "txn_type", "doc_num", "cust_name", "due_date"),
        *("subt_amount", "subt_open_bal"),
    ]
    found = [(name, cells[2], cells[-1]) for name, cells in detail(answer)]
    assert found == [
        ("31 - 60 days past due", "7", "70.00"),
        ("Current", "8", "5.00"),
    ]
    late = report(
        control, "AgedReceivableDetail", report_date="2026-08-20", past_due="1"
    )
    assert [cells[2] for cells, _id in rows(late)] == ["7"]
    due = report(control, "AgedReceivableDetail", start_duedate="2026-11-01")
    assert [cells[2] for cells, _id in rows(due)] == ["8"]


def test_vendors_are_owed_in_the_same_ways(control, vendor):
    made = billed(control, vendor, 80, TxnDate=JUNE, DueDate=JULY)
    body = {"VendorRef": {"value": vendor["Id"]}, "TotalAmt": 20, "PayType": "Check"}
    body["CheckPayment"] = {"BankAccountRef": {"value": "35"}}
    body["Line"] = [paying(20, made, "Bill")]
    control.create("BillPayment", {**body, "TxnDate": AUGUST})
    assert line(report(control, "VendorBalance", report_date=JULY)) == [8000]
    assert line(report(control, "VendorBalance", report_date=AUGUST)) == [6000]
    aged = report(control, "AgedPayables", report_date="2026-08-20")
    assert line(aged) == [0, 0, 6000, 0, 0, 6000]
    answer = report(control, "AgedPayableDetail", report_date="2026-08-20")
    kinds = [column["ColType"] for column in answer["Columns"]["Column"]]
    assert kinds[3:] == [
        *("vend_name", "due_date", "past_due", "subt_neg_amount"),
        "subt_neg_open_bal",
    ]
    ((_name, cells),) = detail(answer)
    assert cells[-3:] == ["41", "80.00", "60.00"]
    asked = {"report_date": AUGUST, "appaid": "All"}
    found = detail(report(control, "VendorBalanceDetail", **asked))
    assert [cells[1] for _name, cells in found] == ["Bill", "Bill Payment (Check)"]
    for paid, count in (("Paid", 1), ("Unpaid", 1)):
        answer = report(control, "TransactionList", appaid=paid, **YEAR)
        assert len(rows(answer)) == count


def test_one_customer_and_one_place_may_be_chosen(control, customer, history):
    other = control.create("Customer", {"DisplayName": "Zoe"})
    place = control.create("Department", {"Name": "North"})
    reference = {"value": place["Id"]}
    bill(control, other, 5, TxnDate=JUNE, DepartmentRef=reference)
    for asked in ({"customer": other["Id"]}, {"department": place["Id"]}):
        answer = report(control, "AgedReceivables", report_date=JULY, **asked)
        assert line(answer)[-1] == 500
    header = report(control, "CustomerBalance", customer=other["Id"])["Header"]
    assert header["Customer"] == other["Id"]


def test_a_date_macro_ends_on_the_day_of_the_report(control, history):
    answer = report(control, "CustomerBalance", date_macro="Last Calendar Year")
    assert answer["Header"]["EndPeriod"] == "2025-12-31" and rows(answer) == []


def test_a_journal_entry_is_open_as_well(control, customer):
    who = {"Type": "Customer", "EntityRef": {"value": customer["Id"]}}
    kind = "JournalEntryLineDetail"
    lines = [
        {"Amount": 9, "DetailType": kind, kind: {"PostingType": side, **more}}
        for side, more in (
            ("Debit", {"AccountRef": {"value": "84"}, "Entity": who}),
            ("Credit", {"AccountRef": {"value": "83"}}),
        )
    ]
    made = control.create("JournalEntry", {"TxnDate": JUNE, "Line": lines})
    pay(control, customer, 4, paying(4, made, "JournalEntry"), TxnDate=AUGUST)
    assert line(report(control, "CustomerBalance", report_date=JULY)) == [900]
    assert line(report(control, "CustomerBalance", report_date=AUGUST)) == [500]


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("AgedReceivables", {"aging_method": "Guess"}, "2170"),
        ("AgedReceivables", {"num_periods": "0"}, "2080"),
        ("AgedReceivableDetail", {"past_due": "much"}, "2080"),
        ("AgedReceivableDetail", {"end_duedate": "soon"}, "2060"),
        ("CustomerBalance", {"report_date": "soon"}, "2060"),
        ("CustomerBalance", {"arpaid": "Perhaps"}, "2170"),
        ("VendorBalanceDetail", {"appaid": "Perhaps"}, "2170"),
        ("TransactionList", {"arpaid": "Perhaps"}, "2170"),
        ("TransactionList", {"group_by": "Moon"}, "2170"),
        ("TransactionList", {"bothamount": "much"}, "2080"),
    ],
)
def test_wrong_parameters_are_faults(control, name, arguments, code):
    with pytest.raises(RuntimeError, match=f'"code": "{code}"'):
        report(control, name, **arguments)
