from datetime import datetime, timedelta, timezone

from odoo.addons.queue_job.exception import RetryableJobError

from .common import QboCase
from .test_export import ExportCase

#: A line of QuickBooks, without its amount.
LINE = {
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
}


class TestMeanwhile(ExportCase):
    """A sync, or a webhook, comes between QuickBooks' commit and our own."""

    _models = QboCase._job_models(None)

    def _job_models(self):
        return self._models

    def sync(self):
        """While pushes wait for their next try."""
        self._models = ("qbo.backend",)
        run = super().sync()
        del self._models
        return run

    def lose_answer(self, documents, **order):
        """QuickBooks carries a push out; its answer, and all we wrote, is lost."""
        order = order or {"path": "/batch"}
        self.sandbox.control.fail_next(method="POST", kind="drop-answer", **order)
        with self.assertRaises(RetryableJobError), self.env.cr.savepoint():
            documents._job_qbo_push()
        self.env.invalidate_all()

    def count(self, entity, where=""):
        return self.books.count(entity, where)

    def assertOnce(self, *documents):
        """One object in QuickBooks, one document in Odoo, one link between them."""
        for document in documents:
            self.assertSynced(document)
            entity = document._qbo_entity()
            self.assertEqual(
                self.books.read(entity, document.qbo_id)["Id"], document.qbo_id
            )
            twins = self.env[document._name].search(
                [("company_id", "=", self.company.id), ("qbo_id", "=", document.qbo_id)]
            )
            self.assertEqual(twins, document)
            row = self.env["qbo.object"]._find(self.backend, entity, document.qbo_id)
            self.assertEqual(row._record(), document)

    def test_a_payment_that_is_read_before_its_answer_is_known_stays_one(self):
        before = self.env["account.payment"].search_count([])
        payment = self.pay(80.0, self.invoices[:1])
        self.lose_answer(payment)
        self.sync()
        self.run_jobs()
        self.assertOnce(payment)
        self.assertEqual(self.count("Payment"), 1)
        self.assertEqual(self.env["account.payment"].search_count([]), before + 1)
        self.assertEqual(self.invoices[:1].payment_state, "paid")

    def test_an_invoice_with_its_new_customer_and_item_stays_one(self):
        partner = self.env["res.partner"].create({"name": "Cool Cars"})
        product = self.env["product.product"].create(
            {"name": "Wash", "type": "service"}
        )
        moves = self.env["account.move"].search_count([])
        line = {"product_id": product.id, "price_unit": 50.0, "tax_ids": False}
        move = self.invoice(partner, [line])
        self.lose_answer(move)
        self.sync()
        self.run_jobs()
        self.assertOnce(move)
        self.assertEqual(self.count("Invoice", f"DocNumber = '{move.name}'"), 1)
        self.assertEqual(self.env["account.move"].search_count([]), moves + 1)
        for entity, record, name in (
            ("Customer", partner, "DisplayName"),
            ("Item", product, "Name"),
        ):
            self.assertEqual(self.count(entity, f"{name} = '{record.name}'"), 1)
            same = self.env[record._name].search([("name", "=", record.name)])
            self.assertEqual(same, record)

    def test_a_credit_note_and_its_application_stay_one(self):
        partner = self.invoices.partner_id
        line = {"name": "x", "price_unit": 60.0, "tax_ids": False}
        move = self.invoice(partner, [line])
        note = self.invoice(partner, [line], move_type="out_refund")
        self.run_jobs()
        receivable = (move | note).line_ids.filtered(
            lambda x: x.account_id.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self.lose_answer(note, path="/batch", body="LinkedTxn")
        self.sync()
        self.run_jobs()
        self.assertOnce(move, note)
        self.assertEqual(self.count("Payment"), 1)
        self.assertEqual(len(receivable.matched_debit_ids), 1)
        self.assertEqual(self.books.read("Invoice", move.qbo_id)["Balance"], 0)

    def test_one_that_quickbooks_has_numbered_is_found_without_its_number(self):
        self.backend.number_collision = "quickbooks"
        partner = self.invoices.partner_id
        line = {"name": "x", "price_unit": 60.0, "tax_ids": False}
        move, other = (self.invoice(partner, [line]) for _number in range(2))
        for taken in (move, other):
            self.sandbox.control.create(
                "Invoice",
                {
                    "DocNumber": taken.name,
                    "CustomerRef": {"value": self.amy["Id"]},
                    "TxnDate": "2026-09-01",
                    "Line": [{**LINE, "Amount": 5}],
                },
            )
        self.lose_answer(move | other)
        other._qbo_write({"qbo_state": "hidden"})  # the next call is another one
        self.run_jobs()
        self.assertOnce(move)
        self.assertNotEqual(move.qbo_number, move.name)
        notes = [row.get("PrivateNote") for row in self.all_invoices()]
        self.assertEqual(notes.count(f"Odoo {move.name}"), 1)

    def all_invoices(self):
        return self.sandbox.control.query("select * from Invoice maxresults 1000")

    def test_what_changes_in_odoo_meanwhile_is_still_sent(self):
        payment = self.pay(100.0, self.invoices[1:])
        self.lose_answer(payment)
        payment.date = "2026-10-21"
        self.sync()
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertOnce(payment)
        self.assertEqual(self.sent(payment)["TxnDate"], "2026-10-21")

    def test_one_whose_memo_is_changed_before_its_answer_is_known_stays_one(self):
        """Also where another one of its set is settled meanwhile."""
        payments = self.pay(30.0, communication="CHK 1") | self.pay(50.0)
        self.lose_answer(payments)
        payments[0].memo = "CHK 2"
        payments[1]._qbo_write({"qbo_state": "hidden"})  # the next call is another one
        self.run_jobs()
        self.assertOnce(payments[0])
        self.assertEqual(self.sent(payments[0])["PaymentRefNum"], "CHK 2")
        self.assertEqual(self.count("Payment"), 2)

    def test_a_copy_that_is_another_payment_here_is_not_adopted(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        there = self.sent(payment)
        body = {key: there[key] for key in ("CustomerRef", "PrivateNote", "TotalAmt")}
        copy = self.sandbox.control.create("Payment", body)
        self.sync()
        self.sandbox.control.delete("Payment", payment.qbo_id)
        payment.action_qbo_export()
        self.run_jobs()
        self.assertOnce(payment)
        self.assertNotEqual(payment.qbo_id, copy["Id"])

    def test_a_sync_does_not_take_a_pending_change_for_sent(self):
        payment = self.pay(100.0, self.invoices[1:])
        self.run_jobs()
        self.sandbox.control.edit("Payment", payment.qbo_id)
        payment._qbo_write({"qbo_state": "pending"})
        payment._qbo_note_token(self.sent(payment))
        self.assertEqual(payment.qbo_state, "pending")

    def test_a_copy_that_the_bookkeeper_makes_is_another_document(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        there = self.sent(payment)
        body = {key: there[key] for key in ("CustomerRef", "PrivateNote", "TotalAmt")}
        copy = self.sandbox.control.create("Payment", {**body, "TxnDate": "2026-10-30"})
        self.sync()
        self.assertOnce(payment)
        row = self.env["qbo.object"]._find(self.backend, "Payment", copy["Id"])
        self.assertNotEqual(row._record(), payment)
        self.assertEqual(row._record().amount, 80.0)

    def test_deleted_in_quickbooks_and_read_it_is_exported_as_a_new_one(self):
        """Whether the sync has heard of the deletion or not."""
        line = {"name": "x", "price_unit": 60.0, "tax_ids": False}
        for heard in (False, True):
            move = self.invoice(self.invoices.partner_id, [line])
            self.run_jobs()
            first = move.qbo_id
            self.sandbox.control.delete("Invoice", first)
            if heard:
                self.sync()
                move.button_draft()
                move.action_post()
            else:
                move.action_qbo_export()
            self.run_jobs()
            with self.subTest(heard=heard):
                self.assertOnce(move)
                self.assertNotEqual(move.qbo_id, first)
                self.assertEqual(self.count("Invoice", f"DocNumber = '{move.name}'"), 1)

    def minutes_later(self):
        later = datetime.now(timezone.utc) + timedelta(minutes=5)
        self.sandbox.control.set_clock(later.isoformat())
        self.addCleanup(self.sandbox.control.set_clock)

    def test_deleted_before_its_lost_answer_is_known_it_says_so(self):
        self.check_gone(self.sandbox.control.delete)

    def test_voided_before_its_lost_answer_is_known_it_says_so(self):
        self.check_gone(self.sandbox.control.void)

    def check_gone(self, remove):
        """QuickBooks answers the repeated request with what is there no more."""
        payment = self.pay(80.0, self.invoices[:1])
        self.lose_answer(payment)
        [dead] = self.all_payments()
        remove("Payment", dead["Id"])
        self.minutes_later()
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn(f"payment {dead['Id']}", payment.qbo_message)
        self.assertEqual(payment.qbo_remedy, "export")
        self.assertFalse(payment.qbo_id)
        payment.action_qbo_remedy()
        self.run_jobs()
        self.assertOnce(payment)
        [there] = self.all_payments("TotalAmt > '0'")
        self.assertEqual(there["Id"], payment.qbo_id)

    def test_an_application_of_a_credit_that_was_deleted_unheard_of_is_told(self):
        line = {"name": "x", "price_unit": 30.0, "tax_ids": False}
        note = self.invoice(self.invoices.partner_id, [line], move_type="out_refund")
        self.run_jobs()
        lines = (note | self.invoices[0]).line_ids.filtered("date_maturity")
        lines.reconcile()
        self.lose_answer(note, path="/batch", body="LinkedTxn")
        [dead] = self.all_payments()
        self.sandbox.control.delete("Payment", dead["Id"])
        self.minutes_later()
        self.run_jobs()
        self.assertEqual(note.qbo_state, "error")
        note.action_qbo_remedy()
        self.run_jobs()
        self.assertOnce(note)
        self.assertEqual(self.count("Payment"), 1)
        self.assertEqual(self.books.read("CreditMemo", note.qbo_id)["Balance"], 0)

    def test_an_answer_given_twice_about_what_is_there_costs_nothing(self):
        """Somebody has given it another number, so that it is not found by that."""
        payment = self.pay(80.0, self.invoices[:1])
        self.lose_answer(payment)
        [there] = self.all_payments()
        self.sandbox.control.update("Payment", {**there, "PaymentRefNum": "Mine"})
        self.minutes_later()
        self.run_jobs()
        self.assertOnce(payment)

    def test_a_double_click_sends_one(self):
        payment = self.pay(80.0, self.invoices[:1])
        for _click in range(3):
            payment.action_qbo_export()
        self.run_jobs()
        self.assertOnce(payment)
        self.assertEqual(self.count("Payment"), 1)
