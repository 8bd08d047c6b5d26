from odoo.exceptions import UserError

from .test_export import ExportCase


class TestHide(ExportCase):
    """Payments that QuickBooks should not get, with a reason."""

    def _hide(self, payment):
        hide = self.env["qbo.hide"].with_context(
            active_model="account.payment", active_ids=payment.ids
        )
        hide.create({"reason": "Entered by hand"}).action_hide()

    def test_a_hidden_payment_is_not_sent_and_shows_why(self):
        payment = self.pay(80.0, self.invoices[:1])
        self._hide(payment)
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "hidden")
        self.assertEqual(payment.qbo_message, "Entered by hand")
        self.assertFalse(self.all_payments())

    def test_unhiding_sends_it(self):
        payment = self.pay(80.0, self.invoices[:1])
        self._hide(payment)
        payment.action_qbo_unhide()
        self.run_jobs()
        self.assertSynced(payment)

    def test_what_quickbooks_has_cannot_be_hidden(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        with self.assertRaisesRegex(UserError, "in QuickBooks already"):
            self._hide(payment)
