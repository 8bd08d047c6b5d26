from .common import QboCase


class ImportCase(QboCase):
    """The bookkeeper works in QuickBooks; then Odoo syncs."""

    def setUp(self):
        super().setUp()
        self.quickbooks = self.sandbox.control
        self.acme = self.customer("Acme Gardens")

    # --- In QuickBooks ----------------------------------------------------------------

    def customer(self, name, **fields):
        return self.quickbooks.create("Customer", {"DisplayName": name, **fields})

    def invoice(self, *amounts, customer=None, **fields):
        return self._document("Invoice", amounts, customer, fields)

    def credit_memo(self, *amounts, customer=None, **fields):
        return self._document("CreditMemo", amounts, customer, fields)

    def _document(self, entity, amounts, customer, fields):
        body = {
            "CustomerRef": {"value": (customer or self.acme)["Id"]},
            "TxnDate": "2026-10-05",
            "Line": [self.line(amount) for amount in amounts],
            **fields,
        }
        return self.quickbooks.create(entity, body)

    def line(self, amount, tax="NON", item="1", **detail):
        return {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {
                "ItemRef": {"value": item},
                "TaxCodeRef": {"value": tax},
                **detail,
            },
        }

    def payment(self, total, *applied, customer=None, **fields):
        """
        :param applied: (invoice or credit memo, amount), ...
        """
        body = {
            "CustomerRef": {"value": (customer or self.acme)["Id"]},
            "TotalAmt": total,
            "TxnDate": "2026-10-20",
            "Line": [self.applied(document, amount) for document, amount in applied],
            **fields,
        }
        return self.quickbooks.create("Payment", body)

    def applied(self, document, amount):
        kind = "CreditMemo" if "RemainingCredit" in document else "Invoice"
        link = {"TxnId": document["Id"], "TxnType": kind}
        return {"Amount": amount, "LinkedTxn": [link]}

    def change(self, entity, payload, **fields):
        """Save an object in QuickBooks with other field values."""
        now = self.quickbooks.get(entity, payload["Id"])
        return self.quickbooks.update(entity, {**now, **fields})

    # --- In Odoo ----------------------------------------------------------------------

    def row(self, entity, payload):
        """The mirror of a QuickBooks object."""
        return self.env["qbo.object"]._find(self.backend, entity, payload["Id"])

    def in_odoo(self, entity, payload):
        """The Odoo record of a QuickBooks object."""
        return self.row(entity, payload)._record()

    def register(self, move, amount):
        """Pay an invoice in Odoo, as the *Pay* button does."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        journal = self.company_data["default_journal_bank"]
        values = {"amount": amount, "journal_id": journal.id}
        return wizard.create(values)._create_payments()

    def match_with_bank(self, payment):
        """A bank line of its amount, reconciled with the payment's money."""
        money, _counterpart, _writeoff = payment._seek_for_lines()
        bank = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-10-25",
                "amount": payment.amount,
                "payment_ref": "Paid in",
                "counterpart_account_id": money.account_id.id,
            }
        )
        lines = bank.move_id.line_ids | money
        lines.filtered(lambda line: line.account_id == money.account_id).reconcile()
        return bank

    def on_account(self, payment):
        """Money of a payment that no invoice has taken, in its currency."""
        lines = self.in_odoo("Payment", payment).move_id.line_ids
        owed = lines.filtered(lambda x: x.account_id.account_type == "asset_receivable")
        return round(-sum(owed.mapped("amount_residual_currency")), 2)

    def apply(self):
        """Take over what is in the mirror, without reading."""
        self.backend._start_run("retry")._delay_apply()
        self.run_jobs()
        self.env.invalidate_all()

    def assertSettled(self):
        problems = self.backend.object_ids.filtered(
            lambda o: o.state in ("error", "waiting", "new")
        )
        self.assertFalse(problems, problems.mapped("message"))

    def assertSameBalances(self):
        """Every customer owes in Odoo what QuickBooks, asked again, says."""
        customers = self.books_rows("Customer", "Active IN (true, false)")
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ],
            ["partner_id"],
            ["amount_residual_currency:sum"],
        )
        owed = {partner.id: amount for partner, amount in groups}
        self.assertTrue(customers)
        for customer in customers:
            partner = self.in_odoo("Customer", customer)
            with self.subTest(customer=customer["DisplayName"]):
                ours = owed.get(partner.id, 0.0)
                self.assertEqual(f"{ours:.2f}", f"{customer['Balance']:.2f}")

    def assertSameFigures(self, entity, payload):
        """Total, tax and what is open of a document, read from QuickBooks now."""
        theirs = self.quickbooks.get(entity, payload["Id"])
        move = self.in_odoo(entity, payload)
        tax = (theirs.get("TxnTaxDetail") or {}).get("TotalTax") or 0.0
        self.assertEqual(
            [round(move.amount_total, 2), round(move.amount_tax, 2)],
            [theirs["TotalAmt"], tax],
        )
        if move.state == "posted":
            self.assertEqual(round(move.amount_residual, 2), theirs["Balance"])
        return move

    def books_rows(self, entity, where=""):
        return [row for page in self.books.pages(entity, where) for row in page]
