from .import_common import ImportCase


class TestCauses(ImportCase):
    """Documents that have to wait or cannot come in say why, and hold nobody back."""

    def test_a_document_waits_for_its_tax_rate_and_goes_on_once_that_is_mapped(self):
        rate = self.backend.object_ids.filtered(
            lambda o: o.entity == "TaxRate" and o.qbo_id == "3"
        )
        tax = rate._record()
        rate.tax_id = False
        invoice = self.taxed(100)
        free = self.invoice(50)
        self.sync()
        row = self.row("Invoice", invoice)
        self.assertEqual((row.state, row.waiting_for), ("waiting", "TaxRate:3"))
        self.assertIn("not mapped yet", row.message)
        self.assertSameFigures("Invoice", free)
        rate.tax_id = tax
        self.run_jobs()
        self.env.invalidate_all()
        self.assertSettled()
        self.assertTrue(self.assertSameFigures("Invoice", invoice).amount_tax)

    def taxed(self, amount, code="2"):
        detail = {"TxnTaxCodeRef": {"value": code}}
        lines = [self.line(amount, tax="TAX")]
        return self.invoice(Line=lines, TxnTaxDetail=detail)

    def test_a_payment_waits_for_the_account_of_its_money(self):
        bank = self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.qbo_id == "35"
        )
        account = bank._record()
        bank.account_id = False
        paid = self.payment(100, DepositToAccountRef={"value": "35"})
        self.sync()
        self.assertEqual(self.row("Payment", paid).waiting_for, "Account:35")
        bank.account_id = account
        self.run_jobs()
        self.env.invalidate_all()
        self.assertSettled()
        money = self.in_odoo("Payment", paid).move_id.line_ids.sorted("id")[0]
        self.assertEqual(money.account_id, account)

    def test_a_date_in_a_locked_period_is_refused_with_a_sentence(self):
        self.company.sale_lock_date = "2026-10-31"
        invoice = self.invoice(100)
        late = self.invoice(60, TxnDate="2026-11-02")
        self.sync()
        row = self.row("Invoice", invoice)
        self.assertEqual((row.state, row._record()), ("error", None))
        self.assertIn("locked until 2026-10-31", row.message)
        self.assertSameFigures("Invoice", late)
        self.company.sale_lock_date = False
        row.action_retry()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertSettled()
        self.assertSameFigures("Invoice", invoice)

    def test_a_change_in_a_locked_period_leaves_the_document_as_it_was(self):
        invoice = self.invoice(100)
        self.sync()
        self.company.sale_lock_date = "2026-10-31"
        self.change("Invoice", invoice, Line=[self.line(70)])
        self.sync()
        move = self.in_odoo("Invoice", invoice)
        self.assertEqual((move.state, move.amount_total), ("posted", 100))
        self.assertIn("locked", self.row("Invoice", invoice).message)

    def test_one_bad_row_does_not_hold_back_the_others(self):
        count = 150
        self.sync()
        whole = self.invoice(10)
        payload = self.quickbooks.get("Invoice", whole["Id"])
        rows = [
            {**payload, "Id": f"9{number:03}", "DocNumber": f"S-{number}"}
            for number in range(count)
        ]
        rows[77]["TxnDate"] = "not a date"
        self.env["qbo.object"]._upsert(self.backend, "Invoice", rows)
        self.apply()
        states = self.backend.object_ids.filtered(
            lambda o: o.entity == "Invoice"
        ).mapped("state")
        self.assertEqual(
            (states.count("error"), states.count("linked")), (1, count - 1)
        )
        bad = self.row("Invoice", rows[77])
        self.assertTrue(bad.message)

    def test_a_total_that_odoo_does_not_reach_stops_the_document_with_both_figures(
        self,
    ):
        invoice = self.invoice(100)
        payload = {**self.quickbooks.get("Invoice", invoice["Id"]), "TotalAmt": 123.0}
        self.sync()
        payload["SyncToken"] = "7"
        self.env["qbo.object"]._upsert(self.backend, "Invoice", [payload])
        self.apply()
        row = self.row("Invoice", invoice)
        self.assertEqual(row.state, "error")
        self.assertIn("123.00", row.message)
        self.assertIn("100.00", row.message)
        move = row._record()
        self.assertEqual((move.state, move.amount_total), ("posted", 100))

    def test_a_new_tax_code_of_quickbooks_is_read_when_a_document_uses_it(self):
        self.sync()
        codes = self.backend.object_ids.filtered(lambda o: o.entity == "TaxCode")
        codes.sudo().unlink()
        invoice = self.taxed(100)
        self.sync()
        self.assertTrue(self.env["qbo.object"]._find(self.backend, "TaxCode", "2"))
        self.assertSettled()
        self.assertSameFigures("Invoice", invoice)

    def test_a_credit_that_odoo_lacks_is_named(self):
        invoice = self.invoice(100)
        paid = self.payment(70, (invoice, 70))
        self.sync()
        payload = dict(self.row("Payment", paid).payload)
        link = {"TxnId": "4711", "TxnType": "JournalEntry"}
        payload["Line"] = [
            self.applied(invoice, 100),
            {"Amount": 30.0, "LinkedTxn": [link]},
        ]
        payload["SyncToken"] = "9"
        self.env["qbo.object"]._upsert(self.backend, "Payment", [payload])
        self.apply()
        self.assertEqual(self.in_odoo("Invoice", invoice).amount_residual, 30)
        self.assertIn("JournalEntry 4711", self.row("Payment", paid).message)
