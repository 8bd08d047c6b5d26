from odoo.exceptions import UserError

from .test_export import ExportCase


class TestHide(ExportCase):
    """Payments that QuickBooks should not get, with a reason."""

    def _hide(self, documents):
        hide = self.env["qbo.hide"].with_context(
            active_model=documents._name, active_ids=documents.ids
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

    def test_nothing_is_left_to_do_about_a_hidden_payment(self):
        payment = self.pay(80.0, self.invoices[:1])
        payment._qbo_mark_error("Customer is missing", "account.move,1")
        self._hide(payment)
        self.assertFalse(payment.qbo_remedy)
        payment.action_qbo_unhide()
        self.assertEqual(payment.qbo_state, "pending")
        self.assertFalse(payment.qbo_remedy)

    def test_what_is_on_its_way_again_has_no_remedy(self):
        payment = self.pay(80.0, self.invoices[:1])
        payment._qbo_mark_error("Customer is missing", "account.move,1")
        payment.action_qbo_export()
        self.assertFalse(payment.qbo_remedy)

    def test_what_never_goes_to_quickbooks_cannot_be_hidden(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        vendors = self.env["account.payment"].create(
            {"payment_type": "outbound", "partner_type": "supplier", "amount": 10.0}
        )
        for document in (bill, vendors):
            with self.subTest(document), self.assertRaisesRegex(UserError, "never"):
                self._hide(document)
            self.assertFalse(document.qbo_state)
