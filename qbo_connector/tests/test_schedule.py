from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError

from .import_common import ImportCase


class TestSchedule(ImportCase):
    """What is read without anybody pressing a button, and when."""

    def setUp(self):
        super().setUp()
        self.sync()
        self.backend.auto_sync = True
        self.progress = []
        crons = type(self.env["ir.cron"])
        self.startPatcher(patch.object(crons, "_commit_progress", self._note))

    def _note(self, processed=0, **_told):
        """A test cannot commit; what the scheduler is told is remembered instead."""
        self.progress.append(processed)
        return 60.0

    def tick(self, minutes=0):
        """The scheduler comes by, some minutes after it did last."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE qbo_run SET create_date = create_date - %s",
            [timedelta(minutes=minutes)],
        )
        self.backend.run_ids.invalidate_recordset()
        before = self.backend.run_ids
        self.env["qbo.backend"]._cron_sync()
        self.env["qbo.backend"]._cron_full_pass()
        self.run_jobs()
        self.env["qbo.backend"]._cron_full_pass()
        self.run_jobs()
        self.env.invalidate_all()
        return (self.backend.run_ids - before).sorted("id").mapped("trigger")

    def test_each_tier_starts_when_its_interval_is_over(self):
        self.assertEqual(self.tick(minutes=5), ["schedule", "full"])
        self.assertEqual(self.tick(minutes=4), [])
        self.assertEqual(self.tick(minutes=1), ["schedule"])
        self.backend.changes_interval = 20
        self.assertEqual(self.tick(minutes=19), [])
        self.assertEqual(self.tick(minutes=36), ["schedule", "full"])

    def test_a_first_sync_that_failed_is_not_due_before_its_interval_is_over(self):
        self.tick()
        for cursor in (False, "2026-01-01T00:00:00+00:00"):
            self.backend._progress().cursor = cursor
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE qbo_run SET create_date = create_date - interval '6 minutes'"
            )
            self.env.invalidate_all()
            before = self.backend.run_ids
            self.env["qbo.backend"]._cron_sync()
            first = self.backend.run_ids - before
            self.assertEqual(first.trigger, "first")
            self.give_up(self.pending_jobs([("method_name", "=", "_job_pull_all")]))
            self.assertEqual(first.state, "failed")
            self.assertEqual(self.tick(minutes=1), [])

    def test_one_call_for_changes_brings_every_kind_of_record(self):
        self.tick()
        invoice = self.invoice(100)
        paid = self.payment(100, (invoice, 100))
        memo = self.credit_memo(30)
        self.sandbox.control.clear_log()
        self.assertEqual(self.tick(minutes=6), ["schedule"])
        calls = [call["path"].rpartition("/")[2] for call in self.sandbox.control.log()]
        self.assertEqual(calls, ["cdc"])
        for entity, payload in (
            ("Invoice", invoice),
            ("Payment", paid),
            ("CreditMemo", memo),
        ):
            self.assertTrue(self.in_odoo(entity, payload), entity)

    def test_the_full_pass_reads_what_changes_do_not_tell(self):
        self.tick()
        self.quickbooks.close_books("2026-06-30")
        self.tick(minutes=6)
        self.assertFalse(self.backend.book_close_date)
        self.tick(minutes=60)
        self.assertEqual(str(self.backend.book_close_date), "2026-06-30")
        run = self.backend.run_ids.filtered(lambda r: r.trigger == "full")[:1]
        self.assertEqual(run.state, "done")
        self.assertGreater(run.call_count, 7)

    def test_nothing_starts_while_a_sync_runs_off_or_without_a_connection(self):
        self.backend._start_run("manual")
        self.assertEqual(self.tick(), [])
        self.backend.run_ids.sudo()._finish("done")
        self.backend._credential().state = "reconnect"
        self.assertEqual(self.tick(), [])
        self.assertFalse(self.backend._next_sync())
        self.backend._credential().state = "connected"
        self.backend.auto_sync = False
        self.assertEqual(self.tick(), [])
        self.assertFalse(self.backend._next_sync())

    def test_the_scheduler_hears_of_each_connection(self):
        self.tick()
        others = self.env["qbo.backend"].search([("auto_sync", "=", True)])
        self.assertEqual(self.progress.count(1), 3 * len(others))

    def test_the_next_sync_is_the_earlier_of_both_tiers(self):
        self.tick(minutes=5)
        crons = self.env["ir.cron"].browse(
            self.env.ref(f"qbo_connector.{xmlid}").id
            for xmlid in ("cron_qbo_sync", "cron_qbo_full_pass")
        )
        crons.nextcall = fields.Datetime.now()
        started = self.started("schedule")
        self.assertEqual(self.backend._next_sync(), started + timedelta(minutes=5))
        crons[0].active = False
        started = self.started("full")
        self.assertEqual(self.backend._next_sync(), started + timedelta(minutes=60))

    def started(self, trigger):
        return self.backend.run_ids.filtered(lambda r: r.trigger == trigger).create_date

    def test_intervals_that_only_cost_calls_are_refused(self):
        shortest = {"changes_interval": 5, "full_interval": 30}
        for field, minutes in shortest.items():
            with self.assertRaisesRegex(ValidationError, f"{minutes} minutes"):
                self.backend[field] = minutes - 1
            self.backend[field] = minutes

    def test_payments_both_ways_say_that_they_need_auto_sync(self):
        self.backend.payment_flow = "export"
        for auto_sync, told in ((False, True), (True, False)):
            draft = self.backend.new(origin=self.backend)
            draft.update({"auto_sync": auto_sync, "payment_flow": "both"})
            words = draft._onchange_flows()["warning"]["message"]
            self.assertEqual("Auto-Sync" in words, told, words)
