"""Links into QuickBooks."""

import pytest
from client.hosts import UI_URLS, object_url


@pytest.mark.parametrize(
    ("entity", "path"),
    [
        ("Invoice", "/app/invoice?txnId=7"),
        ("Payment", "/app/recvpayment?txnId=7"),
        ("CreditMemo", "/app/creditmemo?txnId=7"),
        ("Customer", "/app/customerdetail?nameId=7"),
        ("Item", "/app/items"),
        ("TaxRate", "/app/homepage"),
    ],
)
def test_an_object_opens_on_its_page(entity, path):
    assert object_url(UI_URLS["sandbox"], entity, "7") == (
        f"https://app.sandbox.qbo.intuit.com{path}"
    )


def test_an_id_cannot_break_out_of_the_link():
    assert object_url("http://x/", "Invoice", "7&a=b") == (
        "http://x/app/invoice?txnId=7%26a%3Db"
    )
