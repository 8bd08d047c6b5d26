"""How long a change in QuickBooks takes to be in Odoo: webhooks on, job runner idle."""

import os
import statistics
import time

from . import house  # noqa: F401 - makes script/lib importable

#: Ports and a database of its own, kept between runs; DIFFERENT ones by environment.
PORT = int(os.environ.get("ODOO_PORT", 8469))
SANDBOX_PORT = int(os.environ.get("SANDBOX_PORT", 8470))
AIM = 10  # seconds
LOOK = 0.1  # seconds between two looks into Odoo


def run(size=20):
    """
    :param int size: how many invoices are written in QuickBooks, one after the other
    """
    from first_run import connect_and_sync  # script/lib
    from house import home
    from instance import Instance
    from processes import Processes
    from qbo_sandbox.control_client import Control
    from server import bring_up

    instance = Instance(home(), str(PORT), PORT)
    with instance.owned(), Processes() as processes:
        odoo, sandbox_url = bring_up(instance, SANDBOX_PORT, processes)
        if not odoo.call("qbo.backend", "search_count", [("live", "=", True)]):
            connect_and_sync(odoo, sandbox_url)
        quickbooks = Control(sandbox_url)
        _follow(odoo, quickbooks)
        seconds = [_measure(odoo, quickbooks) for _number in range(size)]
    print(f"arrival: {size} invoices written in QuickBooks, one after the other")
    print(
        f"  in Odoo after {statistics.median(seconds):.1f} s (median),"
        f" {max(seconds):.1f} s (slowest); the aim is {AIM} s"
    )


def _follow(odoo, quickbooks):
    backends = odoo.call("qbo.backend", "search", [("live", "=", True)])
    token = quickbooks.credentials()["verifier_token"]
    values = {"auto_sync": True, "verifier_token": token}
    odoo.call("qbo.backend", "write", backends, values)
    quickbooks.webhook(f"http://127.0.0.1:{PORT}/qbo/webhook", format="cloudevents")


def _measure(odoo, quickbooks):
    """Seconds from the answer to QuickBooks' user until the invoice is posted here."""
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 12.5,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    customer = quickbooks.query("select * from Customer maxresults 1")[0]["Id"]
    body = {"CustomerRef": {"value": customer}, "Line": [line]}
    invoice = quickbooks.create("Invoice", body)
    begun = time.perf_counter()
    here = [("qbo_id", "=", invoice["Id"]), ("move_type", "=", "out_invoice")]
    here.append(("state", "=", "posted"))
    while not odoo.call("account.move", "search_count", here):
        if time.perf_counter() - begun > 10 * AIM:
            raise TimeoutError(f"Invoice {invoice['Id']} does not come")
        time.sleep(LOOK)
    return time.perf_counter() - begun
