from .test_export import ExportCase


class TestStatus(ExportCase):
    """The numbers on the connection, and the lists that they lead to."""

    def listed(self, action):
        self.assertEqual(action["type"], "ir.actions.act_window")
        return self.env[action["res_model"]].search(action["domain"])

    def test_a_payment_waits_and_then_fails(self):
        self.sandbox.control.close_books("2026-12-31")
        payment = self.pay(80.0, self.invoices[:1])
        self.assertEqual(self.backend.pending_count, 1)
        self.assertEqual(self.listed(self.backend.action_open_pending()), payment)
        self.run_jobs()
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.pending_count, 0)
        self.assertEqual(self.backend.payment_error_count, 1)
        self.assertEqual(
            self.listed(self.backend.action_open_payment_errors()), payment
        )

    def test_an_invoice_in_error_is_counted_and_listed(self):
        self.invoices[0]._qbo_mark_error("A reason")
        self.assertEqual(self.backend.move_error_count, 1)
        listed = self.listed(self.backend.action_open_move_errors())
        self.assertEqual(listed, self.invoices[0])

    def test_objects_in_trouble_are_counted_and_listed(self):
        obj = self.backend.object_ids[0]
        obj._fail("A reason")
        self.assertEqual(self.backend.object_error_count, 1)
        self.assertEqual(self.listed(self.backend.action_open_errors()), obj)
        self.assertEqual(self.backend.error_count, 1)

    def test_only_accounts_that_documents_use_ask_for_a_mapping(self):
        unmapped = self.backend.object_ids.filtered(lambda o: o.state == "unmapped")
        self.assertIn("Expense", unmapped.mapped("detail"))
        self.assertEqual(self.backend.unmapped_count, 0)
        accounts = self.listed(self.backend.action_open_accounts())
        accounts.filtered(lambda o: o.detail == "Income")[0].account_id = False
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.unmapped_count, 1)
