from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from ..client import OAuth, QboAuthError
from .test_export import ExportCase


class TestStatus(ExportCase):
    """The numbers on the connection, and the lists that they lead to."""

    def listed(self, action):
        self.assertEqual(action["type"], "ir.actions.act_window")
        return self.env[action["res_model"]].search(action["domain"])

    def test_a_payment_waits_and_then_fails(self):
        self.sandbox.control.close_books("2026-12-31")
        payment = self.pay(80.0, self.invoices[:1])
        self.assertEqual(self.backend.pending_count, 1)
        listed = self.listed(self.backend.action_open_payments_pending())
        self.assertEqual(listed, payment)
        self.run_jobs()
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.pending_count, 0)
        self.assertEqual(self.backend.payment_error_count, 1)
        self.assertEqual(
            self.listed(self.backend.action_open_payment_errors()), payment
        )

    def test_invoices_on_their_way_are_counted_and_listed(self):
        self.pay(80.0, self.invoices[:1])
        self.invoices[1]._qbo_write({"qbo_state": "pending"})
        self.assertEqual(self.backend.move_pending_count, 1)
        self.assertEqual(self.backend.pending_count, 2)
        listed = self.listed(self.backend.action_open_moves_pending())
        self.assertEqual(listed, self.invoices[1])

    def test_an_invoice_in_error_is_counted_and_listed(self):
        self.invoices[0]._qbo_mark_error("A reason")
        self.assertEqual(self.backend.move_error_count, 1)
        listed = self.listed(self.backend.action_open_move_errors())
        self.assertEqual(listed, self.invoices[0])

    def test_what_differs_is_counted_among_the_errors(self):
        self.invoices[0]._qbo_mark_error("A reason")
        self.invoices[1]._qbo_mark_error("The two sides differ", state="differs")
        self.assertEqual(self.backend.move_error_count, 1)
        self.assertEqual(self.backend.error_count, 2)
        rows = self.listed(self.backend.action_open_causes())
        self.assertEqual(sum(rows.mapped("document_count")), 2)

    def test_objects_in_trouble_are_counted_and_listed(self):
        obj = self.backend.object_ids[0]
        obj._fail("A reason")
        self.assertEqual(self.backend.object_error_count, 1)
        self.assertEqual(self.listed(self.backend.action_open_errors()), obj)
        self.assertEqual(self.backend.error_count, 1)

    def test_only_accounts_that_documents_use_ask_for_a_mapping(self):
        unmapped = self.backend.object_ids.filtered(lambda o: o.state == "unmapped")
        self.assertIn("Expense", unmapped.mapped("detail"))
        self.assertEqual(self.backend.unmapped_count, 0)
        accounts = self.listed(self.backend.action_open_accounts())
        accounts.filtered(lambda o: o.detail == "Income")[0].account_id = False
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.unmapped_count, 1)

    def test_linked_objects_are_counted_and_listed(self):
        listed = self.listed(self.backend.action_open_linked())
        self.assertEqual(len(listed), self.backend.linked_count)
        self.assertTrue(all(listed.mapped("res_id")))

    def test_the_next_sync_is_told_and_only_when_there_is_one(self):
        self.assertFalse(self.backend.next_sync_at)
        self.backend.auto_sync = True
        self.backend.invalidate_recordset()
        self.assertTrue(self.backend.next_sync_at)
        later = fields.Datetime.now() + timedelta(minutes=4)
        for trigger in ("schedule", "full"):
            self.backend._start_run(trigger)
        self.env.flush_all()
        self.env.cr.execute("UPDATE qbo_run SET create_date = %s", [later])
        self.env.invalidate_all()
        self.assertGreater(self.backend.next_sync_at, later)
        self.backend._credential().forget_tokens("reconnect")
        self.backend.invalidate_recordset()
        self.assertFalse(self.backend.next_sync_at)


class TestNewConnection(ExportCase):
    def test_the_form_of_a_new_connection_opens_without_a_warning(self):
        with self.assertNoLogs("odoo.domains", "WARNING"):
            new = self.env["qbo.backend"].new({})
            computed = [
                new[field.name]
                for field in new._fields.values()
                if field.compute and not field.store
            ]
        self.assertTrue(computed)


class TestButtons(ExportCase):
    """Each button of the status page answers with what it did, or why not."""

    def message(self, action):
        return action["params"]["message"]

    def test_sync_now_says_that_it_started_or_why_not(self):
        self.assertIn("started", self.message(self.backend.action_sync()))
        self.assertIn("is running since", self.message(self.backend.action_sync()))
        self.run_jobs()
        self.backend._credential().forget_tokens("disconnected")
        self.backend.invalidate_recordset()
        self.assertIn("press Connect", self.message(self.backend.action_sync()))
        self.backend._credential().forget_tokens("reconnect")
        self.backend.invalidate_recordset()
        self.assertIn("press Reconnect", self.message(self.backend.action_sync()))

    def test_refresh_reads_what_the_bookkeeper_changed(self):
        self.sandbox.control.close_books("2026-03-31")
        self.backend.action_refresh()
        self.assertEqual(str(self.backend.book_close_date), "2026-03-31")

    def test_refresh_accounts_brings_a_new_account_and_keeps_the_mapping(self):
        mapped = self.backend.object_ids.filtered("account_id")
        before = {obj: obj.account_id for obj in mapped}
        body = {"Name": "Bird seed sales", "AccountType": "Income"}
        self.sandbox.control.create("Account", body)
        message = self.message(self.backend.action_refresh_accounts())
        self.assertIn("1 of them new or changed", message)
        self.assertIn("1 are to be mapped", message)
        self.assertEqual({obj: obj.account_id for obj in mapped}, before)
        self.backend.invalidate_recordset()
        new = self.backend.object_ids.filtered(lambda o: o.name == "Bird seed sales")
        self.assertEqual(new.state, "unmapped")

    def test_refresh_taxes_reads_rates_and_codes(self):
        self.sandbox.control.clear_log()
        message = self.message(self.backend.action_refresh_taxes())
        self.assertIn("0 of them new or changed", message)
        queries = " ".join(row["query"] for row in self.sandbox.control.log())
        self.assertIn("TaxRate", queries)
        self.assertIn("TaxCode", queries)
        self.assertNotIn("Account", queries)

    def test_a_button_that_fails_gives_quickbooks_words(self):
        self.sandbox.control.revoke_tokens()
        with self.assertRaisesRegex(UserError, "revoked"):
            self.backend.action_refresh_accounts()

    def test_configure_opens_the_settings_of_this_connection(self):
        action = self.backend.action_configure()
        self.assertEqual(action["res_id"], self.backend.id)
        form = self.env["qbo.backend"].get_view(action["views"][0][0], "form")["arch"]
        self.assertIn('name="settings"', form)
        self.assertIn("autofocus", form)

    # --- Disconnect -------------------------------------------------------------------

    def test_disconnecting_ends_it_at_intuit_and_keeps_everything_here(self):
        kept = self.backend.object_ids.read(["state", "res_id", "payload"])
        token = self.backend._credential().sudo().refresh_token
        message = self.message(self.backend.action_disconnect())
        self.assertIn("kept", message)
        self.assertEqual(self.backend.state, "disconnected")
        self.assertEqual(
            self.backend.object_ids.read(["state", "res_id", "payload"]), kept
        )
        self.assertTrue(all(self.invoices.mapped("qbo_id")))
        keys = self.sandbox.credentials()
        discovery = self.backend.discovery_url
        oauth = OAuth(keys["client_id"], keys["client_secret"], "", discovery)
        with self.assertRaises(QboAuthError):
            oauth.refresh(token)

    def test_disconnecting_what_ended_at_intuit_already_works_too(self):
        self.sandbox.control.revoke_tokens()
        self.backend.action_disconnect()
        self.assertEqual(self.backend.state, "disconnected")

    def test_disconnecting_while_intuit_is_down_says_so_and_changes_nothing(self):
        self.sandbox.control.fail_next(9, path="revoke", kind="503")
        with self.assertRaisesRegex(UserError, "Intuit"):
            self.backend.action_disconnect()
        self.assertEqual(self.backend.state, "connected")
