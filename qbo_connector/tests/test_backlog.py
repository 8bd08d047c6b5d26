from datetime import date

from .test_export import ExportCase

WORK = {"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}


class TestBacklog(ExportCase):
    """What Odoo had before the connection was switched on."""

    def setUp(self):
        super().setUp()
        self.backend.live = False
        self.backend.start_date = date(2026, 9, 1)
        partner = self.invoices.partner_id
        self.old = self.invoice(partner, [WORK], invoice_date=date(2026, 8, 1))
        self.move = self.invoice(partner, [WORK])
        self.payment = self.pay(50.0, self.move)

    def switch_on(self, **values):
        preview = self.env["qbo.preview"].create(
            {"backend_id": self.backend.id, **values}
        )
        preview.action_switch_on()
        self.run_jobs()
        return preview

    def test_nothing_of_before_is_sent_unasked(self):
        self.switch_on()
        self.assertFalse(self.move.qbo_state or self.payment.qbo_state)

    def test_the_preview_counts_what_would_be_sent(self):
        preview = self.env["qbo.preview"].create({"backend_id": self.backend.id})
        self.assertIn("1 Invoices", preview.backlog)
        self.assertIn("1 Payments", preview.backlog)
        self.assertNotIn("Credit Notes", preview.backlog)

    def test_all_from_the_start_date_is_sent_when_asked(self):
        self.switch_on(send_backlog=True)
        self.assertSynced(self.move)
        self.assertSynced(self.payment)
        self.assertFalse(self.old.qbo_state)
        there = self.books.read("Invoice", self.move.qbo_id)
        self.assertEqual(there["Balance"], 0)
