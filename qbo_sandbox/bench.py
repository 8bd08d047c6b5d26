"""How quick the sandbox itself is, over HTTP, with a large company."""

import statistics
import tempfile
import time
from pathlib import Path

import requests

from . import seeds
from .sandbox import Sandbox
from .testing import SandboxServer

CALLS = 200
PAGE = "maxresults 1000"


def run(size=100_000):
    """Print the figures.

    :param size: invoices in the company; half of them are paid
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.db"
        _show("seconds to make the company", _seed(path, size), "")
        with SandboxServer.start("large", db=path) as server:
            call = _caller(server)
            for title, statement in _queries(size).items():
                seconds = _time(lambda s=statement: call("GET", "query", query=s), 5)
                _show(title, seconds * 1000)
            _show("create an invoice", _time(lambda: _invoice(call)) * 1000)
            paid = _invoice(call)["Invoice"]["Id"]
            _show("receive a payment", _time(lambda: _payment(call, paid)) * 1000)
            _show(
                "read an invoice", _time(lambda: call("GET", f"invoice/{paid}")) * 1000
            )


def _seed(path, size):
    sandbox = Sandbox(str(path))
    started = time.perf_counter()
    seeds.plant(sandbox, "large", invoices=size)
    seconds = time.perf_counter() - started
    sandbox.close()
    return seconds


def _queries(size):
    return {
        "first page of 1000 invoices": f"select * from Invoice {PAGE}",
        "last page": f"select * from Invoice startposition {max(size - 999, 1)} {PAGE}",
        "1000 open invoices": f"select * from Invoice where Balance > '0' {PAGE}",
        "one customer's invoices": "select * from Invoice where CustomerRef = '77'",
        "an invoice by number": "select * from Invoice where DocNumber = '1500'",
        "1000 customers": f"select * from Customer {PAGE}",
        "how many are open": "select count(*) from Invoice where Balance > '0'",
    }


def _caller(server):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {server.control.token()}"
    session.headers["Accept"] = "application/json"
    root = f"{server.url}/v3/company/{server.realm_id}"

    def call(method, path, body=None, **arguments):
        answer = session.request(method, f"{root}/{path}", json=body, params=arguments)
        answer.raise_for_status()
        return answer.json()

    return call


def _invoice(call):
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail"}
    return call("POST", "invoice", {"CustomerRef": {"value": "5"}, "Line": [line]})


def _payment(call, invoice):
    link = {"TxnId": invoice, "TxnType": "Invoice"}
    lines = [{"Amount": 0.01, "LinkedTxn": [link]}]
    body = {"CustomerRef": {"value": "5"}, "TotalAmt": 0.01, "Line": lines}
    return call("POST", "payment", body)


def _time(action, calls=CALLS):
    """Median seconds."""
    found = []
    for _ in range(calls):
        started = time.perf_counter()
        action()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def _show(title, figure, unit="ms"):
    print(f"{title:32} {figure:8.1f} {unit}", flush=True)
