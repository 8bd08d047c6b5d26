from datetime import date

from .test_export import ExportCase


class TestCompleteness(ExportCase):
    """Share of the last 90 days' invoice value that would sync, and the gaps."""

    def setUp(self):
        super().setUp()
        self.partner = self.invoices.partner_id
        self.run_jobs()

    def sold(self, amount, **line):
        lines = [{"name": "Work", "price_unit": amount, "tax_ids": [], **line}]
        return self.invoice(self.partner, lines, invoice_date=date.today())

    def their_invoice(self, amount, **detail):
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, **detail},
        }
        return self.sandbox.control.create(
            "Invoice",
            {
                "CustomerRef": {"value": self.amy["Id"]},
                "TxnDate": date.today().isoformat(),
                "Line": [line],
            },
        )

    def measure(self):
        self.backend.action_measure()
        return self.backend.completeness, self.backend.completeness_gaps or []

    def test_all_is_ready_where_nothing_is_missing(self):
        self.their_invoice(60.0)
        self.sync()
        self.sold(40.0)
        self.assertEqual(self.measure(), (100.0, []))

    def test_what_waits_in_quickbooks_is_a_gap_with_its_amount(self):
        self.backend.income_account_id = False
        self.their_invoice(75.0)
        self.their_invoice(25.0, ItemRef={"value": "SHIPPING_ITEM_ID"})
        shipping = self.backend.object_ids.filtered(
            lambda o: o.name == "Shipping Income"
        )
        shipping.account_id = False
        self.sync()
        share, gaps = self.measure()
        self.assertEqual(share, 91.1)  # 255 of 280: two are there from the start
        self.assertEqual([(g["count"], g["amount"]) for g in gaps], [(1, 25.0)])
        self.assertIn("Default Income Account", gaps[0]["why"])
        self.assertIn("25.00", self.backend.gaps_table)

    def test_what_odoo_cannot_send_is_a_gap_with_its_amount(self):
        self.sold(30.0)
        self.backend.product_flow = "import"
        product = self.env["product.product"].create({"name": "Spade"})
        self.sold(60.0, product_id=product.id)
        self.sold(10.0, product_id=product.id)
        share, gaps = self.measure()
        self.assertEqual(share, 75.0)  # 210 of 280
        self.assertEqual([(g["count"], g["amount"]) for g in gaps], [(2, 70.0)])
        self.assertIn("do not flow", gaps[0]["why"])

    def test_old_invoices_and_hidden_ones_do_not_count(self):
        line = {"name": "Old", "price_unit": 1000.0, "tax_ids": []}
        self.invoice(self.partner, [line], invoice_date=date(2020, 1, 1))
        hidden = self.sold(500.0)
        hidden.qbo_state = "hidden"
        self.sold(10.0)
        self.assertEqual(self.measure(), (100.0, []))

    def test_a_sync_measures_in_the_background_and_the_form_reads_what_is_kept(self):
        self.their_invoice(60.0)
        self.backend._progress().completeness_at = False
        self.sync()
        self.assertTrue(self.backend.completeness_at)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            self.backend.read(["completeness", "completeness_at"])

    def test_only_recent_invoices_are_loaded(self):
        old = {"TxnDate": "2020-01-01", "TotalAmt": 1000.0, "Id": "99991"}
        recent = {**old, "TxnDate": date.today().isoformat(), "Id": "99992"}
        objects = self.env["qbo.object"]
        objects._upsert(self.backend, "Invoice", [old, recent])
        found = self.backend._mirrored_objects("Invoice", date.today())
        self.assertEqual(found.mapped("qbo_id"), ["99992"])

    def test_syncs_of_some_minutes_are_measured_together_behind_all_else(self):
        jobs = [("method_name", "=", "_job_measure")]
        for _number in range(3):
            run = self.backend._start_run("manual")
            run._add(read_count=1)
            run._finish()
        measuring = self.pending_jobs(jobs)
        self.assertEqual(len(measuring), 1)
        self.assertGreater(measuring.eta, measuring.date_created)
        self.backend._delay_measure()  # who maps something looks at the figure
        self.assertEqual(self.pending_jobs(jobs, 1).eta, False)
