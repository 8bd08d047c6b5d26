"""Lines of documents: one detail and one id each, and a name on A/R and A/P."""

import pytest

from .conftest import bill, sold
from .test_money_documents import deposit, entry, other, owe, spent

BANK, RECEIVABLE, PAYABLE, INCOME = "35", "84", "33", "1"


def ids(document):
    return [line["Id"] for line in document["Line"] if "Id" in line]


def bundle(control, *lines):
    members = {"ItemGroupLine": [{"ItemRef": {"value": "1"}, "Qty": 1}]}
    item = {"Name": "Set", "Type": "Group", "ItemGroupDetail": members}
    reference = {"value": control.create("Item", item)["Id"]}
    detail = {"GroupItemRef": reference, "Line": list(lines)}
    return {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}


def test_only_the_detail_that_a_line_names_counts(control, customer):
    line = {**sold(10), "GroupLineDetail": {"Line": [sold(5)]}}
    made = bill(control, customer, 10, Line=[line])
    assert made["TotalAmt"] == made["Balance"] == 10
    assert "GroupLineDetail" not in made["Line"][0]
    assert control.get("Customer", customer["Id"])["Balance"] == 10


def test_a_bundle_has_texts_among_its_items(control, customer):
    text = {"DetailType": "DescriptionOnly", "Description": "of two parts"}
    made = bill(control, customer, 0, Line=[bundle(control, sold(10), text)])
    assert made["TotalAmt"] == 10


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DetailType": "DiscountLineDetail"}, "2170"),
        ({"SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}}}, "6000"),
    ],
)
def test_nothing_else_stands_in_a_bundle(control, api, customer, change, code):
    line = bundle(control, {**sold(10), **change})
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    assert api.refused("invoice", body)["code"] == code


def test_an_id_is_given_to_one_line_only(control, customer):
    made = bill(control, customer, 10)
    again = {**made, "Line": [{**sold(1), "Id": "1"}, {**sold(2), "Id": "1"}]}
    assert ids(control.update("Invoice", again)) == ["1", "2"]


def test_a_new_line_of_a_journal_entry_takes_no_line_s_id(control):
    made = control.create("JournalEntry", entry(5, BANK, INCOME))
    assert ids(made) == ["0", "1"]
    more = entry(2, BANK, INCOME)["Line"]
    changed = control.update("JournalEntry", {**made, "Line": more + made["Line"]})
    assert sorted(ids(changed)) == ["0", "1", "2", "3"]


def test_a_deposit_gives_its_lines_their_ids(control):
    line = {**other(5, INCOME), "Id": "mine"}
    made = deposit(control, line)
    assert ids(made) == ["1"]
    assert ids(control.update("Deposit", {**made, "PrivateNote": "x"})) == ["1"]


def test_money_on_receivables_is_a_customer_s(control, api, customer):
    vendor = control.create("Vendor", {"DisplayName": "Norton Lumber"})
    into = {"DepositToAccountRef": {"value": BANK}}
    nobodys = {**into, "Line": [other(5, RECEIVABLE)]}
    theirs = {**into, "Line": [other(5, RECEIVABLE, Entity={"value": vendor["Id"]})]}
    cash = {"AccountRef": {"value": RECEIVABLE}, "Amount": 1}
    back = {**into, "Line": [other(5, INCOME)], "CashBack": cash}
    for body in (nobodys, theirs, back):
        assert api.refused("deposit", body)["code"] == "6000"
    spending = {"VendorRef": {"value": vendor["Id"]}, "Line": [spent(5, RECEIVABLE)]}
    assert api.refused("bill", spending)["code"] == "6000"
    moved = {
        "FromAccountRef": {"value": RECEIVABLE},
        "ToAccountRef": {"value": BANK},
        "Amount": 5,
    }
    assert api.refused("transfer", moved)["code"] == "6430"
    deposit(control, other(5, RECEIVABLE, Entity={"value": customer["Id"]}))
    assert control.get("Customer", customer["Id"])["Balance"] == -5
    assert control.get("Account", RECEIVABLE)["CurrentBalance"] == -5


def test_a_vendor_s_bill_may_be_on_payables(control):
    vendor = control.create("Vendor", {"DisplayName": "Norton Lumber"})
    made = owe(control, vendor, 5, Line=[spent(5, PAYABLE)])
    assert made["TotalAmt"] == 5
    assert control.get("Vendor", vendor["Id"])["Balance"] == 0


def test_a_smaller_refund_of_a_vendor_uses_less_of_a_credit(control):
    vendor = control.create("Vendor", {"DisplayName": "Norton Lumber"})
    credit = owe(control, vendor, 30, "VendorCredit")
    whose = {"Entity": {"value": vendor["Id"], "type": "VENDOR"}}
    refund = deposit(control, other(30, PAYABLE, **whose))
    lines = [
        {"Amount": 30, "LinkedTxn": [{"TxnId": txn["Id"], "TxnType": kind}]}
        for kind, txn in (("Deposit", refund), ("VendorCredit", credit))
    ]
    check = {"BankAccountRef": {"value": BANK}}
    body = {"PayType": "Check", "CheckPayment": check, "TotalAmt": 0, "Line": lines}
    control.create("BillPayment", {**body, "VendorRef": {"value": vendor["Id"]}})
    assert control.get("VendorCredit", credit["Id"])["Balance"] == 0
    less = {**refund["Line"][0], "Amount": 20}
    refund = control.get("Deposit", refund["Id"])
    control.update("Deposit", {**refund, "Line": [less]})
    (payment,) = control.query("select * from BillPayment")
    assert [line["Amount"] for line in payment["Line"]] == [30, 20]


def test_a_discount_is_no_receivable(api, customer):
    detail = {"DiscountAccountRef": {"value": RECEIVABLE}}
    line = {
        "Amount": 1,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": detail,
    }
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(10), line]}
    assert api.refused("invoice", body)["code"] == "6430"


def test_more_money_than_there_is_is_refused(control, api, customer):
    line = sold(99_999_999_999)
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line] * 1000}
    assert api.refused("invoice", body)["code"] == "2090"
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(10**12)]}
    assert api.refused("invoice", body)["code"] == "2090"
