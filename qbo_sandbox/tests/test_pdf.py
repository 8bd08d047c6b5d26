"""Documents as PDF, read back."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from .conftest import bill, pay, paying, sold


def pages(api, path):
    """The text of each page of a PDF."""
    answer = api.call("GET", f"{path}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf", answer.text
    return [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]


def test_a_pdf_shows_company_customer_lines_and_totals(control, api, customer):
    discount = {"PercentBased": True, "DiscountPercent": 10}
    invoice = bill(
        control,
        customer,
        300,
        Line=[
            {**sold(300, Qty=4, UnitPrice=75), "Description": "Beds & <b>borders"},
            {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount},
            sold(20, item="SHIPPING_ITEM_ID"),
        ],
        CustomerMemo={"value": "Thank you"},
    )
    pay(control, customer, 90, paying(90, invoice))
    (text,) = pages(api, f"invoice/{invoice['Id']}")
    for words in (
        *("INVOICE", "No. 1001", "Amy's Bird Sanctuary", "123 Sierra Way"),
        *("Services", "Beds & <b>borders", "75.00", "$300.00", "-$30.00", "$20.00"),
        *("$290.00", "-$90.00", "BALANCE DUE", "$200.00", "Thank you", "Page 1"),
    ):
        assert words in text, words


def test_a_pdf_of_a_payment_shows_what_it_paid(control, api, customer, invoice):
    payment = pay(control, customer, 90, paying(60, invoice), PaymentRefNum="CHK 7")
    (text,) = pages(api, f"payment/{payment['Id']}")
    for words in ("PAYMENT RECEIPT", "CHK 7", "Invoice 1001", "$60.00", "$90.00"):
        assert words in text, words


def test_a_long_document_has_several_pages_with_the_columns_named_again(
    control, api, customer
):
    lines = [{**sold(1), "Description": "\n" * 2000 + "end"}]
    lines += [sold(number) for number in range(1, 101)]
    made = bill(control, customer, 1, Line=lines)
    found = pages(api, f"invoice/{made['Id']}")
    assert len(found) > 2 and all("DESCRIPTION" in text for text in found[:-1])


@pytest.mark.parametrize("kind", ["creditmemo", "estimate", "salesreceipt"])
def test_other_sales_documents_have_a_pdf_too(api, customer, kind):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(5)]}
    (made,) = [v for v in api.post(kind, body).values() if isinstance(v, dict)]
    (text,) = pages(api, f"{kind}/{made['Id']}")
    assert "$5.00" in text


def test_what_has_no_pdf_says_so(api, customer):
    assert api.call("GET", f"customer/{customer['Id']}/pdf").status_code == 400
    assert api.call("GET", "invoice/4711/pdf").status_code == 400


def test_an_order_is_for_the_vendor(control, api):
    vendor = control.create("Vendor", {"DisplayName": "Norton Lumber"})
    detail = {"AccountRef": {"value": "7"}}
    line = {
        "Amount": 7,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    body = {"VendorRef": {"value": vendor["Id"]}, "Line": [line]}
    order = control.create("PurchaseOrder", body)
    (text,) = pages(api, f"purchaseorder/{order['Id']}")
    for words in ("PURCHASE ORDER", "VENDOR", "Norton Lumber", "$7.00"):
        assert words in text, words
