"""Receipts, refunds, deposits, journal entries, transfers, bills and their payment."""

import json

import pytest

from .conftest import pay, paying, sold


def account(control, identifier):
    return control.get("Account", identifier)["CurrentBalance"]


def held(amount, txn, kind="Payment"):
    """A deposit line that takes a payment out of Undeposited Funds."""
    link = {"TxnId": txn["Id"], "TxnType": kind, "TxnLineId": "0"}
    return {"Amount": amount, "LinkedTxn": [link]}


def other(amount, account_id, **detail):
    detail["AccountRef"] = {"value": account_id}
    return {
        "Amount": amount,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": detail,
    }


def deposit(control, *lines, **more):
    body = {"DepositToAccountRef": {"value": "35"}, "Line": list(lines), **more}
    return control.create("Deposit", body)


def spent(amount, account_id="7", **detail):
    detail["AccountRef"] = {"value": account_id}
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }


@pytest.fixture
def vendor(control):
    return control.create("Vendor", {"DisplayName": "Norton Lumber"})


def owe(control, vendor, amount, entity="Bill", **more):
    body = {"VendorRef": {"value": vendor["Id"]}, "Line": [spent(amount)], **more}
    return control.create(entity, body)


# -- deposits --------------------------------------------------------------------------


def test_a_deposit_moves_payments_to_the_bank_less_a_fee(control, customer):
    payment = pay(control, customer, 262)
    made = deposit(control, held(262, payment), other(-62.5, "8"))
    assert made["TotalAmt"] == 199.5
    assert made["Line"][0] == held(262.0, payment)
    assert made["Line"][1]["Id"] == "1"
    assert (account(control, 4), account(control, 35)) == (0, 199.5)
    linked = control.get("Payment", payment["Id"])
    assert linked["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Deposit"}]
    assert linked["SyncToken"] == "1"


def test_a_deposited_payment_is_frozen_until_the_deposit_lets_go(
    control, api, customer
):
    payment = pay(control, customer, 50)
    made = deposit(control, held(50, payment))
    payment = control.get("Payment", payment["Id"])
    token = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
    assert api.refused("payment", {**payment, "PrivateNote": "x"})["code"] == "6540"
    assert api.refused("payment", token, operation="delete")["code"] == "6540"
    assert api.refused("payment", token, operation="void")["code"] == "6540"
    control.delete("Deposit", made["Id"])
    assert account(control, 4) == 50.0
    control.delete("Payment", payment["Id"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Amount": 20}, "6460"),
        ({"DetailType": "DepositLineDetail"}, "2020"),
        ({"LinkedTxn": [{"TxnId": "999", "TxnType": "Payment"}]}, "620"),
        ({"LinkedTxn": [{"TxnId": "1", "TxnType": "Invoice"}]}, "620"),
    ],
)
def test_a_bad_deposit_line_is_refused(control, api, customer, change, code):
    line = {**held(50, pay(control, customer, 50)), **change}
    body = {"DepositToAccountRef": {"value": "35"}, "Line": [line]}
    assert api.refused("deposit", body)["code"] == code


def test_a_payment_stands_on_one_line_of_a_deposit(control, api, customer):
    payment = pay(control, customer, 10)
    lines = [held(10, payment), held(10, payment)]
    body = {"DepositToAccountRef": {"value": "35"}, "Line": lines}
    assert api.refused("deposit", body)["code"] == "620"


def test_a_deposit_takes_in_and_lets_go_of_payments(control, customer):
    first, second, third = (pay(control, customer, total) for total in (10, 20, 30))
    made = deposit(control, held(10, first), held(20, second))
    changed = control.update(
        "Deposit", {**made, "Line": [held(20, second), held(30, third)]}
    )
    assert changed["TotalAmt"] == account(control, 35) == 50.0
    assert account(control, 4) == 10.0
    for payment, links in ((first, 0), (second, 1), (third, 1)):
        assert len(control.get("Payment", payment["Id"])["LinkedTxn"]) == links
    control.delete("Deposit", made["Id"])
    assert (account(control, 35), account(control, 4)) == (0, 60.0)
    freed = control.get("Payment", third["Id"])
    assert control.update("Payment", {**freed, "TotalAmt": 31})["TotalAmt"] == 31.0


def test_nothing_is_deposited_twice_nor_from_elsewhere(control, api, customer):
    once = pay(control, customer, 50)
    deposit(control, held(50, once))
    elsewhere = pay(control, customer, 50, DepositToAccountRef={"value": "36"})
    for payment in (once, elsewhere):
        body = {"DepositToAccountRef": {"value": "35"}, "Line": [held(50, payment)]}
        assert api.refused("deposit", body)["code"] == "620"


def test_a_deposit_can_be_read_and_sent_back(control, customer):
    made = deposit(control, held(50, pay(control, customer, 50)), other(5, "83"))
    after = control.update("Deposit", {**made, "PrivateNote": "x"})
    assert after["Line"] == made["Line"] and after["TotalAmt"] == 55.0


def test_a_new_name_shows_on_deposits_too(control, customer):
    made = deposit(control, other(5, "83", Entity={"value": customer["Id"]}))
    control.update("Customer", {**customer, "DisplayName": "Zoe"})
    detail = control.get("Deposit", made["Id"])["Line"][0]["DepositLineDetail"]
    assert detail["Entity"] == {
        "value": customer["Id"],
        "name": "Zoe",
        "type": "CUSTOMER",
    }


def test_cash_back_stays_out_of_the_bank(control):
    back = {"AccountRef": {"value": "36"}, "Amount": 20}
    made = deposit(control, other(100, "83"), CashBack=back)
    assert made["TotalAmt"] == 80.0
    assert (account(control, 35), account(control, 36)) == (80.0, 20.0)


# -- receipts and refunds --------------------------------------------------------------


def test_a_sales_receipt_is_paid_at_once(control, customer):
    made = control.create(
        "SalesReceipt",
        {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(35)]},
    )
    assert made["Balance"] == 0 and made["TotalAmt"] == 35.0
    assert made["DepositToAccountRef"] == {"value": "4", "name": "Undeposited Funds"}
    assert account(control, 4) == 35.0
    assert control.get("Customer", customer["Id"])["Balance"] == 0
    deposit(control, held(35, made, "SalesReceipt"))


def test_a_full_update_of_a_receipt_loses_its_customer(control, customer):
    made = control.create(
        "SalesReceipt",
        {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(35)]},
    )
    after = control.update(
        "SalesReceipt", {"Id": made["Id"], "SyncToken": "0", "Line": [sold(35)]}
    )
    assert "CustomerRef" not in after and after["DocNumber"] == made["DocNumber"]


def test_a_refund_takes_money_out_of_the_bank(control, api, customer):
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "DepositToAccountRef": {"value": "35"},
        "Line": [sold(42)],
    }
    made = control.create("RefundReceipt", body)
    assert (made["TotalAmt"], made["Balance"]) == (42.0, 0)
    assert account(control, 35) == -42.0
    printed = {**body, "PrintStatus": "PrintComplete"}
    assert api.refused("refundreceipt", printed)["code"] == "2020"
    body.pop("DepositToAccountRef")
    assert api.refused("refundreceipt", body)["code"] == "2020"


def test_a_customers_credit_is_paid_back_by_an_expense_and_joined(control, customer):
    memo = control.create(
        "CreditMemo", {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(50)]}
    )
    back = control.create(
        "Purchase",
        {
            "PaymentType": "Cash",
            "AccountRef": {"value": "35"},
            "EntityRef": {"value": customer["Id"], "type": "Customer"},
            "Line": [spent(50, "84", CustomerRef={"value": customer["Id"]})],
        },
    )
    assert control.get("Customer", customer["Id"])["Balance"] == 0
    joined = pay(
        control,
        customer,
        0,
        paying(50, memo, "CreditMemo"),
        paying(50, back, "Expense"),
    )
    assert joined["UnappliedAmt"] == 0
    assert control.get("CreditMemo", memo["Id"])["RemainingCredit"] == 0


# -- journal entries and transfers -----------------------------------------------------


def entry(amount, debit, credit, **credit_detail):
    def line(side, account_id, **detail):
        detail.update(PostingType=side, AccountRef={"value": account_id})
        return {
            "Amount": amount,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": detail,
        }

    return {"Line": [line("Debit", debit), line("Credit", credit, **credit_detail)]}


def test_a_journal_entry_on_receivables_is_a_credit_to_apply(
    control, customer, invoice
):
    who = {"Type": "Customer", "EntityRef": {"value": customer["Id"]}}
    made = control.create("JournalEntry", entry(30, "8", "84", Entity=who))
    assert made["TotalAmt"] == 0
    assert control.get("Customer", customer["Id"])["Balance"] == 70.0
    pay(control, customer, 0, paying(30, invoice), paying(30, made, "JournalEntry"))
    assert control.get("Invoice", invoice["Id"])["Balance"] == 70.0


def test_bad_journal_entries_are_refused(api):
    assert api.refused("journalentry", entry(5, "8", "84"))["code"] == "6000"
    lopsided = entry(5, "8", "35")
    lopsided["Line"][0]["Amount"] = 6
    assert api.refused("journalentry", lopsided)["code"] == "2300"
    lopsided["Line"][0]["JournalEntryLineDetail"].pop("PostingType")
    assert api.refused("journalentry", lopsided)["code"] == "2260"


def test_journal_numbers_come_only_when_asked_for(api):
    plain = api.post("journalentry", entry(5, "8", "35"))["JournalEntry"]
    assert "DocNumber" not in plain
    numbered = api.post("journalentry", entry(5, "8", "35"), include="autodocnumber")
    assert numbered["JournalEntry"]["DocNumber"] == "1"


def test_a_transfer_moves_money(control, api):
    body = {
        "FromAccountRef": {"value": "35"},
        "ToAccountRef": {"value": "36"},
        "Amount": 120,
    }
    control.create("Transfer", body)
    assert (account(control, 35), account(control, 36)) == (-120.0, 120.0)
    assert api.refused("transfer", {**body, "Amount": 0})["code"] == "6000"
    to_income = {**body, "ToAccountRef": {"value": "79"}}
    assert api.refused("transfer", to_income)["code"] == "6430"


# -- vendors ---------------------------------------------------------------------------


def by_check(control, vendor, total, *lines):
    return control.create(
        "BillPayment",
        {
            "VendorRef": {"value": vendor["Id"]},
            "PayType": "Check",
            "TotalAmt": total,
            "CheckPayment": {"BankAccountRef": {"value": "35"}},
            "Line": list(lines),
        },
    )


def test_a_bill_is_owed_and_paid_by_check(control, vendor):
    made = owe(control, vendor, 205, SalesTermRef={"value": "2"}, TxnDate="2026-02-01")
    assert made["Balance"] == 205.0 and made["DueDate"] == "2026-02-16"
    assert made["APAccountRef"]["value"] == "33"
    assert control.get("Vendor", vendor["Id"])["Balance"] == 205.0
    paid = by_check(control, vendor, 205, paying(205, made, "Bill"))
    after = control.get("Bill", made["Id"])
    assert after["Balance"] == 0
    assert after["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}]
    assert control.get("Vendor", vendor["Id"])["Balance"] == 0
    void = control.void("BillPayment", paid["Id"])
    assert void["TotalAmt"] == 0
    assert control.get("Bill", made["Id"])["Balance"] == 205.0


def test_a_vendor_credit_joins_a_bill(control, vendor):
    made = owe(control, vendor, 100)
    credit = owe(control, vendor, 40, "VendorCredit")
    by_check(
        control,
        vendor,
        60,
        paying(100, made, "Bill"),
        paying(40, credit, "VendorCredit"),
    )
    assert control.get("Bill", made["Id"])["Balance"] == 0
    assert control.get("VendorCredit", credit["Id"])["Balance"] == 0
    assert account(control, 35) == -60.0


def test_a_bill_number_is_checked_when_the_company_wants_it(control, api, vendor):
    names = [{"Name": "WarnDuplicateBillNumber", "Value": "true"}]
    control.set_preferences(OtherPrefs={"NameValue": names})
    owe(control, vendor, 1, DocNumber="B7")
    body = {
        "VendorRef": {"value": vendor["Id"]},
        "Line": [spent(1)],
        "DocNumber": "B7",
    }
    assert api.refused("bill", body)["code"] == "6140"
    api.post("bill", body, include="allowduplicatedocnum")


def test_checks_and_bill_payments_share_their_numbers(control, api, vendor):
    paid = paying(1, owe(control, vendor, 1), "Bill")
    payment = {
        "VendorRef": {"value": vendor["Id"]},
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "TotalAmt": 1,
        "DocNumber": "101",
        "Line": [paid],
    }
    api.post("billpayment", payment)
    check = {
        "AccountRef": {"value": "35"},
        "PaymentType": "Check",
        "DocNumber": "101",
        "Line": [spent(1)],
    }
    assert api.refused("purchase", check)["code"] == "6140"
    api.post("purchase", check, include="allowduplicatedocnum")
    api.post("purchase", {**check, "PaymentType": "Cash"})


def test_a_sparse_update_of_a_bill_names_its_vendor(control, api, vendor):
    bill = owe(control, vendor, 1)
    change = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    assert api.refused("bill", change)["code"] == "2020"
    changed = api.post("bill", {**change, "VendorRef": bill["VendorRef"]})["Bill"]
    assert (changed["PrivateNote"], changed["TotalAmt"]) == ("x", 1)


def test_an_order_posts_nothing_and_is_linked_by_its_bill(control, vendor):
    order = owe(control, vendor, 80, "PurchaseOrder")
    assert control.get("Vendor", vendor["Id"])["Balance"] == 0
    link = {"TxnId": order["Id"], "TxnType": "PurchaseOrder"}
    made = owe(control, vendor, 80, LinkedTxn=[link])
    assert control.get("PurchaseOrder", order["Id"])["LinkedTxn"] == [
        {"TxnId": made["Id"], "TxnType": "Bill"}
    ]


def test_a_card_credit_goes_the_other_way(control):
    body = {
        "PaymentType": "CreditCard",
        "AccountRef": {"value": "41"},
        "Line": [spent(25)],
    }
    control.create("Purchase", body)
    assert account(control, 41) == 25.0
    control.create("Purchase", {**body, "Credit": True})
    assert account(control, 41) == 0


# -- estimates -------------------------------------------------------------------------


def test_an_invoice_from_an_estimate_closes_it(control, api, customer):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(70)]}
    estimate = control.create("Estimate", body)
    assert estimate["TxnStatus"] == "Pending" and "Balance" not in estimate
    assert control.get("Customer", customer["Id"])["Balance"] == 0
    link = {"TxnId": estimate["Id"], "TxnType": "Estimate"}
    made = control.create("Invoice", {**body, "LinkedTxn": [link]})
    assert made["LinkedTxn"] == [link]
    after = control.get("Estimate", estimate["Id"])
    assert after["TxnStatus"] == "Closed"
    assert after["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Invoice"}]
    control.update("Invoice", {**made, "PrivateNote": "still linked"})
    assert api.refused("invoice", {**body, "LinkedTxn": [link]})["code"] == "620"


def test_an_estimate_is_open_again_when_its_invoice_is_gone(control, customer):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(70)]}
    estimate = control.create("Estimate", body)
    link = {"TxnId": estimate["Id"], "TxnType": "Estimate"}
    invoice = control.create("Invoice", {**body, "LinkedTxn": [link]})
    closed = control.get("Estimate", estimate["Id"])
    control.update("Estimate", {**closed, "PrivateNote": "still closed"})
    assert control.get("Estimate", estimate["Id"])["TxnStatus"] == "Closed"
    control.delete("Invoice", invoice["Id"])
    after = control.get("Estimate", estimate["Id"])
    assert (after["TxnStatus"], after["LinkedTxn"]) == ("Pending", [])
    control.create("Invoice", {**body, "LinkedTxn": [link]})


# -- files, mail, paper ----------------------------------------------------------------


def upload(api, reference, content=b"<x/>"):
    metadata = {
        "AttachableRef": [{"EntityRef": reference}],
        "FileName": "a.xml",
        "ContentType": "text/xml",
    }
    files = {
        "file_metadata_01": ("m.json", json.dumps(metadata), "application/json"),
        "file_content_01": ("a.xml", content, "text/xml"),
    }
    answer = api.call("POST", "upload", files=files)
    assert answer.status_code == 200
    return answer.json()["AttachableResponse"]


def test_a_file_is_uploaded_found_and_downloaded(api, server, invoice):
    (one,) = upload(api, {"type": "Invoice", "value": invoice["Id"]}, b"\x00bytes")
    made = one["Attachable"]
    assert made["Size"] == 6 and made["AttachableRef"][0]["IncludeOnSend"] is False
    found = api.query(
        "select * from attachable where AttachableRef.EntityRef.Type='invoice'"
        f" and AttachableRef.EntityRef.value='{invoice['Id']}'"
    )
    assert found["Attachable"] == [made]
    address = api.call("GET", f"download/{made['Id']}").text
    assert api.session.get(address).content == b"\x00bytes"
    assert api.session.get(address + "0").status_code == 404


def test_a_file_for_nothing_is_a_fault_inside_200(api):
    (one,) = upload(api, {"type": "Estimate", "value": "75"})
    (error,) = one["Fault"]["Error"]
    assert error["code"] == "6000"
    assert error["Detail"].endswith("link does not exist. Estimate 75")


def test_a_note_hangs_on_an_invoice_and_outlives_it(control, invoice):
    link = {"EntityRef": {"type": "Invoice", "value": invoice["Id"]}}
    note = control.create("Attachable", {"Note": "hi", "AttachableRef": [link]})
    control.delete("Invoice", invoice["Id"])
    assert control.get("Attachable", note["Id"])["Note"] == "hi"
    for place in ("AttachableRef.EntityRef", "AttachableRef.EntityRef.value"):
        statement = f"select * from Attachable where {place} = '{invoice['Id']}'"
        assert [each["Id"] for each in control.query(statement)] == [note["Id"]]
    control.delete("Attachable", note["Id"])


def test_sending_marks_the_invoice_as_sent(control, api, invoice):
    answer = api.call("POST", f"invoice/{invoice['Id']}/send")
    assert answer.json()["Fault"]["Error"][0]["code"] == "2380"
    nowhere = {"sendTo": "nobody"}
    answer = api.call("POST", f"invoice/{invoice['Id']}/send", params=nowhere)
    assert answer.json()["Fault"]["Error"][0]["code"] == "2210"
    sent = control.api("POST", f"invoice/{invoice['Id']}/send", sendTo="a@b.example")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"
    assert sent["Invoice"]["BillEmail"] == {"Address": "a@b.example"}
    assert sent["Invoice"]["SyncToken"] == "1"


# -- other lists -----------------------------------------------------------------------


def test_tax_codes_come_from_the_tax_service_only(api):
    body = {
        "TaxCode": "City 7.5",
        "TaxRateDetails": [
            {"TaxRateName": "City", "RateValue": "7.5", "TaxAgencyId": "1"}
        ],
    }
    made = api.post("taxservice/taxcode", body)
    rate = made["TaxRateDetails"][0]["TaxRateId"]
    code = api.call("GET", f"taxcode/{made['TaxCodeId']}").json()["TaxCode"]
    (detail,) = code["SalesTaxRateList"]["TaxRateDetail"]
    assert detail["TaxRateRef"] == {"value": rate, "name": "City"}
    assert api.refused("taxservice/taxcode", {**body, "TaxCode": "x"})["code"] == "6240"
    assert api.refused("taxcode", {"Name": "x"})["code"] == "500"


def test_classes_stand_under_classes(control, api):
    top = control.create("Class", {"Name": "Retail"})
    child = {"Name": "West", "ParentRef": {"value": top["Id"]}}
    assert control.create("Class", child)["FullyQualifiedName"] == "Retail:West"
    assert api.refused("class", child)["code"] == "6240"
    control.create("Department", {"Name": "North"})


def test_time_activity_and_recurring_templates_are_kept(control, api):
    worker = control.create("Employee", {"GivenName": "Em", "FamilyName": "Platt"})
    made = control.create(
        "TimeActivity",
        {"NameOf": "Employee", "EmployeeRef": {"value": worker["Id"]}, "Hours": 8},
    )
    assert made["EmployeeRef"]["name"] == "Em Platt"
    template = {"Invoice": {"RecurringInfo": {"Name": "Monthly"}, "Line": []}}
    kept = api.post("recurringtransaction", template)["RecurringTransaction"]["Invoice"]
    kept["RecurringInfo"]["Name"] = "Yearly"
    after = api.post("recurringtransaction", {"Invoice": kept})
    assert after["RecurringTransaction"]["Invoice"]["SyncToken"] == "1"
    assert after["RecurringTransaction"]["Invoice"]["RecurringInfo"]["Name"] == "Yearly"
