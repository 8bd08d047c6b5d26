from unittest.mock import patch

from odoo.addons.queue_job.exception import RetryableJobError

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
