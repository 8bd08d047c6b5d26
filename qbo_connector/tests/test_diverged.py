from .test_export import ExportCase


class TestDiverged(ExportCase):
    """Invoices belong to where they began; a difference is never silent."""

    def setUp(self):
        super().setUp()
        self.move = self.invoices[0]

    def _change_to(self, price):
        self.move.button_draft()
        self.move.invoice_line_ids[0].price_unit = price
        self.move.action_post()

    def test_an_imported_invoice_changed_in_odoo_says_both_totals(self):
        self._change_to(90.0)
        self.assertEqual(self.move.qbo_state, "differs")
        self.assertIn("80.00", self.move.qbo_message)
        self.assertIn("90.00", self.move.qbo_message)
        self.assertEqual(self.books.read("Invoice", self.move.qbo_id)["TotalAmt"], 80.0)

    def test_changing_it_back_heals_it(self):
        self._change_to(90.0)
        self._change_to(80.0)
        self.assertEqual(self.move.qbo_state, "synced")
        self.assertFalse(self.move.qbo_message)

    def test_an_invoice_cancelled_in_odoo_says_that_quickbooks_still_has_it(self):
        self.move.button_cancel()
        self.assertEqual(self.move.qbo_state, "differs")
        self.assertIn("void it there", self.move.qbo_message)

    def test_a_sync_does_not_hide_the_difference(self):
        self._change_to(90.0)
        self.sandbox.control.edit("Invoice", self.move.qbo_id)
        self.sync()
        self.assertEqual(self.move.qbo_state, "differs")
