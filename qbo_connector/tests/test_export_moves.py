from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command

from .test_export import ExportCase

WORK = {"name": "Work", "quantity": 2, "price_unit": 50.0, "tax_ids": []}


class MovesCase(ExportCase):
    """Invoices and credit notes that begin in Odoo."""

    def setUp(self):
        super().setUp()
        self.partner = self.invoices.partner_id

    def credit_note(self, lines, partner=None, **values):
        return self.invoice(
            partner or self.partner, lines, move_type="out_refund", **values
        )

    def there(self, move):
        return self.books.read(move._qbo_entity(), move.qbo_id)

    def apply(self, note, invoice):
        """Apply a credit note to an invoice, as the button on the invoice does."""
        line = note.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        invoice.js_assign_outstanding_line(line.id)

    def edit_there(self, move, changes):
        """A bookkeeper changes a document in QuickBooks."""
        there = self.there(move)
        known = {"Id": there["Id"], "SyncToken": there["SyncToken"], "sparse": True}
        self.sandbox.control.update(move._qbo_entity(), {**known, **changes})

    def change(self, move, price):
        move.button_draft()
        move.invoice_line_ids[0].price_unit = price
        move.action_post()
        self.run_jobs()


class TestExportInvoices(MovesCase):
    def test_a_posted_invoice_arrives_with_lines_dates_and_total(self):
        move = self.invoice(
            self.partner,
            [WORK, {"display_type": "line_note", "name": "Thank you"}],
            invoice_date_due=date(2026, 11, 1),
        )
        self.assertEqual(move.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(move)
        there = self.there(move)
        self.assertEqual(there["DocNumber"], move.name)
        self.assertEqual(
            (there["TxnDate"], there["DueDate"]), ("2026-10-02", "2026-11-01")
        )
        self.assertEqual((there["TotalAmt"], there["Balance"]), (100.0, 100.0))
        self.assertEqual(there["Line"][0]["SalesItemLineDetail"]["Qty"], 2)
        self.assertEqual(there["Line"][1]["Description"], "Thank you")

    def test_thirty_invoices_take_one_batch(self):
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner.id,
                    "invoice_date": date(2026, 10, 2),
                    "invoice_line_ids": [Command.create(WORK)],
                }
                for _ in range(30)
            ]
        )
        moves.action_post()
        self.sandbox.control.clear_log()
        self.run_jobs()
        self.assertEqual(set(moves.mapped("qbo_state")), {"synced"})
        writes = [row for row in self.sandbox.control.log() if row["method"] == "POST"]
        self.assertEqual([row["path"].split("/")[-1] for row in writes], ["batch"])

    def test_our_own_invoice_comes_back_as_nothing_new(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        run = self.sync()
        self.assertEqual((run.state, run.failed_count), ("done", 0))
        self.assertSynced(move)
        self.assertEqual(move.state, "posted")

    def test_vendor_bills_entries_and_drafts_do_not_concern_quickbooks(self):
        bill = self.init_invoice("in_invoice", amounts=[10.0], post=True)
        draft = self.init_invoice("out_invoice", amounts=[10.0])
        self.assertFalse(bill.qbo_state or draft.qbo_state)

    def test_a_changed_invoice_is_changed_there_and_keeps_its_identity(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        first = move.qbo_id
        self.change(move, 60.0)
        self.assertSynced(move)
        self.assertEqual(move.qbo_id, first)
        self.assertEqual(self.there(move)["TotalAmt"], 120.0)

    def test_a_change_in_quickbooks_is_shown_when_odoo_overwrites_it(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.edit_there(move, {"DueDate": "2026-12-24"})
        self.change(move, 60.0)
        self.assertSynced(move)
        self.assertIn("2026-12-24", "".join(move.message_ids.mapped("body")))

    def test_resetting_an_invoice_to_draft_says_what_is_applied_to_it(self):
        invoice = self.invoice(self.partner, [WORK])
        self.assertTrue(self.buttons(invoice, "button_draft"))
        self.run_jobs()
        self.assertFalse(self.buttons(invoice, "button_draft"))
        self.assertTrue(self.buttons(invoice, "action_qbo_ask_draft"))
        self.assertIn("nothing", self.asked_before_draft(invoice).words)
        payment = self.pay(100.0, invoice)
        self.run_jobs()
        wizard = self.asked_before_draft(invoice)
        for word in (f"Invoice {invoice.qbo_number}", payment.display_name):
            self.assertIn(word, wizard.words)
        wizard.action_reset()
        self.assertEqual(invoice.state, "draft")

    def test_a_draft_says_what_quickbooks_has_and_confirming_alike_writes_nothing(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        token = self.there(move)["SyncToken"]
        move.button_draft()
        self.assertIn(move.qbo_number, move.qbo_message)
        move.action_post()
        self.run_jobs()
        self.assertSynced(move)
        self.assertEqual(self.there(move)["SyncToken"], token)

    def test_a_cancelled_invoice_is_voided(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        move.button_draft()
        move.button_cancel()
        self.run_jobs()
        self.assertSynced(move)
        self.assertEqual(self.there(move)["TotalAmt"], 0)
        self.assertIn("Voided", move.qbo_message)
        self.assertEqual(self.sync().failed_count, 0)

    def test_an_invoice_with_payments_in_quickbooks_is_not_voided(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.sandbox.control.create(
            "Payment",
            {
                "CustomerRef": {"value": self.amy["Id"]},
                "TotalAmt": 30.0,
                "Line": [
                    {
                        "Amount": 30.0,
                        "LinkedTxn": [{"TxnId": move.qbo_id, "TxnType": "Invoice"}],
                    }
                ],
            },
        )
        move.button_draft()
        move.button_cancel()
        self.run_jobs()
        self.assertEqual(move.qbo_state, "error")
        self.assertIn("30.00", move.qbo_message)
        self.assertEqual(self.there(move)["TotalAmt"], 100.0)

    def test_an_invoice_is_not_deleted_while_quickbooks_has_it(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        move.button_draft()
        with self.assertRaisesRegex(UserError, "Cancel it first"):
            move.unlink()

    def test_paying_a_new_invoice_sends_both_once(self):
        move = self.invoice(self.partner, [WORK])
        payment = self.pay(100.0, move)
        self.run_jobs()
        self.assertSynced(move)
        self.assertSynced(payment)
        there = self.there(move)
        self.assertEqual(there["Balance"], 0)
        named = f"select * from Invoice where DocNumber = '{move.name}'"
        self.assertEqual(len(self.sandbox.control.query(named)), 1)

    def test_an_unmapped_account_stops_both_and_mapping_it_releases_both(self):
        account = self.company_data["default_account_revenue"].copy()
        self.backend.income_account_id = account
        product = self.env["product.product"].create(
            {"name": "Sculpture", "property_account_income_id": account.id}
        )
        move = self.invoice(self.partner, [{**WORK, "product_id": product.id}])
        payment = self.pay(100.0, move)
        self.run_jobs()
        self.assertEqual((move.qbo_state, payment.qbo_state), ("error", "error"))
        self.assertIn(account.name, move.qbo_message)
        self.assertIn(move.name, payment.qbo_message)
        income = self.backend.object_ids.filtered(
            lambda o: (o.payload or {}).get("AccountType") == "Income"
        )
        income[0].account_id = account
        self.assertEqual(move.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(move)
        self.assertSynced(payment)

    def test_export_off_leaves_invoices_alone(self):
        self.backend.invoice_flow = "import"
        self.assertFalse(self.invoice(self.partner, [WORK]).qbo_state)

    def test_a_variance_is_a_state_of_its_own_with_both_figures(self):
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        row = self.there(move)
        line = {**row["Line"][0], "Amount": 70.0}
        line["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}}
        self.edit_there(move, {"Line": [line]})
        self.sync()
        self.assertEqual(move.qbo_state, "differs")
        self.assertIn("70.00", move.qbo_message)
        self.assertIn("100.00", move.qbo_message)
        move.action_qbo_export()
        self.run_jobs()
        self.assertSynced(move)
        self.assertEqual(self.there(move)["TotalAmt"], 100.0)


class TestNumbersThatAreTaken(MovesCase):
    def _taken(self, amount, number, **fields):
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
        return self.sandbox.control.create(
            "Invoice",
            {
                "CustomerRef": {"value": self.amy["Id"]},
                "DocNumber": number,
                "Line": [line],
                **fields,
            },
        )

    def _draft(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": date(2026, 10, 2),
                "invoice_line_ids": [Command.create(WORK)],
            }
        )
        move.name = "INV/2026/07777"
        return move

    def test_the_same_customer_and_total_is_linked_and_stays_as_it_is(self):
        move = self._draft()
        due = move.invoice_date_due.isoformat()
        taken = self._taken(100.0, move.name, TxnDate="2026-10-02", DueDate=due)
        move.action_post()
        self.run_jobs()
        self.assertEqual(move.qbo_id, taken["Id"])
        self.assertIn("nothing was changed there", move.qbo_message)
        self.assertEqual(self.there(move)["SyncToken"], taken["SyncToken"])

    def test_what_is_linked_says_what_it_has_otherwise(self):
        move = self._draft()
        taken = self._taken(100.0, move.name, TxnDate="2026-09-24")
        move.action_post()
        self.run_jobs()
        self.assertEqual((move.qbo_id, move.qbo_state), (taken["Id"], "differs"))
        self.assertIn("2026-09-24", move.qbo_message)
        self.assertEqual(self.there(move)["TxnDate"], "2026-09-24")

    def test_what_is_another_document_here_is_not_linked_twice(self):
        move = self._draft()
        taken = self._taken(100.0, move.name)
        self.sync()
        move.action_post()
        self.run_jobs()
        self.assertEqual((move.qbo_state, move.qbo_id), ("error", False))
        twin = self.env["account.move"].search([("qbo_id", "=", taken["Id"])])
        self.assertIn(twin.display_name, move.qbo_message)
        self.assertEqual(self.there(twin)["SyncToken"], taken["SyncToken"])

    def test_another_total_is_an_error_that_says_whose_it_is(self):
        move = self._draft()
        self._taken(55.0, move.name)
        move.action_post()
        self.run_jobs()
        self.assertEqual(move.qbo_state, "error")
        self.assertIn("55.00", move.qbo_message)
        self.assertIn("Amy", move.qbo_message)

    def test_with_the_suffix_policy_ours_gets_a_suffix_once(self):
        self.backend.number_collision = "suffix"
        move = self._draft()
        self._taken(55.0, move.name)
        move.action_post()
        self.run_jobs()
        self.assertSynced(move)
        self.assertEqual(self.there(move)["DocNumber"], f"{move.name}-{move.id}")
        move.write({"qbo_id": False, "qbo_state": "pending", "qbo_generation": 5})
        first = self.sandbox.control.query("select * from Invoice maxresults 1000")
        move._job_qbo_push()
        self.assertSynced(move)
        self.assertEqual(
            self.sandbox.control.query("select * from Invoice maxresults 1000"), first
        )

    def test_quickbooks_may_number_ours(self):
        self.backend.number_collision = "quickbooks"
        move = self._draft()
        self._taken(55.0, move.name)
        move.action_post()
        self.run_jobs()
        self.assertSynced(move)
        self.assertNotEqual(self.there(move).get("DocNumber"), move.name)


class TestExportCreditNotes(MovesCase):
    def test_a_posted_credit_note_arrives_as_credit_memo(self):
        note = self.credit_note([WORK])
        self.run_jobs()
        self.assertSynced(note)
        there = self.there(note)
        self.assertEqual((there["TotalAmt"], there["RemainingCredit"]), (100.0, 100.0))
        self.assertEqual(there["DocNumber"], note.name)

    def test_applying_it_joins_both_by_a_payment_of_zero(self):
        note = self.credit_note([{**WORK, "price_unit": 20.0}])
        self.run_jobs()
        invoice = self.invoices[1:]
        self.apply(note, invoice)
        self.assertEqual(note.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(note)
        self.assertEqual(self.there(note)["RemainingCredit"], 0)
        self.assertEqual(self.there(invoice)["Balance"], 60.0)
        (joining,) = self.all_payments()
        self.assertEqual(joining["TotalAmt"], 0)
        self.assertEqual(self.sync().failed_count, 0)
        self.assertEqual(invoice.amount_residual, 60.0)

    def test_a_refund_of_a_new_invoice_sends_all_in_one_push(self):
        invoice = self.invoice(self.partner, [WORK])
        note = self.credit_note([WORK])
        self.apply(note, invoice)
        self.run_jobs()
        self.assertSynced(note)
        self.assertSynced(invoice)
        self.assertEqual(self.there(invoice)["Balance"], 0)
        self.assertEqual(len(self.all_payments()), 1)

    def test_unapplying_it_in_odoo_unapplies_it_there(self):
        invoice = self.invoices[1:]
        note = self.credit_note([WORK])
        self.apply(note, invoice)
        self.run_jobs()
        self.sync()
        note.line_ids.remove_move_reconcile()
        self.run_jobs()
        self.assertSynced(note)
        self.assertEqual(self.there(invoice)["Balance"], 100.0)
        self.assertFalse(self.all_payments())
        self.assertEqual(self.sync().failed_count, 0)
        self.assertEqual(invoice.amount_residual, 100.0)
        self.apply(note, invoice)
        self.run_jobs()
        self.assertEqual(self.there(invoice)["Balance"], 0)

    def test_unapplying_it_in_quickbooks_unapplies_it_in_odoo(self):
        invoice = self.invoices[1:]
        note = self.credit_note([WORK])
        self.apply(note, invoice)
        self.run_jobs()
        self.sync()
        (joining,) = self.all_payments()
        self.sandbox.control.delete("Payment", joining["Id"])
        self.sync()
        self.assertEqual(invoice.amount_residual, 100.0)
        self.assertEqual(note.amount_residual, 100.0)
        self.run_jobs()
        self.assertFalse(self.all_payments())

    def test_an_imported_credit_applied_by_hand_in_odoo_is_applied_there(self):
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": 30.0,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
        memo = self.sandbox.control.create(
            "CreditMemo", {"CustomerRef": {"value": self.amy["Id"]}, "Line": [line]}
        )
        self.sync()
        note = self.env["account.move"].search(
            [("qbo_id", "=", memo["Id"]), ("move_type", "=", "out_refund")]
        )
        invoice = self.invoices[1:]
        self.apply(note, invoice)
        self.run_jobs()
        self.assertSynced(note)
        self.assertEqual(note.qbo_origin, "quickbooks")
        self.assertEqual(self.there(invoice)["Balance"], 70.0)
        self.assertEqual(self.sync().failed_count, 0)
        self.assertEqual(invoice.amount_residual, 70.0)

    def test_a_cancelled_credit_note_is_unapplied_and_deleted(self):
        invoice = self.invoices[1:]
        note = self.credit_note([WORK])
        self.apply(note, invoice)
        self.run_jobs()
        note.button_draft()
        note.button_cancel()
        self.run_jobs()
        self.assertSynced(note)
        self.assertEqual(self.there(invoice)["Balance"], 100.0)
        self.assertFalse(self.sandbox.control.query("select * from CreditMemo"))
        self.assertEqual(self.sync().failed_count, 0)

    def test_a_lost_answer_joins_nothing_twice(self):
        invoice = self.invoices[1:]
        note = self.credit_note([{**WORK, "price_unit": 20.0}])
        self.run_jobs()
        self.apply(note, invoice)
        self.sandbox.control.fail_next(method="POST", path="batch", kind="drop-answer")
        with self.assertRaisesRegex(Exception, "."), self.env.cr.savepoint():
            note._job_qbo_push()
        self.env.invalidate_all()
        note._job_qbo_push()
        self.assertSynced(note)
        self.assertEqual(len(self.all_payments()), 1)


class TestClosedBooksPolicies(MovesCase):
    def close(self, day="2026-10-31"):
        self.sandbox.control.close_books(day)
        self.backend._read_company()

    def test_stop_shows_quickbooks_words(self):
        self.close()
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.assertEqual(move.qbo_state, "error")
        self.assertIn("6210", move.qbo_message)

    def test_post_on_the_first_open_day_says_so_and_is_no_difference(self):
        self.close()
        self.backend.closed_books_policy = "move"
        move = self.invoice(self.partner, [WORK])
        payment = self.pay(100.0, move)
        self.run_jobs()
        for document in (move, payment):
            self.assertSynced(document)
            self.assertIn("2026-11-01", document.qbo_message)
            self.assertEqual(str(document.qbo_posted_on), "2026-11-01")
        self.assertEqual(self.there(move)["TxnDate"], "2026-11-01")
        self.assertEqual(move.invoice_date, date(2026, 10, 2))
        self.sync()
        self.assertSynced(move)

    def test_what_was_sent_before_the_closing_keeps_its_date(self):
        self.backend.closed_books_policy = "move"
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner.id,
                "amount": 40.0,
                "date": date(2026, 10, 15),
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.run_jobs()
        self.close()
        invoice = self.invoice(self.partner, [WORK], invoice_date=date(2026, 11, 5))
        self.apply(payment.move_id, invoice)
        self.run_jobs()
        self.assertSynced(invoice)
        self.assertEqual(self.sent(payment)["TxnDate"], "2026-10-15")
        self.assertFalse(payment.qbo_posted_on)
        self.assertEqual(payment.qbo_state, "pending", "QuickBooks refuses it")
        self.assertIn("6210", payment.qbo_message)
        self.sandbox.control.close_books(None)
        self.sync()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["UnappliedAmt"], 0)

    def sent_before_the_closing(self, policy):
        """A credit note and an invoice, not applied."""
        self.backend.closed_books_policy = policy
        note = self.credit_note([{**WORK, "price_unit": 20.0}])
        invoice = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.close()
        return note, invoice

    def test_a_credit_is_applied_on_the_first_open_day(self):
        note, invoice = self.sent_before_the_closing("move")
        self.apply(note, invoice)
        self.run_jobs()
        self.assertSynced(note)
        [joining] = self.all_payments()
        self.assertEqual(joining["TxnDate"], "2026-11-01")
        self.assertFalse(note.qbo_posted_on)
        self.assertEqual(self.there(note)["TxnDate"], "2026-10-02")

    def test_a_credit_is_applied_when_the_books_open(self):
        note, invoice = self.sent_before_the_closing("hold")
        self.apply(note, invoice)
        self.run_jobs()
        self.assertEqual(note.qbo_state, "pending")
        self.assertIn("2026-10-31", note.qbo_message)
        self.assertFalse(self.all_payments())
        self.sandbox.control.close_books(None)
        self.sync()
        self.sync()  # what it applied is read
        self.assertSynced(note)
        self.assertEqual(self.there(note)["RemainingCredit"], 0)

    def moved(self):
        self.close()
        self.backend.closed_books_policy = "move"
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.assertEqual(self.there(move)["TxnDate"], "2026-11-01")
        return move

    def test_once_the_books_are_open_it_is_sent_with_its_own_date(self):
        move = self.moved()
        self.close(None)
        move.action_qbo_export()
        self.run_jobs()
        self.assertSynced(move)
        self.assertEqual(self.there(move)["TxnDate"], "2026-10-02")
        self.assertFalse(move.qbo_posted_on)

    def test_a_changed_one_stays_on_the_day_it_was_moved_to(self):
        move = self.moved()
        self.change(move, 60.0)
        self.assertSynced(move)
        self.assertEqual(self.there(move)["TxnDate"], "2026-11-01")
        self.assertEqual(str(move.qbo_posted_on), "2026-11-01")

    def test_the_bookkeeper_may_give_it_its_own_date_back(self):
        move = self.moved()
        self.sandbox.control.close_books(None)
        self.edit_there(move, {"TxnDate": "2026-10-02"})
        self.sync()
        self.assertSynced(move)

    def test_held_documents_go_by_themselves_when_the_books_open(self):
        self.close()
        self.backend.closed_books_policy = "hold"
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.assertEqual(move.qbo_state, "pending")
        self.assertIn("2026-10-31", move.qbo_message)
        self.sandbox.control.close_books(None)
        self.sync()
        self.assertSynced(move)
        self.assertEqual(self.there(move)["TxnDate"], "2026-10-02")

    def test_books_that_were_closed_meanwhile_are_noticed(self):
        self.backend.closed_books_policy = "hold"
        self.sandbox.control.close_books("2026-10-31")
        move = self.invoice(self.partner, [WORK])
        self.run_jobs()
        self.assertEqual(str(self.backend.book_close_date), "2026-10-31")
        self.assertEqual(move.qbo_state, "pending")
