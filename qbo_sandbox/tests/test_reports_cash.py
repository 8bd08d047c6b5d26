"""Reports on a cash basis: documents count when and as far as they are paid."""

import pytest

from .conftest import bill, pay, paying, sold
from .reporting import cents, groups, report, rows, trial

AUGUST, SEPTEMBER, OCTOBER = "2026-08-10", "2026-09-10", "2026-10-10"
YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
UNAPPLIED = "Unapplied Cash Payment Income"


@pytest.fixture
def taxed(control, customer):
    """200.00 and 18.20 tax, of the tenth of August."""
    lines = [sold(200, code="TAX")]
    tax = {"TxnTaxCodeRef": {"value": "3"}}
    body = {"Line": lines, "TxnTaxDetail": tax, "TxnDate": AUGUST}
    made = bill(control, customer, 0, **body)
    assert made["TotalAmt"] == 218.2
    return made


def profit(control, basis, **arguments):
    answer = report(
        control, "ProfitAndLoss", accounting_method=basis, **{**YEAR, **arguments}
    )
    assert answer["Header"]["ReportBasis"] == basis
    return groups(answer).get("NetIncome", 0)


def test_an_unpaid_invoice_is_no_income(control, taxed):
    assert profit(control, "Accrual") == 20000
    assert profit(control, "Cash") == 0
    assert trial(control, "Cash") == {}


def test_part_of_an_invoice_counts_on_the_day_of_its_payment(control, customer, taxed):
    pay(control, customer, 54.55, paying(54.55, taxed), TxnDate=OCTOBER)
    assert trial(control, "Cash", SEPTEMBER) == {}
    assert trial(control, "Cash", OCTOBER) == {
        "Services": -5000,
        "Sales Tax Payable": -455,
        "Undeposited Funds": 5455,
    }
    assert trial(control, "Accrual", SEPTEMBER)["Services"] == -20000


def test_parts_add_up_to_the_cent(control, customer):
    tenths = [sold(0.33), sold(0.33), sold(0.34)]
    invoice = bill(control, customer, 0, Line=tenths, TxnDate=AUGUST)
    pay(control, customer, 0.01, paying(0.01, invoice), TxnDate=OCTOBER)
    assert trial(control, "Cash") == {"Services": -1, "Undeposited Funds": 1}
    for amount in (0.5, 0.03, 0.46):
        pay(control, customer, amount, paying(amount, invoice), TxnDate=OCTOBER)
    assert trial(control, "Cash") == trial(control)


def test_a_discount_and_shipping_count_in_proportion(control, customer):
    lines = [
        sold(100),
        {
            "Amount": 20,
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": False},
        },
        sold(20, item="SHIPPING_ITEM_ID"),
    ]
    invoice = bill(control, customer, 0, Line=lines, TxnDate=AUGUST)
    pay(control, customer, 50, paying(50, invoice), TxnDate=OCTOBER)
    found = trial(control, "Cash")
    assert found == {
        "Services": -5000,
        "Discounts given": 1000,
        "Shipping Income": -1000,
        "Undeposited Funds": 5000,
    }


def test_money_that_is_not_applied_is_income_of_its_own(control, customer):
    pay(control, customer, 30, TxnDate=SEPTEMBER)
    assert trial(control, "Cash") == {UNAPPLIED: -3000, "Undeposited Funds": 3000}
    assert UNAPPLIED not in trial(control)


def test_money_before_its_invoice_is_not_applied_until_then(control, customer):
    invoice = bill(control, customer, 100, TxnDate=OCTOBER)
    pay(control, customer, 100, paying(100, invoice), TxnDate=AUGUST)
    assert trial(control, "Cash", SEPTEMBER) == {
        UNAPPLIED: -10000,
        "Undeposited Funds": 10000,
    }
    assert trial(control, "Cash", OCTOBER) == trial(control, "Accrual", OCTOBER)


def test_a_credit_counts_when_it_is_used(control, customer):
    invoice = bill(control, customer, 100, TxnDate=AUGUST)
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(40)]}
    credit = control.create("CreditMemo", {**body, "TxnDate": AUGUST})
    assert trial(control, "Cash") == {}
    lines = [paying(40, invoice), paying(40, credit, "CreditMemo")]
    pay(control, customer, 0, *lines, TxnDate=SEPTEMBER)
    detail = report(control, "ProfitAndLossDetail", accounting_method="Cash", **YEAR)
    assert sorted(cells[:2] + cells[6:7] for cells, _id in rows(detail)) == [
        [SEPTEMBER, "Credit Memo", "-40.00"],
        [SEPTEMBER, "Invoice", "40.00"],
    ]
    assert trial(control, "Cash") == {}


def test_a_deposit_on_an_invoice_counts_at_once(control, customer):
    control.set_preferences(SalesFormsPrefs={"AllowDeposit": True})
    invoice = bill(control, customer, 100, Deposit=25, TxnDate=AUGUST)
    assert invoice["Balance"] == 75
    assert trial(control, "Cash") == {"Services": -2500, "Undeposited Funds": 2500}
    pay(control, customer, 75, paying(75, invoice), TxnDate=OCTOBER)
    assert trial(control, "Cash") == trial(control)


def test_a_deposit_stays_when_the_invoice_becomes_nothing(control, customer):
    control.set_preferences(SalesFormsPrefs={"AllowDeposit": True})
    invoice = bill(control, customer, 100, Deposit=25, TxnDate=AUGUST)
    control.update("Invoice", {**invoice, "Line": [sold(0)]})
    assert trial(control, "Cash") == trial(control)
    assert trial(control)["Undeposited Funds"] == 2500


@pytest.mark.parametrize("undo", ["void", "delete"])
def test_a_payment_undone_takes_the_income_back(control, customer, taxed, undo):
    payment = pay(control, customer, 100, paying(100, taxed), TxnDate=OCTOBER)
    assert profit(control, "Cash") > 0
    getattr(control, undo)("Payment", payment["Id"])
    assert profit(control, "Cash") == 0


def test_a_bill_counts_as_it_is_paid(control):
    vendor = {"value": control.create("Vendor", {"DisplayName": "Quarry"})["Id"]}
    kind = "AccountBasedExpenseLineDetail"
    line = {"Amount": 80, "DetailType": kind, kind: {"AccountRef": {"value": "7"}}}
    made = control.create(
        "Bill", {"VendorRef": vendor, "TxnDate": AUGUST, "Line": [line]}
    )
    assert profit(control, "Cash") == 0 and profit(control, "Accrual") == -8000
    body = {"VendorRef": vendor, "TxnDate": OCTOBER, "TotalAmt": 20, "PayType": "Check"}
    body["CheckPayment"] = {"BankAccountRef": {"value": "35"}}
    body["Line"] = [paying(20, made, "Bill")]
    control.create("BillPayment", body)
    assert trial(control, "Cash") == {"Advertising": 2000, "Checking": -2000}


def test_what_is_paid_at_once_is_the_same_on_both_bases(control, customer):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(60)]}
    control.create("SalesReceipt", {**body, "TxnDate": AUGUST})
    assert trial(control, "Cash") == trial(control) != {}


def test_journal_entries_on_receivables_count_on_both_bases(control, customer):
    who = {"Type": "Customer", "EntityRef": {"value": customer["Id"]}}
    lines = [
        _entry("Debit", "84", Entity=who),
        _entry("Credit", "83"),
    ]
    made = control.create("JournalEntry", {"TxnDate": AUGUST, "Line": lines})
    assert trial(control, "Cash") == trial(control)
    pay(control, customer, 50, paying(50, made, "JournalEntry"), TxnDate=OCTOBER)
    assert trial(control, "Cash") == trial(control)
    assert trial(control)["Undeposited Funds"] == 5000


def _entry(side, account, **more):
    detail = {"PostingType": side, "AccountRef": {"value": account}, **more}
    kind = "JournalEntryLineDetail"
    return {"Amount": 50, "DetailType": kind, kind: detail}


def test_the_cash_balance_sheet_balances_and_owes_nobody(control, customer, taxed):
    pay(control, customer, 100, paying(100, taxed), TxnDate=OCTOBER)
    found = groups(report(control, "BalanceSheet", accounting_method="Cash", **YEAR))
    assert found["TotalAssets"] == found["TotalLiabilitiesAndEquity"] == 10000
    assert "AR" not in found


def test_the_cash_ledger_shows_documents_on_the_day_of_payment(
    control, customer, taxed
):
    pay(control, customer, 109.1, paying(109.1, taxed), TxnDate=OCTOBER)
    asked = {"accounting_method": "Cash", "account": "1", **YEAR}
    ((cells, _id),) = rows(report(control, "GeneralLedger", **asked))
    assert cells[:2] + cells[6:] == [OCTOBER, "Invoice", "100.00", "100.00"]


def test_the_cash_list_has_what_was_applied(control, customer, taxed):
    pay(control, customer, 10, paying(10, taxed), TxnDate=SEPTEMBER)
    pay(control, customer, 20, paying(20, taxed), TxnDate=OCTOBER)
    asked = {"accounting_method": "Cash", "transaction_type": "Invoice", **YEAR}
    found = rows(report(control, "TransactionList", **asked))
    assert [(cells[0], cents(cells[-1])) for cells, _id in found] == [
        (SEPTEMBER, 1000),
        (OCTOBER, 2000),
    ]


def test_the_company_chooses_the_basis_of_reports_that_do_not_say(control, taxed):
    control.set_preferences(ReportPrefs={"ReportBasis": "Cash"})
    answer = report(control, "ProfitAndLoss", **YEAR)
    assert answer["Header"]["ReportBasis"] == "Cash" and answer["Rows"] == {}
