from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ..entities import twins
from ..models.qbo_outbox_job import PAUSES, QUICK_TRIES
from .import_common import ImportCase
from .test_decision_table import DecisionCase


class PatienceCase(DecisionCase):
    def job_of(self, documents):
        """The pending job of exactly these documents."""
        return self.pending_jobs().filtered(
            lambda job: job.model_name == documents._name and job.records == documents
        )

    def perform(self, record):
        """One try of a job, as the job runner makes it; returns what it raised."""
        job = Job.load(self.env, record.uuid)
        try:
            self._run(job)
        except RetryableJobError as trouble:
            self.env.invalidate_all()
            job.postpone(str(trouble), trouble.seconds)
            job.set_pending(reset_retry=False)
            job.store()
            return trouble
        self.env.invalidate_all()
        return None


class TestPatience(PatienceCase):
    """Passing trouble stays unseen, then is told, and ends one day."""

    def test_trouble_is_told_after_some_tries_only_and_heals_by_itself(self):
        payment = self.payments(["busy"])
        job = self.job_of(payment)
        self.sandbox.control.fail_next(n=99, kind="429")
        for _try in range(QUICK_TRIES - 1):
            trouble = self.perform(job)
            self.assertTrue(60 <= trouble.seconds <= 75, trouble.seconds)
            self.assertEqual(
                (payment.qbo_state, payment.qbo_message), ("pending", False)
            )
        self.assertIsNone(self.perform(job))
        self.assertEqual(payment.qbo_state, "pending")
        for words in (payment.name, "asked too often", "3001", "tried again by itself"):
            self.assertIn(words, payment.qbo_message)
        following = self.job_of(payment)
        pause = following.eta - fields.Datetime.now()
        low, high = timedelta(minutes=PAUSES[0] - 1), timedelta(minutes=PAUSES[0] * 1.3)
        self.assertTrue(low < pause < high, pause)
        self.sandbox.control.clear_faults()
        self.perform(following)
        self.assertSynced(payment)
        self.assertFalse(payment.qbo_message)
        self.assertEqual(len(self.all_payments()), 1)

    def test_at_last_it_is_left_to_a_person(self):
        payment = self.payments(["busy"])
        self.sandbox.control.fail_next(n=99, kind="503")
        for waited in range(1, len(PAUSES)):
            payment._job_qbo_push(waited=waited)
            self.assertEqual(payment.qbo_state, "pending")
        payment._job_qbo_push(waited=len(PAUSES))
        self.assertEqual((payment.qbo_state, payment.qbo_remedy), ("error", "export"))
        self.assertIn(payment.name, payment.qbo_message)
        self.assertIn("then press Export back", payment.qbo_message)

    def test_a_call_that_stays_stale_is_left_to_a_person_soon(self):
        payment = self.payments(["busy"])
        self.sandbox.control.fail_next(n=99, path="/batch", fault=self.fault("5010"))
        while self.perform(self.job_of(payment)):
            self.assertEqual(payment.qbo_state, "pending")
        self.assertEqual((payment.qbo_state, payment.qbo_remedy), ("error", "open"))
        self.assertFalse(self.job_of(payment))

    def test_quickbooks_time_is_kept_by_pushes_and_by_syncs(self):
        """Retry-After is 2 here; not all come back in the same second."""
        payment = self.payments(["busy"])
        self.sandbox.control.fail_next(n=2, kind="429-retry-after")
        waits = {self.perform(self.job_of(payment)).seconds}
        self.backend.action_sync()
        sync = self.pending_jobs([("model_name", "=", "qbo.backend")])
        waits.add(self.perform(sync).seconds)
        self.assertTrue(all(2 <= seconds <= 4 for seconds in waits), waits)
        self.run_jobs()
        self.assertSynced(payment)

    def test_without_a_time_the_jobs_themselves_wait_a_random_one(self):
        functions = self.env["queue.job.function"].sudo()
        functions = functions.search([("method", "=like", "_job%")])
        ours = functions.filtered(lambda f: f.channel_id.name.startswith("qbo_"))
        retrying = ours.filtered(lambda f: f.method != "_job_match")
        self.assertTrue(retrying)
        for function in retrying:
            for span in function.retry_pattern.values():
                self.assertLess(span[0], span[1], function.name)

    def test_a_job_whose_process_always_dies_is_told_once(self):
        payment = self.payments(["killer"])
        job = self.job_of(payment)
        job.write({"state": "failed", "exc_name": "JobFoundDead"})
        self.backend._tell_interrupted()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn("the server was stopped", payment.qbo_message)
        payment.action_qbo_export()
        self.backend._tell_interrupted()
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(payment)


class TestNoneHoldsBackOthers(PatienceCase):
    """One bad document, of whatever kind, in a set of good ones."""

    def test_two_refused_ones_of_thirty(self):
        payments = self.payments([f"P {number}" for number in range(30)])
        self.fail_item("P 3", "6540")
        self.fail_item("P 17", "2010")
        self.run_jobs()
        states = payments.mapped("qbo_state")
        self.assertEqual((states.count("error"), states.count("synced")), (2, 28))
        self.assertEqual(payments[3].qbo_cause, "6540")
        self.assertEqual(payments[17].qbo_cause, "2010")

    def test_a_customer_that_quickbooks_stumbles_over(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        bad, good = self.payments(["bad", "good"])
        bad.move_id.line_ids.partner_id = bad.partner_id = stranger
        fault = {**self.fault("10000"), "http": 500}
        self.sandbox.control.fail_next(entity="Customer", fault=fault, method="POST")
        (bad | good)._job_qbo_push()
        self.assertSynced(good)
        self.assertEqual((bad.qbo_state, bad.qbo_message), ("pending", False))
        self.run_jobs()
        self.assertSynced(bad)

    def test_a_payment_waits_unseen_with_the_invoice_it_pays(self):
        partner = self.invoices.partner_id
        move = self.invoice(partner, [{"name": "x", "price_unit": 7}])
        paid, good = self.pay(move.amount_total, move), self.payments(["good"])
        self.pending_jobs().unlink()
        fault = self.fault("10000")
        self.sandbox.control.fail_next(entity="Invoice", fault=fault)
        (paid | good)._job_qbo_push()
        self.assertSynced(good)
        self.assertEqual((paid.qbo_state, paid.qbo_message), ("pending", False))
        self.run_jobs()
        self.assertSynced(paid)
        self.assertEqual(self.sent(paid)["UnappliedAmt"], 0)

    def test_one_that_breaks_the_whole_call_goes_alone_in_the_end(self):
        payments = self.payments(["poison", "good 1", "good 2"])
        self.sandbox.control.fail_next(n=99, path="/batch", body="poison", kind="500")
        job = self.job_of(payments)
        while self.perform(job):
            self.assertFalse(any(payments.mapped("qbo_message")))
        for payment in payments:
            self.perform(self.job_of(payment))
        self.assertEqual(payments.mapped("qbo_state"), ["pending", "synced", "synced"])
        self.assertIn("failed inside QuickBooks", payments[0].qbo_message)

    def test_one_that_our_own_code_stumbles_over(self):
        payments = self.payments(["bad", "good"])
        usual = twins.operation

        def stumble(entity, document, *rest):
            if document == payments[0]:
                raise KeyError("nobody foresaw this")
            return usual(entity, document, *rest)

        with patch.object(twins, "operation", stumble):
            with self.assertRaises(KeyError), self.env.cr.savepoint():
                payments._job_qbo_push()
            payments._on_qbo_push_failed("builtins.KeyError", "nobody foresaw this")
            payments[1]._job_qbo_push()
            payments[0]._on_qbo_push_failed("builtins.KeyError", "nobody foresaw this")
        self.assertSynced(payments[1])
        self.assertEqual(payments[0].qbo_state, "error")
        self.assertIn(payments[0].name, payments[0].qbo_message)
        self.assertIn("not in QuickBooks (builtins.KeyError)", payments[0].qbo_message)


class TestBadRowsOfASync(ImportCase):
    def test_two_bad_ones_of_two_hundred_keep_their_reasons_alone(self):
        self.sync()
        payload = self.quickbooks.get("Invoice", self.invoice(10)["Id"])
        rows = [
            {**payload, "Id": f"9{number:03}", "DocNumber": f"S-{number}"}
            for number in range(200)
        ]
        rows[3]["TxnDate"] = "not a date"
        rows[140]["TotalAmt"] = 11.0
        self.env["qbo.object"]._upsert(self.backend, "Invoice", rows)
        self.apply()
        read = self.backend.object_ids.filtered(lambda o: o.entity == "Invoice")
        states = read.mapped("state")
        self.assertEqual((states.count("error"), states.count("linked")), (2, 198))
        self.assertIn("cannot store", self.row("Invoice", rows[3]).message)
        self.assertIn("11.00", self.row("Invoice", rows[140]).message)
