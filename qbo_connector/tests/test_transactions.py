from datetime import timedelta
from unittest.mock import patch

from odoo.sql_db import Cursor

from .test_export import ExportCase

PUSH = [("method_name", "=", "_job_qbo_push"), ("state", "=", "pending")]


class TestJobsOfATransaction(ExportCase):
    """A job may begin before the changes that another transaction makes are seen."""

    def jobs(self):
        return self.env["queue.job"].sudo().search_count(PUSH)

    def test_one_transaction_queues_the_same_documents_once(self):
        payment = self.pay(80.0, self.invoices[:1])
        before = self.jobs()
        payment.action_draft()
        payment.action_post()
        self.assertEqual(self.jobs(), before)

    def test_another_transaction_has_a_job_of_its_own(self):
        payment = self.pay(80.0, self.invoices[:1])
        before = self.jobs()
        later = self.env.cr.now() + timedelta(seconds=1)
        with patch.object(Cursor, "now", lambda cursor: later):
            payment.action_draft()
            payment.action_post()
        self.assertEqual(self.jobs(), before + 1)
