from odoo.fields import Command

from odoo.addons.queue_job.exception import RetryableJobError

from .test_reconciliation import ReconciliationCase


class TestApplications(ReconciliationCase):
    """Payments of QuickBooks that are applied or unapplied in Odoo."""

    def setUp(self):
        super().setUp()
        self.theirs = self.invoice(100)
        self.other = self.invoice(60)

    def paid(self, total, *applied):
        """A payment of QuickBooks, as Odoo has it."""
        row = self.payment(total, *applied)
        self.sync()
        return self.in_odoo("Payment", row)

    def apply_here(self, payment, move):
        """The button *Add* below an invoice."""
        line = payment.move_id.line_ids.filtered(
            lambda each: each.account_type == "asset_receivable" and not each.reconciled
        )
        move.js_assign_outstanding_line(line[:1].id)

    def unapply_here(self, move):
        move.line_ids.filtered("date_maturity").remove_move_reconcile()

    def there(self, payment):
        """{invoice id: amount} that it pays in QuickBooks."""
        row = self.quickbooks.get("Payment", payment.qbo_id)
        return {each["LinkedTxn"][0]["TxnId"]: each["Amount"] for each in row["Line"]}

    def assertCarried(self, payment, applied):
        """QuickBooks applies it so, both sides agree, and nothing is left to do."""
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)
        self.assertEqual(self.there(payment), applied)
        lines = payment.move_id.line_ids
        self.sync()
        self.assertSettled()
        self.assertEqual(payment.move_id.line_ids, lines)
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)
        self.assertLedgersAgree()

    def test_money_on_account_that_is_applied_here_is_applied_there(self):
        payment = self.paid(70)
        self.apply_here(payment, self.in_odoo("Invoice", self.theirs))
        self.assertEqual(payment.qbo_state, "pending")
        self.assertCarried(payment, {self.theirs["Id"]: 70})
        self.assertEqual(self.quickbooks.get("Payment", payment.qbo_id)["TotalAmt"], 70)

    def test_what_is_unapplied_here_is_unapplied_there_and_the_rest_stays(self):
        payment = self.paid(160, (self.theirs, 100), (self.other, 60))
        move = self.in_odoo("Invoice", self.theirs)
        self.unapply_here(move)
        self.assertEqual(move.qbo_state, "synced", "it is on its way")
        self.assertCarried(payment, {self.other["Id"]: 60})
        self.assertEqual(move.qbo_state, "synced", move.qbo_message)
        self.apply_here(payment, self.in_odoo("Invoice", self.theirs))
        self.assertCarried(payment, {self.theirs["Id"]: 100, self.other["Id"]: 60})

    def test_an_invoice_of_odoo_is_sent_before_money_is_applied_to_it(self):
        payment = self.paid(70)
        ours = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": payment.partner_id.id,
                "invoice_date": "2026-10-12",
                "invoice_line_ids": [Command.create({"name": "Oak", "price_unit": 50})],
            }
        )
        ours.invoice_line_ids.write(
            {
                "tax_ids": [Command.clear()],
                "account_id": self.row("Account", {"Id": "1"}).account_id.id,
            }
        )
        ours.action_post()
        self.apply_here(payment, ours)
        self.run_jobs()
        self.assertCarried(payment, {ours.qbo_id: 50})

    def test_credits_in_the_same_payment_stay(self):
        memo = self.credit_memo(30)
        payment = self.paid(70, (self.theirs, 100), (memo, 30))
        self.apply_here(self.paid(10), self.in_odoo("Invoice", self.other))
        self.run_jobs()
        row = self.quickbooks.get("Payment", payment.qbo_id)
        self.unapply_cash(payment)
        self.run_jobs()
        self.assertEqual(self.there(payment), {self.theirs["Id"]: 30, memo["Id"]: 30})
        self.assertEqual(row["TotalAmt"], 70)
        self.sync()
        self.assertLedgersAgree()

    def unapply_cash(self, payment):
        payment.move_id.line_ids.matched_debit_ids.unlink()

    def test_what_a_bookkeeper_changes_at_the_same_time_wins(self):
        payment = self.paid(70)
        self.apply_here(payment, self.in_odoo("Invoice", self.theirs))
        there = self.quickbooks.get("Payment", payment.qbo_id)
        self.change("Payment", there, Line=[self.applied(self.other, 60)])
        self.run_jobs()
        self.assertEqual(self.there(payment), {self.other["Id"]: 60})
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)
        move = self.assertSameFigures("Invoice", self.theirs)
        self.assertEqual(move.payment_state, "not_paid")
        shown = "".join(payment.message_ids.mapped("body"))
        self.assertIn(f"{move.name} (70.00)", shown)
        self.assertLedgersAgree()

    def test_an_invoice_of_quickbooks_that_is_changed_here_keeps_its_money_there(self):
        payment = self.paid(100, (self.theirs, 100))
        move = self.in_odoo("Invoice", self.theirs)
        move.button_draft()
        move.invoice_line_ids[0].price_unit = 90
        move.action_post()
        self.run_jobs()
        self.assertEqual(self.there(payment), {self.theirs["Id"]: 100})
        self.assertEqual((move.qbo_state, payment.qbo_state), ("differs", "differs"))

    def test_deposited_money_says_why_and_goes_once_that_is_undone(self):
        payment = self.paid(70)
        link = {"TxnId": payment.qbo_id, "TxnType": "Payment", "TxnLineId": "0"}
        lines = [{"Amount": 70, "LinkedTxn": [link]}]
        deposit = self.quickbooks.create(
            "Deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines}
        )
        self.sync()
        self.apply_here(payment, self.in_odoo("Invoice", self.theirs))
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn("6540", payment.qbo_message)
        self.assertTrue(self.buttons(payment, "action_qbo_export"))
        self.quickbooks.delete("Deposit", deposit["Id"])
        self.sync()
        payment.action_qbo_export()
        self.assertCarried(payment, {self.theirs["Id"]: 70})

    def test_what_waits_here_can_be_sent_at_once(self):
        payment = self.paid(70)
        self.apply_here(payment, self.in_odoo("Invoice", self.theirs))
        self.assertTrue(self.buttons(payment, "action_qbo_export"))
        toast = payment.action_qbo_export()
        self.assertIn("on its way", toast["params"]["message"])
        self.assertCarried(payment, {self.theirs["Id"]: 70})
        self.assertFalse(self.buttons(payment, "action_qbo_export"))

    def test_an_invoice_says_what_could_not_be_unapplied_there(self):
        payment = self.paid(70, (self.theirs, 70))
        link = {"TxnId": payment.qbo_id, "TxnType": "Payment", "TxnLineId": "0"}
        lines = [{"Amount": 70, "LinkedTxn": [link]}]
        self.quickbooks.create(
            "Deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines}
        )
        self.sync()
        move = self.in_odoo("Invoice", self.theirs)
        self.unapply_here(move)
        self.assertEqual(move.qbo_state, "synced", "it is on its way")
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.let_time_pass()
        self.sync()
        self.assertEqual(move.qbo_state, "differs")
        for word in ("30.00", "100.00", payment.name):
            self.assertIn(word, move.qbo_message)

    def test_a_lost_answer_is_not_carried_out_twice(self):
        payment = self.paid(70)
        self.apply_here(payment, self.in_odoo("Invoice", self.theirs))
        self.quickbooks.fail_next(method="POST", path="/batch", kind="drop-answer")
        with self.assertRaises(RetryableJobError), self.env.cr.savepoint():
            payment._job_qbo_push()
        self.env.invalidate_all()
        self.run_jobs()
        self.sync()
        self.run_jobs()
        self.assertEqual(self.there(payment), {self.theirs["Id"]: 70})
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)
        self.assertLedgersAgree()

    def test_a_match_with_the_bank_sends_nothing(self):
        payment = self.paid(70)
        bank = self.match_with_bank(payment)
        self.assertTrue(bank.is_reconciled)
        self.assertEqual(payment.qbo_state, "synced")
