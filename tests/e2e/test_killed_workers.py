"""Exactly once: workers that are killed with SIGKILL, and answers that are lost.

For each point of a push where a process can die, and each kind of push: one object in
QuickBooks, one link in Odoo, and no document that is stuck.
"""

import contextlib
import datetime
import itertools
import uuid

import pytest

from odoo_rpc import OdooSession
from qbo_sandbox.control_client import Control

from .workers import PUSH, Workers, until

TODAY = datetime.date.today().isoformat()
HOLD = 600  # seconds; every hold is ended by the test
NAMES = (f"{uuid.uuid4().hex[:8]} {number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def workers(stack):
    """The stack's own instance, with processes that may be killed."""
    stack.stop()
    with Workers(stack) as workers:
        yield workers
    stack.start()


class Desk:
    """What people do in Odoo, and what is in QuickBooks then."""

    def __init__(self, stack, workers):
        self.workers = workers
        self.odoo = OdooSession(stack.odoo_url, stack.instance.database)
        self.quickbooks = Control(stack.sandbox_url)
        row = self.quickbooks.query("select * from Customer maxresults 1")[0]
        domain = [("entity", "=", "Customer"), ("qbo_id", "=", row["Id"])]
        self.partner = self.odoo.read("qbo.object", domain, ["res_id"])[0]["res_id"]

    # --- In Odoo ----------------------------------------------------------------------

    def press(self, documents, method):
        self.odoo.call(documents[0], method, documents[1])

    def payments(self, count=1):
        journal = self.odoo.call("account.journal", "search", [("type", "=", "bank")])
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner,
            "journal_id": journal[0],
            "amount": 10.0,
            "date": TODAY,
        }
        rows = [{**values, "memo": f"Kill {next(NAMES)}"} for _ in range(count)]
        return "account.payment", self.odoo.call("account.payment", "create", rows)

    def invoice(self, kind="out_invoice", product=None, partner=None):
        line = {"name": "Rescue", "price_unit": 10.0, "tax_ids": [(5,)]}
        if product:
            line["product_id"] = self.make("product.product", product)
        if partner:
            partner = self.make("res.partner", partner)
        values = {
            "move_type": kind,
            "partner_id": partner or self.partner,
            "invoice_date": TODAY,
            "invoice_line_ids": [(0, 0, line)],
        }
        return "account.move", self.odoo.call("account.move", "create", [values])

    def reprice(self, invoice, price):
        model, ids = invoice
        lines = self.odoo.call(model, "read", ids, ["invoice_line_ids"])
        change = [(1, lines[0]["invoice_line_ids"][0], {"price_unit": price})]
        self.odoo.call(model, "write", ids, {"invoice_line_ids": change})

    def make(self, model, name):
        return self.odoo.call(model, "create", [{"name": name}])[0]

    def post(self, documents):
        self.press(documents, "action_post")
        return documents

    def read(self, documents):
        model, ids = documents
        fields = ["name", "qbo_state", "qbo_message", "qbo_id", "qbo_number"]
        return self.odoo.call(model, "read", ids, fields)

    def settled(self, documents):
        """The documents as they are once nothing is on its way any more."""

        def done():
            rows = self.read(documents)
            left = self.workers.sql(
                f"SELECT state FROM queue_job WHERE {PUSH}"
                " AND state NOT IN ('done', 'failed', 'cancelled')"
            )
            return not left and all(r["qbo_state"] != "pending" for r in rows) and rows

        rows = until(done, self.read(documents), self.workers.pass_time)
        assert {row["qbo_state"] for row in rows} == {"synced"}, rows
        return rows

    def sent(self, documents):
        self.post(documents)
        self.settled(documents)
        return documents

    def sync(self):
        """Press *Sync Now* and wait for the end of that sync."""
        (backend,) = self.odoo.call("qbo.backend", "search", [])
        self.odoo.call("qbo.backend", "action_sync", [backend])

        def ended():
            fields = ["state", "message", "failed_count"]
            run = self.odoo.read("qbo.run", [], fields, order="id desc", limit=1)[0]
            return run["state"] != "running" and run

        run = until(ended, "the sync does not end")
        assert (run["state"], run["failed_count"]) == ("done", 0), run

    # --- In QuickBooks ----------------------------------------------------------------

    def found(self, entity, field, value):
        return self.quickbooks.query(
            f"select * from {entity} where {field} = '{value}'"
        )

    def assert_once(self, documents, entity):
        """One object for each document, and one link between them."""
        field = "PaymentRefNum" if entity == "Payment" else "DocNumber"
        for row in self.settled(documents):
            there = self.found(entity, field, row["qbo_number"])
            assert [each["Id"] for each in there] == [row["qbo_id"]]
            self.assert_linked(entity, row["qbo_id"], documents[0], row["id"])
            same = [("qbo_id", "=", row["qbo_id"])]
            if entity != "Payment":
                same.append(("qbo_number", "=", row["qbo_number"]))
            assert self.odoo.call(documents[0], "search", same) == [row["id"]]

    def assert_linked(self, entity, qbo_id, model, id_):
        domain = [("entity", "=", entity), ("qbo_id", "=", qbo_id)]
        links = self.odoo.read("qbo.object", domain, ["res_model", "res_id"])
        assert [(row["res_model"], row["res_id"]) for row in links] == [(model, id_)]


@pytest.fixture(scope="module")
def _desk(stack, workers):
    return Desk(stack, workers)


@pytest.fixture
def desk(_desk):
    _desk.quickbooks.clear_faults()
    _desk.quickbooks.clear_log()
    yield _desk
    _desk.quickbooks.clear_faults()


# --- Points where a worker dies: the push that is begun inside is hit -----------------


@contextlib.contextmanager
def killed_before_the_call(desk):
    """QuickBooks was asked what it has, and nothing was sent."""
    desk.quickbooks.latency(HOLD)
    desk.quickbooks.fail_next(kind="cut", method="GET", path="/query")
    yield
    _arrived(desk)
    desk.workers.kill()
    desk.quickbooks.clear_faults()


@contextlib.contextmanager
def killed_while_quickbooks_works(desk, path="/batch"):
    """Nobody reads the answer: QuickBooks commits when the worker is dead already."""
    desk.quickbooks.latency(HOLD, kind="write")
    desk.quickbooks.fail_next(kind="drop-answer", method="POST", path=path)
    yield
    _arrived(desk)
    desk.workers.kill()
    desk.quickbooks.clear_faults()
    _carried_out(desk, path)


@contextlib.contextmanager
def answer_lost(desk, path="/batch"):
    """The worker lives and learns nothing but that the connection broke."""
    desk.quickbooks.fail_next(kind="drop-answer", method="POST", path=path)
    yield
    _carried_out(desk, path)


@contextlib.contextmanager
def killed_with_the_answer(desk):
    """QuickBooks has committed and answered; Odoo has written nothing yet."""
    with desk.workers.lock("LOCK TABLE qbo_object IN SHARE MODE") as somebody_waits:
        yield
        somebody_waits()
        desk.workers.kill()


@contextlib.contextmanager
def killed_before_our_commit(desk):
    """All is written, the job's own last row too; only the commit is missing."""
    row = f"SELECT 1 FROM queue_job WHERE state = 'started' AND {PUSH} FOR UPDATE"
    with contextlib.ExitStack() as held:
        table = "LOCK TABLE qbo_object IN SHARE MODE"
        with desk.workers.lock(table) as somebody_waits:
            yield
            somebody_waits()
            somebody_waits_for_job = held.enter_context(desk.workers.lock(row))
        somebody_waits_for_job()
        desk.workers.kill()


def _arrived(desk):
    until(
        lambda: any(order.get("hits") for order in desk.quickbooks.faults()),
        "the call did not come",
    )


def _carried_out(desk, path):
    """The log is written when the call is over."""
    until(
        lambda: any(
            row["path"].endswith(path) and row["status"] == 599
            for row in desk.quickbooks.log()
        ),
        "QuickBooks does nothing",
    )


POINTS = [
    killed_before_the_call,
    killed_while_quickbooks_works,
    answer_lost,
    killed_with_the_answer,
    killed_before_our_commit,
]
CHANGING = [killed_while_quickbooks_works, answer_lost, killed_before_our_commit]


# --- Each kind of push ----------------------------------------------------------------


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
def test_five_payments_of_one_batch_are_created_once(desk, point):
    payments = desk.payments(5)
    with point(desk):
        desk.post(payments)
    desk.assert_once(payments, "Payment")


@pytest.mark.parametrize("point", CHANGING, ids=lambda point: point.__name__)
def test_an_invoice_is_updated_once(desk, point):
    invoice = desk.sent(desk.invoice())
    before = desk.found("Invoice", "DocNumber", desk.read(invoice)[0]["qbo_number"])[0]
    desk.press(invoice, "button_draft")
    desk.reprice(invoice, 12.0)
    with point(desk):
        desk.post(invoice)
    desk.assert_once(invoice, "Invoice")
    after = desk.quickbooks.get("Invoice", before["Id"])
    assert after["TotalAmt"] == 12
    assert int(after["SyncToken"]) == int(before["SyncToken"]) + 1


@pytest.mark.parametrize("point", CHANGING, ids=lambda point: point.__name__)
def test_a_payment_is_voided_once(desk, point):
    payment = desk.sent(desk.payments())
    before = desk.quickbooks.get("Payment", desk.read(payment)[0]["qbo_id"])
    with point(desk):
        desk.press(payment, "action_cancel")
    desk.assert_once(payment, "Payment")
    after = desk.quickbooks.get("Payment", before["Id"])
    assert after["TotalAmt"] == 0
    assert int(after["SyncToken"]) == int(before["SyncToken"]) + 1


@pytest.mark.parametrize("point", CHANGING, ids=lambda point: point.__name__)
def test_a_credit_memo_is_deleted_once(desk, point):
    note = desk.sent(desk.invoice("out_refund"))
    number = desk.read(note)[0]["qbo_number"]
    assert desk.found("CreditMemo", "DocNumber", number)
    desk.press(note, "button_draft")
    with point(desk):
        desk.press(note, "button_cancel")
    desk.settled(note)
    assert not desk.found("CreditMemo", "DocNumber", number)


@pytest.mark.parametrize("point", [killed_while_quickbooks_works, answer_lost])
@pytest.mark.parametrize(
    ("entity", "field", "model", "given"),
    [
        ("Customer", "DisplayName", "res.partner", "partner"),
        ("Item", "Name", "product.product", "product"),
    ],
)
def test_what_an_invoice_needs_is_created_once(
    desk, entity, field, model, given, point
):
    name = f"Needed {next(NAMES)}"
    invoice = desk.invoice(**{given: name})
    with point(desk, f"/{entity.lower()}"):
        desk.post(invoice)
    desk.assert_once(invoice, "Invoice")
    (there,) = desk.found(entity, field, name)
    (record,) = desk.odoo.call(model, "search", [("name", "=", name)])
    desk.assert_linked(entity, there["Id"], model, record)


# --- Others at the same time ----------------------------------------------------------


def test_after_our_commit_a_death_changes_nothing(desk):
    payment = desk.payments()
    desk.sent(payment)
    (row,) = desk.read(payment)
    token = desk.quickbooks.get("Payment", row["qbo_id"])["SyncToken"]
    pids = desk.workers.sql(
        f"SELECT worker_pid FROM queue_job WHERE {PUSH} ORDER BY id DESC LIMIT 1"
    )
    desk.workers.end(pids[0][0])
    desk.press(payment, "action_qbo_export")
    desk.assert_once(payment, "Payment")
    assert desk.quickbooks.get("Payment", row["qbo_id"])["SyncToken"] == token


def test_a_double_click_and_a_sync_while_quickbooks_works_change_nothing(desk):
    """A second worker takes the second push, a third one the sync."""
    payment = desk.payments()
    desk.quickbooks.latency(HOLD, kind="write")
    desk.quickbooks.fail_next(kind="drop-answer", method="POST", path="/batch")
    desk.post(payment)
    _arrived(desk)
    desk.press(payment, "action_qbo_export")
    until(
        lambda: desk.workers.sql(
            f"SELECT 1 FROM queue_job WHERE {PUSH} AND state = 'pending'"
            " AND result LIKE %s",
            "Another job%",
        ),
        "the second worker does not find the first one's lock",
    )
    desk.quickbooks.clear_faults()
    _carried_out(desk, "/batch")
    # QuickBooks has it, and Odoo does not know: what a sync reads now is that payment.
    desk.sync()
    desk.assert_once(payment, "Payment")
    desk.sync()
    desk.assert_once(payment, "Payment")


def test_deleted_in_quickbooks_it_is_created_anew_once(desk):
    payment = desk.sent(desk.payments())
    first = desk.read(payment)[0]["qbo_id"]
    desk.quickbooks.delete("Payment", first)
    with killed_while_quickbooks_works(desk):
        desk.press(payment, "action_qbo_export")
    desk.assert_once(payment, "Payment")
    assert desk.read(payment)[0]["qbo_id"] != first
