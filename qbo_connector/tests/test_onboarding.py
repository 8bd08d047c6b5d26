from odoo.exceptions import RedirectWarning, UserError

from .test_export import ExportCase


class TestOnboarding(ExportCase):
    """From connected to switched on: nothing is written before."""

    def setUp(self):
        super(ExportCase, self).setUp()
        self.backend.live = False

    def _documents(self):
        return self.env["account.move"].search_count(
            [("company_id", "=", self.company.id), ("qbo_id", "!=", False)]
        )

    def test_the_path_leads_from_company_to_on(self):
        steps = [self.backend.step]
        self.backend.action_confirm_company()
        self.run_jobs()
        for action in ("confirm_mapping", "confirm_matching", "switch_on"):
            steps.append(self.backend.step)
            getattr(self.backend, f"action_{action}")()
            self.run_jobs()
        steps.append(self.backend.step)
        self.assertEqual(steps, ["company", "mapping", "matching", "preview", "live"])

    def test_sure_matches_are_paired_and_unsure_ones_need_a_decision(self):
        same = self.env["res.partner"].create({"name": "amy's bird  sanctuary"})
        self.sandbox.control.create("Customer", {"DisplayName": "Kookies by Kathy"})
        close = self.env["res.partner"].create({"name": "Kookies by Kathie"})
        self.backend.action_confirm_company()
        self.run_jobs()
        self.backend.action_confirm_mapping()
        self.run_jobs()
        with self.assertRaisesRegex(UserError, "Kookies by Kathy"):
            self.backend.action_confirm_matching()
        rows = self.env["qbo.object"].search([("match_partner_id", "=", close.id)])
        rows.action_match_confirm()
        self.backend.action_confirm_matching()
        self.assertEqual(self.backend.step, "preview")
        linked = self.env["qbo.object"]._find(self.backend, "Customer", self.amy["Id"])
        self.assertEqual(linked._record(), same)

    def _read_books(self):
        self.backend.action_confirm_company()
        self.run_jobs()

    def _compare(self):
        self.backend.action_match()
        self.run_jobs()

    def test_going_on_waits_until_the_books_are_read_and_compared(self):
        self.backend.action_confirm_company()
        toast = self.backend.action_confirm_mapping()["params"]
        self.assertIn("press Compare", toast["message"])
        with self.assertRaisesRegex(UserError, "not read yet"):
            self.backend.action_confirm_matching()
        self.run_jobs()
        with self.assertRaisesRegex(UserError, "Press Compare"):
            self.backend.action_confirm_matching()
        self.backend.action_match()
        with self.assertRaisesRegex(UserError, "are being compared"):
            self.backend.action_confirm_matching()
        self.run_jobs()
        self.backend.action_confirm_matching()
        self.assertTrue(self.backend.matching_confirmed)

    def test_what_was_read_after_the_comparison_is_compared_first(self):
        self._read_books()
        self._compare()
        self.sandbox.control.create("Customer", {"DisplayName": "Kookies by Kathy"})
        self.assertEqual(self.sync().state, "done")
        with self.assertRaisesRegex(UserError, "Press Compare"):
            self.backend.action_confirm_matching()
        self._compare()
        self.backend.action_confirm_matching()
        self.assertTrue(self.backend.matching_confirmed)

    def test_a_company_without_customers_and_products_goes_on(self):
        self.backend.write({"customer_flow": "off", "product_flow": "off"})
        self._read_books()
        toast = self.backend.action_match()["params"]
        self.assertIn("has no customers or products", toast["message"])
        self.backend.action_confirm_matching()
        self.assertTrue(self.backend.matching_confirmed)

    def test_two_that_want_the_same_record_hold_back_going_on(self):
        same = self.env["res.partner"].create({"name": "Amy's Bird Sanctuary"})
        self.sandbox.control.create("Customer", {"DisplayName": "Kookies by Kathy"})
        self._read_books()
        self._compare()
        rows = self.backend.object_ids.filtered(lambda o: o.entity == "Customer")
        rows.match_partner_id = same
        toast = self.backend.action_confirm_matching()["params"]
        self.assertIn("not sure", toast["message"])
        self.assertFalse(self.backend.matching_confirmed)
        self.assertEqual(rows.mapped("match_state"), ["ambiguous", "ambiguous"])

    def test_reading_the_books_writes_nothing(self):
        self.backend.action_confirm_company()
        self.run_jobs()
        self.assertEqual(self.backend.run_ids[:1].state, "done")
        self.assertGreater(len(self.backend.object_ids), 30)
        self.assertEqual(self._documents(), 0)
        amy = [("name", "=", "Amy's Bird Sanctuary")]
        self.assertFalse(self.env["res.partner"].search(amy))

    def test_switching_on_takes_over_what_was_read(self):
        self.backend.action_confirm_company()
        self.run_jobs()
        self.backend.action_switch_on()
        self.run_jobs()
        self.assertEqual(self._documents(), 2)

    def test_the_preview_counts_and_names_what_will_wait(self):
        self.backend.action_confirm_company()
        self.run_jobs()
        before = self.backend.object_ids.mapped("state")
        lines = {line["entity"]: line for line in self.backend._preview_lines()}
        self.assertEqual(lines["Customer"]["ready"], 1)
        self.assertEqual(lines["Invoice"]["ready"], 2)
        self.assertEqual(lines["Invoice"]["value"], 180.0)
        self.assertEqual(lines["Invoice"]["blocked"], 0)
        self.assertEqual(self.backend.object_ids.mapped("state"), before)
        self.backend.action_measure()
        self.assertEqual(self.backend.completeness, 100.0)

    def _code_with(self, rate_id):
        """A tax code of QuickBooks that puts this rate on sales."""
        for code in self.sandbox.control.query("select * from TaxCode"):
            rates = (code.get("SalesTaxRateList") or {}).get("TaxRateDetail", [])
            if rate_id in [rate["TaxRateRef"]["value"] for rate in rates]:
                return code
        raise AssertionError(f"no tax code has the rate {rate_id}")

    def test_the_preview_says_which_value_waits_for_which_mapping(self):
        rate = self.backend.object_ids.filtered(lambda o: o.entity == "TaxRate")[:1]
        code = self._code_with(rate.qbo_id)
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": 50.0,
            "SalesItemLineDetail": {
                "ItemRef": {"value": "1"},
                "TaxCodeRef": {"value": "TAX"},
            },
        }
        self.sandbox.control.create(
            "Invoice",
            {
                "CustomerRef": {"value": self.amy["Id"]},
                "Line": [line],
                "TxnTaxDetail": {"TxnTaxCodeRef": {"value": code["Id"]}},
            },
        )
        rate.tax_id = False
        self.backend.action_confirm_company()
        self.run_jobs()
        lines = {line["entity"]: line for line in self.backend._preview_lines()}
        self.assertEqual(lines["Invoice"]["blocked"], 1)
        self.assertIn(rate.name, lines["Invoice"]["reasons"])
        self.backend.action_measure()
        self.assertLess(self.backend.completeness, 100.0)

    def test_an_empty_required_slot_blocks_with_its_name(self):
        self.backend.income_account_id = False
        with self.assertRaisesRegex(RedirectWarning, "Default Income Account"):
            self.backend.action_confirm_mapping()
        with self.assertRaisesRegex(RedirectWarning, "Default Income Account"):
            self.backend.action_switch_on()

    def test_auto_sync_needs_the_connection_to_be_on(self):
        with self.assertRaisesRegex(UserError, "switch it on"):
            self.backend.auto_sync = True
        self.backend.action_switch_on()
        self.backend.auto_sync = True

    def test_switching_off_stops_the_schedule_and_the_exports(self):
        self.backend.action_switch_on()
        self.run_jobs()
        self.backend.auto_sync = True
        self.backend.action_switch_off()
        self.assertFalse(self.backend.live or self.backend.auto_sync)
        today = self.backend.create_date.date()
        self.assertFalse(self.backend._sends(self.company, "Payment", today))
        self.backend.action_switch_on()
        self.assertTrue(self.backend.live)

    def test_payments_are_not_sent_before_it_is_on(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": 10.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.assertFalse(payment.qbo_state)


class TestFlows(ExportCase):
    """Off / import / export / both, per object."""

    def test_payments_that_do_not_flow_out_stay_here(self):
        self.backend.payment_flow = "import"
        payment = self.pay(80.0, self.invoices[:1])
        self.assertFalse(payment.qbo_state)

    def test_exporting_says_why_a_payment_stays_here(self):
        payment = self.pay(80.0, self.invoices[:1])
        for change, words in (
            ({"start_date": "2026-11-01"}, "2026-11-01"),
            ({"start_date": False, "payment_flow": "import"}, "What Flows"),
            ({"live": False}, "not switched on"),
            ({"active": False}, "not connected"),
        ):
            self.backend.write(change)
            toast = payment.action_qbo_export()["params"]
            self.assertEqual(toast["type"], "warning")
            self.assertIn(words, toast["message"])

    def test_invoices_that_do_not_flow_in_are_not_read(self):
        self.backend.write({"invoice_flow": "export", "cursor": False})
        self.sandbox.control.clear_log()
        self.assertEqual(self.sync().state, "done")
        queries = [row["query"] for row in self.sandbox.control.log()]
        self.assertFalse([text for text in queries if "FROM+Invoice" in text])
        self.assertTrue([text for text in queries if "FROM+Customer" in text], queries)

    def test_invoices_that_do_not_flow_out_stop_their_payment_with_a_reason(self):
        self.backend.invoice_flow = "import"
        lines = [{"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}]
        move = self.invoice(self.partner_a, lines)
        payment = self.pay(50.0, move)
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn(move.name, payment.qbo_message)
        self.assertIn("Invoices", payment.qbo_message)

    def test_the_picture_shows_each_direction(self):
        self.backend.credit_note_flow = "off"
        self.backend.invoice_flow = "import"
        picture = self.backend.flow_picture
        for arrow in "⇄→✕":
            self.assertIn(arrow, picture)


class TestHealth(ExportCase):
    def _levels(self):
        return {line["name"]: line["level"] for line in self.backend._health()}

    def test_a_healthy_connection_is_all_green_but_what_is_worth_knowing(self):
        bad = [name for name, level in self._levels().items() if level == "bad"]
        self.assertFalse(bad)

    def test_a_revoked_connection_is_red_with_the_fix(self):
        self.sandbox.control.revoke_tokens()
        line = self.backend._health()[0]
        self.assertEqual(line["level"], "bad")
        self.assertIn("Reconnect", line["fix"])

    def test_closed_books_are_told_before_anything_fails(self):
        self.sandbox.control.close_books("2026-09-30")
        lines = {line["name"]: line for line in self.backend._health()}
        self.assertEqual(lines["Closed books"]["level"], "warning")
        self.assertIn("2026-09-30", lines["Closed books"]["message"])

    def test_each_closed_books_policy_says_what_becomes_of_documents(self):
        self.sandbox.control.close_books("2026-09-30")
        words = {"stop": "refused", "move": "first open day", "hold": "wait"}
        for policy, word in words.items():
            self.backend.closed_books_policy = policy
            lines = {line["name"]: line for line in self.backend._health()}
            self.assertIn(word, lines["Closed books"]["fix"])

    def test_an_outage_is_no_reason_to_reconnect(self):
        for kind, words in (("500", "Wait a little"), ("429", "Wait a minute")):
            self.sandbox.control.fail_next(n=9, kind=kind)
            line = self.backend._health()[0]
            self.sandbox.control.clear_faults()
            with self.subTest(kind):
                self.assertEqual(line["level"], "bad")
                self.assertIn(words, line["fix"])
                self.assertNotIn("Reconnect", line["fix"])
                self.assertIn("QuickBooks says", line["message"])

    def test_what_is_well_has_nothing_to_do(self):
        action = self.backend.action_test_connection()
        health = self.env[action["res_model"]].browse(action["res_id"])
        health.line_ids.invalidate_recordset()
        for line in health.line_ids:
            self.assertNotIn("qbo.", line.fix or "", line.name)
            if line.level == "good":
                self.assertFalse(line.fix, line.name)

    def test_the_check_opens_as_a_window(self):
        action = self.backend.action_test_connection()
        health = self.env[action["res_model"]].browse(action["res_id"])
        self.assertGreaterEqual(len(health.line_ids), 9)
