"""Inventory items: quantities and cost of goods follow the documents."""

import pytest

from .conftest import sold


@pytest.fixture
def rock(control):
    """Ten on hand at 4.00 each."""
    return control.create(
        "Item",
        {
            "Name": "Rock",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 10,
            "InvStartDate": "2026-01-01",
            "PurchaseCost": 4,
            "UnitPrice": 9,
            "IncomeAccountRef": {"value": "79"},
            "ExpenseAccountRef": {"value": "80"},
            "AssetAccountRef": {"value": "81"},
        },
    )


def sell(control, customer, item, quantity, entity="Invoice"):
    line = sold(9 * quantity, item["Id"], Qty=quantity, UnitPrice=9)
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    return control.create(entity, body)


def state(control, item):
    """Quantity on hand, and value of the inventory account."""
    value = control.get("Account", 81)["CurrentBalance"]
    return control.get("Item", item["Id"])["QtyOnHand"], value


def test_stock_opens_with_its_value(control, rock):
    assert state(control, rock) == (10, 40.0)
    assert control.get("Account", 34)["CurrentBalance"] == 40.0


def test_a_sale_takes_goods_out_at_cost(control, customer, rock):
    invoice = sell(control, customer, rock, 2.5)
    assert invoice["LinkedTxn"] == []
    assert state(control, rock) == (7.5, 30.0)
    report = control.api(
        "GET", "reports/ProfitAndLoss", start_date="2026-01-01", end_date="2100-01-01"
    )
    sums = {
        row["group"]: row["Summary"]["ColData"][1]["value"]
        for row in report["Rows"]["Row"]
    }
    assert (sums["COGS"], sums["NetIncome"]) == ("10.00", "12.50")


@pytest.mark.parametrize("undo", ["delete", "void"])
def test_undoing_a_sale_brings_the_goods_back(control, customer, rock, undo):
    invoice = sell(control, customer, rock, 2)
    getattr(control, undo)("Invoice", invoice["Id"])
    assert state(control, rock) == (10, 40.0)


def test_a_credit_memo_brings_goods_back(control, customer, rock):
    sell(control, customer, rock, 3)
    sell(control, customer, rock, 1, "CreditMemo")
    assert state(control, rock) == (8, 32.0)


def test_a_bill_brings_goods_in(control, rock):
    vendor = control.create("Vendor", {"DisplayName": "Quarry"})
    line = {
        "Amount": 20,
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "ItemRef": {"value": rock["Id"]},
            "Qty": 5,
            "UnitPrice": 4,
        },
    }
    control.create("Bill", {"VendorRef": {"value": vendor["Id"]}, "Line": [line]})
    assert state(control, rock) == (15, 60.0)


def test_editing_the_item_keeps_its_quantity(control, customer, rock):
    sell(control, customer, rock, 1)
    item = control.get("Item", rock["Id"])
    after = control.update("Item", {**item, "QtyOnHand": 99, "Description": "x"})
    assert after["QtyOnHand"] == 9 and after["SyncToken"] == "1"
    assert state(control, rock) == (9, 36.0)


def test_nothing_is_sold_before_the_stock_began(api, customer, rock):
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "TxnDate": "2025-12-31",
        "Line": [sold(9, rock["Id"])],
    }
    assert api.refused("invoice", body)["code"] == "6270"
