from .import_common import ImportCase


class TestNumbers(ImportCase):
    def test_any_document_number_is_kept(self):
        odd = [
            "1038",
            "A-12b",
            "X" * 21,
            "2019/0007",
            "INV/2024/01/001",
            "7-2099",
            "ä ß",
        ]
        made = [self.invoice(10 + i, DocNumber=n) for i, n in enumerate(odd)]
        self.sync()
        self.assertSettled()
        names = [self.in_odoo("Invoice", invoice).name for invoice in made]
        self.assertEqual(names, odd)

    def test_a_number_that_is_used_twice_gets_the_id_behind_it(self):
        one, two = self.invoice(10, DocNumber="77"), self.invoice(20, DocNumber="77")
        memo = self.credit_memo(5, DocNumber="77")
        self.sync()
        self.assertSettled()
        names = [
            self.in_odoo(entity, payload).name
            for entity, payload in (
                ("Invoice", one),
                ("Invoice", two),
                ("CreditMemo", memo),
            )
        ]
        expected = ["77", f"77 ({two['Id']})", f"77 ({memo['Id']})"]
        self.assertEqual(names, expected)

    def test_a_document_without_a_number_is_named_by_its_id(self):
        self.sandbox.control.set_preferences(SalesFormsPrefs={"CustomTxnNumbers": True})
        invoice = self.invoice(10)
        self.assertFalse(invoice.get("DocNumber"))
        self.sync()
        move = self.in_odoo("Invoice", invoice)
        self.assertEqual(move.name, f"QB-{invoice['Id']}")

    def test_a_zero_invoice_and_one_of_notes_only_are_posted(self):
        free = self.invoice(0)
        self.sync()
        self.assertEqual(self.in_odoo("Invoice", free).state, "posted")
        payload = dict(self.row("Invoice", free).payload)
        payload.update(Id="9001", DocNumber="N-1")
        payload["Line"] = [{"DetailType": "DescriptionOnly", "Description": "Hello"}]
        self.env["qbo.object"]._upsert(self.backend, "Invoice", [payload])
        self.apply()
        self.assertSettled()

    def test_a_due_date_that_a_person_gave_wins_over_the_terms(self):
        term = {"SalesTermRef": {"value": "3"}}
        by_terms = self.invoice(10, **term)
        by_hand = self.invoice(10, **term, DueDate="2026-12-31")
        self.sync()
        for invoice, has_term in ((by_terms, True), (by_hand, False)):
            move = self.in_odoo("Invoice", invoice)
            self.assertEqual(str(move.invoice_date_due), invoice["DueDate"])
            self.assertEqual(bool(move.invoice_payment_term_id), has_term)


class TestCurrencies(ImportCase):
    def setUp(self):
        super().setUp()
        self.sandbox.control.set_preferences(
            CurrencyPrefs={"MultiCurrencyEnabled": True}
        )
        euro = {"CurrencyRef": {"value": "EUR"}}
        self.abroad = self.customer("Gärtnerei Grün", **euro)
        self.terms = {"customer": self.abroad, **euro}

    def test_foreign_documents_keep_their_amounts_and_rates(self):
        self.env.ref("base.EUR").active = True
        invoice = self.invoice(100, ExchangeRate=1.25, **self.terms)
        paid = self.payment(60, (invoice, 60), ExchangeRate=1.3, **self.terms)
        self.sync()
        self.assertSettled()
        move = self.assertSameFigures("Invoice", invoice)
        self.assertEqual(move.currency_id.name, "EUR")
        self.assertEqual(move.amount_total_signed, 125)
        money = self.in_odoo("Payment", paid).move_id.line_ids.sorted("id")[0]
        self.assertEqual((money.amount_currency, money.balance), (60, 78))
        self.assertEqual(move.amount_residual, 40)

    def test_a_document_in_a_currency_that_odoo_has_not_goes_on_once_it_is_active(self):
        self.env.ref("base.EUR").active = False
        invoice = self.invoice(100, ExchangeRate=1.25, **self.terms)
        self.sync()
        row = self.row("Invoice", invoice)
        self.assertEqual((row.state, row.waiting_for), ("waiting", "Currency:EUR"))
        self.assertIn("Activate the currency EUR", row.message)
        self.env.ref("base.EUR").active = True
        self.sync()
        self.assertSettled()
        self.assertSameFigures("Invoice", invoice)
