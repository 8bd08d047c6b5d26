"""The demo company is what it claims to be, and its books agree."""

from collections import Counter

import pytest

from qbo_sandbox.testing import SandboxServer


@pytest.fixture(scope="module")
def demo():
    with SandboxServer.start("demo") as server:
        yield server


@pytest.fixture(scope="module")
def found(demo):
    return {
        entity: demo.control.query(f"select * from {entity} maxresults 1000")
        for entity in (
            "Customer",
            "Item",
            "Invoice",
            "Payment",
            "CreditMemo",
            "Account",
        )
    }


def cents(value):
    return round(value * 100)


def test_it_has_the_size_of_a_small_company(found):
    sizes = {entity: len(rows) for entity, rows in found.items()}
    assert sizes["Customer"] == 40
    assert sizes["Item"] == 25
    assert sizes["Invoice"] == 150
    assert sizes["Payment"] == 100
    assert sizes["CreditMemo"] == 5


def test_two_sub_customers_share_a_name(found):
    names = Counter(customer["DisplayName"] for customer in found["Customer"])
    assert names["Courtyard garden"] == 2


def test_invoices_are_in_every_state(found):
    invoices = found["Invoice"]
    today = max(invoice["TxnDate"] for invoice in invoices)
    assert any(
        i["TotalAmt"] == 0 and i["PrivateNote"].startswith("Voided") for i in invoices
    )
    assert any(0 < i["Balance"] < i["TotalAmt"] for i in invoices)
    assert any(i["Balance"] and i["DueDate"] < today for i in invoices)
    assert any(i["Balance"] and i["DueDate"] >= today for i in invoices)
    assert sum(1 for i in invoices if i["TotalAmt"] and not i["Balance"]) > 80


def test_invoices_have_lines_of_every_kind(found):
    lines = [line for invoice in found["Invoice"] for line in invoice["Line"]]
    kinds = Counter(line["DetailType"] for line in lines)
    for kind in ("GroupLineDetail", "DescriptionOnly", "DiscountLineDetail"):
        assert kinds[kind] > 3
    percents = {
        line["DiscountLineDetail"]["PercentBased"]
        for line in lines
        if line["DetailType"] == "DiscountLineDetail"
    }
    assert percents == {True, False}
    assert any(
        line.get("SalesItemLineDetail", {}).get("ItemRef", {}).get("value")
        == "SHIPPING_ITEM_ID"
        for line in lines
    )


def test_taxes_are_of_one_rate_of_two_and_none(found):
    sizes = {len(i["TxnTaxDetail"].get("TaxLine", [])) for i in found["Invoice"]}
    assert sizes == {0, 1, 2}


def test_payments_are_of_every_kind(found):
    payments = found["Payment"]
    assert sum(1 for p in payments if len(p["Line"]) > 1) >= 10
    assert sum(1 for p in payments if p["UnappliedAmt"]) >= 8
    accounts = Counter(p["DepositToAccountRef"]["value"] for p in payments)
    assert accounts["4"] > 80 and accounts["35"] > 5


def test_each_customers_balance_is_what_the_documents_say(found):
    for customer in found["Customer"]:
        expected = 0
        for entity, field, sign in (
            ("Invoice", "Balance", 1),
            ("CreditMemo", "RemainingCredit", -1),
            ("Payment", "UnappliedAmt", -1),
        ):
            expected += sign * sum(
                cents(document[field])
                for document in found[entity]
                if document["CustomerRef"]["value"] == customer["Id"]
            )
        assert cents(customer["Balance"]) == expected, customer["DisplayName"]


def test_receivables_are_the_sum_of_the_customers(found):
    (account,) = [a for a in found["Account"] if a["Id"] == "84"]
    owed = sum(cents(customer["Balance"]) for customer in found["Customer"])
    assert cents(account["CurrentBalance"]) == owed > 0


def test_it_is_the_same_company_each_time(demo):
    with SandboxServer.start("demo") as other:
        for entity in ("Invoice", "Payment"):
            statement = f"select TotalAmt, TxnDate from {entity} maxresults 1000"
            assert demo.control.query(statement) == other.control.query(statement)


def test_what_was_done_long_ago_is_no_recent_change(demo):
    invoices = demo.control.query("select * from Invoice")
    assert invoices[0]["MetaData"]["CreateTime"][:10] == invoices[0]["TxnDate"]
