"""Payments and credit memos: applying, over-applying, unapplying, voiding."""

import threading

import pytest

from qbo_sandbox.control_client import Control

from .conftest import bill, pay, paying, sold


def balance(control, customer):
    return control.get("Customer", customer["Id"])["Balance"]


def test_a_payment_goes_to_undeposited_funds_and_pays_the_invoice(
    control, customer, invoice
):
    made = pay(control, customer, 100, paying(100, invoice), PaymentRefNum="77")
    assert made["DepositToAccountRef"] == {"value": "4"}
    assert made["UnappliedAmt"] == 0 and made["ProcessPayment"] is False
    extras = made["Line"][0]["LineEx"]["any"]
    assert [each["value"] for each in extras] == [
        {"Name": "txnId", "Value": invoice["Id"]},
        {"Name": "txnOpenBalance", "Value": "100.00"},
        {"Name": "txnReferenceNumber", "Value": "1001"},
    ]
    paid = control.get("Invoice", invoice["Id"])
    assert paid["Balance"] == 0
    assert paid["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Payment"}]
    assert paid["SyncToken"] == "1"
    assert control.get("Account", 4)["CurrentBalance"] == 100.0
    assert balance(control, customer) == 0


def test_one_payment_pays_two_invoices_in_chosen_parts(control, customer, invoice):
    other = bill(control, customer, 50)
    made = pay(control, customer, 90, paying(70, invoice), paying(20, other))
    assert [line["Amount"] for line in made["Line"]] == [70.0, 20.0]
    assert control.get("Invoice", invoice["Id"])["Balance"] == 30.0
    assert control.get("Invoice", other["Id"])["Balance"] == 30.0


def test_an_overpayment_is_capped_and_the_rest_unapplied(control, customer):
    small = bill(control, customer, 5)
    made = pay(control, customer, 30, paying(30, small))
    assert made["UnappliedAmt"] == 25.0
    assert made["Line"][0]["Amount"] == 5.0
    assert balance(control, customer) == -25.0


def test_a_payment_without_lines_is_all_unapplied(control, customer):
    assert pay(control, customer, 40)["UnappliedAmt"] == 40.0


def test_empty_lines_take_the_application_back(control, customer, invoice):
    made = pay(control, customer, 100, paying(100, invoice))
    after = control.update("Payment", {**made, "Line": []})
    assert (after["UnappliedAmt"], after["SyncToken"]) == (100.0, "1")
    opened = control.get("Invoice", invoice["Id"])
    assert (opened["Balance"], opened["SyncToken"]) == (100.0, "2")


def test_no_lines_at_all_on_update_leave_the_application(control, customer, invoice):
    made = pay(control, customer, 100, paying(100, invoice))
    made.pop("Line")
    after = control.update("Payment", {**made, "PrivateNote": "x"})
    assert after["UnappliedAmt"] == 0


def test_a_sparse_update_of_a_payment_is_refused(control, api, customer):
    made = pay(control, customer, 10)
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    assert api.refused("payment", body)["code"] == "2020"


@pytest.mark.parametrize(
    "arguments",
    [
        {"operation": "update", "include": "void"},
        {"include": "void"},
        {"operation": "void"},
    ],
)
def test_a_void_payment_is_empty_and_the_invoice_open_again(
    control, api, customer, invoice, arguments
):
    made = pay(control, customer, 100, paying(100, invoice))
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    void = api.post("payment", body, **arguments)["Payment"]
    assert (void["TotalAmt"], void["UnappliedAmt"], void["Line"]) == (0, 0, [])
    assert void["PrivateNote"] == "Voided"
    assert control.get("Invoice", invoice["Id"])["Balance"] == 100.0
    assert control.get("Account", 4)["CurrentBalance"] == 0


def test_deleting_a_payment_opens_the_invoice_again(control, customer, invoice):
    made = pay(control, customer, 100, paying(100, invoice))
    control.delete("Payment", made["Id"])
    opened = control.get("Invoice", invoice["Id"])
    assert (opened["Balance"], opened["LinkedTxn"]) == (100.0, [])
    assert balance(control, customer) == 100.0


def test_a_zero_payment_joins_credit_memo_and_invoice(control, customer, invoice):
    memo = control.create(
        "CreditMemo",
        {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(60)]},
    )
    assert memo["RemainingCredit"] == memo["Balance"] == 60.0
    joined = pay(
        control, customer, 0, paying(50, invoice), paying(50, memo, "CreditMemo")
    )
    assert joined["UnappliedAmt"] == 0
    assert control.get("Invoice", invoice["Id"])["Balance"] == 50.0
    after = control.get("CreditMemo", memo["Id"])
    assert (after["RemainingCredit"], after["Balance"]) == (10.0, 10.0)
    shown = control.get("Invoice", invoice["Id"])["LinkedTxn"]
    assert shown == [{"TxnId": joined["Id"], "TxnType": "Payment"}]
    assert balance(control, customer) == 40.0


@pytest.fixture
def joined(control, customer, invoice):
    """A credit memo of 60 and 20 in money, which pay 80 of an invoice of 100."""
    memo = control.create(
        "CreditMemo", {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(60)]}
    )
    lines = paying(80, invoice), paying(60, memo, "CreditMemo")
    return pay(control, customer, 20, *lines), memo


def parts(control, payment):
    """(what is unapplied, {transaction: amount})"""
    found = control.get("Payment", payment["Id"])
    lines = {line["LinkedTxn"][0]["TxnId"]: line["Amount"] for line in found["Line"]}
    return found["UnappliedAmt"], lines


def test_taking_the_application_back_frees_the_credit(control, invoice, joined):
    payment, memo = joined
    after = control.update("Payment", {**payment, "Line": []})
    assert after["UnappliedAmt"] == 20.0
    assert control.get("CreditMemo", memo["Id"])["RemainingCredit"] == 60.0
    assert control.get("Invoice", invoice["Id"])["Balance"] == 100.0


def test_a_deleted_credit_memo_leaves_what_it_paid_open(
    control, customer, invoice, joined
):
    payment, memo = joined
    control.delete("CreditMemo", memo["Id"])
    assert parts(control, payment) == (0, {invoice["Id"]: 20.0})
    opened = control.get("Invoice", invoice["Id"])
    assert (opened["Balance"], opened["SyncToken"]) == (80.0, "2")
    assert balance(control, customer) == 80.0


def test_a_smaller_credit_memo_pays_less(control, invoice, joined):
    payment, memo = joined
    memo = control.get("CreditMemo", memo["Id"])
    memo = control.update("CreditMemo", {**memo, "Line": [sold(25)]})
    assert (memo["TotalAmt"], memo["RemainingCredit"]) == (25.0, 0)
    assert parts(control, payment) == (0, {invoice["Id"]: 45.0, memo["Id"]: 25.0})
    assert control.get("Invoice", invoice["Id"])["Balance"] == 55.0


def test_a_void_invoice_leaves_money_and_credit_unapplied(control, invoice, joined):
    payment, memo = joined
    control.void("Invoice", invoice["Id"])
    assert parts(control, payment) == (80.0, {memo["Id"]: 60.0})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"TotalAmt": None}, "2020"),
        ({"TotalAmt": -1}, "6000"),
        ({"CustomerRef": None}, "2020"),
        ({"Line": [{"Amount": 5}]}, "2020"),
        (
            {"Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": "9", "TxnType": "Bill"}]}]},
            "620",
        ),
        (
            {
                "Line": [
                    {"Amount": 5, "LinkedTxn": [{"TxnId": "9", "TxnType": "Invoice"}]}
                ]
            },
            "610",
        ),
        ({"DepositToAccountRef": {"value": "79"}}, "6430"),
        ({"PaymentRefNum": "x" * 22}, "2050"),
        ({"PaymentMethodRef": {"value": "99"}}, "2500"),
    ],
)
def test_a_bad_payment_is_refused_with_its_code(api, customer, body, code):
    whole = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 10, **body}
    assert api.refused("payment", whole)["code"] == code


def test_more_applied_than_paid_is_refused(api, customer, invoice):
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "TotalAmt": 10,
        "Line": [paying(50, invoice)],
    }
    assert api.refused("payment", body)["code"] == "6000"


def test_another_customers_invoice_cannot_be_paid(control, api, invoice):
    other = control.create("Customer", {"DisplayName": "Bill"})
    body = {
        "CustomerRef": {"value": other["Id"]},
        "TotalAmt": 10,
        "Line": [paying(10, invoice)],
    }
    assert api.refused("payment", body)["code"] == "620"


def test_a_parent_may_pay_for_its_sub_customer(control, customer):
    child = control.create(
        "Customer", {"DisplayName": "Nest", "ParentRef": {"value": customer["Id"]}}
    )
    made = pay(control, customer, 10, paying(10, bill(control, child, 10)))
    assert made["UnappliedAmt"] == 0
    parent = control.get("Customer", customer["Id"])
    assert (parent["Balance"], parent["BalanceWithJobs"]) == (-10.0, 0)


@pytest.fixture
def credit(control, customer):
    return control.create(
        "CreditMemo", {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(60)]}
    )


def test_credits_are_applied_by_quickbooks_itself_when_preferred(
    control, customer, credit
):
    control.set_preferences(SalesFormsPrefs={"AutoApplyCredit": True})
    made = bill(control, customer, 100)
    assert made["Balance"] == 40.0
    (link,) = made["LinkedTxn"]
    joined = control.get("Payment", link["TxnId"])
    assert joined["TotalAmt"] == 0
    assert joined["PrivateNote"] == "Created by QB Online to link credits to charges."
    assert control.get("CreditMemo", credit["Id"])["RemainingCredit"] == 0
    memo = control.create(
        "CreditMemo", {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(60)]}
    )
    assert memo["RemainingCredit"] == 20.0
    assert control.get("Invoice", made["Id"])["Balance"] == 0


def test_unapplied_payments_go_to_the_next_invoice_when_preferred(control, customer):
    older, newer = (pay(control, customer, total) for total in (30, 50))
    control.set_preferences(SalesFormsPrefs={"AutoApplyPayments": True})
    made = bill(control, customer, 70)
    assert made["Balance"] == 0
    assert [link["TxnId"] for link in made["LinkedTxn"]] == [older["Id"], newer["Id"]]
    rest = control.get("Payment", newer["Id"])
    assert (rest["UnappliedAmt"], rest["SyncToken"]) == (10.0, "1")
    assert rest["Line"][0]["Amount"] == 40.0
    assert bill(control, customer, 70)["Balance"] == 60.0
    assert balance(control, customer) == 60.0


def test_payments_come_before_credits_when_both_are_preferred(
    control, customer, credit
):
    early = pay(control, customer, 30)
    switches = {"AutoApplyPayments": True, "AutoApplyCredit": True}
    control.set_preferences(SalesFormsPrefs=switches)
    assert bill(control, customer, 50)["Balance"] == 0
    assert control.get("Payment", early["Id"])["UnappliedAmt"] == 0
    assert control.get("CreditMemo", credit["Id"])["RemainingCredit"] == 40.0


def test_credits_wait_when_not_preferred(control, customer, credit):
    pay(control, customer, 20)
    assert bill(control, customer, 100)["Balance"] == 100.0


def test_many_at_once_pay_one_invoice_no_more_than_it_is_open(
    server, control, customer, invoice
):
    """Twelve payments of 10 at the same time: ten find it open, two do not."""
    start = threading.Barrier(12)
    made = []

    def receive():
        caller = Control(server.url, server.realm_id)
        caller.token()
        start.wait()
        made.append(pay(caller, customer, 10, paying(10, invoice)))

    threads = [threading.Thread(target=receive) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({payment["Id"] for payment in made}) == 12
    assert sum(payment["UnappliedAmt"] for payment in made) == 20.0
    paid = control.get("Invoice", invoice["Id"])
    assert (paid["Balance"], paid["SyncToken"]) == (0, "10")
    assert balance(control, customer) == -20.0
