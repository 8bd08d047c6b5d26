from unittest.mock import patch

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ..client import cdc
from .import_common import ImportCase


class TestReading(ImportCase):
    """What is read, and what it costs."""

    def test_an_unchanged_company_costs_one_call_and_no_writes(self):
        invoice = self.invoice(100)
        self.sync()
        before = self.in_odoo("Invoice", invoice).write_date
        self.sandbox.control.set_clock("2026-12-01T12:00:00-08:00")
        self.sync()  # now the changes above lie behind the cursor's overlap
        self.sandbox.control.clear_log()
        run = self.sync()
        self.assertEqual((run.read_count, run.call_count), (0, 1))
        self.assertEqual(len(self.sandbox.control.log()), 1)
        self.assertEqual(self.in_odoo("Invoice", invoice).write_date, before)

    def test_an_answer_that_is_cut_off_is_read_page_by_page(self):
        self.invoice(100)
        self.sync()
        late = self.invoice(60)
        with patch.object(cdc, "MAX_OBJECTS", 1):
            run = self.sync()
        self.assertEqual(run.state, "done")
        self.assertGreater(run.call_count, 5)
        self.assertSameFigures("Invoice", late)
        self.assertSettled()

    def test_deletions_in_an_answer_that_is_cut_off_count_too(self):
        invoice = self.invoice(100)
        self.sync()
        self.quickbooks.delete("Invoice", invoice["Id"])
        with patch.object(cdc, "MAX_OBJECTS", 1):
            self.sync()
        self.assertEqual(self.in_odoo("Invoice", invoice).state, "cancel")

    def test_a_cursor_stays_when_quickbooks_fails(self):
        self.sync()
        cursor = self.backend.cursor
        self.sandbox.control.fail_next(kind="500", path="cdc")
        with self.assertRaises(RetryableJobError):
            self.sync()
        self.assertEqual(self.backend.cursor, cursor)

    def test_a_call_refused_twice_with_good_tokens_is_made_again_later(self):
        self.sync()
        self.sandbox.control.fail_next(2, kind="401")
        with self.assertRaises(RetryableJobError):
            self.sync()
        self.backend.invalidate_recordset()
        self.assertNotIn("failed", self.backend.run_ids.mapped("state"))

    def test_an_object_that_moved_its_time_only_is_read_again(self):
        invoice = self.invoice(100)
        self.sync()
        row = self.row("Invoice", invoice)
        later = {**row.payload, "Balance": 40.0}
        later["MetaData"] = {"LastUpdatedTime": "2027-01-01T00:00:00-08:00"}
        objects = self.env["qbo.object"]
        self.assertEqual(objects._upsert(self.backend, "Invoice", [later]), row)
        self.assertFalse(objects._upsert(self.backend, "Invoice", [later]))
        early = {**later, "MetaData": {"LastUpdatedTime": "2026-12-31T23:00:00-09:00"}}
        self.assertFalse(objects._upsert(self.backend, "Invoice", [early]))

    def test_a_sync_that_was_killed_does_not_block_the_next(self):
        dead = self.backend._start_run("manual")
        self.backend.action_sync()
        self.assertEqual(self.backend.run_ids, dead)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE qbo_run SET write_date = write_date - interval '1 hour'"
            " WHERE id = %s",
            [dead.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.sync().state, "done")
        self.assertEqual(dead.state, "failed")

    def test_jobs_of_a_sync_that_was_given_up_read_nothing(self):
        self.sync()
        runs = self.env["qbo.run"]
        for start in ("_start_sync", "_start_full_pass", "_start_sweep"):
            runs += getattr(self.backend, start)()
        runs.sudo()._finish("failed", "It was interrupted. Sync again.")
        self.sandbox.control.clear_log()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertFalse(self.sandbox.control.log())
        self.assertEqual(set(runs.mapped("state")), {"failed"})


class TestMoreIsRead(ImportCase):
    """A setting lets more come in than before: what is there already comes, too."""

    def setUp(self):
        super().setUp()
        self.backend.write({"start_date": "2026-11-01", "payment_flow": "export"})
        self.old = self.invoice(100, TxnDate="2026-10-05")
        self.new = self.invoice(80, TxnDate="2026-11-05")
        self.paid = self.payment(80, (self.new, 80), TxnDate="2026-11-06")
        self.sync()
        # What was written behind the cursor's overlap is in no answer for changes.
        self.quickbooks.set_clock("2026-12-01T12:00:00-08:00")
        self.addCleanup(self.quickbooks.set_clock)
        self.sync()

    def test_an_earlier_start_brings_older_documents(self):
        for day in ("2026-10-01", False):
            old = self.invoice(100, TxnDate=day or "2020-01-01")
            self.quickbooks.set_clock("2026-12-05T12:00:00-08:00")
            self.sync()
            self.assertFalse(self.row("Invoice", old))
            self.backend.start_date = day
            self.assertEqual(self.sync().trigger, "first")
            self.assertSameFigures("Invoice", old)
            self.assertEqual(self.sync().trigger, "manual")

    def test_a_flow_that_comes_in_brings_what_is_there(self):
        self.assertFalse(self.row("Payment", self.paid))
        self.backend.payment_flow = "both"
        self.sync()
        self.assertEqual(self.in_odoo("Payment", self.paid).amount, 80)

    def test_less_than_before_leaves_the_cursor(self):
        cursor = self.backend.cursor
        self.backend.write({"start_date": "2026-11-15", "invoice_flow": "export"})
        self.assertEqual(self.backend.cursor, cursor)

    def test_a_sync_that_is_under_way_does_not_move_the_cursor(self):
        for moment in ("queued", "reading"):
            self.backend.start_date = "2026-11-15"
            self.sync()
            self.backend.action_sync()
            if moment == "queued":
                self.backend.start_date = "2026-11-01"
            else:
                self._widen_while_reading()
            self.run_jobs()
            self.assertFalse(self.backend.cursor, moment)
            self.assertEqual(self.sync().trigger, "first")
            self.assertTrue(self.backend.cursor, moment)

    def _widen_while_reading(self):
        parse = cdc.parse

        def widened(payload, entities):
            self.backend.start_date = "2026-11-01"
            return parse(payload, entities)

        patcher = patch.object(cdc, "parse", widened)
        self.addCleanup(patcher.stop)
        patcher.start()
        job = self.pending_jobs([("method_name", "=", "_job_pull_changes")], 1)
        self._run(Job.load(job.env, job.uuid))
        patcher.stop()
