"""QuickBooks calls Odoo's endpoint; what changed there is here within seconds."""

import datetime
import time

ARRIVES_WITHIN = 10  # seconds from the change in QuickBooks, the job runner idle


def _invoices(odoo, qbo_id):
    domain = [("move_type", "=", "out_invoice"), ("qbo_id", "=", qbo_id)]
    return odoo.read("account.move", domain, ["amount_total", "state"])


def test_an_invoice_of_quickbooks_is_in_odoo_within_ten_seconds(stack, odoo, sandbox):
    token = sandbox.credentials()["verifier_token"]
    backend = odoo.call("qbo.backend", "search", [("live", "=", True)])
    values = {"auto_sync": True, "verifier_token": token}
    odoo.call("qbo.backend", "write", backend, values)
    sandbox.webhook(f"{stack.odoo_url}/qbo/webhook", format="cloudevents")
    customer = sandbox.create("Customer", {"DisplayName": "Called by a webhook"})
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 123.45,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    invoice = {
        "CustomerRef": {"value": customer["Id"]},
        "TxnDate": datetime.date.today().isoformat(),
        "Line": [line],
    }
    created = sandbox.create("Invoice", invoice)
    deadline = time.monotonic() + ARRIVES_WITHIN
    try:
        while not (found := _invoices(odoo, created["Id"])):
            assert time.monotonic() < deadline, sandbox.deliveries()
            time.sleep(0.2)
    finally:
        sandbox.webhook("")
        odoo.call("qbo.backend", "write", backend, {"auto_sync": False})
    assert found[0]["state"] == "posted"
    assert found[0]["amount_total"] == created["TotalAmt"]
