from datetime import date

from odoo.fields import Command

from .common import QboCase
from .import_common import ImportCase


class TaxCase(QboCase):
    def rate(self, name):
        return self.backend.object_ids.filtered(
            lambda o: o.entity == "TaxRate" and o.name == name
        )

    def tax(self, name, amount, **values):
        return self.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **values,
            }
        )

    def suggest(self, *names):
        """What is proposed for rates that nothing is mapped to."""
        rates = self.env["qbo.object"].union(*map(self.rate, names))
        rates.tax_id = False
        return self.env["qbo.entity.taxrate"]._suggest(self.backend, rates)


class TestTaxProposals(TaxCase):
    """Proposals by percentage, name and scope: US, rates by hand."""

    def setUp(self):
        super().setUp()
        taxes = self.env["account.tax"].search([("company_id", "=", self.company.id)])
        taxes.active = False

    def test_the_only_sales_tax_of_the_percentage_is_proposed(self):
        tax = self.tax("CA", 8.0)
        self.tax("Purchases", 8.0, type_tax_use="purchase")
        self.tax("Eight dollars", 8.0, amount_type="fixed")
        self.assertEqual(self.suggest("California"), {self.rate("California"): tax})

    def test_among_several_the_name_decides(self):
        self.tax("Other", 8.0)
        tax = self.tax("california", 8.0)
        self.assertEqual(self.suggest("California"), {self.rate("California"): tax})

    def test_without_a_name_several_are_left_to_a_person(self):
        self.tax("One", 8.0)
        self.tax("Two", 8.0)
        self.assertFalse(self.suggest("California"))

    def test_the_name_of_a_code_with_this_rate_alone_counts_too(self):
        self.tax("Other", 2.0)
        self.sandbox.control.create("TaxAgency", {"DisplayName": "City"})
        self.tax("Tucson", 2.0)  # the code Tucson has two rates: it is no name of one
        self.assertFalse(self.suggest("Tucson City"))

    def test_a_tax_that_is_included_in_the_price_is_never_proposed(self):
        self.tax("CA", 8.0, price_include_override="tax_included")
        self.assertFalse(self.suggest("California"))

    def test_a_tax_is_not_proposed_for_two_rates(self):
        self.tax("CA", 8.0)
        row = self.rate("California")
        twin = row.sudo().copy({"qbo_id": "77", "name": "Another"})
        rates = row | twin
        rates.tax_id = False
        model = self.env["qbo.entity.taxrate"]
        self.assertFalse(model._suggest(self.backend, rates))


class TestAutomatedTax(TaxCase):
    """US, automated sales tax: rates are proposed, codes are not made from here."""

    seed = "us-ast"

    def test_the_company_is_known_to_have_automated_tax(self):
        self.assertEqual(self.backend.tax_mode, "us_automated")

    def test_rates_are_mapped_and_none_is_left_out_as_one_of_purchases(self):
        rates = self.backend.object_ids.filtered(lambda o: o.entity == "TaxRate")
        self.assertEqual(set(rates.mapped("state")), {"linked"})
        for rate in rates:
            self.assertEqual(rate.tax_id.amount, rate.payload["RateValue"])

    def test_tax_codes_are_never_offered_for_creation(self):
        self.assertFalse(list(self.backend._missing_tax_codes()))


class TestVat(TaxCase, ImportCase):
    """A company outside the US: a tax code on every line, prices with or without."""

    seed = "uk-vat"

    @classmethod
    def _connect(cls, company, sandbox):
        pound = cls.env.ref("base.GBP")
        pound.active = True
        company.currency_id = pound
        return super()._connect(company, sandbox)

    def setUp(self):
        super().setUp()
        self.income = self.company_data["default_account_revenue"]
        self.standard = self.rate("VAT 20%").tax_id

    def test_the_company_is_known_to_have_codes_on_lines(self):
        self.assertEqual(self.backend.tax_mode, "global")
        self.assertEqual(self.backend.home_currency, "GBP")

    def test_a_rate_that_is_only_on_purchases_is_left_out(self):
        row = self.rate("VAT 20% in")
        self.assertEqual((row.state, row.tax_id.id), ("ignored", False))
        self.assertEqual(row.mapping_state, "unused")
        self.assertEqual(self.standard.amount, 20)

    def test_the_name_of_its_code_finds_the_tax(self):
        self.rate("VAT 5%").tax_id.active = False
        self.tax("Reduced", 5.0)
        tax = self.tax("5.0% R", 5.0)
        self.assertEqual(self.suggest("VAT 5%"), {self.rate("VAT 5%"): tax})

    def imported(self, mode, amount, **detail):
        line = self.line(amount, tax="2", **detail)
        there = self.invoice(
            Line=[line], GlobalTaxCalculation=mode, CurrencyRef={"value": "GBP"}
        )
        self.sync()
        return there, self.assertSameFigures("Invoice", there)

    def test_prices_without_tax_come_in_to_the_penny(self):
        _there, move = self.imported("TaxExcluded", 99.99)
        self.assertEqual((move.amount_tax, move.amount_total), (20.0, 119.99))
        self.assertEqual(move.invoice_line_ids.tax_ids, self.standard)

    def test_prices_with_tax_come_in_to_the_penny(self):
        _there, move = self.imported("TaxInclusive", 83.33, TaxInclusiveAmt=100.0)
        self.assertEqual((move.amount_untaxed, move.amount_total), (83.33, 100.0))

    def sold(self, tax, price):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.in_odoo("Customer", self.acme).id,
                "invoice_date": date(2026, 10, 2),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "quantity": 1,
                            "price_unit": price,
                            "account_id": self.income.id,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                ],
            }
        )
        move.action_post()
        move.action_qbo_export()
        self.run_jobs()
        self.assertEqual(move.qbo_state, "synced", move.qbo_message)
        return move, self.quickbooks.get("Invoice", move.qbo_id)

    def test_prices_without_tax_go_out_to_the_penny(self):
        self.sync()
        move, there = self.sold(self.standard, 99.99)
        self.assertEqual(there["TotalAmt"], move.amount_total)
        detail = there["Line"][0]["SalesItemLineDetail"]
        self.assertEqual(detail["TaxCodeRef"]["value"], "2")

    def test_prices_with_tax_go_out_to_the_penny(self):
        """The included tax is the sister of the mapped one that is not."""
        self.sync()
        included = self.standard.copy(
            {"name": "VAT incl.", "price_include_override": "tax_included"}
        )
        move, there = self.sold(included, 100.0)
        self.assertEqual(move.amount_total, 100.0)
        self.assertEqual(there["TotalAmt"], 100.0)
        self.assertEqual(there["TxnTaxDetail"]["TotalTax"], 16.67)

    def test_a_missing_code_is_created_with_its_rate_and_once(self):
        tax = self.tax("Green 12.5%", 12.5)
        self.company.account_sale_tax_id = tax
        action = self.backend.action_open_creation()
        window = self.env["qbo.creation"].browse(action["res_id"])
        for line in window.line_ids:
            line.chosen = line.entity == "TaxCode"
        self.assertEqual(window.line_ids.filtered("chosen").name, "Green 12.5%")
        toast = window.action_create()
        self.assertIn("Created tax code", toast["params"]["message"])
        row = self.rate("Green 12.5%")
        self.assertEqual((row.tax_id, row.state), (tax, "linked"))
        self.assertFalse(list(self.backend._missing_tax_codes()))
        row.tax_id = False
        again = self.env["qbo.creation"].browse(
            self.backend.action_open_creation()["res_id"]
        )
        toast = again.line_ids.filtered(
            lambda x: x.entity == "TaxCode"
        ).creation_id.action_create()
        self.assertEqual(row.tax_id, tax)
        codes = self.books_rows("TaxCode", "Name = 'Green 12.5%'")
        self.assertEqual(len(codes), 1)

    def test_receivables_of_each_currency_are_proposed(self):
        home = self.backend.receivable_ids.filtered(
            lambda row: row.currency_code == "GBP"
        )
        default = self.company_data["default_account_receivable"]
        self.assertEqual(home.account_id, default)
        euro = self.env.ref("base.EUR")
        account = self.env["account.account"].create(
            {
                "name": "Debtors EUR",
                "code": "121777",
                "account_type": "asset_receivable",
                "reconcile": True,
                "currency_id": euro.id,
            }
        )
        there = self.quickbooks.create(
            "Account",
            {
                "Name": "Accounts Receivable - EUR",
                "AccountType": "Accounts Receivable",
                "CurrencyRef": {"value": "EUR"},
            },
        )
        self.sync()
        self.backend.action_map_suggestions()
        self.assertEqual(self.row("Account", there).account_id, account)
