"""The bookkeeper's page: what is seen on it, and what its forms do to the company."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
import requests

import chromium
from qbo_sandbox.control_client import Control

from .conftest import bill, pay, paying, sold

ALL_PAGES = (
    "/",
    "/company",
    "/app/homepage",
    "/app/customers",
    "/app/invoices",
    "/app/invoices?show=open",
    "/app/invoices?show=overdue",
    "/app/invoices?show=paid",
    "/app/invoices?show=voided",
    "/app/creditmemos",
    "/app/payments",
    "/app/payments?show=unapplied",
    "/app/recvpayment",
    "/app/deposits",
    "/app/deposit",
    "/app/items",
    "/app/chartofaccounts",
    "/app/register?accountId=84",
    "/app/closing",
    "/app/activity",
)


class Browser:
    """Pages as text, and forms filled in and sent as a browser does."""

    def __init__(self, server):
        self.root = server.url
        self.session = requests.Session()
        self.last = None

    def see(self, path, status=200):
        """The page's text without tags."""
        self.last = self.session.get(self.root + path, timeout=30)
        assert self.last.status_code == status, self.last.text
        return self.text

    @property
    def text(self):
        words = re.sub(r"<[^>]*>", " ", self.last.text)
        return re.sub(r"\s+", " ", unescape(words))

    def hidden(self):
        """The hidden fields of the page's forms."""
        tags = re.findall(r'<input type="hidden"[^>]*>', self.last.text)
        return {
            re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag)[1]
            for tag in tags
        }

    def send(self, path, status=200, **fields):
        """Send the form of the page seen last; returns the page that follows."""
        data = {**self.hidden(), **fields}
        self.last = self.session.post(self.root + path, data=data, timeout=30)
        assert self.last.status_code == status, self.last.text
        return self.text

    def value(self, name):
        """What stands in a field of the form."""
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', self.last.text)[0]
        return unescape(re.search(r'value="([^"]*)"', tag)[1])


@pytest.fixture
def browser(server):
    return Browser(server)


def sub_customer(control, parent, name):
    body = {"DisplayName": name, "Job": True, "ParentRef": {"value": parent["Id"]}}
    return control.create("Customer", body)


# -- looking -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL_PAGES)
def test_every_page_shows_in_a_company_with_and_without_data(
    browser, control, customer, path
):
    browser.see(path)
    invoice = bill(control, customer, 100)
    pay(control, customer, 120, paying(60, invoice))
    browser.see(path)
    assert browser.last.headers["Content-Type"] == "text/html; charset=utf-8"


def test_home_shows_what_is_open_overdue_and_undeposited(browser, control, customer):
    bill(control, customer, 300, TxnDate="2020-01-01", DueDate="2020-01-31")
    late = bill(control, customer, 1000, TxnDate="2020-01-01", DueDate="2020-01-31")
    bill(control, customer, 50, DueDate="2999-12-31")
    pay(control, customer, 400, paying(400, late))
    text = browser.see("/")
    assert "Open receivables $950.00 3 open invoices" in text
    assert "Overdue $900.00 2 invoices" in text
    assert "Undeposited funds $400.00" in text


def test_home_shows_the_last_api_calls(browser, api):
    api.query("select * from Term")
    assert "GET query query=select * from Term metered 200" in browser.see("/")


def test_customers_are_found_and_sub_customers_are_indented(browser, control, customer):
    sub_customer(control, customer, "Aviary")
    control.create("Customer", {"DisplayName": "Bill's Windsurf Shop"})
    text = browser.see("/app/customers")
    names = ("Amy's Bird Sanctuary", "Aviary", "Bill's Windsurf Shop")
    assert sorted(names, key=text.index) == list(names)
    assert re.search(r'level-1">\s*<a [^>]*>Aviary', browser.last.text)
    text = browser.see("/app/customers?search=windsurf")
    assert "Bill's Windsurf Shop" in text and "Amy" not in text


def test_a_customers_page_has_the_balance_and_the_open_business(
    browser, control, customer
):
    first = bill(control, customer, 100, DocNumber="A-1")
    bill(control, customer, 70, DocNumber="A-2")
    pay(control, customer, 100, paying(100, first), PaymentRefNum="CHK 7")
    credit = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(20)]}
    control.create("CreditMemo", {**credit, "DocNumber": "C-1"})
    text = browser.see(f"/app/customerdetail?nameId={customer['Id']}")
    assert "Balance $50.00" in text
    assert "A-2" in text and "A-1" not in text
    assert "C-1" in text and "CHK 7" in text


def test_invoices_are_filtered_and_found(browser, control, customer):
    past = {"TxnDate": "2020-01-01", "DueDate": "2020-01-31"}
    late = bill(control, customer, 10, DocNumber="LATE", **past)
    bill(control, customer, 20, DocNumber="SOON", DueDate="2999-12-31")
    paid = bill(control, customer, 30, DocNumber="PAID")
    pay(control, customer, 30, paying(30, paid))
    control.void("Invoice", bill(control, customer, 40, DocNumber="GONE")["Id"])

    def shown(path):
        text = browser.see(path)
        return {n for n in ("LATE", "SOON", "PAID", "GONE") if n in text}

    assert shown("/app/invoices") == {"LATE", "SOON", "PAID", "GONE"}
    assert shown("/app/invoices?show=open") == {"LATE", "SOON"}
    assert shown("/app/invoices?show=overdue") == {"LATE"}
    assert shown("/app/invoices?show=paid") == {"PAID"}
    assert shown("/app/invoices?show=voided") == {"GONE"}
    assert shown("/app/invoices?search=oon") == {"SOON"}
    assert shown("/app/invoices?search=Bird&show=overdue") == {"LATE"}
    assert shown("/app/invoices?search=%25") == set()
    assert late["Id"] in browser.see(f"/app/invoice?txnId={late['Id']}")


def test_long_lists_are_paged(browser, control, customer):
    for number in range(51):
        bill(control, customer, 1, DocNumber=f"N{number:03}")
    text = browser.see("/app/invoices")
    assert "N050" in text and "N001" in text and "N000" not in text
    text = browser.see("/app/invoices?page=2")
    assert "N000" in text and "N001" not in text and "Next" not in text
    browser.see("/app/invoices?page=99999999999999999999")


def test_an_invoices_page_has_lines_tax_payments_and_balance(
    browser, control, customer
):
    tax = {"TxnTaxCodeRef": {"value": "2"}}
    line = {**sold(100, code="TAX", Qty=4, UnitPrice=25), "Description": "Bird seed"}
    invoice = control.create(
        "Invoice",
        {"CustomerRef": {"value": customer["Id"]}, "Line": [line], "TxnTaxDetail": tax},
    )
    total = invoice["TotalAmt"]
    pay(control, customer, 30, paying(30, invoice), PaymentRefNum="1234")
    text = browser.see(f"/app/invoice?txnId={invoice['Id']}")
    assert "Bird seed 4 25.00 $100.00" in text
    assert f"Total ${total:.2f}" in text
    assert "Payment 1234 $30.00" in text
    assert f"Balance due ${total - 30:.2f}" in text


def test_a_payments_page_says_what_it_paid_and_where_it_went(
    browser, control, customer, invoice
):
    payment = pay(control, customer, 130, paying(100, invoice), PaymentRefNum="77")
    text = browser.see(f"/app/recvpayment?txnId={payment['Id']}")
    assert "Payment 77" in text and "Amount $130.00" in text
    assert "Deposited to Undeposited Funds" in text
    assert "Unapplied $30.00" in text
    assert f"Invoice {invoice['DocNumber']} $100.00 $100.00" in text


def test_a_register_carries_the_balance_along(browser, control, customer):
    first = bill(control, customer, 100, TxnDate="2026-01-01")
    bill(control, customer, 50, TxnDate="2026-02-01")
    pay(control, customer, 30, paying(30, first), TxnDate="2026-03-01")
    browser.see("/app/register?accountId=84")
    cells = re.findall(r'class="number">([^<]*)</td>', browser.last.text)
    assert cells == ["$120.00", "$150.00", "$100.00"]


def test_any_transaction_shows_its_debits_and_credits(browser, invoice):
    text = browser.see(f"/app/transaction?txnType=Invoice&txnId={invoice['Id']}")
    assert "Accounts Receivable (A/R) $100.00 Services" in text
    browser.see(f"/app/transaction?txnType=Customer&txnId={invoice['Id']}", 404)


@pytest.mark.parametrize(
    ("entity", "path"),
    [
        ("Bill", "bill"),
        ("Estimate", "estimate"),
        ("JournalEntry", "journal"),
        ("Purchase", "expense"),
        ("PurchaseOrder", "purchaseorder"),
        ("VendorCredit", "vendorcredit"),
        ("SalesReceipt", "salesreceipt"),
        ("Transfer", "transfer"),
    ],
)
def test_deep_links_to_other_transactions_work(
    browser, control, customer, entity, path
):
    made = control.create(entity, other_transaction(control, customer, entity))
    browser.see(f"/app/{path}?txnId={made['Id']}")
    assert f"Id {made['Id']} " in browser.text


def other_transaction(control, customer, entity):
    """A small body of an entity that has no form here."""
    sale = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(10)]}
    if entity in ("Estimate", "SalesReceipt"):
        return sale
    if entity == "Transfer":
        places = {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}}
        return {**places, "Amount": 5}
    if entity == "JournalEntry":
        return {"Line": [journal_line("Debit", "35"), journal_line("Credit", "36")]}
    vendor = control.create("Vendor", {"DisplayName": "Norton Lumber"})
    detail = {"AccountRef": {"value": "63"}}
    line = {
        "Amount": 5,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }
    if entity == "Purchase":
        return {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [line]}
    payable = {"APAccountRef": {"value": "33"}} if entity == "PurchaseOrder" else {}
    return {"VendorRef": {"value": vendor["Id"]}, "Line": [line], **payable}


def journal_line(side, account):
    return {
        "Amount": 5,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {
            "PostingType": side,
            "AccountRef": {"value": account},
        },
    }


def test_a_vendors_page_has_what_is_owed(browser, control, customer):
    made = control.create("Bill", other_transaction(control, customer, "Bill"))
    text = browser.see(f"/app/vendordetail?nameId={made['VendorRef']['value']}")
    assert "Norton Lumber" in text and "We owe $5.00" in text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/app/invoice?txnId=4711", "610 · Object Not Found"),
        ("/app/invoice?txnId=x", "2030 · Invalid ID"),
        ("/app/customerdetail", "2030 · Invalid ID"),
        ("/app/register?accountId=4711", "610 · Object Not Found"),
        ("/app/nonsense", "No such page"),
    ],
)
def test_what_is_not_there_is_said(browser, path, words):
    assert words in browser.see(path, 404)


def test_the_activity_page_lists_calls_and_refreshes_itself(browser, api, customer):
    api.refused("customer", {"DisplayName": "Amy's Bird Sanctuary"})
    text = browser.see("/app/activity")
    assert "POST customer write 400" in text
    assert '<meta http-equiv="refresh"' in browser.last.text
    assert "POST customer" not in browser.see("/app/activity?show=metered")
    browser.see("/app/activity?live=no")
    assert '<meta http-equiv="refresh"' not in browser.last.text


def test_looking_at_pages_is_no_api_call(browser, control):
    browser.see("/app/invoices")
    assert control.counters()["requests"] == 0


# -- doing -------------------------------------------------------------------------


def test_a_payment_is_received(browser, api, control, customer, invoice):
    browser.see(f"/app/recvpayment?nameId={customer['Id']}&invoice={invoice['Id']}")
    assert browser.value(f"Invoice-{invoice['Id']}") == "100.00"
    text = browser.send(
        f"/app/recvpayment?nameId={customer['Id']}",
        TotalAmt="120",
        TxnDate="2026-05-04",
        PaymentRefNum="CHK 9",
        PaymentMethodRef="2",
        DepositToAccountRef="35",
        **{f"Invoice-{invoice['Id']}": "100.00"},
    )
    assert "Payment received." in text
    (payment,) = api.query("select * from Payment")["Payment"]
    assert payment["TotalAmt"] == 120 and payment["UnappliedAmt"] == 20
    assert payment["TxnDate"] == "2026-05-04" and payment["PaymentRefNum"] == "CHK 9"
    assert payment["DepositToAccountRef"] == {"value": "35"}
    assert payment["PaymentMethodRef"] == {"value": "2"}
    assert control.get("Invoice", invoice["Id"])["Balance"] == 0


def test_a_payment_without_an_amount_is_what_its_lines_need(
    browser, api, control, customer, invoice
):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(30)]}
    memo = control.create("CreditMemo", body)
    browser.see(f"/app/recvpayment?nameId={customer['Id']}")
    lines = {f"Invoice-{invoice['Id']}": "100", f"CreditMemo-{memo['Id']}": "30"}
    browser.send(f"/app/recvpayment?nameId={customer['Id']}", TotalAmt="", **lines)
    (payment,) = api.query("select * from Payment")["Payment"]
    assert payment["TotalAmt"] == 70 and payment["UnappliedAmt"] == 0
    assert control.get("CreditMemo", memo["Id"])["RemainingCredit"] == 0


def test_a_parents_form_offers_invoices_of_sub_customers(browser, control, customer):
    invoice = bill(control, sub_customer(control, customer, "Aviary"), 40)
    browser.see("/app/recvpayment?customer=amy's bird sanctuary")
    assert f'name="Invoice-{invoice["Id"]}"' in browser.last.text


def test_a_form_sent_twice_counts_once(browser, api, customer):
    browser.see(f"/app/recvpayment?nameId={customer['Id']}")
    fields = {**browser.hidden(), "TotalAmt": "5"}
    for _attempt in range(2):
        browser.send(f"/app/recvpayment?nameId={customer['Id']}", **fields)
    assert api.query("select count(*) from Payment")["totalCount"] == 1


def test_a_refused_payment_shows_the_fault_and_keeps_what_was_typed(
    browser, api, control, customer, invoice
):
    control.close_books("2026-01-31")
    browser.see(f"/app/recvpayment?nameId={customer['Id']}")
    line = f"Invoice-{invoice['Id']}"
    text = browser.send(
        f"/app/recvpayment?nameId={customer['Id']}",
        400,
        TotalAmt="77.70",
        TxnDate="2026-01-31",
        PaymentRefNum='7"7',
        **{line: "66"},
    )
    assert "6210 · Account Period Closed" in text
    assert browser.value("TotalAmt") == "77.70"
    assert browser.value("TxnDate") == "2026-01-31"
    assert browser.value("PaymentRefNum") == '7"7'
    assert browser.value(line) == "66"
    assert api.query("select * from Payment") == {}


def test_a_customer_abroad_pays_and_it_is_deposited_in_the_own_currency(
    browser, control
):
    control.add_company("9341452000000003", seed="uk-vat")
    books = Control(browser.root, "9341452000000003")
    euro = {"CurrencyRef": {"value": "EUR"}}
    customer = books.create("Customer", {"DisplayName": "Brasserie Lyon", **euro})
    browser.see("/company")
    browser.send("/company", realm=books.realm_id)
    path = f"/app/recvpayment?nameId={customer['Id']}"
    assert "Amount received (EUR)" in browser.see(path)
    assert "Amount €50.00" in browser.send(path, TotalAmt="50")
    (payment,) = books.query("select * from Payment")
    assert payment["CurrencyRef"]["value"] == "EUR"
    browser.see("/app/deposit")
    chosen = f"Payment-{payment['Id']}"
    text = browser.send("/app/deposit", DepositToAccountRef="35", txn=chosen)
    assert "Total €50.00" in text


@pytest.mark.parametrize(
    ("amount", "code"),
    [("abc", "2080"), ("-5", "6000"), ("1e400", "2090"), ("", "6000")],
)
def test_an_amount_that_cannot_be_is_refused(browser, customer, amount, code):
    browser.see(f"/app/recvpayment?nameId={customer['Id']}")
    path = f"/app/recvpayment?nameId={customer['Id']}"
    assert f"{code} ·" in browser.send(path, 400, TotalAmt=amount)


def test_an_invoice_is_edited(browser, control, customer):
    tax = {"TxnTaxCodeRef": {"value": "2"}}
    body = {"CustomerRef": {"value": customer["Id"]}, "TxnTaxDetail": tax}
    first = sold(100, code="TAX", Qty=4, UnitPrice=25)
    old = control.create("Invoice", {**body, "Line": [first, sold(7)]})
    browser.see(f"/app/invoice/edit?txnId={old['Id']}")
    browser.send(
        f"/app/invoice/edit?txnId={old['Id']}",
        TxnDate="2026-03-01",
        DueDate="2026-03-31",
        PrivateNote="per phone",
        CustomerMemo="Thank you",
        **{"amount-0": "50", "amount-1": "7.00", "description-1": "Gate"},
    )
    new = control.get("Invoice", old["Id"])
    assert (new["TxnDate"], new["DueDate"]) == ("2026-03-01", "2026-03-31")
    assert new["PrivateNote"] == "per phone"
    assert new["CustomerMemo"] == {"value": "Thank you"}
    assert new["Line"][0]["Amount"] == 50
    assert new["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == 12.5
    assert new["Line"][1]["Description"] == "Gate"
    assert new["TxnTaxDetail"]["TotalTax"] == old["TxnTaxDetail"]["TotalTax"] / 2


def test_an_edit_after_somebody_elses_is_refused_and_kept(browser, control, invoice):
    browser.see(f"/app/invoice/edit?txnId={invoice['Id']}")
    control.edit("Invoice", invoice["Id"])
    path = f"/app/invoice/edit?txnId={invoice['Id']}"
    dates = {"TxnDate": "2026-03-01", "DueDate": "2026-03-31"}
    text = browser.send(path, 400, PrivateNote="mine", **dates, **{"amount-0": "5"})
    assert "5010 · Stale Object Error" in text
    assert ">mine</textarea>" in browser.last.text
    assert browser.value("amount-0") == "5"
    assert control.get("Invoice", invoice["Id"])["TotalAmt"] == 100


def test_an_invoice_is_voided(browser, control, customer, invoice):
    payment = pay(control, customer, 100, paying(100, invoice))
    browser.see(f"/app/invoice?txnId={invoice['Id']}")
    text = browser.send(f"/app/invoice/void?txnId={invoice['Id']}")
    assert "Voided: it stays" in text
    assert control.get("Invoice", invoice["Id"])["TotalAmt"] == 0
    assert control.get("Payment", payment["Id"])["UnappliedAmt"] == 100


def test_what_is_done_here_is_told_to_webhooks(server, browser, invoice):
    told = []
    server.sandbox.observers.append(lambda *news: told.append(news))
    browser.see(f"/app/invoice?txnId={invoice['Id']}")
    browser.send(f"/app/invoice/void?txnId={invoice['Id']}")
    server.sandbox.observers.pop()
    assert told == [(server.realm_id, [("Invoice", invoice["Id"], "Void")])]


@pytest.mark.parametrize(
    ("entity", "path"), [("Invoice", "invoice"), ("CreditMemo", "creditmemo")]
)
def test_a_sales_document_is_deleted(browser, api, control, customer, entity, path):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(10)]}
    made = control.create(entity, body)
    browser.see(f"/app/{path}?txnId={made['Id']}")
    assert "Deleted." in browser.send(f"/app/{path}/delete?txnId={made['Id']}")
    assert api.query(f"select * from {entity}") == {}
    assert "610 ·" in browser.see(f"/app/{path}?txnId={made['Id']}", 404)


def test_a_payment_is_voided_and_deleted(browser, api, control, customer, invoice):
    payment = pay(control, customer, 100, paying(100, invoice))
    browser.see(f"/app/recvpayment?txnId={payment['Id']}")
    browser.send(f"/app/recvpayment/void?txnId={payment['Id']}")
    assert control.get("Invoice", invoice["Id"])["Balance"] == 100
    assert control.get("Payment", payment["Id"])["TotalAmt"] == 0
    browser.send(f"/app/recvpayment/delete?txnId={payment['Id']}")
    assert api.query("select * from Payment") == {}


def test_payments_are_deposited_and_then_frozen(browser, api, control, customer):
    first = pay(control, customer, 40, PaymentRefNum="first")
    pay(control, customer, 60, PaymentRefNum="second")
    assert "second" in browser.see("/app/deposit")
    text = browser.send(
        "/app/deposit", DepositToAccountRef="35", txn=f"Payment-{first['Id']}"
    )
    assert "Deposit made." in text
    (deposit,) = api.query("select * from Deposit")["Deposit"]
    assert deposit["TotalAmt"] == 40
    assert deposit["DepositToAccountRef"]["value"] == "35"
    assert "first" not in browser.see("/app/deposit")
    browser.see(f"/app/recvpayment?txnId={first['Id']}")
    text = browser.send(f"/app/recvpayment/delete?txnId={first['Id']}", 400)
    assert "6540 · Deposited Transaction cannot be changed" in text


def test_a_deposit_of_nothing_is_refused(browser):
    browser.see("/app/deposit")
    text = browser.send("/app/deposit", 400, DepositToAccountRef="36", PrivateNote="x")
    assert "2020 · Required param missing" in text
    assert browser.value("PrivateNote") == "x"


def test_a_deleted_deposit_lets_its_payments_go(browser, api, control, customer):
    payment = pay(control, customer, 40, PaymentRefNum="first")
    browser.see("/app/deposit")
    chosen = f"Payment-{payment['Id']}"
    browser.send("/app/deposit", DepositToAccountRef="35", txn=chosen)
    deposit = api.query("select * from Deposit")["Deposit"][0]
    browser.see(f"/app/deposit?txnId={deposit['Id']}")
    browser.send(f"/app/deposit/delete?txnId={deposit['Id']}")
    assert "first" in browser.see("/app/deposit")


def test_the_books_are_closed_and_reopened(browser, api, customer):
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "TxnDate": "2026-01-15",
        "Line": [sold(10)],
    }
    browser.see("/app/closing")
    assert "closed up to and including 2026-01-31" in browser.send(
        "/app/closing", date="2026-01-31", do="close"
    )
    assert api.refused("invoice", body)["code"] == "6210"
    assert "The books are open." in browser.send("/app/closing", do="reopen")
    api.post("invoice", body)


def test_a_closing_date_that_is_none_is_refused(browser):
    browser.see("/app/closing")
    text = browser.send("/app/closing", 400, date="31/01/2026", do="close")
    assert "2060 · Invalid Date Format" in text
    assert browser.value("date") == "31/01/2026"


# -- safety ------------------------------------------------------------------------


def test_names_are_shown_as_text_and_never_run(browser, control):
    name = "<script>alert(1)</script>"
    bad = control.create("Customer", {"DisplayName": name})
    invoice = bill(control, bad, 10, PrivateNote='"><img src=x onerror=alert(1)>')
    pay(control, bad, 10, paying(10, invoice), PaymentRefNum="<b>1</b>")
    for path in (
        *ALL_PAGES,
        f"/app/customerdetail?nameId={bad['Id']}",
        f"/app/invoice?txnId={invoice['Id']}",
        f"/app/invoice/edit?txnId={invoice['Id']}",
        f"/app/recvpayment?nameId={bad['Id']}",
        "/app/invoices?search=<script>alert(2)</script>",
    ):
        browser.see(path)
        assert not re.search("<script|<img|<b>1", browser.last.text), path
    assert name in browser.see("/app/customers")


def test_a_form_without_our_token_changes_nothing(browser, control, invoice):
    browser.see(f"/app/invoice?txnId={invoice['Id']}")
    path = f"/app/invoice/void?txnId={invoice['Id']}"
    assert "Nothing was changed" in browser.send(path, 403, csrf="guessed")
    stranger = requests.post(browser.root + path, data={"SyncToken": "0"}, timeout=30)
    assert stranger.status_code == 403
    assert control.get("Invoice", invoice["Id"])["TotalAmt"] == 100


def test_several_companies_are_chosen_from_and_kept_apart(browser, control, invoice):
    control.add_company("9341452000000002", seed="empty")
    deep = f"/app/invoice?txnId={invoice['Id']}"
    text = browser.see(deep)
    assert "Choose a company" in text and "company 9341452000000002" in text
    assert browser.hidden()["next"] == deep
    text = browser.send("/company", realm=control.realm_id)
    assert f"Invoice {invoice['DocNumber']}" in text and "Switch company" in text
    browser.see("/company")
    browser.send("/company", realm="9341452000000002")
    browser.see(deep, 404)


@pytest.mark.parametrize("wanted", ["https://example.com/", "/app/\r\nX: 1"])
def test_after_choosing_a_company_nobody_is_sent_elsewhere(browser, control, wanted):
    browser.see("/company")
    fields = {"realm": control.realm_id, "next": wanted}
    browser.send("/company", **fields)
    assert browser.last.url == f"{browser.root}/app/homepage"


NONSENSE = ("", "abc", "-1", "٣", "1e999999", "NaN", "9" * 40, "\x00", "'")


@pytest.mark.parametrize("word", NONSENSE)
def test_nonsense_in_an_address_gets_a_page(browser, word):
    given = ("txnId", "nameId", "accountId", "search", "page", "show", "invoice")
    asked = urlencode(dict.fromkeys(given, word))
    for path in ALL_PAGES:
        answer = browser.session.get(f"{browser.root}{path.partition('?')[0]}?{asked}")
        assert answer.status_code in (200, 404), path


@pytest.mark.parametrize("word", NONSENSE)
def test_nonsense_in_a_form_is_refused_or_taken(browser, control, customer, word):
    priced = [sold(100, Qty=4, UnitPrice=25)]
    invoice = bill(control, customer, 100, Line=priced)
    browser.see("/app/closing")
    given = ("TotalAmt", "TxnDate", "DueDate", "DepositToAccountRef", "date")
    typed = dict.fromkeys((*given, "amount-0", f"Invoice-{word}"), word)
    typed.update(browser.hidden(), SyncToken="0")
    for path in (
        f"/app/recvpayment?nameId={customer['Id']}",
        f"/app/invoice/edit?txnId={invoice['Id']}",
        f"/app/invoice/void?{urlencode({'txnId': word})}",
        "/app/deposit",
        "/app/closing",
        "/company",
    ):
        answer = browser.session.post(browser.root + path, typed)
        assert answer.status_code in (200, 400, 404), path


# -- in a real browser ---------------------------------------------------------------


def test_a_person_receives_a_payment_in_chromium(server, control, customer, invoice):
    program = chromium.find()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        window = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = window.new_page(viewport={"width": 390, "height": 740})
        page.goto(f"{server.url}/app/invoice?txnId={invoice['Id']}")
        page.get_by_role("link", name="Receive payment").nth(1).click()
        page.get_by_label("Reference no.").fill("CHK 1")
        page.get_by_role("button", name="Save payment").click()
        page.get_by_text("Payment received.").wait_for()
        page.goto(f"{server.url}/app/invoice?txnId={invoice['Id']}")
        assert page.locator("#balance").inner_text() == "$0.00"
        page.get_by_text("Void", exact=True).click()
        page.get_by_role("button", name="Yes, void").click()
        page.get_by_text("Voided: it stays").wait_for()
        window.close()
    assert control.get("Invoice", invoice["Id"])["TotalAmt"] == 0
