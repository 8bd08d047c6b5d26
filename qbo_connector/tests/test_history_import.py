from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from ..wizards import qbo_history_import_jobs
from .http_common import QboHttpCase
from .import_common import ImportCase


class HistoryCase(ImportCase):
    """The sync began in November; QuickBooks has documents of before."""

    def setUp(self):
        super().setUp()
        self.backend.start_date = "2026-11-01"
        self.old = [self.invoice(100 + n, TxnDate="2025-05-05") for n in range(3)]
        self.older = self.invoice(50, TxnDate="2024-02-02")
        self.paid = self.payment(100, (self.old[0], 100), TxnDate="2025-06-06")
        self.sync()
        self.assertFalse(self.row("Invoice", self.old[0]))

    def wizard(self, **values):
        values = {"start": "2025-01-01", "end": "2025-12-31", **values}
        return self.env["qbo.history.import"].create(
            {"backend_id": self.backend.id, **values}
        )

    def counts(self, wizard):
        wizard.action_count()
        return {line.entity: line.count for line in wizard.line_ids}

    def start(self, **values):
        wizard = self.wizard(**values)
        wizard.action_count()
        wizard.action_import()
        return self.backend.run_ids.sorted("id")[-1]


class TestHistoryImport(HistoryCase):
    def test_the_preview_counts_by_kind_days_and_what_is_open(self):
        everything = {"Invoice": 3, "CreditMemo": 0, "Payment": 1}
        self.assertEqual(self.counts(self.wizard()), everything)
        only = {"credit_notes": False, "payments": False}
        self.assertEqual(self.counts(self.wizard(which="open", **only))["Invoice"], 2)
        self.assertEqual(self.counts(self.wizard(which="paid", **only))["Invoice"], 1)
        self.assertEqual(self.counts(self.wizard(start=False, **only))["Invoice"], 4)
        names = {"customers": True, "invoices": False, **only}
        self.assertGreaterEqual(self.counts(self.wizard(**names))["Customer"], 1)

    def test_the_counted_documents_come_in_and_the_activity_tells(self):
        run = self.start()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.read_count, run.total_count), ("done", 4, 4))
        self.assertEqual((run.created_count, run.progress), (4, 100))
        for invoice in self.old:
            self.assertSameFigures("Invoice", invoice)
        self.assertFalse(self.row("Invoice", self.older))
        activity = self.backend.activity_ids
        self.assertEqual(activity.user_id, self.env.user)
        self.assertIn("4 created", activity.note)

    def test_what_is_in_odoo_already_is_skipped(self):
        self.start()
        self.run_jobs()
        run = self.start()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.created_count, run.skipped_count), (0, 4))
        wizard = self.wizard()
        wizard.action_count()
        self.assertEqual(wizard.line_ids.mapped("known"), [3, 0, 1])

    def test_a_cancelled_import_stops_and_goes_on_where_it_stopped(self):
        self.patch(qbo_history_import_jobs, "PAGE_SIZE", 2)
        run = self.start()
        self.run_jobs(limit_jobs=1)
        run.action_cancel()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.state, "cancelled")
        linked = [bool(self.row("Invoice", invoice).res_id) for invoice in self.old]
        self.assertEqual(sum(linked), 2, "the page that was read is taken over")
        run.action_resume()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.read_count), ("done", 4))
        for invoice in self.old:
            self.assertSameFigures("Invoice", invoice)
        self.assertSettled()

    def test_an_import_that_failed_can_be_resumed(self):
        run = self.start()
        reading = self.pending_jobs([("method_name", "=", "_job_read_history")])
        self.give_up(reading, exc_message="QuickBooks is away")
        self.assertEqual(run.state, "failed")
        self.assertIn("QuickBooks is away", self.backend.activity_ids.note)
        self.run_jobs()
        run.action_resume()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.created_count), ("done", 4))

    def test_what_is_paid_between_two_pages_hides_no_open_invoice(self):
        for page_size in (2, 3):
            self.patch(qbo_history_import_jobs, "PAGE_SIZE", page_size)
            month = f"2023-0{page_size}"
            open_ones = [
                self.invoice(10 + day, TxnDate=f"{month}-{day:02}")
                for day in (1, 1, 2, 3, 3, 4, 5, 6)
            ]
            days = {"start": f"{month}-01", "end": f"{month}-28"}
            run = self.start(**days, which="open", credit_notes=False, payments=False)
            self.run_jobs(limit_jobs=1)
            for paid in open_ones[:2]:
                self.payment(paid["TotalAmt"], (paid, paid["TotalAmt"]))
            self.run_jobs()
            self.assertEqual(run.state, "done")
            for invoice in open_ones[2:]:
                self.assertTrue(self.in_odoo("Invoice", invoice), page_size)

    def test_a_failure_of_another_sync_does_not_stop_an_import(self):
        run = self.start()
        other = self.backend._start_sync()
        reading = [("method_name", "=", "_job_pull_changes")]
        self.give_up(self.pending_jobs(reading))
        self.assertEqual((run.state, other.state), ("running", "failed"))
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.created_count), ("done", 4))
        self.assertEqual(other.state, "failed")

    def test_an_import_with_pages_left_is_never_done(self):
        self.patch(qbo_history_import_jobs, "PAGE_SIZE", 2)
        run = self.start()
        self.run_jobs(limit_jobs=1)
        run.sudo()._finish("failed", "It was interrupted.")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.applied_count), ("failed", 2))
        run.action_resume()
        self.run_jobs(limit_jobs=1)
        self.backend.live = False
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.state, "cancelled")
        self.assertIn("switched off", run.message)
        self.backend.live = True
        run.action_resume()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.read_count), ("done", 4))

    def test_errors_are_counted_in_the_activity(self):
        self.company.sale_lock_date = "2025-12-31"
        self.start(payments=False)
        self.run_jobs()
        self.assertIn("3 could not be taken over", self.backend.activity_ids.note)

    def test_the_wizard_says_what_it_cannot_do(self):
        self.assertIn("11/01/2026", self.wizard().warning)
        self.assertFalse(self.wizard(start="2026-11-02", end=False).warning)
        with self.assertRaisesRegex(ValidationError, "swap the two"):
            self.wizard(start="2026-01-01")
        nothing = {"invoices": False, "credit_notes": False, "payments": False}
        with self.assertRaisesRegex(UserError, "at least one kind"):
            self.wizard(**nothing).action_count()
        self.backend.live = False
        with self.assertRaisesRegex(UserError, "switch it on first"):
            self.wizard().action_import()

    def test_another_choice_has_to_be_counted_again(self):
        wizard = self.wizard()
        wizard.action_count()
        with Form(wizard) as form:
            form.which = "open"
        self.assertFalse(wizard.line_ids)

    def run_jobs(self, limit=500, limit_jobs=None):
        """Run all that is queued, or so many jobs."""
        if limit_jobs is None:
            return super().run_jobs(limit)
        with self.assertRaisesRegex(AssertionError, "for ever"):
            super().run_jobs(limit_jobs)
        return limit_jobs


class TestHistoryScreen(QboHttpCase, HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("queue_job.group_queue_job_manager")

    def test_a_person_counts_and_imports(self):
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_history_import")
        self.assertSameFigures("Invoice", self.old[0])
