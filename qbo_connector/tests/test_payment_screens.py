from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.exception import RetryableJobError

from .http_common import QboHttpCase
from .test_export_moves import WORK, MovesCase


class PaymentScreensCase(MovesCase):
    """A company whose payments do not come in by themselves."""

    def setUp(self):
        super().setUp()
        self.backend.payment_flow = "off"
        self.rows = self.env["qbo.object"]

    def receive(self, amount, when="2026-10-15", applied=None, **values):
        """The bookkeeper receives a payment in QuickBooks."""
        lines = [
            {"Amount": part, "LinkedTxn": [{"TxnId": txn["Id"], "TxnType": "Invoice"}]}
            for txn, part in applied or []
        ]
        body = {
            "CustomerRef": {"value": self.amy["Id"]},
            "TotalAmt": amount,
            "TxnDate": when,
            "Line": lines,
            **values,
        }
        return self.sandbox.control.create("Payment", body)

    def listing(self, start=False, end=False):
        """Press *Read from QuickBooks* and wait for it."""
        self.rows.action_read_payments(start, end)
        self.run_jobs()
        self.env.invalidate_all()
        return self.listed()

    def listed(self):
        return self.rows.search(
            [("entity", "=", "Payment"), ("company_id", "=", self.company.id)],
            order="txn_date, id",
        )

    def choose(self, rows):
        """Press *Import Selected* and wait for the end of it."""
        answer = rows.action_import_payments()
        self.run_jobs()
        self.env.invalidate_all()
        return answer

    def payments(self):
        return self.env["account.payment"].search(
            [("company_id", "=", self.company.id)], order="date, id"
        )


class TestImportPayments(PaymentScreensCase):
    def test_payments_are_listed_with_what_quickbooks_says_and_not_imported(self):
        self.receive(130.0, PaymentRefNum="CHK 7", applied=[(self.theirs[0], 80.0)])
        [row] = self.listing()
        self.assertRecordValues(
            row,
            [
                {
                    "state": "listed",
                    "txn_date": date(2026, 10, 15),
                    "customer": "Amy's Bird Sanctuary",
                    "name": "CHK 7",
                    "total": 130.0,
                    "unapplied": 50.0,
                    "deposit_account": "Undeposited Funds",
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )
        self.assertIn(row.qbo_id, row.qbo_url)
        self.assertFalse(self.payments())

    def test_money_of_several_currencies_is_not_added_up(self):
        self.assertFalse(self.rows.fields_get(["total"])["total"].get("aggregator"))

    def test_both_days_of_the_range_are_included(self):
        for day in ("2026-10-09", "2026-10-10", "2026-10-12", "2026-10-13"):
            self.receive(10.0, when=day)
        found = self.listing("2026-10-10", "2026-10-12")
        self.assertEqual(
            found.mapped("txn_date"), [date(2026, 10, 10), date(2026, 10, 12)]
        )

    def test_nothing_before_the_start_of_the_sync_is_read(self):
        self.receive(10.0, when="2026-10-09")
        self.receive(10.0, when="2026-10-10")
        self.backend.start_date = "2026-10-10"
        self.assertEqual(
            self.listing("2026-01-01").mapped("txn_date"), [date(2026, 10, 10)]
        )

    def test_a_sync_leaves_alone_what_was_only_listed(self):
        self.receive(80.0, applied=[(self.theirs[0], 80.0)])
        row = self.listing()
        self.books.update("Customer", {**self.amy, "CompanyName": "Amy Ltd"})
        self.sync()
        self.assertEqual(row.state, "listed")
        self.assertFalse(self.payments())

    def test_a_sync_takes_what_was_listed_once_payments_come_in(self):
        self.backend.payment_flow = "import"
        self.receive(80.0, applied=[(self.theirs[0], 80.0)])
        row = self.listing()
        self.assertEqual(row.state, "listed")
        self.sync()
        self.assertEqual(row.state, "linked")
        self.assertEqual(self.invoices[0].payment_state, "paid")

    def test_chosen_ones_arrive_applied_as_in_quickbooks_and_the_others_stay(self):
        self.receive(80.0, when="2026-10-14", applied=[(self.theirs[0], 80.0)])
        self.receive(60.0, applied=[(self.theirs[1], 60.0)])
        first, second = self.listing()
        self.assertEqual(self.choose(second), {"count": 1, "message": False})
        self.assertEqual((first.state, second.state), ("listed", "linked"))
        self.assertEqual(self.payments().mapped("amount"), [60.0])
        self.assertEqual(self.invoices.mapped("amount_residual"), [80.0, 40.0])

    def test_one_failure_says_why_and_does_not_stop_the_rest(self):
        self.company.hard_lock_date = "2026-09-30"
        for day in ("2026-09-15", "2026-10-15", "2026-10-16"):
            self.receive(10.0, when=day)
        rows = self.listing()
        self.choose(rows)
        self.assertEqual(rows.mapped("state"), ["error", "linked", "linked"])
        self.assertIn("locked until", rows[0].message)

    def test_what_changed_or_went_since_it_was_listed_arrives_as_it_is_now(self):
        changed, gone = self.receive(10.0), self.receive(20.0)
        rows = self.listing()
        self.books.update("Payment", {**changed, "TotalAmt": 15.0})
        self.books.delete("Payment", gone)
        self.choose(rows)
        self.assertEqual(rows.mapped("state"), ["linked", "ignored"])
        self.assertEqual(self.payments().mapped("amount"), [15.0])

    def test_a_change_in_quickbooks_is_listed_and_can_be_imported_again(self):
        there = self.receive(10.0)
        row = self.listing()
        self.choose(row)
        self.books.update("Payment", {**there, "TotalAmt": 15.0})
        self.listing()
        self.assertEqual(row.state, "listed")
        self.assertEqual(self.payments().amount, 10.0)
        self.choose(row)
        self.assertEqual(self.payments().amount, 15.0)

    def test_what_is_in_odoo_already_is_left_out(self):
        self.receive(10.0)
        row = self.listing()
        self.choose(row)
        answer = self.choose(row)
        self.assertEqual(answer["count"], 0)
        self.assertIn("Left out: 1", answer["message"])
        self.assertEqual(len(self.payments()), 1)

    def test_pressing_twice_imports_once(self):
        self.receive(10.0)
        row = self.listing()
        row.action_import_payments()
        self.choose(row)
        self.assertEqual(len(self.payments()), 1)

    def test_many_are_imported_in_sets_with_one_call_each(self):
        for number in range(25):
            self.receive(1.0 + number)
        rows = self.listing()
        self.sandbox.control.clear_log()
        self.choose(rows)
        self.assertEqual(len(self.payments()), 25)
        self.assertEqual(set(rows.mapped("state")), {"linked"})
        self.assertEqual(len(self.sandbox.control.log()), 3)

    def test_a_page_of_the_list_takes_as_few_queries_for_many_rows_as_for_two(self):
        for number in range(12):
            self.receive(1.0 + number)
        rows = self.listing()
        columns = ("customer", "unapplied", "deposit_account", "qbo_url")
        counts = []
        for page in (rows, rows[:2], rows):  # the first one fills caches
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            page.read(columns)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_passing_trouble_is_tried_again_and_lasting_trouble_is_told(self):
        self.receive(10.0)
        row = self.listing()
        self.sandbox.control.fail_next(n=9, kind="503")
        row.action_import_payments()
        with self.assertRaises(RetryableJobError):
            self.run_jobs()
        self.assertEqual(row.state, "chosen")
        self.backend._on_import_chosen_failed(
            exc_name="odoo.addons.queue_job.exception.FailedJobError",
            exc_message="503 Service Unavailable",
        )
        self.assertEqual(row.state, "error")
        self.assertIn("503 Service Unavailable", row.message)

    def test_what_nobody_foresaw_is_told_without_the_words_of_a_program(self):
        self.receive(10.0)
        row = self.listing()
        row.action_import_payments()
        self.backend._on_import_chosen_failed(
            exc_name="builtins.KeyError", exc_message="'TotalAmt'"
        )
        self.assertIn("KeyError", row.message)
        self.assertIn("press Import Selected again", row.message)
        self.assertNotIn("TotalAmt", row.message)

    def test_a_refusal_of_quickbooks_says_which_payment_what_it_means_and_what_to_do(
        self,
    ):
        self.receive(10.0)
        row = self.listing()
        fault = {"code": "5020", "message": "Permission Denied Error", "http": 403}
        self.sandbox.control.fail_next(path="/query", fault=fault)
        self.choose(row)
        self.assertEqual(row.state, "error")
        words = ("Payment", row.name, "QuickBooks says", "press Import Selected again")
        for word in words:
            self.assertIn(word, row.message)
        self.assertNotIn("Export back", row.message)

    def test_an_import_that_is_killed_each_time_is_told_and_can_be_chosen_again(self):
        self.receive(10.0)
        row = self.listing()
        row.action_import_payments()
        job = self.pending_jobs([("method_name", "=", "_job_import_chosen")])
        job.write({"state": "failed", "exc_name": "JobFoundDead"})
        self.backend._tell_interrupted_imports()
        self.assertEqual((job.state, row.state), ("cancelled", "error"))
        self.assertIn("the server was stopped", row.message)
        self.choose(row)
        self.assertEqual(row.state, "linked")

    def test_nothing_is_imported_before_the_connection_is_switched_on(self):
        self.receive(10.0)
        row = self.listing()
        self.backend.live = False
        answer = self.choose(row)
        self.assertEqual(row.state, "listed")
        self.assertIn("not switched on yet", answer["message"])

    def test_a_company_without_connection_says_so(self):
        other = self.env["res.company"].create({"name": "Unconnected"})
        rows = self.rows.with_context(allowed_company_ids=other.ids)
        with self.assertRaisesRegex(UserError, "not connected"):
            rows.action_read_payments()

    def test_who_may_not_book_payments_may_look_but_not_import(self):
        self.receive(10.0)
        row = self.listing()
        reader = new_test_user(
            self.env,
            "qbo_reader",
            groups="qbo_connector.group_qbo_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.assertEqual(row.with_user(reader).state, "listed")
        with self.assertRaises(AccessError):
            row.with_user(reader).action_import_payments()

    def test_payments_of_another_company_are_not_seen_or_imported(self):
        self.receive(10.0)
        row = self.listing()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "qbo_stranger",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=other.ids,
        )
        self.assertFalse(self.rows.with_user(stranger).search([("id", "=", row.id)]))
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_import_payments()


class TestExportScreen(PaymentScreensCase):
    """*Export Payments*, without a browser."""

    def kept(self, amount, memo="", **values):
        """A payment that was not sent when it was confirmed."""
        return self.pay(amount, communication=memo, **values)

    def on_account(self, amount):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner.id,
                "amount": amount,
                "date": date(2026, 10, 15),
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def export(self, documents, auto_apply=True):
        """Press *Export Selected* and wait for the end of it."""
        self.backend.payment_flow = self.backend.credit_note_flow = "both"
        answer = documents.qbo_export_chosen(auto_apply)
        self.run_jobs()
        self.env.invalidate_all()
        return answer

    def applied(self, payment):
        """{invoice id: amount} as QuickBooks has it."""
        return {
            link["TxnId"]: line["Amount"]
            for line in self.sent(payment)["Line"]
            for link in line["LinkedTxn"]
        }

    def test_with_auto_apply_a_payment_is_applied_as_in_odoo(self):
        payment = self.kept(130.0)
        self.assertFalse(payment.qbo_state)
        self.assertEqual(self.export(payment), {"count": 1, "message": False})
        self.assertSynced(payment)
        first, second = (row["Id"] for row in self.theirs)
        self.assertEqual(self.applied(payment), {first: 80.0, second: 50.0})

    def test_with_auto_apply_money_on_account_pays_the_oldest_invoices(self):
        payment = self.on_account(90.0)
        self.export(payment)
        first, second = (row["Id"] for row in self.theirs)
        self.assertEqual(self.applied(payment), {first: 80.0, second: 10.0})
        self.assertEqual(self.invoices.mapped("amount_residual"), [0.0, 90.0])

    def test_without_auto_apply_it_arrives_unapplied(self):
        payment = self.kept(130.0)
        self.export(payment, auto_apply=False)
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["UnappliedAmt"], 130.0)

    def test_what_cannot_be_sent_is_left_out_and_the_rest_goes(self):
        payments = self.kept(80.0, invoices=self.invoices[0]) | self.on_account(5.0)
        payments[1].action_draft()
        answer = self.export(payments)
        self.assertEqual(answer["count"], 1)
        self.assertIn("Left out: 1. Only confirmed", answer["message"])
        self.assertSynced(payments[0])

    def test_each_reason_to_leave_one_out_is_told_with_how_many(self):
        hidden, draft, other = (self.on_account(amount) for amount in (1, 2, 3))
        hidden._qbo_write({"qbo_state": "hidden"})
        (draft | other).action_draft()
        answer = self.export(hidden | draft | other)
        self.assertEqual(
            answer["message"],
            "Left out: 3. 1 of them: They are hidden from the sync. 2 of them: Only"
            " confirmed documents are sent.",
        )

    def test_applied_after_all_what_odoo_has_applied_comes_first(self):
        payment = self.kept(130.0, invoices=self.invoices[1])
        self.export(payment, auto_apply=False)
        self.export(payment)
        self.assertSynced(payment)
        self.assertEqual(self.applied(payment), {self.theirs[1]["Id"]: 100.0})
        self.assertEqual(self.invoices[0].amount_residual, 80.0)

    def test_credit_notes_are_sent_from_the_same_screen(self):
        self.backend.credit_note_flow = "off"
        note = self.credit_note([WORK])
        self.assertFalse(note.qbo_state)
        self.assertEqual(self.export(note)["count"], 1)
        self.assertSynced(note)
        self.assertEqual(self.there(note)["TotalAmt"], 100.0)

    def test_who_may_not_write_documents_cannot_send_them(self):
        payment = self.kept(80.0, invoices=self.invoices[0])
        reader = new_test_user(
            self.env,
            "qbo_reader",
            groups="account.group_account_readonly,qbo_connector.group_qbo_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        with self.assertRaises(AccessError):
            payment.with_user(reader).qbo_export_chosen(True)

    def test_a_mixed_selection_warns_and_goes_on_with_the_payments(self):
        self.backend.credit_note_flow = "off"
        payment = self.kept(80.0, invoices=self.invoices[0])
        note = self.credit_note([WORK])
        self.backend.payment_flow = self.backend.credit_note_flow = "both"
        toast = (payment.move_id | note).action_qbo_export_selection()["params"]
        self.assertEqual(toast["type"], "warning")
        self.assertIn("mixes payments with 1 other documents", toast["message"])
        self.run_jobs()
        self.assertSynced(payment)
        self.assertFalse(note.qbo_state)

    def test_documents_alone_are_exported_without_a_warning(self):
        self.backend.credit_note_flow = "off"
        note = self.credit_note([WORK])
        self.backend.credit_note_flow = "both"
        toast = note.action_qbo_export_selection()["params"]
        self.assertEqual(toast["type"], "info")
        self.run_jobs()
        self.assertSynced(note)

    def test_a_hidden_credit_note_is_not_sent_and_says_why(self):
        note = self.credit_note([WORK])
        wizard = self.env["qbo.hide"].with_context(
            active_model="account.move", active_ids=note.ids
        )
        wizard.create({"reason": "Given in QuickBooks"}).action_hide()
        self.run_jobs()
        self.assertEqual(note.qbo_state, "hidden")
        self.assertEqual(note.qbo_message, "Given in QuickBooks")
        self.assertFalse(note.qbo_id)
        note.action_qbo_unhide()
        self.run_jobs()
        self.assertSynced(note)


class TestHistory(PaymentScreensCase):
    """The sync history of a document, and its way to QuickBooks."""

    def test_each_outcome_is_kept_with_who_and_what_quickbooks_said(self):
        self.backend.payment_flow = "both"
        self.sandbox.control.close_books("2026-10-31")
        payment = self.pay(80.0, self.invoices[0])
        self.run_jobs()
        self.sandbox.control.close_books(None)
        payment.action_qbo_export()
        self.run_jobs()
        self.env.invalidate_all()
        history = payment.qbo_history_ids
        self.assertEqual(history.mapped("outcome"), ["synced", "error"])
        self.assertEqual(history.mapped("direction"), ["out", "out"])
        self.assertEqual(history.create_uid, self.env.user)
        self.assertIn("Account Period Closed", history[1].message)

    def test_importing_documents_writes_no_history_but_their_changes_do(self):
        self.assertFalse(self.invoices.qbo_history_ids)
        invoice = self.invoices[0]
        there = self.books.read("Invoice", invoice.qbo_id)
        self.books.void("Invoice", there)
        self.sync()
        self.assertEqual(invoice.qbo_history_ids.mapped("direction"), ["in"])
        self.assertIn("Changed in QuickBooks", invoice.qbo_history_ids.message)

    def test_customers_and_products_lead_to_their_twins(self):
        customer = self.invoices.partner_id
        self.assertIn(f"nameId={self.amy['Id']}", customer.qbo_url)
        self.assertFalse(self.partner_a.qbo_url)
        item = self.env["qbo.object"].search([("entity", "=", "Item")], limit=1)
        self.assertEqual(item._record().product_tmpl_id.qbo_url, item.qbo_url)
        self.assertTrue(item.qbo_url)

    def test_customers_and_products_say_what_they_are_in_quickbooks(self):
        customer = self.invoices.partner_id
        [row] = self.env["qbo.object"].search(
            [("entity", "=", "Customer"), ("qbo_id", "=", self.amy["Id"])]
        )
        self.assertEqual(customer.qbo_twin_name, "Amy's Bird Sanctuary")
        self.assertEqual(customer.qbo_twin_ref, self.amy["Id"])
        self.assertEqual(customer.qbo_twin_synced_at, row.write_date)
        for days, origin in ((-1, "odoo"), (1, "quickbooks")):
            moment = fields.Datetime.now() + timedelta(days=days)
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET create_date = %s WHERE id = %s",
                [moment, customer.id],
            )
            self.env.invalidate_all()
            self.assertEqual(customer.qbo_twin_origin, origin)
        self.assertFalse(self.partner_a.qbo_twin_ref)
        self.assertFalse(self.partner_a.qbo_twin_origin)


@tagged("is_tour")
class TestPaymentScreens(QboHttpCase, PaymentScreensCase):
    """Both screens, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours play the job runner, and look for its jobs.
        cls.env.user.group_ids += cls.env.ref("queue_job.group_queue_job_manager")

    def test_payments_are_read_chosen_and_imported_and_one_says_why_not(self):
        self.company.hard_lock_date = "2026-09-30"
        self.receive(40.0, when="2026-08-31", PaymentRefNum="OUT OF RANGE")
        self.receive(50.0, when="2026-09-01", PaymentRefNum="LOCKED")
        self.receive(80.0, PaymentRefNum="INVOICE", applied=[(self.theirs[0], 80.0)])
        self.receive(60.0, when="2026-11-05", PaymentRefNum="LAST DAY")
        self.receive(70.0, when="2026-11-05", PaymentRefNum="NOT CHOSEN")
        self.screen("qbo-import-payments", "qbo_import_payments")
        self.assertEqual(self.payments().mapped("amount"), [80.0, 60.0])
        self.assertEqual(self.invoices[0].payment_state, "paid")

    def test_payments_and_credit_notes_are_chosen_and_exported(self):
        self.backend.payment_flow = "both"
        self.pay(10.0, self.invoices[0], communication="SENT")
        self.run_jobs()
        self.backend.payment_flow = self.backend.credit_note_flow = "off"
        october, early = date(2026, 10, 20), date(2026, 10, 5)
        self.pay(20.0, self.invoices[1], when=october, communication="OPEN")
        self.pay(30.0, self.invoices[1], when=early, communication="LOCKED")
        self.pay(
            5.0, self.invoices[1], when=date(2026, 11, 1), communication="NOVEMBER"
        )
        secret = self.pay(5.0, self.invoices[1], communication="SECRET")
        hide = self.env["qbo.hide"].with_context(
            active_model="account.payment", active_ids=secret.ids
        )
        hide.create({"reason": "Entered by hand"}).action_hide()
        note = self.credit_note([WORK], invoice_date=october)
        self.sandbox.control.close_books("2026-10-10")
        self.backend.payment_flow = self.backend.credit_note_flow = "both"
        self.screen("qbo-export-payments", "qbo_export_payments")
        amounts = [row["TotalAmt"] for row in self.all_payments() if row["TotalAmt"]]
        self.assertEqual(sorted(amounts), [10.0, 20.0])
        self.assertSynced(note)

    def test_what_waits_holds_no_bar_of_progress(self):
        self.backend.payment_flow = "both"
        self.backend.closed_books_policy = "hold"
        self.backend.book_close_date = "2026-10-31"
        self.sandbox.control.close_books("2026-10-31")
        payment = self.pay(20.0, self.invoices[1], communication="WAITS")
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "pending")
        self.assertTrue(payment.qbo_message)
        self.screen("qbo-export-payments", "qbo_export_waiting")
        self.assertFalse(self.all_payments())

    def test_a_mixed_selection_of_journal_entries_warns_and_sends_the_payments(self):
        self.backend.credit_note_flow = "off"
        payment = self.pay(80.0, self.invoices[0], communication="MIXED")
        payment.move_id.ref = "MIXED"
        note = self.credit_note([WORK], ref="Credit Note")
        self.backend.payment_flow = self.backend.credit_note_flow = "both"
        action = self.env.ref("account.action_move_journal_line")
        self.screen(f"action-{action.id}", "qbo_export_mixed_selection")
        self.assertSynced(payment)
        self.assertFalse(note.qbo_state)

    def test_a_selection_of_the_payments_list_is_exported(self):
        payment = self.pay(80.0, self.invoices[0], communication="MIXED")
        payment.name = "MIXED"
        self.backend.payment_flow = "both"
        action = self.env.ref("account.action_account_payments")
        self.screen(f"action-{action.id}", "qbo_export_from_payments")
        self.assertSynced(payment)

    def test_rows_that_change_together_are_read_in_one_go(self):
        for number in range(4):
            self.pay(10.0 + number, self.invoices[1])
        self.backend.payment_flow = "both"
        model, reads = self.env.registry["account.payment"], []
        web_read = model.web_read

        def counted(records, specification):
            reads.append(len(records))
            return web_read(records, specification)

        action = self.env.ref("account.action_account_payments")
        with patch.object(model, "web_read", counted):
            self.screen(f"action-{action.id}", "qbo_export_all_payments")
        self.assertTrue(reads)
        self.assertNotIn(1, reads)

    def test_a_document_shows_its_history_and_a_customer_its_twin(self):
        self.backend.payment_flow = "both"
        self.sandbox.control.close_books("2026-10-31")
        payment = self.pay(80.0, self.invoices[0])
        self.run_jobs()
        self.sandbox.control.close_books(None)
        payment.action_qbo_export()
        self.run_jobs()
        payments = self.env.ref("account.action_account_payments")
        self.screen(f"action-{payments.id}/{payment.id}", "qbo_document_history")
        for record in (
            self.partner,
            self.env["qbo.object"]
            .search([("entity", "=", "Item")], limit=1)
            ._record()
            .product_tmpl_id,
        ):
            self.screen(f"{record._name}/{record.id}", "qbo_open_in_quickbooks")
