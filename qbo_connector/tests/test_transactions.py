from .test_export import ExportCase

PUSH = [("method_name", "=", "_job_qbo_push")]


class TestJobsOfATransaction(ExportCase):
    """A transaction queues what it has to send once, as it ends."""

    def jobs(self):
        return self.pending_jobs(PUSH)

    def test_documents_changed_one_by_one_or_twice_go_in_one_job(self):
        before = self.jobs()
        first = self.pay(80.0, self.invoices[:1])
        second = self.pay(20.0, self.invoices[1:])
        first.action_draft()
        first.action_post()
        job = self.jobs() - before
        self.assertEqual(len(job), 1)
        self.assertEqual(job.records, first | second)

    def test_another_transaction_has_a_job_of_its_own(self):
        """The earlier one may have begun, and cannot see what is changed now."""
        payment = self.pay(80.0, self.invoices[:1])
        before = self.jobs()
        payment.action_draft()
        payment.action_post()
        self.assertEqual(len(self.jobs() - before), 1)

    def test_what_is_rolled_back_queues_nothing(self):
        before = self.jobs()
        savepoint = self.env.cr.savepoint()
        self.pay(80.0, self.invoices[:1])
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.assertEqual(self.jobs(), before)

    def test_a_document_that_is_gone_when_its_transaction_ends_stops_nothing(self):
        before = self.jobs()
        payment = self.pay(80.0, self.invoices[:1])
        kept = self.pay(20.0, self.invoices[1:])
        payment.action_draft()
        payment.unlink()
        job = self.jobs() - before
        self.assertIn(kept, job.records)
        self.run_jobs()
        self.assertSynced(kept)
