"""British VAT and currencies, American automated tax, and a large company."""

import pytest

from qbo_sandbox import seeds
from qbo_sandbox.sandbox import Sandbox
from qbo_sandbox.testing import SandboxServer

from .conftest import Api, pay, paying, sold


def started(seed, **options):
    server = SandboxServer.start(seed, **options)
    server.start_point = server.control.snapshot()
    return server


@pytest.fixture(scope="module")
def british_server():
    with started("uk-vat") as server:
        yield server


@pytest.fixture
def british(british_server):
    british_server.control.restore(british_server.start_point)
    return british_server.control


@pytest.fixture
def british_api(british_server, british):
    return Api(british_server)


PUB, LYON = {"Id": "1"}, {"Id": "2"}  # a customer in pounds, one in euros


def bill(control, customer, *lines, currency="GBP", **more):
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "CurrencyRef": {"value": currency},
        "Line": list(lines),
        **more,
    }
    return control.create("Invoice", body)


def receive(control, total, *lines, **more):
    return pay(control, LYON, total, *lines, CurrencyRef={"value": "EUR"}, **more)


# -- VAT -------------------------------------------------------------------------------


def test_vat_comes_on_top_by_code(british):
    made = bill(
        british,
        PUB,
        sold(100, code="2"),
        sold(10, code="3"),
        sold(7, code="4"),
        sold(5, code="5"),
        GlobalTaxCalculation="TaxExcluded",
    )
    assert made["TxnTaxDetail"]["TotalTax"] == 20.5
    assert made["TotalAmt"] == 142.5
    taxable = [
        (line["TaxLineDetail"]["TaxPercent"], line["TaxLineDetail"]["NetAmountTaxable"])
        for line in made["TxnTaxDetail"]["TaxLine"]
    ]
    assert taxable == [(20, 100.0), (5, 10.0), (0, 7.0)]


def test_amounts_are_without_vat_even_in_inclusive_documents(british):
    made = bill(british, PUB, sold(100, code="2"), GlobalTaxCalculation="TaxInclusive")
    assert made["TotalAmt"] == 120.0 and made["TxnTaxDetail"]["TotalTax"] == 20.0


@pytest.mark.parametrize("amount", [99.99, 83.33])
def test_a_line_may_say_what_it_costs_with_vat(british, amount):
    line = sold(amount, code="2", TaxInclusiveAmt=99.99)
    made = bill(british, PUB, line, GlobalTaxCalculation="TaxInclusive")
    assert made["Line"][0]["Amount"] == 83.33
    assert (made["TotalAmt"], made["TxnTaxDetail"]["TotalTax"]) == (99.99, 16.66)
    assert british.get("Account", 89)["CurrentBalance"] == 16.66


def test_tax_may_be_not_applicable(british, british_api):
    made = bill(british, PUB, sold(50), GlobalTaxCalculation="NotApplicable")
    assert made["TotalAmt"] == 50.0 and "TxnTaxDetail" not in made
    body = {
        "CustomerRef": {"value": "1"},
        "CurrencyRef": {"value": "GBP"},
        "Line": [sold(50)],
        "GlobalTaxCalculation": "NotApplicable",
        "TxnTaxDetail": {"TaxLine": [{"Amount": 1}]},
    }
    assert british_api.refused("invoice", body)["code"] == "6170"


def test_every_line_needs_a_code(british_api):
    body = {
        "CustomerRef": {"value": "1"},
        "CurrencyRef": {"value": "GBP"},
        "Line": [sold(50)],
    }
    error = british_api.refused("invoice", body)
    assert error["code"] == "6000" and "GST/HST rate" in error["Detail"]


def test_a_discount_reduces_the_tax(british):
    discount = {"DetailType": "DiscountLineDetail", "Amount": 20}
    made = bill(british, PUB, sold(100, code="2"), discount)
    assert made["TxnTaxDetail"]["TotalTax"] == 16.0 and made["TotalAmt"] == 96.0


def test_a_cent_more_or_less_of_tax_is_taken_from_the_caller(british):
    detail = {"TaxRateRef": {"value": "1"}, "TaxPercent": 20}
    given = {"TaxLine": [{"Amount": 20.01, "TaxLineDetail": detail}]}
    made = bill(british, PUB, sold(100, code="2"), TxnTaxDetail=given)
    assert made["TotalAmt"] == 120.01


@pytest.mark.parametrize(
    "line", ["x", {"Amount": "x"}, {"TaxLineDetail": "x"}, {"Nope": 1}]
)
def test_a_tax_line_of_another_shape_is_refused(british_api, line):
    body = {
        "CustomerRef": {"value": PUB["Id"]},
        "CurrencyRef": {"value": "GBP"},
        "Line": [sold(100, code="2")],
        "TxnTaxDetail": {"TaxLine": [line]},
    }
    assert british_api.refused("invoice", body)["code"] in ("2010", "2080")


def test_a_receivable_is_in_its_customers_currency(british, british_api):
    rows = british.query("select * from Account where AccountType='Bank'")
    detail = {"PostingType": "Credit", "AccountRef": {"value": rows[0]["Id"]}}
    owed = {"PostingType": "Debit", "AccountRef": {"value": "84"}}
    owed["Entity"] = {"Type": "Customer", "EntityRef": {"value": LYON["Id"]}}
    kind = "JournalEntryLineDetail"
    lines = [{"Amount": 5, "DetailType": kind, kind: each} for each in (detail, owed)]
    body = {"CurrencyRef": {"value": "GBP"}, "Line": lines}
    assert british_api.refused("journalentry", body)["code"] == "6000"


def test_a_rate_is_more_than_nothing(british_api):
    body = {
        "CustomerRef": {"value": LYON["Id"]},
        "CurrencyRef": {"value": "EUR"},
        "ExchangeRate": -1,
        "Line": [sold(100, code="2")],
    }
    assert british_api.refused("invoice", body)["code"] == "2090"


def test_purchases_have_rates_of_their_own(british):
    vendor = british.create("Vendor", {"DisplayName": "Quarry Ltd"})
    line = {
        "Amount": 50,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": {"value": "7"},
            "TaxCodeRef": {"value": "2"},
        },
    }
    made = british.create(
        "Bill",
        {
            "VendorRef": {"value": vendor["Id"]},
            "CurrencyRef": {"value": "GBP"},
            "Line": [line],
        },
    )
    assert made["TotalAmt"] == 60.0
    assert british.get("Account", 89)["CurrentBalance"] == -10.0


# -- currencies ------------------------------------------------------------------------


def test_a_foreign_invoice_shows_home_amounts_and_has_its_own_receivables(british):
    made = bill(british, LYON, sold(100, code="4"), currency="EUR", ExchangeRate=0.9)
    assert (made["TotalAmt"], made["HomeTotalAmt"]) == (100.0, 90.0)
    assert (made["Balance"], made["HomeBalance"]) == (100.0, 90.0)
    assert british.get("Customer", 2)["Balance"] == 100.0
    (account,) = british.query(
        "select * from Account where Name = 'Accounts Receivable (A/R) - EUR'"
    )
    assert account["CurrentBalance"] == 100.0
    assert account["CurrencyRef"]["value"] == "EUR"
    assert british.get("Account", 84)["CurrentBalance"] == 0


def test_the_rate_of_the_day_is_the_default(british):
    british.create(
        "ExchangeRate",
        {"SourceCurrencyCode": "EUR", "Rate": 0.95, "AsOfDate": "2026-06-01"},
    )
    early = bill(
        british, LYON, sold(10, code="4"), currency="EUR", TxnDate="2026-05-31"
    )
    late = bill(british, LYON, sold(10, code="4"), currency="EUR", TxnDate="2026-06-02")
    assert (early["ExchangeRate"], late["ExchangeRate"]) == (0.85, 0.95)
    shown = british.api(
        "GET", "exchangerate", sourcecurrencycode="EUR", asofdate="2026-07-01"
    )["ExchangeRate"]
    assert (shown["Rate"], shown["AsOfDate"]) == (0.95, "2026-06-01")


def gain(british):
    """What the rates brought, all in all; the account is an expense."""
    profit = british.api(
        "GET", "reports/ProfitAndLoss", start_date="2000-01-01", end_date="2100-01-01"
    )
    sums = {
        row["group"]: row["Summary"]["ColData"][1]["value"]
        for row in profit["Rows"]["Row"]
    }
    return -float(sums["OtherExpenses"])


def test_what_the_rate_brought_is_an_exchange_gain(british):
    invoice = bill(british, LYON, sold(100, code="4"), currency="EUR", ExchangeRate=0.8)
    payment = receive(british, 100, paying(100, invoice), ExchangeRate=0.9)
    assert payment["UnappliedAmt"] == 0
    assert british.get("Account", 4)["CurrentBalance"] == 90.0
    assert gain(british) == 10.0
    assert british.api("GET", "reports/CustomerBalance")["Rows"] == {}


def test_what_is_settled_in_parts_owes_nothing_at_home(british):
    rate = {"currency": "EUR", "ExchangeRate": 0.8537}
    made = bill(british, LYON, sold(400, code="5"), **rate)
    for part in (111.11, 99.97, 7.03, 181.89):
        receive(british, part, paying(part, made), ExchangeRate=0.88)
    receivable = british.query(
        "select * from Account where AccountType = 'Accounts Receivable'"
    )
    assert [row["CurrentBalance"] for row in receivable] == [0, 0]


def test_unapplying_takes_the_gain_back(british):
    invoice = bill(british, LYON, sold(100, code="4"), currency="EUR", ExchangeRate=0.8)
    payment = receive(british, 100, paying(100, invoice), ExchangeRate=0.9)
    british.update("Payment", {**payment, "Line": []})
    sheet = british.api(
        "GET", "reports/TrialBalance", start_date="2000-01-01", end_date="2100-01-01"
    )
    shown = [row["ColData"][0]["value"] for row in sheet["Rows"]["Row"][:-1]]
    assert "Exchange Gain or Loss" not in shown


def test_a_void_invoice_takes_the_gain_back_from_a_payment_of_nothing(british):
    """Credit memo and invoice at other rates: joined, they are worth 6.00 more."""
    owner = british.create(
        "Customer", {"DisplayName": "Euro", "CurrencyRef": {"value": "EUR"}}
    )
    body = {
        "CustomerRef": {"value": owner["Id"]},
        "CurrencyRef": {"value": "EUR"},
        "GlobalTaxCalculation": "NotApplicable",
        "Line": [sold(60)],
    }
    owed = british.create("Invoice", {**body, "ExchangeRate": 0.8})
    credit = british.create("CreditMemo", {**body, "ExchangeRate": 0.9})
    lines = paying(60, owed), paying(60, credit, "CreditMemo")
    joined = pay(british, owner, 0, *lines, CurrencyRef={"value": "EUR"})
    assert gain(british) == 6.0
    british.void("Invoice", owed["Id"])
    # Now the credit is worth what the payment's own rate, 0.85, makes of it.
    assert british.get("Payment", joined["Id"])["UnappliedAmt"] == 60.0
    assert gain(british) == 3.0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"CurrencyRef": None}, "2020"),
        ({"CurrencyRef": {"value": "USD"}}, "6000"),
        ({"CurrencyRef": {"value": "XYZ"}}, "2220"),
    ],
)
def test_a_document_is_in_its_customers_currency(british_api, change, code):
    body = {
        "CustomerRef": {"value": "2"},
        "CurrencyRef": {"value": "EUR"},
        "Line": [sold(1, code="4")],
        **change,
    }
    assert british_api.refused("invoice", body)["code"] == code


def test_a_payment_pays_in_the_invoices_currency(british, british_api):
    invoice = bill(british, PUB, sold(10, code="4"))
    body = {
        "CustomerRef": {"value": "2"},
        "CurrencyRef": {"value": "EUR"},
        "TotalAmt": 10,
        "Line": [paying(10, invoice)],
    }
    assert british_api.refused("payment", body)["code"] == "620"


def test_a_deposit_place_is_in_home_or_the_documents_currency(british, british_api):
    (euros,) = british.query("select * from Account where Name = 'Euro account'")
    place = {"value": euros["Id"]}
    assert receive(british, 5, DepositToAccountRef=place)
    assert british.get("Account", euros["Id"])["CurrentBalance"] == 5.0
    body = {
        "CustomerRef": {"value": "1"},
        "CurrencyRef": {"value": "GBP"},
        "TotalAmt": 5,
        "DepositToAccountRef": place,
    }
    assert british_api.refused("payment", body)["code"] == "6000"


def test_an_account_of_a_third_currency_takes_no_part(british, british_api):
    body = {"Name": "Euros", "AccountType": "Bank", "CurrencyRef": {"value": "EUR"}}
    euros = {"value": british.create("Account", body)["Id"]}
    spent = {"AccountRef": {"value": "7"}, "TaxCodeRef": {"value": "5"}}
    kind = "AccountBasedExpenseLineDetail"
    body = {"PaymentType": "Cash", "AccountRef": euros}
    body["Line"] = [{"Amount": 5, "DetailType": kind, kind: spent}]
    pounds = {**body, "CurrencyRef": {"value": "GBP"}}
    assert british_api.refused("purchase", pounds)["code"] == "6000"
    british.create("Purchase", {**body, "CurrencyRef": {"value": "EUR"}})
    assert british.get("Account", euros["value"])["CurrentBalance"] == -5


def test_names_abroad_start_with_what_they_owe_in_their_currency(british):
    body = {"CurrencyRef": {"value": "EUR"}, "OpenBalanceDate": "2026-01-31"}
    body["Balance"] = 50
    assert british.create("Customer", {**body, "DisplayName": "A"})["Balance"] == 50
    assert british.create("Vendor", {**body, "DisplayName": "B"})["Balance"] == 50


def test_any_currency_may_be_used(british, british_api):
    yen = {"value": "JPY", "name": "Japanese Yen"}
    made = british.create("CompanyCurrency", {"Code": "JPY"})
    assert (made["Code"], made["Name"]) == ("JPY", yen["name"])
    body = {"DisplayName": "Kyoto", "CurrencyRef": {"value": "JPY"}}
    assert british.create("Customer", body)["CurrencyRef"] == yen
    assert british_api.refused("companycurrency", {"Code": "XXX"})["code"] == "2220"


def test_a_customers_currency_stays(british, british_api):
    customer = british.get("Customer", 2)
    body = {**customer, "CurrencyRef": {"value": "GBP"}}
    assert british_api.refused("customer", body)["code"] == "6000"


# -- automated sales tax ---------------------------------------------------------------


@pytest.fixture(scope="module")
def automated():
    with started("us-ast") as server:
        yield server.control


def taxed(control, name, document=(), **detail):
    address = detail.pop("address", None)
    body = {"DisplayName": name, **({"BillAddr": address} if address else {})}
    customer = control.create("Customer", body)
    return control.create(
        "Invoice",
        {
            "CustomerRef": {"value": customer["Id"]},
            "Line": [sold(100, code="TAX"), sold(50, code="NON")],
            "TxnTaxDetail": detail,
            **dict(document),
        },
    )


def test_the_engine_taxes_by_the_address_of_the_document(automated):
    address = {"ShipAddr": {"City": "San Pablo", "CountrySubDivisionCode": "CA"}}
    assert taxed(automated, "Elsewhere", address)["TxnTaxDetail"]["TotalTax"] == 8


def test_the_engine_taxes_by_address_and_ignores_overrides(automated):
    made = taxed(automated, "There", address={"City": "San Pablo"}, TotalTax=1.23)
    assert made["TxnTaxDetail"]["TotalTax"] == 8.0
    assert "TxnTaxCodeRef" not in made["TxnTaxDetail"]


def test_without_an_address_there_is_no_tax(automated):
    code = {"TxnTaxCodeRef": {"value": "TAX"}, "TotalTax": 16.83}
    assert taxed(automated, "Nowhere", **code)["TxnTaxDetail"] == {"TotalTax": 0}


# -- size ------------------------------------------------------------------------------


def test_a_large_company_is_made_to_measure_and_its_books_agree():
    with SandboxServer.start("large", customers=20, invoices=300, paid=0.5) as server:
        control = server.control
        count = control.api("GET", "query", query="select count(*) from Invoice")
        assert count["QueryResponse"] == {"totalCount": 300}
        page = control.query("select * from Invoice startposition 201 maxresults 1000")
        assert len(page) == 100
        owed = sum(
            round(customer["Balance"] * 100)
            for customer in control.query("select * from Customer maxresults 1000")
        )
        assert owed == round(control.get("Account", 84)["CurrentBalance"] * 100) > 0


def test_companies_are_found_without_looking_through_their_objects():
    sandbox = Sandbox()
    seeds.plant(sandbox, "demo")
    steps = []
    sandbox.connection.set_progress_handler(lambda: steps.append(1), 100)
    assert sandbox.realms == [seeds.company.REALM]
    assert len(steps) < 3  # eleven, were all of them looked at
    sandbox.close()
