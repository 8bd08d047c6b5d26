"""One empty company for all tests; each starts from the same snapshot."""

import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
# The browser test asks the commands' library for Chromium.
sys.path[:0] = [str(ROOT), str(ROOT / "script/lib")]

from qbo_sandbox.testing import SandboxServer  # noqa: E402


class Api:
    """Raw calls to the company: status and parsed body, whatever they are."""

    def __init__(self, server):
        self.root = f"{server.url}/v3/company/{server.realm_id}"
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"
        self.server = server
        self.log_in()

    def log_in(self):
        """A new access token; needed when the clock has moved."""
        token = self.server.control.token()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, **options):
        return self.session.request(
            method, f"{self.root}/{path}", timeout=30, **options
        )

    def post(self, path, body, **arguments):
        """The parsed answer; the status must be 200."""
        response = self.call("POST", path, json=body, params=arguments)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, path, body, **arguments):
        """The one error of a request that must fail with 400."""
        response = self.call("POST", path, json=body, params=arguments)
        assert response.status_code == 400, response.text
        (error,) = response.json()["Fault"]["Error"]
        return error

    def query(self, statement):
        response = self.call("GET", "query", params={"query": statement})
        assert response.status_code == 200, response.text
        return response.json()["QueryResponse"]

    def query_refused(self, statement):
        response = self.call("GET", "query", params={"query": statement})
        assert response.status_code == 400, response.text
        return response.json()["Fault"]["Error"][0]


@pytest.fixture(scope="session")
def running():
    with SandboxServer.start("empty") as server:
        server.start_point = server.control.snapshot()
        yield server


@pytest.fixture
def server(running):
    running.control.restore(running.start_point)
    running.control.clear_faults()
    running.control.set_clock(None)
    running.control.rotation(0)
    running.control.clear_log()
    return running


@pytest.fixture
def control(server):
    return server.control


@pytest.fixture
def api(server):
    return Api(server)


def sold(amount, item="1", code=None, **detail):
    """An item line."""
    if code:
        detail["TaxCodeRef"] = {"value": code}
    detail["ItemRef"] = {"value": item}
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def paying(amount, txn, kind="Invoice"):
    """A payment's line."""
    return {
        "Amount": amount,
        "LinkedTxn": [{"TxnId": txn["Id"], "TxnType": kind}],
    }


@pytest.fixture
def customer(control):
    return control.create("Customer", {"DisplayName": "Amy's Bird Sanctuary"})


@pytest.fixture
def invoice(control, customer):
    """100.00, not taxed, open."""
    return bill(control, customer, 100)


def bill(control, customer, amount, **more):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(amount)], **more}
    return control.create("Invoice", body)


def pay(control, customer, total, *lines, **more):
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "TotalAmt": total,
        "Line": list(lines),
        **more,
    }
    return control.create("Payment", body)
