"""A payment registered in Odoo reaches the books in QuickBooks, or says why not."""

import datetime
import re
import time
from decimal import Decimal

import pytest
from playwright.sync_api import expect

ARRIVES_WITHIN = 15  # seconds from pressing the button to the books in QuickBooks
TODAY = datetime.date.today().isoformat()


@pytest.fixture
def closed_books(sandbox):
    """The books in QuickBooks, closed until today for as long as a test likes."""
    sandbox.close_books(TODAY)
    yield
    sandbox.close_books(None)


def _open_invoices(odoo):
    """Open invoices from QuickBooks, grouped by partner, the oldest first."""
    domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
    domain += [("payment_state", "=", "not_paid"), ("qbo_id", "!=", False)]
    fields = ["partner_id", "qbo_id", "amount_residual"]
    groups = {}
    for row in odoo.read("account.move", domain, fields, order="invoice_date_due, id"):
        groups.setdefault(row["partner_id"][0], []).append(row)
    return groups.values()


def _register(odoo, invoices, amount, reference):
    """Register one payment of invoices, as the *Pay* button's window does."""
    context = {
        "active_model": "account.move",
        "active_ids": [row["id"] for row in invoices],
    }
    values = {
        "amount": float(amount),
        "payment_date": TODAY,
        "communication": reference,
        "group_payment": True,
    }
    model = "account.payment.register"
    wizard = odoo.call(model, "create", [values], context=context)
    odoo.call(model, "action_create_payments", wizard, context=context)
    return odoo.call("account.payment", "search", [("memo", "=", reference)])[0]


def _wait_for_state(odoo, payment, state):
    """Poll the payment until its sync has ended; it must end as expected, in time."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while True:
        fields = ["qbo_state", "qbo_message", "qbo_id"]
        found = odoo.call("account.payment", "read", [payment], fields)[0]
        if found["qbo_state"] == state:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def test_a_payment_of_two_invoices_is_in_quickbooks_within_15_seconds(odoo, sandbox):
    first, second = next(rows for rows in _open_invoices(odoo) if len(rows) > 1)[:2]
    part = round(Decimal(str(second["amount_residual"])) / 3, 2)
    whole = Decimal(str(first["amount_residual"]))
    payment = _register(odoo, [first, second], whole + part, "CHECK 4711")
    found = _wait_for_state(odoo, payment, "synced")
    there = sandbox.get("Payment", found["qbo_id"])
    assert Decimal(str(there["TotalAmt"])) == whole + part
    assert there["TxnDate"] == TODAY
    assert there["PaymentRefNum"] == "CHECK 4711"
    applied = {
        line["LinkedTxn"][0]["TxnId"]: Decimal(str(line["Amount"]))
        for line in there["Line"]
    }
    assert applied == {first["qbo_id"]: whole, second["qbo_id"]: part}
    account = sandbox.get("Account", there["DepositToAccountRef"]["value"])
    assert account["AccountSubType"] == "UndepositedFunds"
    paid, partly = (sandbox.get("Invoice", row["qbo_id"]) for row in (first, second))
    assert paid["Balance"] == 0
    assert Decimal(str(partly["Balance"])) == Decimal(str(partly["TotalAmt"])) - part


def _words_of_quickbooks(sandbox, invoice):
    """What QuickBooks itself says to a payment dated into the closed period."""
    customer = sandbox.get("Invoice", invoice["qbo_id"])["CustomerRef"]
    body = {"CustomerRef": customer, "TotalAmt": 1, "TxnDate": TODAY}
    with pytest.raises(RuntimeError) as refusal:
        sandbox.create("Payment", body)
    return re.search(r'"Message": ?"([^"]+)"', str(refusal.value)).group(1)


def test_a_refused_payment_says_why_and_goes_out_when_exported_again(
    odoo, sandbox, page, closed_books
):
    invoice = next(iter(_open_invoices(odoo)))[0]
    words = _words_of_quickbooks(sandbox, invoice)
    payment = _register(odoo, [invoice], 10, "CLOSED 1")
    failed = _wait_for_state(odoo, payment, "error")
    assert words in failed["qbo_message"]

    page.goto("/odoo/customer-payments")
    page.evaluate("window.notReloaded = true")
    name = odoo.call("account.payment", "read", [payment], ["name"])[0]["name"]
    row = page.locator(".o_data_row", has_text=name)
    badge = row.locator(".o_field_widget[name=qbo_state] .badge")
    expect(badge).to_have_text("Error")
    badge.hover()
    expect(page.locator(".o-tooltip")).to_contain_text(words)

    sandbox.close_books(None)
    row.locator(".o_list_record_selector input").check()
    page.get_by_role("button", name="Export back to QuickBooks").first.click()
    toast = page.locator(".o_notification", has=page.locator(".bg-success"))
    expect(toast).to_be_visible(timeout=ARRIVES_WITHIN * 1000)
    expect(badge).to_have_text("Succeeded")
    assert page.evaluate("window.notReloaded") is True
    found = _wait_for_state(odoo, payment, "synced")
    assert sandbox.get("Payment", found["qbo_id"])["TotalAmt"] == 10
