from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..models import qbo_backend_sweep
from .import_common import ImportCase

FUTURE = "2026-12-31T00:00:00+00:00"


class TestSweep(ImportCase):
    """All ids are compared; what nobody told of is found."""

    def setUp(self):
        super().setUp()
        self.invoices = [self.invoice(10 + number) for number in range(5)]
        self.sync()
        self.quickbooks.clear_log()

    def sweep(self):
        self.backend.action_compare_ids()
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
        self.assertEqual(paths, {"query"})
        entities = [e for e in qbo_backend_sweep.ENTITIES if self.backend._flows_in(e)]
        self.assertEqual(run.call_count, len(entities))

    def test_deletions_that_were_lost_are_found_and_confirmed(self):
        for invoice in self.invoices[:3]:
            self.quickbooks.delete("Invoice", invoice["Id"])
        self.backend.cursor = FUTURE  # change capture never told of them
        self.assertEqual(self.sweep().read_count, 3)
        self.assertEqual(self.states(), 3 * ["cancel"] + 2 * ["posted"])

    def test_many_deletions_are_taken_in_several_jobs(self):
        for invoice in self.invoices:
            self.quickbooks.delete("Invoice", invoice["Id"])
        with patch.object(qbo_backend_sweep, "CONFIRM_SIZE", 2):
            self.assertEqual(self.sweep().read_count, 5)
        self.assertEqual(self.states(), 5 * ["cancel"])

    def test_changes_and_new_documents_that_were_lost_are_read(self):
        changed = self.change("Invoice", self.invoices[0], Line=[self.line(99)])
        new = self.invoice(42)
        self.backend.cursor = FUTURE
        self.assertEqual(self.sweep().read_count, 2)
        for invoice in (changed, new):
            self.assertSameFigures("Invoice", invoice)

    def test_pages_are_compared_one_by_one(self):
        new = self.invoice(42)
        self.quickbooks.delete("Invoice", self.invoices[0]["Id"])
        with patch.object(qbo_backend_sweep, "PAGE_SIZE", 2):
            self.assertEqual(self.sweep().read_count, 2)
        self.assertSameFigures("Invoice", new)
        self.assertEqual(self.states(), ["cancel"] + 4 * ["posted"])

    def test_an_id_that_a_query_leaves_out_is_kept_when_a_read_finds_it(self):
        self.quickbooks.delete("Invoice", self.invoices[0]["Id"])
        backends = type(self.env["qbo.backend"])
        with patch.object(backends, "_read_ids", lambda *_args: []):
            self.assertEqual(self.sweep().read_count, 1)
        self.assertEqual(self.states(), ["cancel"] + 4 * ["posted"])

    def test_what_is_older_than_the_start_is_no_difference(self):
        self.backend.start_date = "2026-10-10"
        calls = self.sweep().call_count
        self.assertEqual(self.states(), 5 * ["posted"])
        self.backend.start_date = False
        self.assertEqual(self.sweep().call_count, calls)

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
        self.backend.sweep_started_at = fields.Datetime.now() - week
        self.assertEqual(self.tick(), ["sweep"])
        self.assertEqual(self.tick(), [])
        self.backend.sweep_started_at -= week
        self.backend.auto_sync = False
        self.assertEqual(self.tick(), [])

    def _go_on(self, *_processed, **_told):
        return 60.0

    def tick(self):
        before = self.backend.run_ids
        self.env["qbo.backend"]._cron_sweep()
        self.run_jobs()
        return (self.backend.run_ids - before).mapped("trigger")

    def test_the_button_says_why_it_does_not_start(self):
        self.backend._start_run("manual")
        answer = self.backend.action_compare_ids()
        self.assertIn("is running since", answer["params"]["message"])
        self.backend.run_ids.sudo()._finish()
        answer = self.backend.action_compare_ids()
        self.assertIn("being compared", answer["params"]["message"])
