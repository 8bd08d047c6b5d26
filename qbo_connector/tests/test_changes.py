from unittest.mock import patch

from odoo.fields import Command
from odoo.tools import mute_logger
from odoo.tools.mail import html2plaintext

from ..client import cdc
from .import_common import ImportCase
from .test_reconciliation import ReconciliationCase

APPLY = "odoo.addons.qbo_connector.models.qbo_backend_apply"


class TestInvoiceChanges(ImportCase):
    """What a bookkeeper changes in QuickBooks on documents that Odoo has already."""

    def test_an_edited_unpaid_invoice_flows_in(self):
        invoice = self.invoice(100)
        self.sync()
        self.change(
            "Invoice",
            invoice,
            DueDate="2026-12-24",
            DocNumber="EDITED-7",
            CustomerMemo={"value": "Mind the dog & <gate>"},
            Line=[self.line(100), self.line(50.5, tax="TAX")],
            TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
        )
        self.sync()
        self.assertSettled()
        move = self.assertSameFigures("Invoice", invoice)
        self.assertEqual(move.state, "posted")
        self.assertEqual(str(move.invoice_date_due), "2026-12-24")
        self.assertEqual((move.name, move.qbo_number), ("EDITED-7", "EDITED-7"))
        self.assertIn("Mind the dog &amp; &lt;gate&gt;", move.narration)
        self.assertTrue(move.amount_tax)
        self.assertSameBalances()

    def test_the_memo_is_a_note_for_people_here_and_is_noted_once(self):
        memo = "Ask Bob & <Ann>\nhttps://example.com/a?b=1 first"
        invoice = self.invoice(100, PrivateNote=memo)
        self.sync()
        self.assertEqual(self.noted(invoice), 1)
        self.change("Invoice", invoice, Line=[self.line(120)])
        self.sync()
        self.assertEqual(self.noted(invoice), 1)
        self.change("Invoice", invoice, PrivateNote="Bob said yes")
        self.sync()
        self.assertEqual(self.noted(invoice), 2)
        move = self.assertSameFigures("Invoice", invoice)
        self.assertFalse(move.narration)
        notes = [html2plaintext(each.body) for each in move.message_ids]
        self.assertTrue(any("Ask Bob & <Ann>" in note for note in notes), notes)

    def noted(self, invoice):
        messages = self.in_odoo("Invoice", invoice).message_ids
        memos = messages.filtered(lambda each: "Memo in QuickBooks" in each.body)
        self.assertFalse(memos.notified_partner_ids)
        return len(memos)

    def test_a_paid_invoice_with_a_new_memo_stays_paid(self):
        invoice = self.invoice(100)
        paid = self.payment(100, (invoice, 100))
        self.sync()
        entry = self.in_odoo("Payment", paid).move_id
        self.change("Invoice", invoice, CustomerMemo={"value": "Thank you"})
        self.sync()
        self.assertSettled()
        move = self.assertSameFigures("Invoice", invoice)
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.in_odoo("Payment", paid).move_id, entry)

    def test_a_paid_invoice_with_a_higher_amount_keeps_its_payment(self):
        invoice = self.invoice(100)
        paid = self.payment(100, (invoice, 100))
        self.sync()
        self.change("Invoice", invoice, Line=[self.line(130)])
        self.sync()
        self.assertSettled()
        move = self.assertSameFigures("Invoice", invoice)
        self.assertEqual(move.amount_residual, 30)
        self.assertEqual(move._get_reconciled_payments(), self.in_odoo("Payment", paid))
        self.assertSameBalances()

    def test_a_credit_is_not_used_twice_after_an_edit_of_its_invoice(self):
        invoice, memo = self.invoice(100), self.credit_memo(80)
        self.payment(0, (invoice, 40), (memo, 40))
        self.sync()
        self.assertSameFigures("CreditMemo", memo)
        self.change("Invoice", invoice, CustomerMemo={"value": "Thank you"})
        self.sync()
        self.assertSameFigures("Invoice", invoice)
        self.change("Invoice", invoice, Line=[self.line(150)])
        self.sync()
        self.assertSettled()
        self.assertSameFigures("Invoice", invoice)
        self.assertSameFigures("CreditMemo", memo)
        self.assertSameBalances()

    def test_an_edited_credit_memo_stays_applied(self):
        invoice, memo = self.invoice(100), self.credit_memo(80)
        self.payment(0, (invoice, 40), (memo, 40))
        self.sync()
        self.change("CreditMemo", memo, Line=[self.line(90)])
        self.sync()
        self.assertSettled()
        self.assertSameFigures("Invoice", invoice)
        self.assertSameFigures("CreditMemo", memo)

    def test_an_invoice_voided_while_open_is_cancelled(self):
        invoice = self.invoice(100)
        self.sync()
        self.quickbooks.void("Invoice", invoice["Id"])
        self.sync()
        self.assertSettled()
        self.assertEqual(self.in_odoo("Invoice", invoice).state, "cancel")
        self.assertSameBalances()

    def test_an_invoice_voided_while_paid_leaves_its_payment_on_account(self):
        invoice, other = self.invoice(100), self.invoice(60)
        paid = self.payment(160, (invoice, 100), (other, 60))
        self.sync()
        self.quickbooks.void("Invoice", invoice["Id"])
        self.sync()
        self.assertSettled()
        self.assertEqual(self.in_odoo("Invoice", invoice).state, "cancel")
        self.assertSameFigures("Invoice", other)
        self.assertEqual(self.on_account(paid), 100)
        self.assertSameBalances()

    def test_an_invoice_deleted_in_quickbooks_is_cancelled_not_unlinked(self):
        invoice = self.invoice(100)
        self.sync()
        move = self.in_odoo("Invoice", invoice)
        self.quickbooks.delete("Invoice", invoice["Id"])
        self.sync()
        self.assertEqual(move.state, "cancel")
        self.assertTrue(self.row("Invoice", invoice).deleted)
        self.assertSameBalances()

    def test_a_deletion_that_a_read_does_not_confirm_changes_nothing(self):
        invoice = self.invoice(100)
        self.sync()
        stub = {"Id": invoice["Id"], "status": "Deleted", "domain": "QBO"}
        real = cdc.parse

        def with_stub(payload, entities):
            answer = real(payload, entities)
            answer.deleted["Invoice"].append(stub)
            return answer

        with patch.object(cdc, "parse", with_stub):
            self.sync()
        self.assertEqual(self.in_odoo("Invoice", invoice).state, "posted")
        self.assertFalse(self.row("Invoice", invoice).deleted)

    def test_what_the_database_refuses_is_told_in_plain_words(self):
        twice, odd = self.invoice(100), self.invoice(50)
        self.env["account.move"].create({"move_type": "out_invoice"}).write(
            {"qbo_id": twice["Id"]}
        )
        rows = self.books_rows("Invoice")
        rows = [
            {**row, "TxnDate": "2026-02-31"} if row["Id"] == odd["Id"] else row
            for row in rows
        ]
        customers = self.books_rows("Customer")
        self.env["qbo.object"]._upsert(self.backend, "Customer", customers)
        self.env["qbo.object"]._upsert(self.backend, "Invoice", rows)
        with mute_logger("odoo.sql_db"), self.assertLogs(APPLY, "WARNING") as log:
            self.apply()
        for document, word in ((twice, "the same number"), (odd, "such as a date")):
            row = self.row("Invoice", document)
            self.assertEqual(row.state, "error")
            self.assertTrue(row.message.startswith(f"Invoice {row.name}: "))
            self.assertIn(word, row.message)
            self.assertIn("press Retry", row.message)
            self.assertNotIn("DETAIL", row.message)
        self.assertIn("duplicate key", "".join(log.output))

    def test_an_unposted_invoice_of_a_curious_user_is_posted_again(self):
        invoice = self.invoice(100)
        self.sync()
        self.in_odoo("Invoice", invoice).button_draft()
        self.change("Invoice", invoice, Line=[self.line(70)])
        self.sync()
        self.assertSettled()
        self.assertEqual(self.assertSameFigures("Invoice", invoice).state, "posted")


class TestChangesOfWhatOdooPaid(ReconciliationCase):
    """QuickBooks changes its invoice on which Odoo has a payment or a credit."""

    def setUp(self):
        super().setUp()
        self.theirs = self.invoice(100)
        self.sync()
        self.move = self.in_odoo("Invoice", self.theirs)

    def change_total(self, total):
        self.change("Invoice", self.theirs, Line=[self.line(total)])
        self.sync()

    def sending_nothing(self):
        return patch.object(type(self), "_job_models", lambda _test: ("qbo.backend",))

    def assertAgree(self, *documents):
        """Once all is sent and read, nobody has anything to do."""
        self.sync()
        self.assertSettled()
        self.assertSameFigures("Invoice", self.theirs)
        for document in (self.move, *documents):
            self.assertEqual(document.qbo_state, "synced", document.qbo_message)
        self.assertLedgersAgree()

    def test_a_payment_that_was_sent_stays_on_the_invoice(self):
        for paid, total in ((40, 130), (90, 150)):
            with self.subTest(paid=paid):
                payment = self.register(self.move, paid)
                self.run_jobs()
                self.change_total(total)
                self.assertEqual(payment.reconciled_invoice_ids, self.move)
                self.assertAgree(payment)
        self.assertEqual(self.move.amount_residual, 20)

    def test_a_payment_that_is_yet_to_be_sent_stays_on_the_invoice(self):
        payment = self.register(self.move, 40)
        with self.sending_nothing():
            self.change_total(130)
        self.assertEqual(self.move.amount_residual, 90)
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertAgree(payment)
        there = self.quickbooks.get("Payment", payment.qbo_id)
        self.assertEqual(there["UnappliedAmt"], 0)

    def test_what_does_not_fit_any_more_is_on_account_on_both_sides(self):
        first, second = self.register(self.move, 50), self.register(self.move, 40)
        self.run_jobs()
        self.change_total(70)
        self.assertAgree(first, second)
        self.assertEqual((first._qbo_open(), second._qbo_open()), (0, 20))

    def test_what_quickbooks_applied_comes_before_what_it_does_not_know(self):
        unsent = self.register(self.move, 40)
        self.payment(60, (self.theirs, 60))
        with self.sending_nothing():
            self.sync()
            self.change_total(70)
        self.assertEqual((self.move.amount_residual, unsent._qbo_open()), (0, 30))
        self.run_jobs()
        self.assertAgree(unsent)

    def test_a_credit_note_of_odoo_stays_on_the_invoice(self):
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.move.partner_id.id,
                "invoice_date": "2026-10-12",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Too much",
                            "price_unit": 30,
                            "tax_ids": False,
                            "account_id": self.move.invoice_line_ids.account_id.id,
                        }
                    )
                ],
            }
        )
        note.action_post()
        (note | self.move).line_ids.filtered("date_maturity").reconcile()
        self.run_jobs()
        self.change_total(120)
        self.assertEqual(self.move.amount_residual, 90)
        self.assertAgree(note)


class TestPaymentChanges(ImportCase):
    """Payments that a bookkeeper changes in QuickBooks."""

    def test_applications_that_change_are_changed_in_odoo(self):
        one, two = self.invoice(100), self.invoice(100)
        paid = self.payment(100, (one, 100))
        later = self.payment(10)
        self.sync()
        self.change(
            "Payment", paid, Line=[self.applied(one, 30), self.applied(two, 50)]
        )
        self.sync()
        self.assertSettled()
        self.assertEqual(self.assertSameFigures("Invoice", one).amount_residual, 70)
        self.assertEqual(self.assertSameFigures("Invoice", two).amount_residual, 50)
        self.assertEqual(self.on_account(paid), 20)
        self.assertEqual(self.on_account(later), 10)
        self.assertSameBalances()

    def test_a_changed_amount_and_date_flow_in(self):
        invoice = self.invoice(100)
        paid = self.payment(40, (invoice, 40))
        self.payment(10)
        self.sync()
        number = self.in_odoo("Payment", paid).name
        self.change(
            "Payment",
            paid,
            TotalAmt=75,
            TxnDate="2026-10-28",
            PaymentRefNum="CHK 77",
            Line=[self.applied(invoice, 75)],
        )
        self.sync()
        self.assertSettled()
        payment = self.in_odoo("Payment", paid)
        self.assertEqual((payment.amount, payment.name), (75, number))
        self.assertEqual(str(payment.move_id.date), "2026-10-28")
        self.assertEqual(payment.qbo_number, "CHK 77")
        self.assertSameFigures("Invoice", invoice)
        self.assertSameBalances()

    def test_a_payment_moved_to_another_year_takes_a_number_of_that_year(self):
        paid = self.payment(40)
        self.payment(10)
        self.sync()
        self.change("Payment", paid, TxnDate="2025-03-01")
        self.sync()
        self.assertSettled()
        self.assertIn("2025", self.in_odoo("Payment", paid).name)

    def test_a_voided_payment_opens_its_invoices_again(self):
        self.check_gone(lambda paid: self.quickbooks.void("Payment", paid["Id"]))

    def test_a_deleted_payment_opens_its_invoices_again(self):
        self.check_gone(lambda paid: self.quickbooks.delete("Payment", paid["Id"]))

    def test_a_payment_that_the_bank_has_is_not_cancelled_and_says_what_to_do(self):
        for remove in (self.quickbooks.void, self.quickbooks.delete):
            invoice = self.invoice(100)
            paid = self.payment(100, (invoice, 100))
            self.sync()
            payment = self.in_odoo("Payment", paid)
            matched = self.match_with_bank(payment)
            remove("Payment", paid["Id"])
            with self.subTest(remove=remove.__name__):
                self.check_refused(paid, payment, matched)

    def check_refused(self, paid, payment, matched):
        self.sync()
        row = self.row("Payment", paid)
        self.assertEqual((row.state, row.qbo_remedy), ("error", "retry"))
        for word in (payment.name, matched.move_id.name, "press Retry"):
            self.assertIn(word, row.message)
        self.assertTrue(matched.is_reconciled)
        self.assertEqual(payment.reconciled_invoice_ids.amount_residual, 0)
        matched.move_id.line_ids.remove_move_reconcile()
        row.action_retry()
        self.run_jobs()
        self.assertSettled()
        self.assertEqual(payment.state, "canceled")
        self.assertSameBalances()

    def test_a_payment_that_the_bank_has_keeps_its_amount_and_says_what_to_do(self):
        paid = self.payment(100)
        self.sync()
        payment = self.in_odoo("Payment", paid)
        matched = self.match_with_bank(payment)
        self.change("Payment", paid, TotalAmt=90)
        self.sync()
        row = self.row("Payment", paid)
        self.assertEqual((row.state, row.qbo_remedy), ("error", "retry"))
        for word in (payment.name, "90.00", "100.00", matched.move_id.name):
            self.assertIn(word, row.message)
        self.assertTrue(matched.is_reconciled)
        matched.move_id.line_ids.remove_move_reconcile()
        row.action_retry()
        self.run_jobs()
        self.assertSettled()
        self.assertEqual(payment.amount, 90)
        self.assertSameBalances()

    def test_a_payment_on_the_account_of_the_bank_is_not_matched_by_that(self):
        bank = self.company_data["default_journal_bank"].default_account_id
        self.row("Account", {"Id": "35"}).account_id = bank
        self.backend.payment_journal_id = self.company_data["default_journal_bank"]
        paid = self.payment(40, DepositToAccountRef={"value": "35"})
        self.sync()
        payment = self.in_odoo("Payment", paid)
        self.assertTrue(payment.is_matched)
        self.quickbooks.void("Payment", paid["Id"])
        self.sync()
        self.assertSettled()
        self.assertEqual(payment.state, "canceled")

    def check_gone(self, remove):
        invoice, memo = self.invoice(100), self.credit_memo(30)
        paid = self.payment(70, (invoice, 100), (memo, 30))
        self.payment(10)
        self.sync()
        self.assertEqual(self.assertSameFigures("Invoice", invoice).amount_residual, 0)
        remove(paid)
        self.sync()
        self.assertSettled()
        self.assertEqual(self.in_odoo("Payment", paid).state, "canceled")
        self.assertEqual(
            self.assertSameFigures("Invoice", invoice).amount_residual, 100
        )
        self.assertSameFigures("CreditMemo", memo)
        self.assertSameBalances()

    def test_a_payment_that_comes_before_its_invoice_is_applied_when_that_comes(self):
        early, late = self.invoice(100), self.invoice(60)
        paid = self.payment(160, (early, 100), (late, 60))
        whole = self.books_rows("Invoice")
        objects = self.env["qbo.object"]
        self.sync()
        # As if the second invoice had not been answered yet.
        move = self.in_odoo("Invoice", late)
        row = self.row("Invoice", late)
        self.assertSettled()
        self.assertFalse(self.row("Payment", paid).waiting_for)
        move.button_cancel()
        move.qbo_id = False
        row.sudo().unlink()
        self.row("Payment", paid).write({"state": "new", "applied": False})
        self.apply()
        waiting = self.row("Payment", paid)
        self.assertEqual(waiting.waiting_for, f"Invoice:{late['Id']}")
        self.assertIn("stays on the customer's account", waiting.message)
        self.assertEqual(self.on_account(paid), 60)
        self.assertSameFigures("Invoice", early)
        objects._upsert(self.backend, "Invoice", whole)
        self.apply()
        self.assertSettled()
        self.assertFalse(self.row("Payment", paid).waiting_for)
        self.assertSameFigures("Invoice", late)
        self.assertEqual(self.on_account(paid), 0)

    def test_two_payments_of_one_invoice_in_one_set(self):
        invoice = self.invoice(100)
        for part in (60, 40):
            self.payment(part, (invoice, part))
        self.sync()
        self.assertSettled()
        self.assertEqual(
            self.assertSameFigures("Invoice", invoice).payment_state, "paid"
        )

    def test_an_invoice_that_is_paid_in_odoo_leaves_the_payment_on_account(self):
        invoice = self.invoice(100)
        self.sync()
        move = self.in_odoo("Invoice", invoice)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids, qbo_import=True
        )
        register.create({})._create_payments()
        paid = self.payment(100, (invoice, 100))
        self.sync()
        self.assertSettled()
        self.assertEqual(self.on_account(paid), 100)
