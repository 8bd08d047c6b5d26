from odoo.fields import Command

from .import_common import ImportCase
from .reconciliation import Reconciliation


class ReconciliationCase(ImportCase):
    def assertLedgersAgree(self):
        found = Reconciliation(self.quickbooks, self.backend).differences()
        self.assertFalse(found, "\n".join(found))


class TestDemoCompany(ReconciliationCase):
    """All that a company did in a year, read by the first sync."""

    seed = "demo"

    def test_both_ledgers_agree_after_the_first_sync(self):
        self.sync()
        self.assertSettled()
        self.assertLedgersAgree()
        self.check_that_a_cent_is_found()

    def check_that_a_cent_is_found(self):
        """Else the comparison proves nothing."""
        line = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("balance", ">", 1)], limit=1
        )
        self.env.cr.execute(
            "UPDATE account_move_line SET balance = balance + 0.01 WHERE id = %s",
            [line.id],
        )
        self.env.invalidate_all()
        found = Reconciliation(self.quickbooks, self.backend).differences()
        self.assertTrue(found)


class BritishCase(ReconciliationCase):
    """VAT on each line; documents in pounds, euros and dollars, at changing rates."""

    seed = "uk-vat"

    @classmethod
    def setup_independent_company(cls, **kwargs):
        cls.chart_template = "generic_coa"
        pounds = cls.env.ref("base.GBP")
        return super().setup_independent_company(currency_id=pounds.id, **kwargs)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("GBP", "EUR", "USD"):
            cls.env.ref(f"base.{code}").active = True

    def setUp(self):
        super(ImportCase, self).setUp()
        self.quickbooks = self.sandbox.control
        for name, code in (("home", "GBP"), ("lyon", "EUR"), ("boston", "USD")):
            currency = {"CurrencyRef": {"value": code}}
            buyer = self.customer(f"Gardens of {name}", **currency)
            setattr(self, name, {"customer": buyer, **currency})

    def taxed(self, amount, code="2"):
        return self.line(amount, tax=code)

    def sell(self, terms, rate=None, *lines, **fields):
        """An invoice; the rate is pounds for one of its currency."""
        return self._paper("Invoice", terms, rate, lines, fields)

    def credit(self, terms, rate=None, *lines, **fields):
        return self._paper("CreditMemo", terms, rate, lines, fields)

    def _paper(self, entity, terms, rate, lines, fields):
        body = dict(terms, **fields)
        customer = body.pop("customer")
        body |= {"ExchangeRate": rate} if rate else {}
        return self._document(entity, (), customer, {**body, "Line": list(lines)})

    def receive(self, terms, rate, total, *applied, **fields):
        fields |= {"ExchangeRate": rate} if rate else {}
        return self.payment(total, *applied, **terms, **fields)


class TestBritishCompany(BritishCase):
    def test_both_ledgers_agree_in_every_currency(self):
        self._a_year_at_home()
        self._a_year_in(self.lyon, (0.85, 0.8537, 0.8811, 0.8399))
        self._a_year_in(self.boston, (0.78, 0.7913, 0.7444, 0.8021))
        self.sync()
        self.assertSettled()
        self.assertLedgersAgree()

    def _a_year_at_home(self):
        inclusive = {"GlobalTaxCalculation": "TaxInclusive"}
        one = self.sell(self.home, None, self.taxed(99.99), self.taxed(33.33, "3"))
        two = self.sell(self.home, None, self.taxed(10.01), **inclusive)
        self.sell(self.home, None, self.taxed(50, "4"), self.taxed(0.03))
        self.receive(self.home, None, 100, (one, 90), (two, 5), TxnDate="2026-10-20")

    def _a_year_in(self, terms, rates):
        first, second, third, fourth = rates
        whole = self.sell(terms, first, self.taxed(1000), self.taxed(99.99, "3"))
        self.receive(terms, second, 1304.99, (whole, whole["TotalAmt"]))
        parts = self.sell(terms, second, self.taxed(333.33))
        for rate, amount in ((first, 111.11), (third, 99.97), (fourth, 7.03)):
            self.receive(terms, rate, amount, (parts, amount))
        self.receive(terms, fourth, 500, TxnDate="2026-09-30")
        self.sell(terms, fourth, self.taxed(77.77), TxnDate="2026-11-02")
        pair = [self.sell(terms, rate, self.taxed(100)) for rate in (first, third)]
        self.receive(terms, second, 200, (pair[0], 90.01), (pair[1], 60.02))
        self._credits_in(terms, rates)

    def _credits_in(self, terms, rates):
        first, second, third, fourth = rates
        owed = self.sell(terms, first, self.taxed(200))
        memo = self.credit(terms, second, self.taxed(100))
        for amount in (33.33, 20.01):
            self.receive(terms, third, 0, (owed, amount), (memo, amount))
        self.receive(terms, fourth, 50, (owed, 80), (memo, memo["TotalAmt"] - 53.34))

    def test_both_ledgers_agree_after_changes_of_what_was_paid(self):
        whole = self.sell(self.lyon, 0.85, self.taxed(1000))
        owed = self.sell(self.lyon, 0.8537, self.taxed(333.33))
        memo = self.credit(self.lyon, 0.8811, self.taxed(150))
        paid = self.receive(self.lyon, 0.88, 1300, (whole, 1200), (owed, 100))
        more = self.receive(self.lyon, 0.8399, 33.33, (owed, 33.33))
        joined = self.receive(self.lyon, 0.9, 0, (owed, 66.67), (memo, 66.67))
        self.sync()
        self.assertLedgersAgree()
        self.change("Payment", paid, Line=[self.applied(owed, 99.99)])
        self.quickbooks.delete("Payment", joined["Id"])
        self.sync()
        self.assertSettled()
        self.assertLedgersAgree()
        self.change("Invoice", whole, Line=[self.taxed(900)], ExchangeRate=0.8301)
        self.quickbooks.void("Payment", more["Id"])
        self.change("CreditMemo", memo, Line=[self.taxed(10.01)])
        self.receive(self.lyon, 0.8822, 300.01, (owed, 300.01))
        self.sync()
        self.assertSettled()
        self.assertLedgersAgree()

    def test_both_ledgers_agree_after_what_began_in_odoo_is_sent(self):
        vat = self.row("TaxRate", {"Id": "1"}).tax_id
        # That of QuickBooks' item for lines without a product.
        income = self.row("Account", {"Id": "1"}).account_id
        self.sync()
        partner = self.in_odoo("Customer", self.lyon["customer"])
        euro = self.env.ref("base.EUR")
        made = [
            self.env["account.move"].create(
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "currency_id": euro.id,
                    "invoice_date": "2026-10-12",
                    "invoice_currency_rate": 1 / rate,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Hedge",
                                "price_unit": 100,
                                "tax_ids": vat.ids,
                                "account_id": income.id,
                            }
                        )
                    ],
                }
            )
            for kind, rate in (("out_invoice", 0.8), ("out_refund", 0.9))
        ]
        invoice, note = made
        (invoice | note).action_post()
        euro.rate_ids.create(
            {"currency_id": euro.id, "name": "2026-10-20", "rate": 1 / 0.75}
            | {"company_id": self.company.id}
        )
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        register.create(
            {"amount": 70, "currency_id": euro.id, "payment_date": "2026-10-20"}
        )._create_payments()
        owed = (invoice | note).line_ids.filtered("date_maturity")
        owed.reconcile()
        self.run_jobs()
        self.sync()
        self.assertSettled()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual((invoice | note).mapped("qbo_state"), ["synced"] * 2)
        self.assertLedgersAgree()
