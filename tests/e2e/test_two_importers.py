"""Two workers on one import make the same books as one, even when they are killed."""

import datetime

import pytest

import imported_books
from odoo_rpc import OdooSession
from qbo_sandbox.control_client import Control

from .workers import Workers, copy, drop, until

#: More than a set of 150, so that there is work for two.
INVOICES, CUSTOMERS = 360, 24
TODAY = datetime.date.today().isoformat()
WITHIN = 400  # seconds that an import may take
CHAIN, HELPER = "method_name = '_job_apply'", "method_name = '_job_help'"
#: Transactions that are at work in lanes (`qbo_backend_lanes.LANE_LOCK`).
AT_WORK = """
    SELECT DISTINCT pid FROM pg_locks
     WHERE locktype = 'advisory' AND classid BETWEEN %s AND %s
"""
LANE_LOCKS = 0x71626F00, 0x71626FFF


@pytest.fixture(scope="module")
def copies(stack):
    """Two copies of an Odoo that is in step with QuickBooks; later all is as it was."""
    stack.stop()
    folder = stack.instance.folder
    quickbooks = {file: file.read_bytes() for file in folder.glob("sandbox.db*")}
    names = [f"{stack.instance.database}_{workers}" for workers in (1, 2)]
    for name in names:
        copy(stack, name)
    yield names
    for name in names:
        drop(stack, name)
    for file in folder.glob("sandbox.db*"):
        file.unlink()
    for file, content in quickbooks.items():
        file.write_bytes(content)
    stack.start()


def _work_a_day(quickbooks):
    """Invoices of many customers; each second one is paid with its neighbour."""
    item = quickbooks.query("select * from Item where Type = 'Service'")[0]["Id"]
    customers = [
        quickbooks.create("Customer", {"DisplayName": f"Lane {number}"})
        for number in range(CUSTOMERS)
    ]
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": 100.0,
        "SalesItemLineDetail": {"ItemRef": {"value": item}},
    }
    for number in range(INVOICES // 2):
        who = {"CustomerRef": {"value": customers[number % CUSTOMERS]["Id"]}}
        pair = [
            quickbooks.create("Invoice", {**who, "TxnDate": TODAY, "Line": [line]})
            for _either in range(2)
        ]
        for amounts in ((100.0, 20.0), (0, 30.0)):
            _pay(quickbooks, who, zip(pair, amounts, strict=True))


def _pay(quickbooks, who, applied):
    lines = [
        {"Amount": amount, "LinkedTxn": [{"TxnId": each["Id"], "TxnType": "Invoice"}]}
        for each, amount in applied
        if amount
    ]
    total = sum(line["Amount"] for line in lines)
    body = {**who, "TotalAmt": total, "TxnDate": TODAY, "Line": lines}
    quickbooks.create("Payment", body)


@pytest.fixture(scope="module")
def one(stack, copies):
    """The books as one worker makes them of a long day in QuickBooks."""
    with Importing(stack, 1, copies[0]) as importing:
        _work_a_day(Control(stack.sandbox_url))
        importing.begin()
        importing.wait()
        return importing.books()


class Importing(Workers):
    """One sync, with so many workers for it."""

    def begin(self):
        odoo = OdooSession(self._stack.odoo_url, self._database)
        (backend,) = odoo.call("qbo.backend", "search", [])
        odoo.call("qbo.backend", "action_sync", [backend])

    def wait(self):
        """Until the sync has ended, and all its jobs."""
        left = "SELECT 1 FROM qbo_run WHERE state = 'running'"
        jobs = "SELECT 1 FROM queue_job WHERE state NOT IN ('done', 'failed')"
        until(
            lambda: not self.sql(left) and not self.sql(jobs),
            "the sync does not end",
            self.pass_time,
            patience=WITHIN,
        )

    def both_at_work(self):
        """Two workers are in the middle of a set, each in lanes of its own."""
        return len(self.sql(AT_WORK, *LANE_LOCKS)) == 2 and self.running(HELPER)

    def kill_one(self, which):
        """Kill a worker in the middle of a set, while another one is in its own."""
        until(self.both_at_work, "there are never two", self.pass_time, WITHIN)
        self.end(self.running(which)[0])

    def books(self):
        return imported_books.read(self.sql)


def test_two_workers_make_the_books_that_one_makes_even_killed(stack, copies, one):
    with Importing(stack, 2, copies[1]) as importing:
        importing.begin()
        importing.kill_one(HELPER)
        importing.kill_one(CHAIN)
        importing.wait()
        two = importing.books()
    assert one["counters"][0][0] == "done"
    assert len(one["documents"]) > INVOICES
    for what, rows in one.items():
        assert two[what] == rows, what
