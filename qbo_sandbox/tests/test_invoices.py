"""Invoices: defaults, lines, tax, discounts, numbers, void and delete."""

import pytest

from .conftest import bill, pay, paying, sold

TUCSON = {"TxnTaxCodeRef": {"value": "3"}}  # two rates: 7.1 and 2 percent


def test_a_minimal_invoice_has_its_defaults(invoice):
    expected = {
        "DocNumber": "1001",
        "TotalAmt": 100.0,
        "Balance": 100.0,
        "SyncToken": "0",
        "TxnTaxDetail": {"TotalTax": 0},
        "LinkedTxn": [],
        "EmailStatus": "NotSet",
        "PrintStatus": "NeedToPrint",
        "ApplyTaxAfterDiscount": False,
    }
    assert {name: invoice[name] for name in expected} == expected
    first, subtotal = invoice["Line"]
    assert first["Id"] == "1" and first["LineNum"] == 1
    assert first["SalesItemLineDetail"] == {
        "ItemRef": {"value": "1", "name": "Services"},
        "TaxCodeRef": {"value": "NON"},
    }
    assert subtotal == {
        "Amount": 100.0,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }


def test_a_line_without_an_item_gets_the_first_one(control, customer):
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail"}
    made = control.create(
        "Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    )
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == "1"


def test_addresses_and_terms_come_from_the_customer(control):
    customer = control.create(
        "Customer",
        {
            "DisplayName": "Kookies",
            "BillAddr": {"Line1": "789 Sugar Lane", "City": "Middlefield"},
            "SalesTermRef": {"value": "2"},
        },
    )
    made = bill(control, customer, 10, TxnDate="2026-01-20")
    assert made["BillAddr"] == customer["BillAddr"]
    assert made["SalesTermRef"] == {"value": "2"}
    assert made["DueDate"] == "2026-02-04"


def test_without_a_term_an_invoice_is_due_after_the_companys_30_days(control, customer):
    assert bill(control, customer, 1, TxnDate="2020-09-29")["DueDate"] == "2020-10-29"


def test_the_total_is_lines_less_discount_and_shipping_and_tax(control, customer):
    lines = [
        sold(345, code="TAX"),
        {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        },
        sold(5, item="SHIPPING_ITEM_ID"),
    ]
    control.set_preferences(SalesFormsPrefs={"AllowShipping": True})
    made = control.create(
        "Invoice",
        {
            "CustomerRef": {"value": customer["Id"]},
            "Line": lines,
            "TxnTaxDetail": TUCSON,
        },
    )
    assert made["TxnTaxDetail"]["TotalTax"] == 31.4  # 24.50 + 6.90 of 345
    assert made["TotalAmt"] == 345 - 34.5 + 5 + 31.4
    kinds = [line["DetailType"] for line in made["Line"]]
    assert kinds == [
        "SalesItemLineDetail",
        "SubTotalLineDetail",
        "DiscountLineDetail",
        "SalesItemLineDetail",
    ]
    assert made["Line"][2]["DiscountLineDetail"]["DiscountAccountRef"]["value"] == "86"
    assert "Id" not in made["Line"][3]


def test_tax_after_discount_is_on_the_reduced_amount(control, customer):
    discount = {"DetailType": "DiscountLineDetail", "Amount": 50}
    made = control.create(
        "Invoice",
        {
            "CustomerRef": {"value": customer["Id"]},
            "Line": [sold(100, code="TAX"), sold(100, code="NON"), discount],
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
            "ApplyTaxAfterDiscount": True,
        },
    )
    (line,) = made["TxnTaxDetail"]["TaxLine"]
    assert line["TaxLineDetail"]["NetAmountTaxable"] == 75.0
    assert made["TxnTaxDetail"]["TotalTax"] == 6.0


def test_a_supplied_total_tax_counts_with_manual_sales_tax(control, customer):
    detail = {"TxnTaxCodeRef": {"value": "3"}, "TotalTax": 9.11}
    made = bill(control, customer, 100, TxnTaxDetail=detail)
    assert made["TxnTaxDetail"]["TotalTax"] == 9.11
    assert made["TotalAmt"] == 109.11


def test_reading_and_sending_back_keeps_the_tax(control, customer):
    made = bill(control, customer, 100, TxnTaxDetail=TUCSON)
    made["Line"][0]["Amount"] = 200
    made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"]["value"] = "TAX"
    after = control.update("Invoice", made)
    assert after["TxnTaxDetail"]["TotalTax"] == 18.2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Line": []}, "2020"),
        ({"CustomerRef": None}, "2020"),
        ({"CustomerRef": {"value": "999"}}, "2500"),
        ({"Line": [sold(10, Qty=3, UnitPrice=3)]}, "6070"),
        ({"Line": [sold(10, item="999")]}, "2500"),
        ({"Line": [sold(10, code="3")]}, "6100"),
        ({"Line": [{"Amount": 1}]}, "2020"),
        ({"Line": [{"Amount": 1, "DetailType": "Wrong"}]}, "2170"),
        ({"Line": [sold(-10)]}, "6000"),
        ({"DocNumber": "x" * 22}, "2050"),
        ({"TxnDate": "yesterday"}, "2060"),
        ({"Line": [sold("many")]}, "2080"),
        ({"EmailStatus": "NeedToSend"}, "6420"),
        ({"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "CustomSalesTax"}}}, "6160"),
        ({"Deposit": 5}, "6000"),
    ],
)
def test_a_bad_invoice_is_refused_with_its_code(api, customer, change, code):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(10)], **change}
    assert api.refused("invoice", body)["code"] == code


def test_an_amount_may_differ_from_the_product_by_less_than_a_cent(control, customer):
    line = sold(7.96, Qty=15, UnitPrice=0.5306667)
    made = control.create(
        "Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    )
    assert made["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == 0.5306667


def test_numbers_follow_the_last_one_and_duplicates_pass(control, customer):
    assert bill(control, customer, 1, DocNumber="INV/2026/00041")
    assert bill(control, customer, 1)["DocNumber"] == "INV/2026/00042"
    assert bill(control, customer, 1, DocNumber="INV/2026/00042")


def test_with_custom_numbers_a_used_number_names_its_holder(control, api, customer):
    control.set_preferences(SalesFormsPrefs={"CustomTxnNumbers": True})
    first = bill(control, customer, 1, DocNumber="A-1")
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(1)]}
    error = api.refused("invoice", {**body, "DocNumber": "A-1"})
    assert error["code"] == "6140"
    assert error["Detail"].endswith(
        f"DocNumber=A-1 is assigned to TxnType=Invoice with TxnId={first['Id']}"
    )
    assert "DocNumber" not in control.create("Invoice", body)
    assert (
        control.create("Invoice", {**body, "DocNumber": "AUTO_GENERATE"})["DocNumber"]
        == "A-2"
    )


def test_lines_sent_back_without_ids_get_new_ones(control, invoice):
    body = {**invoice, "Line": [sold(30), sold(20)]}
    after = control.update("Invoice", body)
    assert [line.get("Id") for line in after["Line"]] == ["2", "3", None]
    assert after["TotalAmt"] == 50.0 and after["SyncToken"] == "1"


def test_a_sparse_update_without_lines_keeps_them(control, invoice):
    after = control.update(
        "Invoice",
        {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "hi"},
    )
    assert after["Line"] == invoice["Line"] and after["PrivateNote"] == "hi"


def test_a_bundle_is_spelled_out_in_lines(control, customer):
    parts = [
        control.create(
            "Item",
            {"Name": n, "UnitPrice": p, "IncomeAccountRef": {"value": "79"}},
        )
        for n, p in (("Pump", 22.5), ("Hose", 3.333))
    ]
    group = control.create(
        "Item",
        {
            "Name": "Set",
            "Type": "Group",
            "ItemGroupDetail": {
                "ItemGroupLine": [
                    {"ItemRef": {"value": p["Id"]}, "Qty": 2} for p in parts
                ]
            },
        },
    )
    line = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": group["Id"]}, "Quantity": 3},
    }
    made = control.create(
        "Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    )
    inner = made["Line"][0]["GroupLineDetail"]["Line"]
    assert [each["Amount"] for each in inner] == [135.0, 20.0]
    assert [each["Id"] for each in inner] == ["2", "3"]
    assert made["TotalAmt"] == 155.0


def test_voiding_empties_the_invoice_and_keeps_it(control, customer, invoice):
    void = control.void("Invoice", invoice["Id"])
    assert (void["TotalAmt"], void["Balance"], void["LinkedTxn"]) == (0, 0, [])
    assert void["PrivateNote"] == "Voided" and void["SyncToken"] == "1"
    assert [line["Amount"] for line in void["Line"]] == [0, 0]
    assert control.query("select * from Invoice where Id='{}'".format(invoice["Id"]))
    assert control.get("Customer", customer["Id"])["Balance"] == 0


def test_voiding_a_paid_invoice_leaves_the_payment_unapplied(
    control, customer, invoice
):
    payment = pay(control, customer, 100, paying(100, invoice))
    control.void("Invoice", invoice["Id"])
    after = control.get("Payment", payment["Id"])
    assert (after["UnappliedAmt"], after["Line"]) == (100.0, [])
    assert control.get("Customer", customer["Id"])["Balance"] == -100.0


def test_voiding_again_changes_nothing(control, invoice):
    first = control.void("Invoice", invoice["Id"])
    assert control.void("Invoice", invoice["Id"]) == first
    assert first["PrivateNote"] == "Voided"


def test_an_invoice_moved_to_another_customer_leaves_its_payment_behind(
    control, customer, invoice
):
    payment = pay(control, customer, 100, paying(100, invoice))
    other = control.create("Customer", {"DisplayName": "Bill"})
    moved = {**control.get("Invoice", invoice["Id"])}
    moved = control.update("Invoice", {**moved, "CustomerRef": {"value": other["Id"]}})
    assert moved["Balance"] == 100.0
    left = control.get("Payment", payment["Id"])
    assert (left["UnappliedAmt"], left["Line"]) == (100.0, [])
    owed = [
        control.get("Customer", each["Id"])["Balance"] for each in (customer, other)
    ]
    assert owed == [-100.0, 100.0]


def test_an_invoice_moved_to_a_sub_customer_stays_paid(control, customer, invoice):
    pay(control, customer, 100, paying(100, invoice))
    child = control.create(
        "Customer", {"DisplayName": "Nest", "ParentRef": {"value": customer["Id"]}}
    )
    moved = {**control.get("Invoice", invoice["Id"])}
    moved["CustomerRef"] = {"value": child["Id"]}
    assert control.update("Invoice", moved)["Balance"] == 0


def test_a_deleted_invoice_is_gone_and_says_so_the_second_time(control, api, invoice):
    assert control.delete("Invoice", invoice["Id"]) == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": invoice["Id"],
    }
    body = {"Id": invoice["Id"], "SyncToken": "0"}
    error = api.refused("invoice", body, operation="delete")
    assert error["code"] == "610"
    assert error["Detail"].endswith("Another user has deleted this transaction.")
    assert api.query("select * from Invoice") == {}


def test_a_delete_needs_the_token(api, invoice):
    assert (
        api.refused("invoice", {"Id": invoice["Id"]}, operation="delete")["code"]
        == "2020"
    )


def test_a_smaller_invoice_gives_back_what_was_paid_too_much(
    control, customer, invoice
):
    payment = pay(control, customer, 100, paying(100, invoice))
    invoice = control.get("Invoice", invoice["Id"])
    control.update("Invoice", {**invoice, "Line": [sold(60)]})
    assert control.get("Payment", payment["Id"])["UnappliedAmt"] == 40.0
    assert control.get("Invoice", invoice["Id"])["Balance"] == 0


def test_closed_books_refuse_old_and_new_dates(control, api, customer):
    old = bill(control, customer, 10, TxnDate="2026-01-10")
    control.close_books("2026-01-31")
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(1)]}
    for change in (
        {**body, "TxnDate": "2026-01-31"},
        {**old, "TxnDate": "2026-02-10"},
    ):
        error = api.refused("invoice", change)
        assert error["code"] == "6210" and "through through" in error["Detail"]
    assert (
        api.refused("invoice", {"Id": old["Id"], "SyncToken": "0"}, operation="void")[
            "code"
        ]
        == "6210"
    )
    control.close_books(None)
    control.void("Invoice", old["Id"])


def test_books_closed_without_a_password_have_a_fault_of_their_own(
    control, api, customer
):
    control.close_books("2026-01-31", password=False)
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(1)]}
    refused = api.refused("invoice", {**body, "TxnDate": "2026-01-31"})
    assert refused["code"] == "6200"
    control.close_books("2026-01-31")
    refused = api.refused("invoice", {**body, "TxnDate": "2026-01-31"})
    assert refused["code"] == "6210"


def test_an_invoice_to_be_paid_online_has_a_link_when_asked(control, api, customer):
    email = {"BillEmail": {"Address": "amy@example.com"}}
    made = bill(control, customer, 10, AllowOnlineACHPayment=True, **email)
    plain = bill(control, customer, 10, **email)

    def read(invoice, **arguments):
        answer = api.call("GET", f"invoice/{invoice['Id']}", params=arguments)
        return answer.json()["Invoice"]

    link = read(made, include="invoiceLink")["InvoiceLink"]
    assert api.session.get(link).status_code == 200
    assert "InvoiceLink" not in read(made)
    assert "InvoiceLink" not in read(plain, include="invoiceLink")


def test_an_inactive_item_is_refused_even_on_update(control, api, customer):
    item = control.create("Item", {"Name": "Old", "IncomeAccountRef": {"value": "79"}})
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(1, item["Id"])]}
    made = control.create("Invoice", body)
    control.update("Item", {**item, "Active": False})
    made["PrivateNote"] = "x"
    assert api.refused("invoice", made)["code"] == "2500"
