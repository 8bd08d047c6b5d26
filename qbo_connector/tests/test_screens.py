from datetime import date

from odoo.tests import tagged

from .http_common import QboHttpCase
from .test_export import ExportCase

PAYMENTS = "action-account.action_account_payments"


@tagged("is_tour")
class TestScreens(QboHttpCase, ExportCase):
    """What people see and press, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tours play the job runner, and look for its jobs.
        cls.env.user.group_ids += cls.env.ref("queue_job.group_queue_job_manager")

    def refused_payment(self):
        """A payment that QuickBooks refused, and could take now."""
        self.sandbox.control.close_books("2026-10-31")
        payment = self.pay(80.0, self.invoices[:1], when=date(2026, 10, 15))
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.sandbox.control.close_books(None)
        return payment

    def assertArrived(self, payment):
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["TotalAmt"], 80.0)

    def test_the_connection_shows_its_state_and_follows_a_sync(self):
        runs = len(self.backend.run_ids)
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_connection")
        self.assertEqual(len(self.backend.run_ids), runs + 1)

    def test_every_list_opens_with_its_rows(self):
        for name in ("backends", "accounts", "taxes", "objects", "syncs"):
            with self.subTest(name):
                self.screen(f"qbo-{name}", "qbo_list_has_rows")

    def test_hovering_the_badge_of_an_invoice_shows_quickbooks_words(self):
        self.invoices[0]._qbo_mark_error("QuickBooks says: “Account Period Closed”")
        self.screen("customer-invoices", "qbo_invoice_badge")

    def test_exporting_back_turns_the_badge_green_without_a_reload(self):
        payment = self.refused_payment()
        self.screen(PAYMENTS, "qbo_export_back")
        self.assertArrived(payment)

    def test_exporting_a_selection_works_in_a_grouped_list(self):
        payment = self.refused_payment()
        self.screen(PAYMENTS, "qbo_export_selection_grouped")
        self.assertArrived(payment)

    def test_a_new_status_does_not_drop_what_somebody_is_typing(self):
        payment = self.refused_payment()
        self.screen(f"{PAYMENTS}/{payment.id}", "qbo_edit_survives")
        self.assertArrived(payment)
        self.assertEqual(payment.memo, "typed and not saved")

    def test_the_payments_card_shows_the_quickbooks_number(self):
        payment = self.pay(80.0, self.invoices[:1], communication="CHQ 77")
        self.run_jobs()
        self.assertEqual(payment.qbo_number, "CHQ 77")
        invoice = self.invoices[0]
        self.screen(f"customer-invoices/{invoice.id}", "qbo_payments_card")

    def test_the_way_from_connected_to_switched_on(self):
        steps = ("company", "mapping", "matching")
        self.backend.write({f"{step}_confirmed": False for step in steps})
        self.backend.live = False
        self.sandbox.control.create("Customer", {"DisplayName": "Kookies by Kathy"})
        self.env["res.partner"].create({"name": "Kookies by Kathie"})
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_onboarding")
        self.assertEqual(self.backend.step, "live")
        kathy = [("name", "=", "Kookies by Kathy")]
        self.assertTrue(self.env["qbo.object"].search(kathy)._record())

    def test_testing_the_connection_names_the_fix_and_checks_again(self):
        self.sandbox.control.close_books("2026-09-30")
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_health")
