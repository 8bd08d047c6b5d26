from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.queue_job.exception import RetryableJobError

from .common import QboCase


class ExportCase(QboCase):
    """Payments that begin in Odoo, on books with one customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        control = cls.sandbox.control
        cls.amy = control.create("Customer", {"DisplayName": "Amy's Bird Sanctuary"})
        cls.theirs = [cls._sell(80.0), cls._sell(100.0)]
        cls.snapshot = control.snapshot()

    @classmethod
    def _sell(cls, amount):
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
        return cls.sandbox.control.create(
            "Invoice",
            {
                "CustomerRef": {"value": cls.amy["Id"]},
                "TxnDate": "2026-10-01",
                "Line": [line],
            },
        )

    def setUp(self):
        super().setUp()
        self.sync()
        self.invoices = self.env["account.move"].search(
            [("qbo_id", "in", [row["Id"] for row in self.theirs])], order="amount_total"
        )

    def pay(self, amount, invoices=None, when=date(2026, 10, 15), **values):
        """Register a payment as the *Pay* button does."""
        invoices = self.invoices if invoices is None else invoices
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create(
                {
                    "amount": amount,
                    "payment_date": when,
                    "group_payment": True,
                    "journal_id": self.company_data["default_journal_bank"].id,
                    **values,
                }
            )
        )
        return wizard._create_payments()

    def invoice(self, partner, lines, **values):
        """A posted customer invoice that begins in Odoo."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": date(2026, 10, 2),
                "invoice_line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        move.action_post()
        return move

    def asked_before_draft(self, document):
        """What *Reset to Draft* opens."""
        action = document.action_qbo_ask_draft()
        return self.env[action["res_model"]].browse(action["res_id"])

    def sent(self, payment):
        """The payment as QuickBooks has it."""
        return self.books.read("Payment", payment.qbo_id)

    def all_payments(self, where=""):
        where = f"where {where}" if where else ""
        return self.sandbox.control.query(
            f"select * from Payment {where} maxresults 1000"
        )

    def assertSynced(self, payment):
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_message)


class TestExportPayments(ExportCase):
    def test_a_payment_of_two_invoices_arrives_with_amount_date_and_reference(self):
        payment = self.pay(130.0, payment_date=date(2026, 10, 15))
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(payment)
        there = self.sent(payment)
        self.assertEqual(there["TotalAmt"], 130.0)
        self.assertEqual(there["TxnDate"], "2026-10-15")
        self.assertEqual(there["PaymentRefNum"], payment.name)
        self.assertEqual(there["DepositToAccountRef"]["value"], "4")
        self.assertEqual(there["UnappliedAmt"], 0)
        applied = {
            link["TxnId"]: line["Amount"]
            for line in there["Line"]
            for link in line["LinkedTxn"]
        }
        self.assertEqual(
            applied, {self.theirs[0]["Id"]: 80.0, self.theirs[1]["Id"]: 50.0}
        )

    def test_what_a_person_wrote_as_memo_is_the_reference(self):
        payment = self.pay(80.0, self.invoices[:1], communication="CHK 1042")
        self.run_jobs()
        self.assertEqual(self.sent(payment)["PaymentRefNum"], "CHK 1042")
        self.assertEqual(payment.qbo_number, "CHK 1042")

    def test_the_list_of_invoices_is_no_reference(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertEqual(self.sent(payment)["PaymentRefNum"], payment.name)

    def test_our_own_write_comes_back_as_nothing_new(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(run.failed_count, 0)
        self.assertSynced(payment)
        payments = self.env["account.payment"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(payments, payment)
        self.assertEqual(self.invoices[:1].payment_state, "paid")

    def test_posting_does_not_wait_for_quickbooks_or_fail_with_it(self):
        self.sandbox.control.clear_log()
        self.sandbox.control.fail_next(n=9, kind="500")
        payment = self.pay(80.0, self.invoices[:1])
        self.assertEqual(payment.qbo_state, "pending")
        self.assertFalse(self.sandbox.control.log())

    def test_payments_of_vendors_and_drafts_do_not_concern_quickbooks(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.partner_a.id,
                "amount": 10.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.assertFalse(payment.qbo_state)

    def test_thirty_payments_take_one_batch(self):
        payments = self.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.invoices.partner_id.id,
                    "amount": 10.0 + index,
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
                for index in range(30)
            ]
        )
        payments.action_post()
        self.sandbox.control.clear_log()
        self.run_jobs()
        self.assertEqual(set(payments.mapped("qbo_state")), {"synced"})
        writes = [row for row in self.sandbox.control.log() if row["method"] == "POST"]
        self.assertEqual([row["path"].split("/")[-1] for row in writes], ["batch"])

    def test_one_refused_payment_does_not_hold_back_the_others(self):
        good = self.pay(80.0, self.invoices[:1])
        self.sandbox.control.close_books("2026-09-30")
        bad = self.pay(10.0, self.invoices[1:], when=date(2026, 9, 1))
        (good + bad)._qbo_enqueue()
        self.run_jobs()
        self.assertSynced(good)
        self.assertEqual(bad.qbo_state, "error")

    def test_money_applied_later_is_applied_in_quickbooks_too(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.invoices.partner_id.id,
                "amount": 100.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.run_jobs()
        self.assertEqual(self.sent(payment)["UnappliedAmt"], 100.0)
        line = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.invoices[0].js_assign_outstanding_line(line.id)
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(payment)
        there = self.sent(payment)
        self.assertEqual(there["UnappliedAmt"], 20.0)
        self.assertEqual(len(self.all_payments()), 1)


class TestWrittenOff(ExportCase):
    """A payment of Odoo may settle more than it brings; QuickBooks' cannot."""

    def pay_and_write_off(self, amount, invoices=None):
        account = self.company_data["default_account_expense"]
        return self.pay(
            amount,
            invoices,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
        )

    def applied(self, payment):
        """{invoice id: amount} as QuickBooks has it."""
        return {
            link["TxnId"]: line["Amount"]
            for line in self.sent(payment)["Line"]
            for link in line["LinkedTxn"]
        }

    def test_it_arrives_applied_and_says_what_stays_open(self):
        invoice = self.invoices[1:]
        payment = self.pay_and_write_off(98.0, invoice)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.run_jobs()
        self.assertSynced(payment)
        self.assertEqual(self.applied(payment), {self.theirs[1]["Id"]: 98.0})
        self.assertIn(f"2.00 of {invoice.name}", payment.qbo_message)
        self.sync()
        self.assertSynced(payment)

    def test_the_invoice_names_what_explains_the_difference(self):
        invoice = self.invoices[1:]
        payment = self.pay_and_write_off(98.0, invoice)
        self.run_jobs()
        self.sync()
        self.assertEqual(invoice.qbo_state, "differs")
        words = f"2.00 of it were written off in Odoo with {payment.name}"
        self.assertIn(words, invoice.qbo_message)

    def test_what_is_written_off_of_several_is_open_of_the_last(self):
        payment = self.pay_and_write_off(170.0)
        self.run_jobs()
        self.assertSynced(payment)
        first, last = (row["Id"] for row in self.theirs)
        self.assertEqual(self.applied(payment), {first: 80.0, last: 90.0})


class TestCancelledPayments(ExportCase):
    """What is cancelled in Odoo is voided in QuickBooks, or says why not."""

    def _sent_payment(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertSynced(payment)
        return payment

    def test_resetting_to_draft_says_first_what_quickbooks_has(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.assertTrue(self.buttons(payment, "action_draft"))
        self.assertFalse(self.buttons(payment, "action_qbo_ask_draft"))
        self.run_jobs()
        self.assertFalse(self.buttons(payment, "action_draft"))
        self.assertTrue(self.buttons(payment, "action_qbo_ask_draft"))
        wizard = self.asked_before_draft(payment)
        for word in (payment.qbo_number, self.invoices[0].display_name):
            self.assertIn(word, wizard.words)
        wizard.action_reset()
        self.assertEqual(payment.state, "draft")

    def _balance(self):
        return self.books.read("Invoice", self.theirs[0]["Id"])["Balance"]

    def test_a_cancelled_payment_is_voided_and_its_invoice_open_again(self):
        payment = self._sent_payment()
        self.assertEqual(self._balance(), 0)
        payment.action_cancel()
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["TotalAmt"], 0)
        self.assertEqual(self._balance(), 80.0)
        self.assertIn("Voided", payment.qbo_message)

    def test_a_rejected_payment_is_voided_too(self):
        payment = self._sent_payment()
        payment.action_reject()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["TotalAmt"], 0)
        self.assertEqual(self._balance(), 80.0)

    def test_rejected_before_it_was_sent_it_is_forgotten(self):
        payment = self.pay(80.0, self.invoices[:1])
        payment.action_reject()
        self.run_jobs()
        self.assertFalse(payment.qbo_state or self.all_payments())

    def test_a_draft_says_what_is_in_quickbooks(self):
        payment = self._sent_payment()
        payment.action_draft()
        self.run_jobs()
        self.assertIn(payment.qbo_number, payment.qbo_message)
        self.assertEqual(self.sent(payment)["TotalAmt"], 80.0)

    def test_a_payment_confirmed_again_after_it_was_voided_is_a_new_one(self):
        payment = self._sent_payment()
        first = payment.qbo_id
        payment.action_cancel()
        self.run_jobs()
        self.assertSynced(payment)
        payment.action_draft()
        payment.action_post()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertNotEqual(payment.qbo_id, first)
        self.assertEqual(self.sent(payment)["TotalAmt"], 80.0)
        self.assertEqual(self.sync().failed_count, 0)
        self.assertIn(payment.state, ("in_process", "paid"))

    def test_a_payment_is_not_deleted_while_quickbooks_has_it(self):
        payment = self._sent_payment()
        payment.action_draft()
        with self.assertRaisesRegex(UserError, "Cancel it first"):
            payment.unlink()
        payment.action_cancel()
        self.run_jobs()
        payment.unlink()
        self.assertFalse(payment.exists())

    def test_a_deposited_payment_says_why_it_cannot_be_voided(self):
        payment = self._sent_payment()
        self.sandbox.control.create(
            "Deposit",
            {
                "DepositToAccountRef": {"value": "35"},
                "Line": [
                    {
                        "Amount": 80.0,
                        "LinkedTxn": [
                            {
                                "TxnId": payment.qbo_id,
                                "TxnType": "Payment",
                                "TxnLineId": "0",
                            }
                        ],
                    }
                ],
            },
        )
        payment.action_cancel()
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn("6540", payment.qbo_message)
        self.assertIn("deposit", payment.qbo_message)

    def test_a_payment_deleted_in_quickbooks_meanwhile_counts_as_voided(self):
        payment = self._sent_payment()
        self.sandbox.control.delete("Payment", payment.qbo_id)
        payment.action_cancel()
        self.run_jobs()
        self.assertSynced(payment)


class TestDepositAccounts(ExportCase):
    """Undeposited Funds, unless a rule says else."""

    def _account(self, name):
        return self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.name == name
        )

    def _rule(self, account, **values):
        return self.env["qbo.deposit.rule"].create(
            {"backend_id": self.backend.id, "object_id": account.id, **values}
        )

    def test_a_rule_sends_a_journal_to_its_bank_account(self):
        checking = self._account("Checking")
        self._rule(checking, journal_id=self.company_data["default_journal_bank"].id)
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        there = self.sent(payment)
        self.assertEqual(there["DepositToAccountRef"]["value"], checking.qbo_id)

    def test_a_rule_for_another_journal_changes_nothing(self):
        cash = self.company_data["default_journal_cash"]
        self._rule(self._account("Checking"), journal_id=cash.id)
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertEqual(self.sent(payment)["DepositToAccountRef"]["value"], "4")

    def test_an_account_that_takes_no_deposits_is_refused_by_name(self):
        receivable = self._account("Accounts Receivable (A/R)")
        with self.assertRaisesRegex(ValidationError, "Accounts Receivable"):
            self._rule(receivable)


class TestClosedBooks(ExportCase):
    def test_closed_books_show_quickbooks_words_and_reopening_heals(self):
        self.sandbox.control.close_books("2026-10-31")
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn("The account period has closed", payment.qbo_message)
        self.assertIn("6210", payment.qbo_message)
        self.assertIn(payment.name, payment.qbo_message)
        self.assertFalse(self.all_payments())
        self.sandbox.control.close_books(None)
        payment.action_qbo_export()
        self.assertEqual(payment.qbo_state, "pending")
        self.run_jobs()
        self.assertSynced(payment)
        self.assertFalse(payment.qbo_message)
        self.assertEqual(len(self.all_payments()), 1)


class TestWhatAPaymentNeeds(ExportCase):
    """Customers, products and invoices go first when QuickBooks lacks them."""

    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create(
            {"name": "King: Groceries", "email": "ar@king.example", "is_company": True}
        )
        self.product = self.env["product.product"].create(
            {"name": "Garden: Design", "default_code": "GD-1", "type": "service"}
        )

    def test_customer_product_and_invoice_go_first(self):
        lines = [
            {
                "product_id": self.product.id,
                "quantity": 3,
                "price_unit": 75.0,
                "tax_ids": [],
            },
            {"display_type": "line_note", "name": "Thank you"},
        ]
        move = self.invoice(self.partner, lines)
        payment = self.pay(225.0, move)
        self.run_jobs()
        self.assertSynced(payment)
        self.assertSynced(move)
        there = self.books.read("Invoice", move.qbo_id)
        self.assertEqual(there["DocNumber"], move.name)
        self.assertEqual(there["TotalAmt"], 225.0)
        self.assertEqual(there["Balance"], 0)
        customer = self.books.read("Customer", there["CustomerRef"]["value"])
        self.assertEqual(customer["DisplayName"], "King Groceries")
        item = there["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"]
        self.assertEqual(self.books.read("Item", item)["Sku"], "GD-1")

    def test_the_next_payment_of_the_customer_sends_nothing_twice(self):
        lines = [{"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}]
        moves = self.invoice(self.partner, lines) + self.invoice(self.partner, lines)
        self.pay(50.0, moves[:1])
        self.run_jobs()
        self.pay(50.0, moves[1:])
        self.run_jobs()
        named = self.sandbox.control.query(
            "select * from Customer where DisplayName = 'King Groceries'"
        )
        self.assertEqual(len(named), 1)
        self.assertEqual(moves.mapped("qbo_state"), ["synced", "synced"])

    def test_a_vendor_of_the_same_name_gives_the_customer_a_suffix(self):
        self.sandbox.control.create("Vendor", {"DisplayName": "King Groceries"})
        lines = [{"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}]
        payment = self.pay(50.0, self.invoice(self.partner, lines))
        self.run_jobs()
        self.assertSynced(payment)
        customer = self.sent(payment)["CustomerRef"]["value"]
        name = self.books.read("Customer", customer)["DisplayName"]
        self.assertEqual(name, "King Groceries (customer)")

    def test_a_customer_of_the_same_name_is_taken(self):
        king = self.sandbox.control.create(
            "Customer", {"DisplayName": "King Groceries"}
        )
        lines = [{"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}]
        payment = self.pay(50.0, self.invoice(self.partner, lines))
        self.run_jobs()
        self.assertEqual(self.sent(payment)["CustomerRef"]["value"], king["Id"])

    def _pay_for_work(self):
        lines = [{"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}]
        move = self.invoice(self.partner, lines)
        payment = self.pay(50.0, move)
        self.run_jobs()
        self.assertSynced(payment)
        customer = self.sent(payment)["CustomerRef"]["value"]
        return move, self.books.read("Customer", customer)

    def test_an_inactive_customer_of_the_name_does_not_stop_the_payment(self):
        king = self.sandbox.control.create(
            "Customer", {"DisplayName": "King Groceries"}
        )
        self.sandbox.control.update(
            "Customer",
            {"Id": king["Id"], "SyncToken": "0", "sparse": True, "Active": False},
        )
        _move, customer = self._pay_for_work()
        self.assertTrue(customer["Active"])

    def test_case_does_not_make_another_customer(self):
        king = self.sandbox.control.create(
            "Customer", {"DisplayName": "KING GROCERIES"}
        )
        _move, customer = self._pay_for_work()
        self.assertEqual(customer["Id"], king["Id"])

    def test_with_the_suffix_policy_a_taken_name_makes_another_customer(self):
        self.backend.name_collision = "suffix"
        king = self.sandbox.control.create(
            "Customer", {"DisplayName": "King Groceries"}
        )
        move, customer = self._pay_for_work()
        self.assertNotEqual(customer["Id"], king["Id"])
        self.assertEqual(customer["DisplayName"], "King Groceries (customer)")
        self.assertIn("King Groceries (customer)", move.qbo_message)

    def test_a_long_name_is_cut_between_characters_and_says_so(self):
        self.partner.name = "株式会社" + "ё" * 120
        move, customer = self._pay_for_work()
        self.assertEqual(len(customer["DisplayName"]), 100)
        self.assertIn(customer["DisplayName"], move.qbo_message)

    def test_money_on_account_says_so_too(self):
        self.partner.name = "ё" * 120
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 10.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertIn("ё" * 100, payment.qbo_message)

    def test_one_item_stands_for_all_products_or_for_a_category(self):
        category = self.env["product.category"].create({"name": "Gardening"})
        self.product.categ_id = category
        line = {"product_id": self.product.id, "quantity": 1, "price_unit": 9.0}
        lines = [{**line, "tax_ids": []}]
        names = {}
        for policy in ("generic", "category"):
            self.backend.item_policy = policy
            move = self.invoice(self.partner, lines)
            self.pay(9.0, move)
            self.run_jobs()
            self.assertSynced(move)
            there = self.books.read("Invoice", move.qbo_id)
            names[policy] = there["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"]
        self.assertEqual(names, {"generic": "Services", "category": "Gardening"})
        self.assertEqual(self.sync().failed_count, 0)

    def test_tax_is_quickbooks_tax_to_the_cent(self):
        rate = self.backend.object_ids.filtered(
            lambda o: o.entity == "TaxRate" and o.tax_id and o.payload.get("RateValue")
        )[:1]
        lines = [
            {
                "name": "Plants",
                "quantity": 1,
                "price_unit": 99.99,
                "tax_ids": [Command.set(rate.tax_id.ids)],
            }
        ]
        move = self.invoice(self.partner, lines)
        self.pay(move.amount_total, move)
        self.run_jobs()
        self.assertSynced(move)
        there = self.books.read("Invoice", move.qbo_id)
        self.assertEqual(there["TxnTaxDetail"]["TotalTax"], move.amount_tax)
        self.assertEqual(there["TotalAmt"], move.amount_total)


class TestExactlyOnce(ExportCase):
    def _push_until_settled(self, payment, attempts=5):
        """Run the job as the job runner does: passing trouble means once more."""
        for _attempt in range(attempts):
            try:
                with self.env.cr.savepoint():
                    payment._job_qbo_push()
                return
            except RetryableJobError:
                self.env.invalidate_all()
        raise AssertionError("The payment was never settled")

    def test_an_answer_lost_after_the_commit_is_not_sent_twice(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.sandbox.control.fail_next(method="POST", path="batch", kind="drop-answer")
        self._push_until_settled(payment)
        self.assertSynced(payment)
        self.assertEqual(len(self.all_payments()), 1)

    def test_a_payment_whose_link_was_lost_is_adopted(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        first = payment.qbo_id
        payment.write({"qbo_id": False, "qbo_state": "pending", "qbo_generation": 7})
        payment._job_qbo_push()
        self.assertEqual(payment.qbo_id, first)
        self.assertEqual(len(self.all_payments()), 1)

    def test_passing_trouble_is_tried_again_by_itself(self):
        for kind in ("500", "429", "html", "cut", "busy"):
            with self.subTest(kind=kind):
                payment = self.pay(1.0, self.invoices[1:])
                self.sandbox.control.fail_next(method="POST", path="batch", kind=kind)
                self._push_until_settled(payment)
                self.assertSynced(payment)
        self.assertEqual(len(self.all_payments()), 5)

    def test_each_change_is_a_request_of_its_own(self):
        """A request id is answered with its first answer for ever."""
        payment = self.pay(100.0, self.invoices[1:])
        self.run_jobs()
        for _round in range(2):
            payment._qbo_enqueue()
            payment.date = date(2026, 10, 20 + _round)
            self.run_jobs()
            self.assertEqual(self.sent(payment)["TxnDate"], f"2026-10-{20 + _round}")
        self.assertEqual(len(self.all_payments()), 1)

    def test_a_payment_deleted_in_quickbooks_is_created_anew_not_replayed(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        first = payment.qbo_id
        self.sandbox.control.delete("Payment", first)
        payment._qbo_enqueue()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertNotEqual(payment.qbo_id, first)
        self.assertEqual([row["Id"] for row in self.all_payments()], [payment.qbo_id])

    def test_exporting_again_without_a_change_writes_nothing(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        token = self.sent(payment)["SyncToken"]
        payment.action_qbo_export()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["SyncToken"], token)
