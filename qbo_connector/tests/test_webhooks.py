import base64
import hashlib
import hmac
import json
import logging
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from unittest.mock import patch

from odoo import fields
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..models.qbo_webhook import MAX_EVENTS, WEBHOOK_PATH
from .http_common import QboHttpCase
from .import_common import ImportCase

LOGGER = "odoo.addons.qbo_connector.models.qbo_webhook"


class WebhookCase(QboHttpCase, ImportCase):
    """QuickBooks calls Odoo's own web server."""

    def setUp(self):
        super().setUp()
        self.sync()
        self.backend.auto_sync = True
        self.token = self.sandbox.credentials()["verifier_token"]
        self.backend.verifier_token = self.token
        self.env.flush_all()
        self.quickbooks.clear_log()

    def signature(self, body, token=None):
        key = (token or self.token).encode()
        return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()

    def classic(self, *events, realm=None):
        """Body of a notification of (entity, id) pairs."""
        now = fields.Datetime.now().isoformat()
        rows = [
            {"name": name, "id": i, "operation": "Update", "lastUpdated": now + "Z"}
            for name, i in events
        ]
        realm = realm or self.backend.realm_id
        block = {"realmId": realm, "dataChangeEvent": {"entities": rows}}
        return json.dumps({"eventNotifications": [block]}).encode()

    def post(self, body, signature=None, **headers):
        headers = {
            "Content-Type": "application/json",
            "intuit-signature": signature or self.signature(body),
            **headers,
        }
        self.env.flush_all()
        answer = self.url_open(WEBHOOK_PATH, body, headers=headers, method="POST")
        self.env.invalidate_all()
        return answer

    def events(self):
        return self.backend._events()

    def jobs(self, state="pending"):
        jobs = self.env["queue.job"].sudo()
        return jobs.search(
            [("method_name", "=", "_job_sync_on_events"), ("state", "=", state)]
        )

    def calls(self):
        """The last parts of the addresses that QuickBooks was called at."""
        return [call["path"].rpartition("/")[2] for call in self.quickbooks.log()]


@tagged("post_install", "-at_install")
class TestWebhookRefusals(WebhookCase):
    def assertRefused(self, answer):
        self.assertEqual((answer.status_code, answer.text), (401, ""))
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertFalse(self.events())
        self.assertFalse(self.jobs())

    def test_without_the_right_signature_nothing_is_heard(self):
        body = self.classic(("Invoice", "1"))
        for signature in ("x", "é", self.signature(body, "other")):
            with self.subTest(signature):
                self.assertRefused(self.post(body, signature.encode()))

    def test_a_body_that_was_changed_on_its_way_is_refused(self):
        body = self.classic(("Invoice", "1"))
        self.assertRefused(self.post(body + b" ", self.signature(body)))

    def test_an_empty_body_is_refused(self):
        self.assertRefused(self.post(b"", self.signature(b"x")))

    def test_a_body_that_is_too_long_is_refused_unread(self):
        body = self.classic(("Invoice", "1")) + b" " * 1024 * 1024
        self.assertRefused(self.post(body))

    def test_a_form_that_is_too_long_is_refused_unread(self):
        body = b"a=" + b"x" * 1024 * 1024
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.assertRefused(self.post(body, **kind))

    def test_a_body_that_does_not_say_its_length_is_refused_when_it_is_too_long(self):
        parts = iter([b" " * 1024 * 1024, b" "])
        kind = {"Content-Type": "application/json"}
        self.assertRefused(self.post(parts, b"x", **kind))

    def test_nothing_is_shown_to_a_browser(self):
        self.assertEqual(self.url_open(WEBHOOK_PATH).status_code, 405)

    def test_without_a_token_every_signature_is_wrong(self):
        self.backend._credential().sudo().verifier_token = False
        body = self.classic(("Invoice", "1"))
        self.assertRefused(self.post(body))
        self.assertRefused(self.post(body, self.signature(body, "False")))

    def test_an_archived_connection_hears_nothing(self):
        self.backend.active = False
        self.assertRefused(self.post(self.classic(("Invoice", "1"))))

    @mute_logger(LOGGER)
    def test_a_token_whose_key_is_missing_refuses_and_does_not_break(self):
        self.backend._credential().sudo().verifier_token = "fernet:unreadable"
        self.assertRefused(self.post(self.classic(("Invoice", "1"))))


@tagged("post_install", "-at_install")
class TestWebhookSecrets(WebhookCase):
    def test_the_token_is_never_shown(self):
        self.env.invalidate_all()
        self.assertFalse(self.backend.verifier_token)
        self.assertTrue(self.backend.has_verifier)

    def test_a_neutralized_copy_hears_nothing(self):
        self.post(self.classic(("Invoice", "1")))
        for query in get_neutralization_queries(["qbo_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.events())
        answer = self.post(self.classic(("Invoice", "1")))
        self.assertEqual(answer.status_code, 401)


@tagged("post_install", "-at_install")
class TestWebhookEvents(WebhookCase):
    def assertHeard(self, answer, *ids):
        self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.assertEqual(sorted(self.events().mapped("qbo_id")), sorted(ids))

    def test_a_change_is_in_odoo_after_one_call(self):
        invoice = self.invoice(100)
        self.quickbooks.clear_log()
        answer = self.post(self.classic(("Invoice", invoice["Id"])))
        self.assertHeard(answer, invoice["Id"])
        self.assertEqual(self.calls(), [])
        self.run_jobs()
        self.assertTrue(self.in_odoo("Invoice", invoice))
        self.assertEqual(self.calls(), ["cdc"])
        self.assertFalse(self.events())
        self.assertEqual(self.backend.run_ids.sorted("id")[-1].trigger, "webhook")
        self.assertTrue(self.backend.event_at)

    def test_a_hundred_notifications_are_one_sync(self):
        invoice = self.invoice(100)
        for number in range(100):
            self.post(self.classic(("Invoice", invoice["Id"]), ("Item", str(number))))
        self.assertEqual(len(self.jobs()), 1)
        runs = self.backend.run_ids
        self.run_jobs()
        self.assertEqual(len(self.backend.run_ids - runs), 1)
        self.assertEqual(self.calls().count("cdc"), 1)

    def test_the_job_waits_for_what_else_comes(self):
        self.post(self.classic(("Invoice", "1")))
        wait = self.jobs().eta - fields.Datetime.now()
        self.assertTrue(timedelta(0) < wait <= timedelta(seconds=3), wait)

    def test_an_event_costs_few_queries_however_much_it_tells(self):
        self.post(self.classic(("Invoice", "1")))
        costs = []
        for count in (1, 200):
            body = self.classic(*(("Invoice", str(i)) for i in range(count)))
            before = self.env.cr.sql_log_count
            self.post(body)
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*costs)
        self.assertLess(costs[0], 10)

    def test_a_flood_of_ids_is_cut_off(self):
        for _time in range(3):
            many = (("Invoice", str(i)) for i in range(MAX_EVENTS - 10))
            self.post(self.classic(*many))
        self.assertEqual(len(self.events()), MAX_EVENTS)

    def test_repeated_and_reordered_events_change_nothing(self):
        invoice = self.invoice(100)
        first = self.classic(("Invoice", invoice["Id"]))
        invoice = self.change("Invoice", invoice, Line=[self.line(70)])
        second = self.classic(("Invoice", invoice["Id"]))
        for body in (second, first, second, first):
            self.post(body)
            self.run_jobs()
        self.assertSameFigures("Invoice", invoice)
        self.assertEqual(len(self.row("Invoice", invoice)), 1)

    def test_a_company_that_is_not_here_is_acknowledged_and_ignored(self):
        with self.assertLogs(LOGGER, logging.INFO) as log:
            answer = self.post(self.classic(("Invoice", "1"), realm="4711"))
        self.assertHeard(answer)
        self.assertFalse(self.jobs())
        self.assertIn("'4711'", log.output[0])

    def test_an_app_speaks_only_for_its_own_connections(self):
        company = self.env["res.company"].create({"name": "Another"})
        other = self.env["qbo.backend"].create({"company_id": company.id})
        other.sudo().write({"realm_id": "4711", "verifier_token": "another app's"})
        other.flush_recordset()
        answer = self.post(self.classic(("Invoice", "1"), realm="4711"))
        self.assertHeard(answer)
        self.assertFalse(other.event_at)
        body = self.classic(("Invoice", "1"))
        answer = self.post(body, self.signature(body, "another app's"))
        self.assertHeard(answer)
        self.assertFalse(self.backend.event_at)

    def test_entities_that_are_not_followed_are_ignored(self):
        with self.assertLogs(LOGGER, logging.INFO) as log:
            answer = self.post(self.classic(("Vendor", "7"), ("Bill", "8")))
        self.assertHeard(answer)
        self.assertFalse(self.jobs())
        self.assertIn("['bill', 'vendor']", log.output[0])

    def test_what_is_signed_and_unreadable_is_not_sent_again(self):
        bodies = [b"{", b"[[]]", b"7", b'{"a": 1}', b"[" * 100000, b'\xff"']
        bodies.append(self.classic(("Invoice", "1'; DROP")))
        bodies.append(self.classic(("Invoice", "\0")))
        bodies.append(self.classic(("Invoice", 7)))
        for body in bodies:
            with self.subTest(body[:20]):
                with self.assertLogs("odoo.addons.qbo_connector", "WARNING"):
                    answer = self.post(body)
                self.assertHeard(answer)
                self.assertFalse(self.jobs())

    def test_who_does_not_follow_notes_the_event_and_does_nothing(self):
        def reconnect():
            self.backend._credential().state = "reconnect"

        def off():
            self.backend.auto_sync = False

        def not_live():
            self.backend.write({"auto_sync": False, "live": False})

        for change in (reconnect, off, not_live):
            with self.subTest(change.__name__):
                change()
                self.backend._progress().event_at = False
                self.assertHeard(self.post(self.classic(("Invoice", "1"))))
                self.assertFalse(self.jobs())
                self.assertTrue(self.backend.event_at)

    def test_a_sync_that_is_under_way_is_waited_for(self):
        self.post(self.classic(("Invoice", "1")))
        run = self.backend._start_run("manual")
        with self.assertRaises(RetryableJobError):
            self.backend._job_sync_on_events()
        run.sudo()._finish()
        self.backend._job_sync_on_events()
        self.assertEqual(self.backend._running().trigger, "webhook")

    def test_what_another_sync_has_read_starts_none(self):
        self.post(self.classic(("Item", "1")))
        backend = self.backend.sudo()
        backend._job_pull_changes(backend._start_run("manual").id)
        runs = self.backend.run_ids
        self.run_jobs()
        self.assertEqual(self.calls().count("cdc"), 1)
        self.assertEqual(self.backend.run_ids, runs)


@tagged("post_install", "-at_install")
class TestCaptureLag(WebhookCase):
    """Change capture does not show yet what an event tells of."""

    def setUp(self):
        super().setUp()
        self.known = self.invoice(100)
        self.sync()
        self.quickbooks.clear_log()
        # Nothing changed after a moment that is still to come.
        self.backend._progress().cursor = "2026-12-31T00:00:00+00:00"

    def tell(self, entity, payload, operation="Update", **other):
        later = fields.Datetime.now() + timedelta(seconds=5)
        row = {
            "name": entity,
            "id": payload["Id"],
            "operation": operation,
            "lastUpdated": f"{later.isoformat()}Z",
            **other,
        }
        block = {
            "realmId": self.backend.realm_id,
            "dataChangeEvent": {"entities": [row]},
        }
        self.post(json.dumps({"eventNotifications": [block]}).encode())
        self.quickbooks.clear_log()
        self.run_jobs()

    def test_a_new_document_is_read_by_its_id(self):
        invoice = self.invoice(50)
        self.tell("Invoice", invoice, "Create")
        self.assertEqual(self.calls(), ["cdc", "query"])
        self.assertSameFigures("Invoice", invoice)

    def test_a_changed_document_is_read_by_its_id(self):
        invoice = self.change("Invoice", self.known, Line=[self.line(70)])
        self.tell("Invoice", invoice)
        self.assertSameFigures("Invoice", invoice)

    def test_a_voided_document_is_read_by_its_id(self):
        self.quickbooks.void("Invoice", self.known["Id"])
        self.tell("Invoice", self.known, "Void")
        self.assertEqual(self.in_odoo("Invoice", self.known).state, "cancel")

    def test_a_deletion_is_confirmed_by_a_read(self):
        self.tell("Invoice", self.known, "Delete")
        self.assertEqual(self.in_odoo("Invoice", self.known).state, "posted")
        self.backend._progress().cursor = "2026-12-31T00:00:00+00:00"
        self.quickbooks.delete("Invoice", self.known["Id"])
        self.tell("Invoice", self.known, "Delete")
        self.assertEqual(self.calls(), ["cdc", "query", self.known["Id"]])
        self.assertEqual(self.in_odoo("Invoice", self.known).state, "cancel")

    def test_a_merged_customer_is_looked_up_too(self):
        other = self.customer("Acme Garden")
        self.backend._progress().cursor = False
        self.sync()
        self.backend._progress().cursor = "2026-12-31T00:00:00+00:00"
        self.quickbooks.merge("Customer", self.acme["Id"], other["Id"])
        self.tell("Customer", self.acme, "Merge", deletedId=other["Id"])
        self.assertTrue(self.row("Customer", other).deleted)
        self.assertFalse(self.row("Customer", self.acme).deleted)

    def test_an_echo_of_what_is_known_costs_no_read(self):
        now = fields.Datetime.now() - timedelta(minutes=1)
        event = {
            "specversion": "1.0",
            "id": "1",
            "type": "qbo.invoice.updated.v1",
            "time": f"{now.isoformat()}.123456789Z",
            "intuitentityid": self.known["Id"],
            "intuitaccountid": self.backend.realm_id,
        }
        self.post(json.dumps([event]).encode())
        self.run_jobs()
        self.assertEqual(self.calls(), ["cdc"])


class Receiver(BaseHTTPRequestHandler):
    """Keeps what the sandbox sends. The test hands it on to Odoo as it is: Odoo's web
    server answers a test's own requests only."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.put((body, self.headers["intuit-signature"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args):
        """Nothing on the console."""


@tagged("post_install", "-at_install")
class TestIntuitCalls(WebhookCase):
    """What the sandbox sends of a change in QuickBooks, byte by byte."""

    def setUp(self):
        super().setUp()
        server = HTTPServer(("127.0.0.1", 0), Receiver)
        server.received = self.received = Queue()
        Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.endpoint = f"http://127.0.0.1:{server.server_port}/"
        self.addCleanup(self.quickbooks.webhook, "")

    def listen(self, **settings):
        self.quickbooks.webhook(self.endpoint, delay=0.01, **settings)

    def hand_on(self):
        """One notification, to Odoo."""
        body, signature = self.received.get(timeout=10)
        return self.post(body, signature)

    def test_both_formats_bring_a_change_to_odoo(self):
        for layout in ("classic", "cloudevents"):
            with self.subTest(layout):
                self.listen(format=layout)
                invoice = self.invoice(100)
                self.assertEqual(self.hand_on().status_code, 200)
                self.run_jobs()
                self.assertSameFigures("Invoice", invoice)

    def test_both_formats_tell_of_a_deletion(self):
        for layout in ("classic", "cloudevents"):
            with self.subTest(layout):
                invoice = self.invoice(100)
                self.sync()
                self.listen(format=layout)
                self.quickbooks.delete("Invoice", invoice["Id"])
                while not self.events().filtered("gone"):
                    self.hand_on()
                self.run_jobs()
                self.assertEqual(self.in_odoo("Invoice", invoice).state, "cancel")

    def test_a_wrong_signature_of_the_sandbox_is_refused(self):
        self.listen(corrupt=True)
        self.invoice(100)
        self.assertEqual(self.hand_on().status_code, 401)

    def test_webhooks_that_are_lost_are_healed_by_the_schedule(self):
        self.listen(paused=True)
        invoice = self.invoice(100)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE qbo_run SET create_date = create_date - interval '5 minutes'"
        )
        self.env.invalidate_all()
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *_args, **_named: 60.0):
            self.env["qbo.backend"]._cron_sync()
        self.run_jobs()
        self.assertTrue(self.received.empty())
        self.assertSameFigures("Invoice", invoice)
