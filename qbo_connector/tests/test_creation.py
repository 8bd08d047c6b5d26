from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .test_export import ExportCase

TAKEN = {
    "code": "6240",
    "message": "Duplicate Name Exists Error",
    "detail": "The name supplied already exists.",
    "http": 400,
}


class CreationCase(ExportCase):
    """What QuickBooks lacks is created there by one button, and only by it."""

    def setUp(self):
        super().setUp()
        self.backend.income_account_id = self.env["account.account"].create(
            {"name": "Sales of Services", "code": "400777", "account_type": "income"}
        )

    def window(self):
        action = self.backend.action_open_creation()
        if action["type"] != "ir.actions.act_window":
            return None
        return self.env["qbo.creation"].browse(action["res_id"])

    def only(self, window, *entities):
        """The lines of some entities; the others are not chosen."""
        for line in window.line_ids:
            line.chosen = line.entity in entities
        return window.line_ids.filtered("chosen")

    def writes(self):
        return [
            call
            for call in self.sandbox.control.log()
            if call["method"] == "POST" and "/query" not in call["path"]
        ]

    def there(self, entity, name):
        rows = self.books.pages(entity, f"Name = '{name}'")
        return [row for page in rows for row in page]


class TestCreation(CreationCase):
    def test_the_window_names_what_it_will_create_and_creates_nothing(self):
        self.sandbox.control.clear_log()
        window = self.window()
        self.only(window, "Account")
        self.assertEqual(
            window.sentence, "Create in QuickBooks: account “Sales of Services”."
        )
        self.assertFalse(self.writes())

    def test_an_income_account_is_created_and_linked(self):
        window = self.window()
        self.only(window, "Account")
        toast = window.action_create()
        self.assertIn("Created account “Sales of Services”", toast["params"]["message"])
        (account,) = self.there("Account", "Sales of Services")
        self.assertEqual(
            (account["AccountType"], account["AccountSubType"]),
            ("Income", "SalesOfProductIncome"),
        )
        twin = self.backend.income_twin_id
        self.assertEqual((twin.qbo_id, twin.state), (account["Id"], "linked"))

    def test_an_item_without_an_account_brings_it_along(self):
        for page in self.books.pages("Item"):
            for item in page:
                self.sandbox.control.update("Item", {**item, "Active": False})
        self.sync()
        window = self.window()
        lines = self.only(window, "Account", "Item")
        self.assertEqual(lines.mapped("name"), ["Sales of Services", "Services"])
        window.action_create()
        (account,) = self.there("Account", "Sales of Services")
        (item,) = self.there("Item", "Services")
        self.assertEqual(item["IncomeAccountRef"]["value"], account["Id"])
        self.assertEqual(self.backend.generic_item_id.qbo_id, item["Id"])
        self.assertEqual(self.backend._generic_item(), {"value": item["Id"]})

    def test_what_has_the_name_already_is_taken(self):
        known = self.sandbox.control.create(
            "Account", {"Name": "Sales of Services", "AccountType": "Income"}
        )
        window = self.window()
        self.only(window, "Account")
        toast = window.action_create()
        self.assertIn("which was there", toast["params"]["message"])
        self.assertEqual(self.backend.income_twin_id.qbo_id, known["Id"])

    def test_another_kind_of_account_with_the_name_is_not_taken(self):
        self.sandbox.control.create(
            "Account", {"Name": "Sales of Services", "AccountType": "Expense"}
        )
        window = self.window()
        line = self.only(window, "Account")
        window.action_create()
        self.assertIn("of another kind", line.message)
        self.assertFalse(self.backend.income_twin_id)
        line.name = "Services sold"
        window.action_create()
        self.assertEqual(self.backend.income_twin_id.name, "Services sold")

    def test_a_name_that_an_inactive_entry_has_says_what_to_do(self):
        window = self.window()
        line = self.only(window, "Account")
        self.sandbox.control.fail_next(method="POST", path="/account", fault=TAKEN)
        action = window.action_create()
        self.assertEqual(action["res_id"], window.id)
        self.assertIn("taken in QuickBooks by an inactive entry", line.message)
        self.assertIn("Duplicate Name Exists Error", line.message)
        self.assertFalse(self.backend.income_twin_id)

    def test_an_answer_that_is_lost_creates_nothing_twice(self):
        window = self.window()
        line = self.only(window, "Account")
        self.sandbox.control.fail_next(
            method="POST", path="/account", kind="drop-answer"
        )
        window.action_create()
        self.assertIn("nothing is created twice", line.message)
        self.assertFalse(self.backend.income_twin_id)
        window.action_create()
        self.assertEqual(len(self.there("Account", "Sales of Services")), 1)
        self.assertTrue(self.backend.income_twin_id)

    def test_one_failure_does_not_undo_what_was_created(self):
        self.backend.fee_account_id = self.company_data["default_account_expense"]
        window = self.window()
        income, fee = self.only(window, "Account")
        self.sandbox.control.fail_next(
            method="POST", path="/account", body=fee.name, fault=TAKEN
        )
        window.action_create()
        self.assertTrue(income.done and not fee.done)
        self.assertIn("taken in QuickBooks", fee.message)
        window.action_create()
        twin = self.backend.fee_twin_id.payload
        self.assertEqual(
            (twin["AccountType"], twin["AccountSubType"]), ("Expense", "BankCharges")
        )
        self.assertTrue(self.backend.income_twin_id)

    def test_bad_debts_get_an_account_that_items_may_have_and_the_item(self):
        self.backend.bad_debt_account_id = self.company_data["default_account_expense"]
        window = self.window()
        self.only(window, "Account", "Item")
        window.action_create()
        item = self.backend.bad_debt_item_id.payload
        self.assertEqual(item["Name"], "Bad Debts")
        self.assertEqual(
            item["IncomeAccountRef"]["value"], self.backend.bad_debt_twin_id.qbo_id
        )

    def test_terms_and_methods_in_use_are_created(self):
        term = self.env["account.payment.term"].create(
            {"name": "Three weeks", "line_ids": [(0, 0, {"nb_days": 21})]}
        )
        line = {"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}
        self.invoice(
            self.invoices.partner_id,
            [line],
            invoice_payment_term_id=term.id,
            invoice_date=date.today(),
        )
        payment = self.pay(5.0, when=date.today())
        window = self.window()
        lines = self.only(window, "Term", "PaymentMethod")
        method = payment.payment_method_line_id.name
        self.assertEqual(lines.mapped("name"), ["Three weeks", method])
        window.action_create()
        (created,) = self.there("Term", "Three weeks")
        self.assertEqual(created["DueDays"], 21)
        self.assertEqual(len(self.there("PaymentMethod", method)), 1)
        again = self.window()
        left = again.line_ids if again else again
        self.assertNotIn("Term", left.mapped("entity"))
        self.assertNotIn("PaymentMethod", left.mapped("entity"))

    def test_a_reader_cannot_create(self):
        reader = new_test_user(
            self.env,
            "reader",
            groups="qbo_connector.group_qbo_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        with self.assertRaises(AccessError):
            self.backend.with_user(reader).action_open_creation()

    def test_nothing_missing_is_said(self):
        self.only(self.window(), "Account").creation_id.action_create()
        self.backend.company_id.account_sale_tax_id = False
        self.assertIsNone(self.window())

    def test_without_a_connection_it_says_so(self):
        window = self.window()
        self.backend._credential().unlink()
        with self.assertRaisesRegex(UserError, "not connected"):
            window.action_create()


class TestTaxCreation(CreationCase):
    """US, rates by hand: two agencies; elsewhere: see the tests of taxes."""

    def test_several_agencies_are_a_persons_choice(self):
        tax = self.company.account_sale_tax_id
        self.assertTrue(tax)
        window = self.window()
        line = self.only(window, "TaxCode")
        self.assertEqual(line.name, tax.name)
        window.action_create()
        self.assertIn("2 tax agencies", line.message)
        self.assertIn("Board of Equalization", line.message)
