from datetime import date

from odoo import fields

from ..models import qbo_error_log
from ..models.qbo_error_log import redacted
from .test_export import ExportCase


class TestLog(ExportCase):
    """What was sent and answered is told by the document, for a while."""

    def log(self, document):
        return self.env["qbo.history"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def test_a_push_tells_what_was_sent_and_answered(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        entry = self.log(payment)[0]
        self.assertEqual(entry.outcome, "synced")
        self.assertEqual(entry.sent["create"]["Payment"]["TotalAmt"], 80.0)
        self.assertEqual(entry.answered["Payment"]["Id"], payment.qbo_id)
        self.assertTrue(entry.intuit_tid)
        self.assertIn('"TotalAmt": 80.0', entry.sent_text)

    def test_a_refusal_tells_the_code_and_the_tid(self):
        self.sandbox.control.close_books("2026-10-31")
        payment = self.pay(80.0, self.invoices[:1], when=date(2026, 10, 15))
        self.run_jobs()
        entry = self.log(payment)[0]
        self.assertEqual((entry.outcome, entry.fault_code), ("error", "6210"))
        self.assertIn(entry.intuit_tid, payment.qbo_message)
        self.assertTrue(entry.sent["create"]["Payment"])
        self.assertEqual(entry.answered[0]["code"], "6210")

    def test_a_void_is_told_too(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        payment.action_cancel()
        self.run_jobs()
        self.assertIn("void", self.log(payment)[0].sent)

    def test_an_import_writes_no_log(self):
        self.assertFalse(self.log(self.invoices[0]))

    def test_cards_tax_numbers_and_tokens_are_left_out(self):
        payload = {
            "CreditCardPayment": {"CreditChargeInfo": {"Number": "4111"}},
            "PrimaryTaxIdentifier": "12-345",
            "Line": [{"Description": "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ"}],
            "TotalAmt": 5.0,
        }
        self.assertEqual(
            redacted(payload),
            {
                "CreditCardPayment": "***",
                "PrimaryTaxIdentifier": "***",
                "Line": [{"Description": "***"}],
                "TotalAmt": 5.0,
            },
        )

    def test_the_log_is_kept_as_many_days_as_the_connection_says(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        entries = self.log(payment)
        self.backend.history_days = 10
        self.age(entries[:1], 9)
        self.env["qbo.history"].sudo()._gc_history()
        self.assertTrue(entries[:1].exists())
        self.age(entries[:1], 11)
        self.env["qbo.history"].sudo()._gc_history()
        self.assertFalse(entries[:1].exists())

    def test_the_log_is_deleted_in_parts(self):
        other = self.env["res.company"].create({"name": "Another"})
        self.env["qbo.backend"].sudo().create({"company_id": other.id})
        entry = {"res_model": "account.move", "res_id": 1, "direction": "in"}
        old = (
            self.env["qbo.history"]
            .sudo()
            .create(
                [
                    {**entry, "outcome": "error", "company_id": company.id}
                    for company in (self.company, self.company, other, other)
                ]
            )
        )
        self.age(old, 1000)
        self.patch(qbo_error_log, "CLEAN_UP_SIZE", 2)
        left = []
        for _part in range(2):
            told = self.env["qbo.history"].sudo()._gc_history()
            left.append((told, len(old.exists())))
        self.assertEqual(left, [((2, True), 2), ((2, True), 0)])

    def age(self, entries, days):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE qbo_history SET create_date = %s WHERE id IN %s",
            [
                fields.Datetime.subtract(fields.Datetime.now(), days=days),
                tuple(entries.ids),
            ],
        )
        entries.invalidate_recordset()
