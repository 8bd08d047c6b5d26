from odoo import fields
from odoo.exceptions import RedirectWarning, ValidationError

from .import_common import ImportCase
from .test_export import ExportCase


class TestSlotsIn(ImportCase):
    """Without a default, exactly what needs it waits, and says for what."""

    def health(self, name):
        lines = self.backend._health()
        return next(line for line in lines if line["name"] == name)

    def unmap(self, name):
        row = self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.name == name
        )
        row.account_id = False
        return row

    def test_only_lines_without_a_product_wait_for_the_default_income(self):
        self.unmap("Shipping Income")
        self.backend.income_account_id = False
        waits = self.invoice(Line=[self.line(12.5, item="SHIPPING_ITEM_ID")])
        goes = self.invoice(20.0)
        self.sync()
        self.assertEqual(self.row("Invoice", goes).state, "linked")
        row = self.row("Invoice", waits)
        self.assertEqual(row.state, "waiting")
        self.assertIn("Default Income Account", row.message)
        line = self.health("Default Income Account")
        self.assertEqual((line["level"], line["place"]), ("bad", "mapping"))
        self.assertIn("1 documents wait", line["message"])
        self.backend.income_account_id = self.company_data["default_account_revenue"]
        self.run_jobs()
        self.assertEqual(self.row("Invoice", waits).state, "linked")
        self.assertEqual(self.health("Default Income Account")["level"], "good")

    def test_payments_wait_for_their_journal_and_invoices_do_not(self):
        journal = self.backend.payment_journal_id
        self.backend.payment_journal_id = False
        invoice = self.invoice(80.0)
        paid = self.payment(80.0, (invoice, 80.0))
        self.sync()
        self.assertEqual(self.row("Invoice", invoice).state, "linked")
        self.assertEqual(self.row("Payment", paid).state, "waiting")
        self.backend.payment_journal_id = journal
        self.run_jobs()
        self.assertEqual(self.in_odoo("Payment", paid).journal_id, journal)

    def test_payments_wait_for_the_account_of_undeposited_funds(self):
        name = "Account of Undeposited Funds"
        account = self.backend.undeposited_account_id
        self.backend.undeposited_account_id = False
        paid = self.payment(5.0)
        self.sync()
        self.assertEqual(self.row("Payment", paid).state, "waiting")
        self.assertIn("1 documents wait", self.health(name)["message"])
        self.backend.undeposited_account_id = account
        self.run_jobs()
        self.assertEqual(self.row("Payment", paid).state, "linked")

    def test_what_does_not_flow_needs_no_slot(self):
        self.backend.payment_journal_id = False
        self.assertEqual(self.backend._empty_slots(), ["payment_journal_id"])
        self.backend.payment_flow = "export"
        self.assertFalse(self.backend._empty_slots())

    def test_auto_sync_names_the_empty_slots_and_leads_to_them(self):
        self.backend.payment_journal_id = False
        with self.assertRaises(RedirectWarning) as caught:
            self.backend.auto_sync = True
        message, action, button = caught.exception.args[:3]
        self.assertIn("Journal for Imported Payments", message)
        self.assertEqual(button, "Open Mapping")
        view = self.env.ref("qbo_connector.view_qbo_backend_mapping")
        self.assertEqual(action["views"], [(view.id, "form")])

    def test_slots_for_later_are_no_trouble_and_say_so(self):
        for name in ("Bad Debt Account", "Processing Fees Account"):
            line = self.health(name)
            self.assertEqual((line["level"], line["fix"]), ("good", False))
            self.assertIn("not used yet", line["message"])
        self.backend.bad_debt_account_id = self.company_data["default_account_expense"]
        names = [line["name"] for line in self.backend._health()]
        self.assertNotIn("Bad Debt Account", names)

    def test_an_empty_slot_names_what_needs_it(self):
        self.backend.sale_journal_id = False
        line = self.health("Journal for Imported Invoices")
        self.assertIn("take over: Invoices, Credit Notes.", line["message"])
        self.backend.credit_note_flow = "export"
        line = self.health("Journal for Imported Invoices")
        self.assertIn("take over: Invoices. 0 documents", line["message"])

    def test_one_item_for_all_needs_no_account_for_new_items(self):
        self.backend.income_account_id = self.env["account.account"].create(
            {"name": "New Sales", "code": "QBO400", "account_type": "income"}
        )
        self.assertEqual(self.backend._empty_slots(), ["income_twin_id"])
        self.backend.item_policy = "generic"
        self.assertFalse(self.backend._empty_slots())
        self.backend.auto_sync = True

    def test_every_button_of_the_health_check_leads_somewhere(self):
        self.unmap("Services")
        self.backend.payment_journal_id = False
        action = self.backend.action_test_connection()
        health = self.env["qbo.health"].browse(action["res_id"])
        places = health.line_ids.filtered("place")
        self.assertEqual(set(places.mapped("place")), {"mapping", "accounts"})
        for line in places:
            target = line.action_open_place()
            self.assertIn(target["res_model"], ("qbo.backend", "qbo.object"))

    def test_an_account_that_a_payment_waits_for_is_to_be_mapped(self):
        clearing = self.quickbooks.create(
            "Account", {"Name": "Card clearing", "AccountType": "Other Current Asset"}
        )
        self.sync()
        row = self.row("Account", clearing)
        self.assertEqual((row.needed, row.mapping_state), (False, "unused"))
        self.payment(5.0, DepositToAccountRef={"value": clearing["Id"]})
        self.sync()
        row.invalidate_recordset()
        self.assertEqual((row.needed, row.mapping_state), (True, "todo"))

    def test_the_list_and_the_banner_count_the_same(self):
        self.unmap("Services")
        self.unmap("Checking")
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.unmapped_count, 2)
        listed = self.env["qbo.object"].search(
            self.backend.action_open_accounts()["domain"]
        )
        todo = listed.filtered(lambda o: o.mapping_state == "todo")
        self.assertEqual(set(todo.mapped("name")), {"Services", "Checking"})
        to_map = [("state", "=", "unmapped"), ("needed", "=", True)]
        found = listed.search([("id", "in", listed.ids), *to_map])
        self.assertEqual(found, todo)

    def test_deposits_offer_banks_and_other_current_assets_only(self):
        domain = self.env["qbo.deposit.rule"]._fields["object_id"].domain
        self.assertIn("account_type", domain)
        kinds = ("Bank", "Other Current Asset")
        found = self.env["qbo.object"].search(
            [("backend_id", "=", self.backend.id), ("account_type", "in", kinds)]
        )
        self.assertEqual(set(found.mapped("detail")), set(kinds))
        expense = self.env["qbo.object"].search(
            [("account_type", "in", ("Expense",))], limit=1
        )
        with self.assertRaises(ValidationError):
            self.env["qbo.deposit.rule"].create(
                {"backend_id": self.backend.id, "object_id": expense.id}
            )


class TestHealthOfProducts(ExportCase):
    """A9: products that documents need and that may not go to QuickBooks."""

    def line(self):
        return next(
            (line for line in self.backend._health() if line["name"] == "Products"),
            None,
        )

    def test_products_that_do_not_flow_are_counted_and_named(self):
        spade = self.env["product.product"].create({"name": "Spade"})
        line = {"product_id": spade.id, "quantity": 1, "price_unit": 5.0}
        self.invoice(
            self.invoices.partner_id,
            [{**line, "tax_ids": []}],
            invoice_date=fields.Date.today(),
        )
        self.assertFalse(self.line())
        self.backend.product_flow = "import"
        found = self.line()
        self.assertEqual((found["level"], found["place"]), ("bad", "products"))
        self.assertIn("1 that were sold", found["message"])
        self.assertIn("Spade", found["message"])
        row = self.backend._first_service()
        row._link(spade)
        self.assertEqual(self.line()["level"], "good")
        self.backend.item_policy = "generic"
        self.assertFalse(self.line())


class TestSlotsOut(ExportCase):
    def test_only_lines_without_a_product_wait_for_the_generic_item(self):
        for item in self.books.pages("Item"):
            for row in item:
                self.sandbox.control.update("Item", {**row, "Active": False})
        self.sync()
        self.assertEqual(self.backend._empty_slots(), ["used_item_id"])
        product = self.env["product.product"].create(
            {
                "name": "Spade",
                "property_account_income_id": self.backend.income_account_id.id,
            }
        )
        partner = self.invoices.partner_id
        line = {"quantity": 1, "price_unit": 50.0, "tax_ids": []}
        goes = self.invoice(partner, [{**line, "product_id": product.id}])
        waits = self.invoice(partner, [{**line, "name": "Advice"}])
        paid, stays = self.pay(50.0, goes), self.pay(50.0, waits)
        self.run_jobs()
        self.assertSynced(paid)
        self.assertEqual(stays.qbo_state, "error")
        self.assertIn("Item for Lines without a Product", waits.qbo_message)
        self.assertEqual(waits.qbo_remedy, "mapping")
        name = self.backend._slot_name("used_item_id")
        line = next(x for x in self.backend._health() if x["name"] == name)
        self.assertIn("1 documents wait", line["message"])
        spade = self.env["qbo.object"].search([("name", "=", "Spade")])
        self.backend.generic_item_id = spade
        self.run_jobs()
        self.assertSynced(stays)
