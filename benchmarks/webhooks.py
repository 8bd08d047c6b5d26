"""How fast `/qbo/webhook` answers, while the job runner reads what it was told of."""

import base64
import hashlib
import hmac
import json
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import requests

from . import house  # noqa: F401 - makes script/lib importable

RATE = 50  # notifications a second
CLIENTS = 20
#: Ports and a database of its own, kept between runs; DIFFERENT ones by environment.
PORT = int(os.environ.get("ODOO_PORT", 8469))
SANDBOX_PORT = int(os.environ.get("SANDBOX_PORT", 8470))

_local = threading.local()


def run(size=1500):
    """
    :param int size: how many notifications are sent
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
        token = Control(sandbox_url).credentials()["verifier_token"]
        backend = odoo.read("qbo.backend", [("live", "=", True)], ["realm_id"])[0]
        values = {"auto_sync": True, "verifier_token": token}
        odoo.call("qbo.backend", "write", [backend["id"]], values)
        before = odoo.call("qbo.run", "search_count", [])
        seconds = _send(size, backend["realm_id"], token)
        syncs = odoo.call("qbo.run", "search_count", []) - before
    _print(seconds, syncs)


def _send(count, realm, token):
    """Send at a fixed rate, whether answers come or not.

    :returns: seconds from the moment each was due until its answer
    """
    _one(0, time.perf_counter(), realm, token)  # the registry is built by the first
    start = time.perf_counter() + 1
    with ThreadPoolExecutor(CLIENTS) as pool:
        due = (start + number / RATE for number in range(count))
        waiting = [
            pool.submit(_one, number, moment, realm, token)
            for number, moment in enumerate(due)
        ]
        return [future.result() for future in waiting]


def _one(number, due, realm, token):
    time.sleep(max(0, due - time.perf_counter()))
    body = _body(number, realm)
    digest = hmac.new(token.encode(), body, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "intuit-signature": base64.b64encode(digest).decode(),
    }
    if not hasattr(_local, "http"):
        _local.http = requests.Session()
    sent = time.perf_counter()
    url = f"http://127.0.0.1:{PORT}/qbo/webhook"
    _local.http.post(url, body, headers=headers, timeout=30).raise_for_status()
    return time.perf_counter() - min(sent, due + 1 / RATE)


def _body(number, realm):
    row = {
        "name": "Invoice",
        "id": str(1 + number % 100),
        "operation": "Update",
        "lastUpdated": datetime.now(timezone.utc).isoformat(),
    }
    block = {"realmId": realm, "dataChangeEvent": {"entities": [row]}}
    return json.dumps({"eventNotifications": [block]}).encode()


def _print(seconds, syncs):
    cuts = statistics.quantiles(seconds, n=100)
    print(f"webhooks: {len(seconds)} notifications, {RATE} a second, {syncs} syncs")
    print(
        f"  answered in {1000 * cuts[49]:.0f} ms (median), {1000 * cuts[98]:.0f} ms"
        f" (99th percentile), {1000 * max(seconds):.0f} ms (slowest)"
    )
