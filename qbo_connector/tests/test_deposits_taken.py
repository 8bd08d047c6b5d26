from .test_reconciliation import BritishCase, ReconciliationCase


class DepositTaken:
    """QuickBooks took money when it made an invoice, without a payment."""

    def setUp(self):
        super().setUp()
        self.quickbooks.set_preferences(SalesFormsPrefs={"AllowDeposit": True})

    def taken(self, invoice):
        """The living payment of the deposit, as Odoo has it."""
        payments = self.in_odoo("Invoice", invoice).qbo_deposit_ids
        return payments.filtered(lambda payment: payment.state != "canceled")

    def assertAgreed(self, invoice, taken):
        self.assertSettled()
        move = self.assertSameFigures("Invoice", invoice)
        self.assertEqual(move.qbo_state, "synced", move.qbo_message)
        self.assertEqual(sum(self.taken(invoice).mapped("amount")), taken)
        self.assertLedgersAgree()
        self.run_jobs()
        self.assertFalse(self.books_rows("Payment", "TotalAmt > '0'"))


class TestDepositTaken(DepositTaken, ReconciliationCase):
    def test_it_is_a_payment_that_pays_the_invoice(self):
        invoice = self.invoice(100, Deposit=30)
        self.sync()
        self.assertAgreed(invoice, 30)
        payment = self.taken(invoice)
        self.assertEqual(str(payment.date), invoice["TxnDate"])
        self.assertIn(invoice["DocNumber"], payment.qbo_message)
        self.assertFalse(payment.action_qbo_export()["params"]["type"] == "success")

    def test_it_lies_in_the_account_that_quickbooks_names(self):
        checking = {"value": "35"}
        invoice = self.invoice(100, Deposit=100, DepositToAccountRef=checking)
        self.sync()
        self.assertAgreed(invoice, 100)
        account = self.row("Account", {"Id": "35"}).account_id
        self.assertEqual(self.taken(invoice).outstanding_account_id, account)
        self.assertEqual(self.in_odoo("Invoice", invoice).payment_state, "paid")

    def test_it_stays_while_lines_change_and_pays_the_invoice_again(self):
        invoice = self.invoice(100, Deposit=30)
        self.sync()
        payment = self.taken(invoice)
        self.change("Invoice", invoice, Line=[self.line(130)])
        self.sync()
        self.assertAgreed(invoice, 30)
        self.assertEqual(self.taken(invoice), payment)

    def test_it_changes_comes_and_goes_with_its_invoice(self):
        invoice = self.invoice(100)
        self.sync()
        for taken in (30, 45, 0, 20):
            self.change("Invoice", invoice, Deposit=taken)
            self.sync()
            self.assertAgreed(invoice, taken)

    def test_it_goes_with_an_invoice_that_is_voided_or_deleted(self):
        for remove in (self.quickbooks.void, self.quickbooks.delete):
            with self.subTest(remove=remove.__name__):
                invoice = self.invoice(100, Deposit=30)
                self.sync()
                self.assertTrue(self.taken(invoice))
                remove("Invoice", invoice["Id"])
                self.sync()
                self.assertFalse(self.taken(invoice))
                self.assertLedgersAgree()

    def test_cancelled_in_odoo_it_is_told_on_the_invoice(self):
        invoice = self.invoice(100, Deposit=30)
        self.sync()
        self.taken(invoice).action_cancel()
        move = self.in_odoo("Invoice", invoice)
        self.assertEqual(move.qbo_state, "differs")
        self.assertIn("70.00", move.qbo_message)

    def test_the_invoice_waits_for_the_journal_of_payments(self):
        journal = self.backend.payment_journal_id
        self.backend.payment_journal_id = False
        invoice = self.invoice(100, Deposit=30)
        self.sync()
        self.assertEqual(self.row("Invoice", invoice).state, "waiting")
        self.backend.payment_journal_id = journal
        self.run_jobs()
        self.assertAgreed(invoice, 30)


class TestForeignDepositTaken(DepositTaken, BritishCase):
    def test_it_is_worth_what_the_invoice_says(self):
        invoice = self.sell(self.lyon, 0.8537, self.taxed(333.33), Deposit=77.77)
        self.sync()
        self.assertAgreed(invoice, 77.77)
        self.change("Invoice", invoice, ExchangeRate=0.8811)
        self.sync()
        self.assertAgreed(invoice, 77.77)
