from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from ..models import qbo_error_trial
from ..models.sending import cause_of
from .http_common import QboHttpCase
from .import_common import ImportCase
from .test_export import ExportCase
from .test_security import SecurityCase


class ErrorCase(ExportCase):
    """Payments and invoices that QuickBooks, or a mapping, holds back."""

    def rows(self, **values):
        self.env.invalidate_all()
        domain = [(name, "=", value) for name, value in values.items()]
        company = ("company_id", "=", self.company.id)
        return self.env["qbo.error"].search([company, *domain])

    def refused(self, count=3):
        """Payments that QuickBooks refused because its books are closed."""
        self.sandbox.control.close_books("2026-10-31")
        payments = self.env["account.payment"].union(
            *(
                self.pay(1.0 + number, self.invoices[:1], when=date(2026, 10, 15))
                for number in range(count)
            )
        )
        self.run_jobs()
        self.assertEqual(payments.mapped("qbo_state"), ["error"] * count)
        return payments


class TestErrors(ErrorCase):
    def test_without_trouble_the_list_is_empty(self):
        self.assertFalse(self.rows())

    def test_documents_are_grouped_by_cause_with_their_value(self):
        payments = self.refused()
        row = self.rows()
        self.assertEqual(
            (row.res_model, row.cause, row.document_count, row.state),
            ("account.payment", "closed_books", 3, "error"),
        )
        self.assertEqual(row.value, 6.0)
        self.assertEqual(row.name, "The books are closed in QuickBooks")
        self.assertEqual(row.remedy_label, "Open in QuickBooks")
        self.assertEqual(row.reason, payments.sorted("id")[0].qbo_message)
        action = row.action_open()
        found = self.env["account.payment"].search(action["domain"])
        self.assertEqual(found, payments)

    def test_the_list_costs_the_same_for_many_documents(self):
        self.refused(2)
        fields = ["name", "advice", "reason", "remedy_label", "value", "trial_state"]

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.rows().read(fields)
            return self.env.cr.sql_log_count - before

        count()  # what Odoo keeps of models and groups is read once
        few = count()
        self.refused(8)
        self.assertEqual(self.rows().document_count, 10)
        self.assertEqual(count(), few)

    def test_retrying_one_sends_one_and_its_success_sends_the_rest(self):
        payments = self.refused().sorted("id")
        self.sandbox.control.close_books(None)
        self.rows().action_retry_one()
        self.assertEqual(payments.mapped("qbo_state"), ["pending", "error", "error"])
        self.assertEqual(self.rows().trial_state, "running")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(payments.mapped("qbo_state"), ["synced"] * 3)
        self.assertFalse(self.rows())
        self.assertFalse(self.env["qbo.trial"].search([]))

    def test_when_the_first_fails_again_the_rest_stays_with_the_fresh_reason(self):
        payments = self.refused().sorted("id")
        self.sandbox.control.clear_log()
        self.rows().action_retry_one()
        self.run_jobs()
        row = self.rows()
        self.assertEqual((row.document_count, row.trial_state), (3, "failed"))
        self.assertEqual(row.reason, payments[0].qbo_message)
        self.assertEqual(payments.mapped("qbo_state"), ["error"] * 3)
        writes = [c for c in self.sandbox.control.log() if c["method"] == "POST"]
        self.assertEqual(len(writes), 1)

    def test_what_is_put_right_for_many_documents_is_tried_with_one(self):
        self.startPatcher(patch.object(qbo_error_trial, "PUSH_SIZE", 2))
        account = self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.account_id
        )[:1]
        payments = self.env["account.payment"].union(
            *(self.pay(1.0 + number, self.invoices[:1]) for number in range(4))
        )
        payments = payments.sorted("id")
        for payment in payments:
            payment._qbo_mark_error("Map it", cause_of(account.account_id))
        self.sandbox.control.close_books("2026-10-31")
        self.sandbox.control.clear_log()
        self.backend._continue_waiting(account)
        self.assertEqual(payments.mapped("qbo_state"), ["pending"] + 3 * ["error"])
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(payments[0].qbo_cause, "closed_books")
        self.assertEqual(payments.mapped("qbo_state"), 4 * ["error"])
        writes = [c for c in self.sandbox.control.log() if c["method"] == "POST"]
        self.assertEqual(len(writes), 1)
        self.sandbox.control.close_books(None)
        self.backend._continue_waiting(account)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(payments.mapped("qbo_state"), ["error"] + 3 * ["synced"])

    def test_a_retry_that_fails_can_be_tried_again(self):
        payments = self.refused()
        self.rows().action_retry_one()
        self.run_jobs()
        self.sandbox.control.close_books(None)
        self.rows().action_retry_one()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(payments.mapped("qbo_state"), ["synced"] * 3)

    def test_documents_that_wait_for_a_record_name_it(self):
        account = self.company_data["default_account_revenue"]
        self.invoices[:1]._qbo_mark_error("Map it", f"account.account,{account.id}")
        row = self.rows(res_model="account.move")
        self.assertEqual(row.name, f"The account {account.display_name} is not mapped")
        self.assertEqual(row.remedy_label, "Map Accounts")
        self.assertEqual(row.action_remedy()["res_model"], "qbo.object")
        self.assertEqual(row.value, 80.0)

    def test_documents_go_on_however_their_account_is_mapped(self):
        account = self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.account_id
        )[:1]
        record = account.account_id
        invoice = self.invoice(
            self.invoices[:1].partner_id, [{"name": "Hours", "price_unit": 10.0}]
        )
        self.run_jobs()
        invoice._qbo_mark_error("Map it", f"account.account,{record.id}")
        self.backend._continue_waiting(account)
        self.assertEqual(invoice.qbo_state, "pending")

    def test_documents_go_on_when_their_customer_is_linked(self):
        refused = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        refused._qbo_mark_error("Another one has the name", "6240")
        row = self.backend.object_ids.filtered(
            lambda o: o.entity == "Customer" and o._record() == refused.partner_id
        )
        self.backend._continue_waiting(row)
        self.assertEqual(refused.qbo_state, "pending")

    def test_a_code_of_quickbooks_is_explained_by_the_table(self):
        self.invoices[:1]._qbo_mark_error("Refused", "6240")
        row = self.rows()
        self.assertIn("Another customer, vendor", row.name)
        self.assertEqual(row.remedy_label, "Link Customers")

    def test_what_has_no_cause_is_listed_too(self):
        self.invoices[0]._qbo_mark_error("Something unexpected")
        self.invoices[1]._qbo_mark_error("The two sides differ", state="differs")
        self.assertEqual(set(self.rows().mapped("cause")), {"other", "differs"})
        for row in self.rows():
            found = self.env["account.move"].search(row.action_open()["domain"])
            self.assertEqual(len(found), 1)

    def test_differences_are_looked_at_and_never_sent_all_at_once(self):
        self.invoices._qbo_mark_error("The two sides differ", state="differs")
        row = self.rows()
        self.assertEqual(row.remedy_label, "Open Them")
        self.assertEqual(row.action_remedy()["res_model"], "account.move")
        with self.assertRaisesRegex(UserError, "which side is right"):
            row.action_retry_one()

    def test_what_waits_for_open_books_is_listed_as_waiting(self):
        self.backend.closed_books_policy = "hold"
        self.backend.book_close_date = "2026-10-31"
        payment = self.pay(10.0, self.invoices[:1])
        self.assertFalse(self.rows(), "what is on its way is no error")
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "pending")
        self.assertEqual(self.rows().state, "waiting")

    def test_diagnostics_tell_the_error_and_no_secret(self):
        self.refused(1)
        row = self.rows()
        dialog = self.env["qbo.diagnostics"].browse(
            row.action_copy_diagnostics()["res_id"]
        )
        text = dialog.text
        tid = self.env["qbo.history"].search([("intuit_tid", "!=", False)], limit=1)
        for told in ("Odoo 19.0", "closed_books", "[Jobs]", tid.intuit_tid, "6210"):
            self.assertIn(told, text)
        credential = self.backend._credential()
        tokens = credential.access_token_for_call()
        keys = self.sandbox.credentials()
        for secret in (
            tokens,
            keys["client_secret"],
            keys["refresh_token"],
            self.backend.realm_id,
        ):
            self.assertNotIn(secret, text)


class TestErrorsOfObjects(ImportCase):
    def rows(self):
        self.env.invalidate_all()
        return self.env["qbo.error"].search([("company_id", "=", self.company.id)])

    def waiting(self, count=3):
        """Invoices of QuickBooks whose tax rate is not mapped; their tax in Odoo."""
        rate = self.backend.object_ids.filtered(
            lambda o: o.entity == "TaxRate" and o.qbo_id == "3"
        )
        tax = rate._record()
        rate.tax_id = False
        detail = {"TxnTaxCodeRef": {"value": "2"}}
        for _each in range(count):
            self.invoice(Line=[self.line(100, tax="TAX")], TxnTaxDetail=detail)
        self.sync()
        return rate, tax

    def test_objects_are_grouped_by_what_they_wait_for_and_go_on_once_it_is_there(self):
        rate, tax = self.waiting()
        row = self.rows()
        self.assertEqual(
            (row.res_model, row.cause, row.document_count, row.state),
            ("qbo.object", "TaxRate:3", 3, "waiting"),
        )
        self.assertGreater(row.value, 300)
        self.assertEqual(row.name, f"QuickBooks' tax rate “{rate.name}” is not mapped")
        self.assertEqual(row.remedy_label, "Map Taxes")
        self.assertTrue(row.action_remedy()["domain"])
        rate.tax_id = tax
        self.run_jobs()
        self.assertFalse(self.rows())
        self.assertSettled()

    def locked(self):
        self.company.sale_lock_date = "2026-10-31"
        invoices = [self.invoice(100), self.invoice(60)]
        self.sync()
        return invoices

    def test_one_object_is_tried_first_and_the_rest_follows(self):
        invoices = self.locked()
        row = self.rows()
        words = "Dated …, but Odoo's books are locked until …. Open the period under"
        self.assertEqual(row.document_count, 2)
        self.assertIn(f"error:Invoice:{words}", row.cause)
        self.assertIn(f"Not taken over (invoice): {words}", row.name)
        self.company.sale_lock_date = False
        row.action_retry_one()
        self.run_jobs()
        self.assertFalse(self.rows())
        for invoice in invoices:
            self.assertSameFigures("Invoice", invoice)

    def test_equal_problems_are_one_line_and_others_another(self):
        invoices = [self.row("Invoice", each) for each in self.locked()]
        memo = self.credit_memo(10)
        self.sync()
        invoices[0]._fail("“Ann” owes 5.00 on Monday.")
        self.assertEqual(self.rows().mapped("document_count"), [1, 1, 1])
        invoices[1]._fail("“Bo” owes 1,070.25 on Monday.")
        row = self.rows().filtered(lambda row: row.document_count == 2)
        self.assertEqual(row.name, "Not taken over (invoice): … owes … on Monday")
        found = self.env["qbo.object"].search(row.action_open()["domain"])
        self.assertEqual(found, invoices[0] + invoices[1])
        other = self.rows() - row
        found = self.env["qbo.object"].search(other.action_open()["domain"])
        self.assertEqual(found, self.row("CreditMemo", memo))

    def test_errors_without_words_are_one_line(self):
        self.locked()
        self.backend.object_ids.filtered("error_kind").error_kind = False
        row = self.rows()
        self.assertEqual(row.name, "Not taken over: invoice")
        found = self.env["qbo.object"].search(row.action_open()["domain"])
        self.assertEqual(len(found), 2)

    def test_an_object_that_fails_again_holds_the_rest_back(self):
        self.locked()
        history = [("res_model", "=", "qbo.object"), ("outcome", "=", "error")]
        before = self.env["qbo.history"].search_count(history)
        self.rows().action_retry_one()
        self.run_jobs()
        row = self.rows()
        self.assertEqual((row.document_count, row.trial_state), (2, "failed"))
        self.assertEqual(self.env["qbo.history"].search_count(history), before + 1)

    def test_a_run_opens_its_own_errors(self):
        self.locked()
        run = self.backend.run_ids.sorted("id")[-1]
        found = self.env["qbo.object"].search(run.action_open_errors()["domain"])
        self.assertEqual(len(found), 2)
        self.assertEqual(set(found.mapped("qbo_remedy")), {"retry"})
        self.env.cr.execute(
            "UPDATE qbo_object SET write_date = write_date - interval '1 hour'"
            " WHERE id IN %s",
            [tuple(found.ids)],
        )
        later = self.sync()
        domain = later.action_open_errors()["domain"]
        self.assertFalse(self.env["qbo.object"].search(domain))

    def test_a_run_counts_what_is_created_updated_and_skipped(self):
        invoice = self.invoice(100)
        first = self.sync()
        self.assertGreaterEqual(first.created_count, 2)  # and its customer
        self.assertFalse(first.updated_count)
        self.change("Invoice", invoice, Line=[self.line(70)])
        second = self.sync()
        self.assertFalse(second.created_count)
        self.assertGreaterEqual(second.updated_count, 1)
        counted = second.created_count + second.updated_count + second.skipped_count
        self.assertEqual(second.applied_count, counted)


class TestErrorRights(SecurityCase):
    def test_errors_are_seen_by_their_company_only(self):
        obj = self.backend.object_ids[0]
        obj._fail("A reason")
        self.env.flush_all()
        errors = self.env["qbo.error"]
        row = self.as_user("user", errors).search([])
        self.assertEqual(row.document_count, 1)
        other = self.company_data_2 = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "qbo_connector.group_qbo_user", other)
        self.assertFalse(errors.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.as_user("nobody", errors).search([])

    def test_amounts_and_messages_are_for_those_who_see_documents(self):
        self.backend.object_ids[0]._fail("A reason")
        self.env.flush_all()
        row = self.as_user("user", self.env["qbo.error"]).search([])
        row.read(["name", "advice", "remedy_label", "document_count"])
        for field in ("value", "reason"):
            with self.subTest(field), self.assertRaises(AccessError):
                row.read([field])
        manager = self.as_user("manager", self.env["qbo.error"]).search([])
        self.assertEqual(manager.reason, "A reason")

    def test_payloads_and_diagnostics_are_for_managers(self):
        entry = (
            self.env["qbo.history"]
            .sudo()
            .create(
                {
                    "res_model": "qbo.object",
                    "res_id": 1,
                    "company_id": self.company.id,
                    "direction": "out",
                    "outcome": "error",
                    "sent": {"Invoice": {}},
                }
            )
        )
        with self.assertRaises(AccessError):
            self.as_user("user", entry).read(["sent"])
        self.assertTrue(self.as_user("manager", entry).sent)
        with self.assertRaises(AccessError):
            self.as_user("user").action_copy_diagnostics()
        self.assertTrue(self.as_user("manager").action_copy_diagnostics())


class TestErrorScreen(QboHttpCase, ErrorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours play the job runner, and look for its jobs.
        cls.env.user.group_ids += cls.env.ref("queue_job.group_queue_job_manager")

    def test_a_person_retries_one_and_all_follow(self):
        payments = self.refused()
        self.sandbox.control.close_books(None)
        self.screen("qbo-errors", "qbo_errors")
        self.assertEqual(payments.mapped("qbo_state"), ["synced"] * 3)

    def test_diagnostics_are_copied(self):
        self.refused(1)
        self.screen("qbo-errors", "qbo_diagnostics")
