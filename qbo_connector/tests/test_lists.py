from ..const import ENTITIES
from ..entities.books import Missing
from .import_common import ImportCase
from .test_export import ExportCase


class TestTermsIn(ImportCase):
    """QuickBooks' payment terms and methods in Odoo."""

    def term(self, qbo_id):
        return self.env["qbo.object"]._find(self.backend, "Term", qbo_id)

    def test_a_term_of_odoo_with_as_many_days_is_taken_and_never_rewritten(self):
        term = self.env["account.payment.term"].create(
            {"name": "Ten days", "line_ids": [(0, 0, {"nb_days": 10})]}
        )
        row = self.term("5")
        row.write({"res_id": False, "res_model": False, "applied": False})
        others = self.env["account.payment.term"].search([("id", "!=", term.id)])
        others.filtered(lambda t: t.line_ids.mapped("nb_days") == [10]).active = False
        row.state = "new"
        self.apply()
        self.assertEqual(row.term_id, term)
        self.quickbooks.update(
            "Term", {**self.quickbooks.get("Term", "5"), "DueDays": 12}
        )
        self.sync()
        self.assertEqual((row.state, row.term_id), ("linked", term))
        self.assertEqual((term.name, term.line_ids.nb_days), ("Ten days", 10))

    def test_a_new_term_becomes_one_of_odoo_and_follows_quickbooks(self):
        there = self.quickbooks.create("Term", {"Name": "Net 37", "DueDays": 37})
        self.sync()
        row = self.term(there["Id"])
        self.assertEqual(row.term_id.name, "Net 37")
        self.quickbooks.update("Term", {**there, "DueDays": 38})
        self.sync()
        self.assertEqual(row.term_id.line_ids.nb_days, 38)

    def test_a_term_that_a_person_chose_survives_the_next_sync(self):
        there = self.quickbooks.create(
            "Term", {"Name": "15th", "DayOfMonthDue": 15, "DueNextMonthDays": 5}
        )
        self.sync()
        row = self.term(there["Id"])
        self.assertEqual((row.state, row.term_id.id), ("ignored", False))
        row.term_id = self.env.ref("account.account_payment_term_end_following_month")
        self.sandbox.control.edit("Term", there["Id"])
        self.sync()
        self.assertEqual(row.state, "linked")
        self.assertEqual(
            row.term_id,
            self.env.ref("account.account_payment_term_end_following_month"),
        )

    def test_an_imported_payment_shows_how_it_was_paid(self):
        invoice = self.invoice(80.0)
        paid = self.payment(80.0, (invoice, 80.0), PaymentMethodRef={"value": "2"})
        plain = self.payment(5.0)
        self.sync()
        payment = self.in_odoo("Payment", paid)
        self.assertEqual(payment.payment_method_line_id.name, "Check")
        self.assertEqual(payment.journal_id, self.backend.payment_journal_id)
        self.assertTrue(self.in_odoo("Payment", plain).payment_method_line_id)
        self.change("Payment", paid, PaymentMethodRef={"value": "1"})
        self.sync()
        self.assertEqual(payment.payment_method_line_id.name, "Cash")
        self.assertEqual(payment.state, "paid")


class TestTermsOut(ExportCase):
    """Odoo's payment terms and methods in QuickBooks."""

    def setUp(self):
        super().setUp()
        self.partner = self.invoices.partner_id
        self.method = self.company_data[
            "default_journal_bank"
        ].inbound_payment_method_line_ids[:1]

    def send(self, term, **values):
        lines = [{"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}]
        invoice = self.invoice(
            self.partner, lines, invoice_payment_term_id=term.id, **values
        )
        payment = self.pay(50.0, invoice)
        self.run_jobs()
        self.assertSynced(payment)
        return self.books.read("Invoice", invoice.qbo_id), self.sent(payment)

    def terms(self, where=""):
        return list(self.books.pages("Term", where))

    def new_term(self, days, name="Special"):
        line = {"nb_days": days}
        return self.env["account.payment.term"].create(
            {"name": name, "line_ids": [(0, 0, line)]}
        )

    def mapped_term(self):
        return self.env["qbo.object"]._find(self.backend, "Term", "4").term_id

    def method_row(self, name):
        return self.backend.object_ids.filtered(
            lambda o: o.entity == "PaymentMethod" and o.name == name
        )

    def test_an_invoice_goes_with_its_term_and_its_due_date(self):
        there, _paid = self.send(self.mapped_term())
        self.assertEqual(there["SalesTermRef"]["value"], "4")
        self.assertEqual(there["DueDate"], "2026-12-01")

    def test_a_term_that_quickbooks_lacks_stays_out_unless_allowed(self):
        before = self.books.count("Term")
        there, _paid = self.send(self.new_term(21))
        self.assertNotIn("SalesTermRef", there)
        self.assertEqual(there["DueDate"], "2026-10-23")
        self.assertEqual(self.books.count("Term"), before)

    def test_a_missing_term_is_created_once_when_that_is_allowed(self):
        self.backend.create_lists = True
        term = self.new_term(21)
        first, _paid = self.send(term)
        second, _paid = self.send(term)
        self.assertEqual(first["SalesTermRef"], second["SalesTermRef"])
        created = self.books.read("Term", first["SalesTermRef"]["value"])
        self.assertEqual((created["Name"], created["DueDays"]), ("Special", 21))

    def test_a_term_of_that_name_in_quickbooks_is_taken(self):
        self.backend.create_lists = True
        known = self.sandbox.control.create("Term", {"Name": "special", "DueDays": 21})
        there, _paid = self.send(self.new_term(21))
        self.assertEqual(there["SalesTermRef"]["value"], known["Id"])

    def test_instalments_are_nothing_that_quickbooks_knows(self):
        self.backend.create_lists = True
        half = {"value": "percent", "value_amount": 50.0}
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    (0, 0, {**half, "nb_days": 10}),
                    (0, 0, {**half, "nb_days": 20}),
                ],
            }
        )
        there, _paid = self.send(term)
        self.assertNotIn("SalesTermRef", there)
        self.assertEqual(there["DueDate"], "2026-10-22")

    def test_a_payment_goes_with_the_method_of_its_lines_name(self):
        self.method.name = "check"
        _there, paid = self.send(self.mapped_term())
        self.assertEqual(paid["PaymentMethodRef"]["value"], "2")

    def test_a_rule_says_the_method_and_leaves_the_account(self):
        visa = self.method_row("Visa")
        self.env["qbo.deposit.rule"].create(
            {
                "backend_id": self.backend.id,
                "journal_id": self.method.journal_id.id,
                "method_id": visa.id,
            }
        )
        _there, paid = self.send(self.mapped_term())
        self.assertEqual(paid["PaymentMethodRef"]["value"], visa.qbo_id)
        self.assertEqual(paid["DepositToAccountRef"]["value"], "4")

    def test_a_method_that_quickbooks_lacks_is_created_once_when_allowed(self):
        self.method.name = "Bank transfer"
        _there, paid = self.send(self.mapped_term())
        self.assertNotIn("PaymentMethodRef", paid)
        self.backend.create_lists = True
        _there, first = self.send(self.mapped_term())
        _there, second = self.send(self.mapped_term())
        self.assertEqual(first["PaymentMethodRef"], second["PaymentMethodRef"])
        methods = self.books.pages("PaymentMethod", "Name = 'Bank transfer'")
        self.assertEqual(sum(map(len, methods)), 1)


class TestNamesOfEntities(ImportCase):
    def test_people_read_words_and_not_names_of_the_api(self):
        names = self.env["qbo.object"]._entity_name
        for entity in ENTITIES:
            self.assertTrue(names(entity).islower(), entity)
        self.assertEqual(names("CreditMemo"), "credit memo")
        rate = self.backend.object_ids.filtered(lambda o: o.entity == "TaxRate")[:1]
        missing = Missing("TaxRate", rate.qbo_id, rate.name)
        words = self.env["qbo.entity.invoice"]._words_for_missing(missing)
        self.assertIn(f"QuickBooks' tax rate “{rate.name}” is not mapped", words)
