from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo import fields

from ..client import cdc
from ..const import ENTITIES
from ..models import qbo_backend_pull, qbo_backend_sweep
from .import_common import ImportCase

FUTURE = "2026-12-31T00:00:00+00:00"
LONG_AGO = "2026-01-01T00:00:00+00:00"


class TestSweep(ImportCase):
    """Everything is compared; what nobody told of is found.

    The customer of a document that changed is read, too: its balance is another.
    """

    def setUp(self):
        super().setUp()
        self.invoices = [self.invoice(10 + number) for number in range(5)]
        self.sync()
        self.quickbooks.clear_log()
        # QuickBooks' times have no parts of a second: what follows is later.
        later = datetime.now(timezone.utc) + timedelta(seconds=10)
        self.quickbooks.set_clock(later.isoformat())
        self.addCleanup(self.quickbooks.set_clock)

    def sweep(self):
        self.backend.action_compare_all()
        self.run_jobs()
        self.env.invalidate_all()
        return self.backend.run_ids.sorted("id")[-1]

    def states(self):
        return [self.in_odoo("Invoice", one).state for one in self.invoices]

    def test_where_nothing_differs_each_list_costs_one_call(self):
        run = self.sweep()
        self.assertEqual((run.trigger, run.state), ("sweep", "done"))
        self.assertEqual(run.read_count, 0)
        paths = {call["path"].rpartition("/")[2] for call in self.quickbooks.log()}
        self.assertEqual(paths, {"query", "cdc"})  # `cdc` tells the time
        entities = [name for name in ENTITIES if self.backend._flows_in(name)]
        self.assertEqual(run.call_count, len(entities) + 1)

    def test_deletions_that_were_lost_are_found_and_confirmed(self):
        for invoice in self.invoices[:3]:
            self.quickbooks.delete("Invoice", invoice["Id"])
        self.backend._progress().cursor = FUTURE  # change capture never told of them
        self.assertEqual(self.sweep().read_count, 3 + 1)
        self.assertEqual(self.states(), 3 * ["cancel"] + 2 * ["posted"])

    def test_many_deletions_are_taken_in_several_jobs(self):
        for invoice in self.invoices:
            self.quickbooks.delete("Invoice", invoice["Id"])
        with patch.object(qbo_backend_sweep, "CONFIRM_SIZE", 2):
            self.assertEqual(self.sweep().read_count, 5 + 1)
        self.assertEqual(self.states(), 5 * ["cancel"])

    def test_many_deletions_among_the_changes_are_taken_in_several_jobs(self):
        for invoice in self.invoices:
            self.quickbooks.delete("Invoice", invoice["Id"])
        with patch.object(qbo_backend_sweep, "CONFIRM_SIZE", 2):
            run = self.sync()
        self.assertEqual(self.states(), 5 * ["cancel"])
        self.assertEqual((run.trigger, run.state), ("manual", "done"))
        done = [("method_name", "=", "_job_pull_changes"), ("state", "=", "done")]
        jobs = self.env["queue.job"].sudo().search(done)
        mine = jobs.filtered(lambda job: job.args[0] == run.id)
        self.assertEqual(len(mine), 3, "2 + 2 + 1 deletions")

    def test_deletions_that_no_read_confirms_do_not_go_on_for_ever(self):
        for invoice in self.invoices:
            self.quickbooks.delete("Invoice", invoice["Id"])
        self.startPatcher(patch.object(qbo_backend_sweep, "CONFIRM_SIZE", 2))
        self.startPatcher(
            patch.object(qbo_backend_pull, "_is_gone", lambda *_args: False)
        )
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.states(), 5 * ["posted"])

    def test_changes_and_new_documents_that_were_lost_are_read(self):
        changed = self.change("Invoice", self.invoices[0], Line=[self.line(99)])
        new = self.invoice(42)
        self.backend._progress().cursor = FUTURE
        self.assertEqual(self.sweep().read_count, 2 + 1)
        for invoice in (changed, new):
            self.assertSameFigures("Invoice", invoice)

    def test_a_balance_that_changed_without_its_sync_token_is_read(self):
        before = self.row("Customer", self.acme).payload
        self.invoice(42)
        now = self.quickbooks.get("Customer", self.acme["Id"])
        self.assertEqual(now["SyncToken"], before["SyncToken"])
        self.backend._progress().cursor = FUTURE
        self.sweep()
        after = self.row("Customer", self.acme).payload
        self.assertEqual(after["Balance"], before["Balance"] + 42)

    def test_what_was_deleted_is_found_where_the_cursor_is_too_old(self):
        self.quickbooks.delete("Invoice", self.invoices[0]["Id"])
        self.backend._progress().cursor = LONG_AGO
        self.assertEqual(self.sync().trigger, "first")
        self.assertEqual(self.states(), ["cancel"] + 4 * ["posted"])

    def test_what_was_deleted_is_found_where_the_changes_were_cut_off(self):
        self.quickbooks.delete("Invoice", self.invoices[0]["Id"])
        parse = cdc.parse

        def cut(payload, entities):
            answer = parse(payload, entities)
            none = {entity: [] for entity in entities}
            return answer._replace(changed=none, deleted=none, truncated=True)

        with patch.object(cdc, "parse", cut):
            self.sync()
        self.assertEqual(self.states(), ["cancel"] + 4 * ["posted"])

    def test_documents_that_arrive_meanwhile_cost_no_look_for_deleted_ones(self):
        backends = type(self.env["qbo.backend"])
        count, looked = backends._count_known, []

        def sent_meanwhile(backend, run, entity, page):
            if entity == "Invoice":
                self.env["qbo.object"]._upsert(backend, entity, [sent])
            return count(backend, run, entity, page)

        sent = {**self.invoices[0], "Id": "99999", "DocNumber": "SENT"}
        self.startPatcher(patch.object(backends, "_count_known", sent_meanwhile))
        self.startPatcher(patch.object(backends, "_job_confirm_deleted", looked.append))
        self.assertEqual(self.sweep().state, "done")
        self.assertFalse(looked)

    def test_pages_are_compared_one_by_one(self):
        new = self.invoice(42)
        self.quickbooks.delete("Invoice", self.invoices[0]["Id"])
        with patch.object(qbo_backend_pull, "PAGE_SIZE", 2):
            self.assertEqual(self.sweep().read_count, 2 + 1)
        self.assertSameFigures("Invoice", new)
        self.assertEqual(self.states(), ["cancel"] + 4 * ["posted"])

    def test_an_id_that_a_query_leaves_out_is_kept_when_a_read_finds_it(self):
        self.quickbooks.delete("Invoice", self.invoices[0]["Id"])
        backends = type(self.env["qbo.backend"])
        with patch.object(backends, "_read_ids", lambda *_args: []):
            self.assertEqual(self.sweep().read_count, 1 + 1)
        self.assertEqual(self.states(), ["cancel"] + 4 * ["posted"])

    def test_what_is_older_than_the_start_is_no_difference(self):
        self.backend.start_date = "2026-10-10"
        calls = self.sweep().call_count
        self.assertEqual(self.states(), 5 * ["posted"])
        self.backend.start_date = False
        both = self.sweep()  # quiet syncs share a row
        self.assertEqual((both.repeat_count, both.call_count), (2, 2 * calls))

    def test_inactive_names_are_no_deletions(self):
        dormant = self.customer("Dormant Ltd")
        self.change("Customer", dormant, Active=False)
        self.sync()
        self.assertEqual(self.sweep().read_count, 0)
        self.assertFalse(self.row("Customer", dormant).deleted)

    def test_it_starts_by_itself_once_a_week(self):
        self.backend.auto_sync = True
        crons = type(self.env["ir.cron"])
        self.startPatcher(patch.object(crons, "_commit_progress", self._go_on))
        week = timedelta(days=7)
        self.backend._progress().swept_at = fields.Datetime.now() - week
        self.assertEqual(self.tick(), ["sweep"])
        self.assertEqual(self.tick(), [])
        self.later(week)
        self.backend.auto_sync = False
        self.assertEqual(self.tick(), [])

    def test_one_that_failed_compared_nothing_and_is_tried_again_the_next_day(self):
        self.backend.auto_sync = True
        crons = type(self.env["ir.cron"])
        self.startPatcher(patch.object(crons, "_commit_progress", self._go_on))
        before = fields.Datetime.now() - timedelta(days=8)
        self.backend._progress().swept_at = before
        self.env["qbo.backend"]._cron_sweep()
        self.give_up(self.pending_jobs([("method_name", "=", "_job_pull_all")]))
        self.assertEqual(self.backend.swept_at, before)
        self.assertEqual(self.tick(), [])
        self.later(timedelta(days=1))
        self.assertEqual(self.tick(), ["sweep"])
        self.assertGreater(self.backend.swept_at, before)

    def later(self, time):
        """So much time passes."""
        self.backend._progress().swept_at -= time
        self.env.flush_all()
        update = "UPDATE qbo_run SET create_date = create_date - %s"
        self.env.cr.execute(update, [time])
        self.env.invalidate_all()

    def _go_on(self, *_processed, **_told):
        return 60.0

    def tick(self):
        before = self.backend.run_ids
        self.env["qbo.backend"]._cron_sweep()
        self.run_jobs()
        return (self.backend.run_ids - before).mapped("trigger")

    def test_the_button_says_why_it_does_not_start(self):
        self.backend._start_run("manual")
        answer = self.backend.action_compare_all()
        self.assertIn("is running since", answer["params"]["message"])
        self.backend.run_ids.sudo()._finish()
        answer = self.backend.action_compare_all()
        self.assertIn("is read and compared", answer["params"]["message"])
