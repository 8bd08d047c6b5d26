from odoo.fields import Command

from .test_reconciliation import BritishCase


class TestForeign(BritishCase):
    """To the cent at home, too: the same rules of rounding on both sides."""

    ZERO = "4"  # QuickBooks' code of what is taxed with 0 %

    def owed(self, amount, rate):
        return self.sell(self.lyon, rate, self.taxed(amount, self.ZERO))

    def bill(self, rate, *prices, taxed=0.0):
        """An invoice that begins in Odoo, in euros; the last line may have VAT."""
        income = self.row("Account", {"Id": "1"}).account_id
        vat = self.row("TaxRate", {"Id": "1"}).tax_id
        lines = [
            {"name": "Hedge", "price_unit": price, "tax_ids": []} for price in prices
        ]
        if taxed:
            lines.append({"name": "Vase", "price_unit": taxed, "tax_ids": vat.ids})
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.in_odoo("Customer", self.lyon["customer"]).id,
                "currency_id": self.env.ref("base.EUR").id,
                "invoice_date": "2026-10-12",
                "invoice_currency_rate": 1 / rate,
                "invoice_line_ids": [
                    Command.create({**line, "account_id": income.id}) for line in lines
                ],
            }
        )
        move.action_post()
        return move

    def pay(self, move, amount):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        values = {"amount": amount, "currency_id": move.currency_id.id}
        values["payment_date"] = "2026-10-20"
        return register.create(values)._create_payments()

    def open_at_home(self, move):
        owed = move.line_ids.filtered("date_maturity")
        return round(sum(owed.mapped("amount_residual")), 2)

    def test_unapplied_there_what_is_open_is_worth_its_own_rate(self):
        owed = self.owed(333.33, 0.8537)
        first, _second = (
            self.receive(self.lyon, rate, amount, (owed, amount))
            for rate, amount in ((0.88, 33.33), (0.84, 40.01))
        )
        self.sync()
        self.change("Payment", first, Line=[])
        self.sync()
        self.assertEqual(self.open_at_home(self.in_odoo("Invoice", owed)), 250.41)
        self.assertLedgersAgree()

    def test_unapplied_here_what_is_open_is_worth_its_own_rate(self):
        self.sync()
        move = self.bill(0.8811, 333.33)
        for amount in (33.33, 40.01):
            self.pay(move, amount)
        first = move.line_ids.matched_credit_ids.filtered("debit_amount_currency")[0]
        self.assertEqual(first.debit_amount_currency, 33.33)
        move.js_remove_outstanding_partial(first.id)
        self.assertEqual(self.open_at_home(move), 258.44)
        self.run_jobs()
        self.sync()
        self.assertEqual(move.qbo_state, "synced", move.qbo_message)
        self.assertLedgersAgree()

    def test_a_part_that_is_paid_here_leaves_what_quickbooks_has_left(self):
        self.sync()
        move = self.bill(0.8811, 333.33)
        self.pay(move, 7.03)
        self.assertEqual(self.open_at_home(move), 287.50)
        self.run_jobs()
        self.assertLedgersAgree()

    def test_one_payment_of_two_invoices_pays_both(self):
        """The larger side goes on to the next line with what is left of it."""
        self.sync()
        moves = self.bill(0.8811, 333.33) | self.bill(0.8537, 100)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        register.create(
            {"amount": 400, "group_payment": True, "payment_date": "2026-10-20"}
        )._create_payments()
        self.assertEqual(sum(moves.mapped("amount_residual")), 33.33)
        self.run_jobs()
        self.assertLedgersAgree()

    def test_lines_that_are_rounded_one_by_one_come_to_the_same_there(self):
        self.sync()
        move = self.bill(0.8811, 60, taxed=20.02)
        self.run_jobs()
        there = self.quickbooks.get("Invoice", move.qbo_id)
        self.assertEqual(there["HomeTotalAmt"], move.amount_total_signed)
        self.assertNotEqual(there["HomeTotalAmt"], round(84.02 * 0.8811, 2))
        self.pay(move, 20.02)
        self.run_jobs()
        self.sync()
        self.assertEqual(move.qbo_state, "synced", move.qbo_message)
        self.assertLedgersAgree()

    def test_a_discount_that_taxes_split_is_one_amount_at_home(self):
        detail = {"PercentBased": True, "DiscountPercent": 12.5}
        line = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
        lines = [self.taxed(250.01, self.ZERO), self.taxed(10.01), line]
        self.sell(self.lyon, 0.78, *lines)
        self.sync()
        self.assertSettled()
        self.assertLedgersAgree()

    def test_a_rate_that_somebody_changes_there_is_told_and_sent_again(self):
        self.sync()
        move = self.bill(0.8811, 333.33)
        payment = self.pay(move, 33.33)
        self.run_jobs()
        for document in (move, payment):
            entity = document._qbo_entity()
            known = {"Id": document.qbo_id}
            rate = self.quickbooks.get(entity, document.qbo_id)["ExchangeRate"]
            self.change(entity, known, ExchangeRate=0.9)
            self.sync()
            with self.subTest(entity=entity):
                self.assertEqual(document.qbo_state, "differs")
                self.assertIn("GBP", document.qbo_message)
                document.action_qbo_export()
                self.run_jobs()
                self.assertEqual(document.qbo_state, "synced", document.qbo_message)
                there = self.quickbooks.get(entity, document.qbo_id)
                self.assertEqual(there["ExchangeRate"], rate)
        self.assertLedgersAgree()
