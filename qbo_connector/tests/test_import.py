from .import_common import ImportCase


class TestDemoImport(ImportCase):
    """The first sync of a whole company."""

    seed = "demo"

    def setUp(self):
        super(ImportCase, self).setUp()
        self.quickbooks = self.sandbox.control

    def test_a_whole_company_is_in_odoo_to_the_cent(self):
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        self.assertEqual(run.waiting_count, 0)
        self.assertSettled()
        self.assertSameBalances()
        invoices = self.books_rows("Invoice")
        memos, payments = self.books_rows("CreditMemo"), self.books_rows("Payment")
        self.check_the_demo_has_every_kind(invoices, memos, payments)
        self.check_counts(invoices, memos, payments)
        for entity, documents in (("Invoice", invoices), ("CreditMemo", memos)):
            for document in documents:
                with self.subTest(entity=entity, number=document["DocNumber"]):
                    self.check_document(entity, document)
        for payment in payments:
            with self.subTest(payment=payment["Id"]):
                self.check_payment(payment)

    def check_the_demo_has_every_kind(self, invoices, memos, payments):
        """Else the comparison would be of nothing."""
        lines = [line["DetailType"] for i in invoices for line in i["Line"]]
        open_ = [i for i in invoices if i["Balance"] == i["TotalAmt"] > 0]
        partly = [i for i in invoices if 0 < i["Balance"] < i["TotalAmt"]]
        kinds = {
            "open": open_,
            "partly paid": partly,
            "paid": [i for i in invoices if i["TotalAmt"] and not i["Balance"]],
            "voided": [i for i in invoices if not i["TotalAmt"]],
            "taxed": [i for i in invoices if i["TxnTaxDetail"]["TotalTax"]],
            "of two rates": [
                i for i in invoices if len(i["TxnTaxDetail"].get("TaxLine", ())) > 1
            ],
            "discount": [d for d in lines if d == "DiscountLineDetail"],
            "bundle": [d for d in lines if d == "GroupLineDetail"],
            "note": [d for d in lines if d == "DescriptionOnly"],
            "credit used": [m for m in memos if m["RemainingCredit"] < m["TotalAmt"]],
            "credit left": [m for m in memos if m["RemainingCredit"]],
            "credits joined": [p for p in payments if not p["TotalAmt"] and p["Line"]],
            "several invoices": [p for p in payments if len(p["Line"]) > 1],
            "on account": [p for p in payments if p["UnappliedAmt"]],
            "sub-customers": self.books_rows("Customer", "Job = true"),
        }
        self.assertFalse([kind for kind, found in kinds.items() if not found])

    def check_counts(self, invoices, memos, payments):
        own = ("company_id", "=", self.company.id)
        moves = self.env["account.move"]
        for kind, theirs in (("out_invoice", invoices), ("out_refund", memos)):
            count = moves.search_count([own, ("move_type", "=", kind)])
            self.assertEqual(count, len(theirs))
        money = [payment for payment in payments if payment["TotalAmt"]]
        count = self.env["account.payment"].search_count([own])
        self.assertEqual(count, len(money))

    def check_document(self, entity, theirs):
        move = self.in_odoo(entity, theirs)
        tax = theirs["TxnTaxDetail"]["TotalTax"]
        voided = not theirs["TotalAmt"]
        self.assertEqual(move.state, "cancel" if voided else "posted")
        left = theirs["Balance"] if entity == "Invoice" else theirs["RemainingCredit"]
        self.assertEqual(
            [round(move.amount_total, 2), round(move.amount_tax, 2)],
            [theirs["TotalAmt"], tax],
        )
        if not voided:
            self.assertEqual(round(move.amount_residual, 2), left)
        self.assertEqual(move.name, theirs["DocNumber"])
        self.assertEqual(str(move.invoice_date), theirs["TxnDate"])
        if entity == "Invoice":
            self.assertEqual(str(move.invoice_date_due), theirs["DueDate"])

    def check_payment(self, theirs):
        row = self.row("Payment", theirs)
        if not theirs["TotalAmt"]:
            self.assertEqual((row.state, row._record()), ("linked", None))
            return
        payment = row._record()
        self.assertEqual(payment.amount, theirs["TotalAmt"])
        self.assertEqual(self.on_account(theirs), theirs["UnappliedAmt"])
        deposit = self.in_odoo(
            "Account", {"Id": theirs["DepositToAccountRef"]["value"]}
        )
        money = payment.move_id.line_ids.filtered(lambda x: x.account_id == deposit)
        self.assertEqual(sum(money.mapped("balance")), theirs["TotalAmt"])
