from odoo.fields import Command

from ..entities.payment_entry import receivable_lines
from .import_common import ImportCase


class TestDifferences(ImportCase):
    """What the other side is not told, or cannot take, is never silent."""

    def setUp(self):
        super().setUp()
        self.theirs = self.invoice(100)
        self.sync()
        self.move = self.in_odoo("Invoice", self.theirs)

    def edit(self, move, **values):
        move.button_draft()
        move.write(values)
        move.action_post()

    def note(self, amount):
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.move.partner_id.id,
                "invoice_date": "2026-10-12",
                "invoice_line_ids": [
                    Command.create({"name": "Too much", "price_unit": amount})
                ],
            }
        )
        note.invoice_line_ids.tax_ids = False
        note.action_post()
        return note

    def ours(self, total):
        """An invoice that begins in Odoo."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.move.partner_id.id,
                "invoice_date": "2026-10-12",
                "invoice_line_ids": [
                    Command.create({"name": "Hedge", "price_unit": total})
                ],
            }
        )
        invoice.invoice_line_ids.tax_ids = False
        invoice.action_post()
        return invoice

    def reconcile(self, *moves):
        lines = moves[0].line_ids.union(*(move.line_ids for move in moves[1:]))
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def assertDiffers(self, document, *words):
        self.assertEqual(document.qbo_state, "differs", document.qbo_message)
        for word in words:
            self.assertIn(word, document.qbo_message)

    def test_a_payment_that_does_not_flow_out_and_is_unapplied_is_told_and_heals(self):
        self.backend.payment_flow = "import"
        paid = self.payment(40, (self.theirs, 40))
        self.sync()
        payment = self.in_odoo("Payment", paid)
        owed = self.move.line_ids.filtered("date_maturity")
        owed.remove_move_reconcile()
        self.assertDiffers(self.move, "60.00", "100.00")
        self.assertDiffers(payment, "0.00", "40.00")
        credit = payment.move_id.line_ids.filtered(lambda line: line.credit)
        (owed | credit).reconcile()
        self.assertEqual(self.move.qbo_state, "synced")
        self.assertEqual(payment.qbo_state, "synced")

    def test_a_payment_that_does_not_flow_out_is_told_once_its_invoice_is_sent(self):
        self.backend.payment_flow = "import"
        paid = self.payment(40)
        self.sync()
        payment = self.in_odoo("Payment", paid)
        ours = self.ours(70)
        self.reconcile(ours, payment.move_id)
        self.assertEqual(payment.qbo_state, "synced")  # the invoice is not there yet
        self.run_jobs()
        self.assertTrue(ours.qbo_id)
        self.assertDiffers(ours, "70.00", "30.00")
        self.assertDiffers(payment, "40.00", "0.00")

    def test_what_is_open_of_a_sent_document_is_compared_by_the_next_sync(
        self,
    ):
        note = self.note(30)
        self.run_jobs()
        self.sync()
        note._qbo_settled()  # as an export leaves it that had nothing to change
        self.reconcile(*(note + self.move).with_context(qbo_import=True))
        self.assertEqual(note.qbo_state, "synced")
        self.let_time_pass()
        run = self.sync()
        self.assertFalse(run.read_count)
        self.assertDiffers(note, "30.00", "0.00")

    def test_an_invoice_names_the_payment_that_was_refused_until_it_is_sent(self):
        self.quickbooks.close_books("2026-12-31")
        payment = self.register(self.move, 100)
        self.run_jobs()
        self.sync()
        self.assertEqual(payment.qbo_state, "error")
        self.assertDiffers(self.move, "100.00", payment.name)
        self.quickbooks.close_books(None)
        payment.action_qbo_export()
        self.run_jobs()
        self.sync()
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_message)

    def test_an_invoice_that_both_sides_paid_is_told_on_the_payments(self):
        mine = self.register(self.move, 100)
        theirs = self.payment(100, (self.theirs, 100))
        self.sync()
        self.assertDiffers(mine, "100.00", "0.00")
        self.assertDiffers(self.in_odoo("Payment", theirs), "0.00", "100.00")
        self.assertSameBalances()

    def test_a_credit_note_that_does_not_fit_there_says_how_much_does(self):
        note = self.note(80)
        self.run_jobs()
        lines = (note | self.move).line_ids.filtered("date_maturity")
        lines.reconcile()
        self.payment(70, (self.theirs, 70))
        self.run_jobs()
        self.assertEqual(note.qbo_state, "error")
        self.assertIn("only 30.00 are left", note.qbo_message)
        there = self.quickbooks.get("CreditMemo", note.qbo_id)
        self.assertEqual(there["RemainingCredit"], 50)

    def test_a_credit_note_is_known_by_its_id_although_it_could_not_be_applied(self):
        note = self.note(80)
        (note | self.move).line_ids.filtered("date_maturity").reconcile()
        self.payment(100, (self.theirs, 100))
        self.run_jobs()
        self.assertEqual(note.qbo_state, "error", note.qbo_message)
        there = self.quickbooks.get("CreditMemo", note.qbo_id)
        self.assertEqual(there["DocNumber"], note.name)
        note.button_draft()
        note.button_cancel()
        self.run_jobs()
        with self.assertRaises(RuntimeError, msg="it is deleted there"):
            self.quickbooks.get("CreditMemo", there["Id"])

    def test_what_is_cancelled_before_it_was_sent_is_forgotten(self):
        note = self.note(80)
        self.assertEqual(note.qbo_state, "pending")
        note.button_draft()
        note.button_cancel()
        self.run_jobs()
        self.assertFalse(note.qbo_state)
        self.assertFalse(self.books_rows("CreditMemo"))

    def test_a_due_date_changed_here_is_told_with_both_dates(self):
        self.edit(
            self.move, invoice_payment_term_id=False, invoice_date_due="2026-12-24"
        )
        self.assertDiffers(self.move, "2026-12-24", self.theirs["DueDate"])

    def test_a_line_added_here_to_an_invoice_of_quickbooks_has_an_account(self):
        line = {"name": "Extra", "price_unit": 11, "tax_ids": []}
        self.edit(self.move, invoice_line_ids=[Command.create(line)])
        self.assertDiffers(self.move, "100.00", "111.00")

    def test_changed_on_both_sides_the_owner_wins_and_the_other_is_shown(self):
        self.edit(self.move, invoice_line_ids=[Command.clear(), *self.lines(77)])
        self.change("Invoice", self.theirs, Line=[self.line(130)])
        self.sync()
        self.assertSameFigures("Invoice", self.theirs)
        self.assertEqual((self.move.amount_total, self.move.qbo_state), (130, "synced"))
        shown = [
            body for body in self.move.message_ids.mapped("body") if "77.00" in body
        ]
        self.assertEqual(len(shown), 1)
        self.assertIn("Mine", shown[0])

    def lines(self, price):
        return [Command.create({"name": "Mine", "price_unit": price, "tax_ids": []})]

    def test_a_payment_changed_on_both_sides_shows_what_odoo_had(self):
        paid = self.payment(40)
        self.sync()
        payment = self.in_odoo("Payment", paid)
        payment.action_draft()
        payment.memo = "Cash on the nail"
        payment.action_post()
        self.change("Payment", paid, TotalAmt=45)
        self.sync()
        self.assertEqual(payment.amount, 45)
        shown = "".join(payment.message_ids.mapped("body"))
        self.assertIn("Cash on the nail", shown)

    def test_a_payment_of_quickbooks_that_is_cancelled_here_is_told(self):
        paid = self.payment(40, (self.theirs, 40))
        self.sync()
        payment = self.in_odoo("Payment", paid)
        payment.action_draft()
        payment.action_cancel()
        self.assertDiffers(payment, "40.00", "void it there")
        self.sync()
        self.assertDiffers(payment, "40.00")

    def test_cancelled_here_and_changed_there_it_is_as_quickbooks_says(self):
        paid = self.payment(40, (self.theirs, 40))
        self.sync()
        payment = self.in_odoo("Payment", paid)
        payment.action_draft()
        payment.action_cancel()
        self.change("Payment", paid, PaymentRefNum="CHK 7")
        self.sync()
        self.assertSettled()
        self.assertEqual((payment.qbo_state, payment.qbo_number), ("synced", "CHK 7"))
        self.assertEqual(self.move.amount_residual, 60)

    def test_a_payment_that_pays_another_invoice_there_names_both(self):
        other = self.invoice(100)
        mine = self.register(self.move, 40)
        self.run_jobs()
        self.sync()
        there = self.quickbooks.get("Payment", mine.qbo_id)
        self.change("Payment", there, Line=[self.applied(other, 40)])
        self.sync()
        numbers = other["DocNumber"], self.theirs["DocNumber"]
        self.assertDiffers(mine, *(f"{number} (40.00)" for number in numbers))

    def test_odoos_own_numbers_go_on_whatever_is_imported(self):
        first = self.note(10)
        for number in ("RINV/2026/00099", first.name, "INV/2026/00500"):
            self.invoice(10, DocNumber=number)
            self.credit_memo(10, DocNumber=number)
        self.sync()
        self.assertSettled()
        start, _slash, count = first.name.rpartition("/")
        self.assertEqual(self.note(20).name, f"{start}/{int(count) + 1:05}")

    # --- Only Odoo's side changed, or did so first -----------------------------------

    def test_a_payment_of_two_invoices_can_be_changed_here_and_says_so(self):
        other = self.invoice(50)
        paid = self.payment(150, (self.theirs, 100), (other, 50))
        self.sync()
        payment = self.in_odoo("Payment", paid)
        payment.action_draft()
        payment.amount = 140
        payment.action_post()
        self.assertDiffers(payment, "150.00", "140.00")
        self.assertEqual(-payment._qbo_open(), -140)
        self.change("Payment", paid, PrivateNote="Seen")
        self.sync()
        self.assertEqual(payment.amount, 150)
        self.assertEqual(payment._qbo_open(), 0)

    def test_a_difference_that_is_over_is_told_no_more(self):
        self.move._qbo_mark_error("The two sides differ.", state="differs")
        self.sync()
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_message)

    def test_a_credit_that_quickbooks_keeps_in_a_payment_is_told_on_the_credit(self):
        memo = self.credit_memo(100)
        self.payment(0, (self.theirs, 100), (memo, 100))
        self.sync()
        note = self.in_odoo("CreditMemo", memo)
        self.assertEqual(note.qbo_state, "synced")
        self.quickbooks.void("Invoice", self.theirs["Id"])
        self.sync()
        self.assertDiffers(note, "0.00", "100.00")

    def charge(self, amount):
        """A journal entry by which the customer owes more; it is not imported."""
        [owed] = self.books_rows("Account", "AccountType = 'Accounts Receivable'")
        customer = {"Type": "Customer", "EntityRef": {"value": self.acme["Id"]}}
        debit = {
            "PostingType": "Debit",
            "AccountRef": {"value": owed["Id"]},
            "Entity": customer,
        }
        credit = {"PostingType": "Credit", "AccountRef": {"value": "1"}}
        lines = [
            {
                "DetailType": "JournalEntryLineDetail",
                "Amount": amount,
                "JournalEntryLineDetail": detail,
            }
            for detail in (debit, credit)
        ]
        return self.quickbooks.create(
            "JournalEntry", {"TxnDate": "2026-10-06", "Line": lines}
        )

    def test_a_charge_that_is_not_imported_is_told_and_takes_nothing_from_the_invoice(
        self,
    ):
        link = {"TxnId": self.charge(50)["Id"], "TxnType": "JournalEntry"}
        paid = self.payment(
            150,
            Line=[self.applied(self.theirs, 100), {"Amount": 50, "LinkedTxn": [link]}],
        )
        self.sync()
        payment = self.in_odoo("Payment", paid)
        self.assertEqual(self.move.amount_residual, 0)
        self.assertEqual(self.on_account(paid), 50)
        words = (f"JournalEntry {link['TxnId']} (50.00)", "by hand")
        self.assertDiffers(payment, *words)
        for word in words:
            self.assertIn(word, self.row("Payment", paid).message)
        self.book_by_hand(payment, 50)
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)

    def book_by_hand(self, payment, amount):
        """Reconciled with what the payment has on account."""
        owed = receivable_lines(payment.move_id).filtered("amount_residual")
        income = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "partner_id": payment.partner_id.id,
                        }
                    )
                    for account, balance in (
                        (owed.account_id, amount),
                        (income, -amount),
                    )
                ]
            }
        )
        entry.action_post()
        (owed | receivable_lines(entry)).reconcile()

    def test_what_an_invoice_on_its_way_explains_is_compared_once_it_is_there(self):
        memo = self.credit_memo(100)
        self.payment(0, (self.theirs, 60), (memo, 60))
        self.sync()
        note, ours = self.in_odoo("CreditMemo", memo), self.ours(40)
        self.reconcile(*(note + ours).with_context(qbo_import=True))
        note._qbo_check_twins()
        self.assertEqual(note.qbo_state, "synced", "the invoice is on its way")
        self.run_jobs()
        self.let_time_pass()
        self.sync()
        self.assertDiffers(note, "40.00", "0.00")

    def test_deleted_there_after_it_was_cancelled_here_it_differs_no_more(self):
        note = self.note(80)
        self.run_jobs()
        self.quickbooks.delete("CreditMemo", note.qbo_id)
        note.button_draft()
        note.button_cancel()
        note._qbo_mark_error("The two sides differ.", state="differs")
        self.sync()
        self.assertEqual(note.qbo_state, "synced", note.qbo_message)

    def test_a_payment_deleted_there_after_it_was_cancelled_here_differs_no_more(self):
        payment = self.register(self.move, 100)
        self.run_jobs()
        self.quickbooks.delete("Payment", payment.qbo_id)
        payment.action_cancel()
        payment._qbo_mark_error("The two sides differ.", state="differs")
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)
