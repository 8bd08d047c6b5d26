from unittest.mock import patch

from odoo.tests import Form

from .test_export import ExportCase


class TestSettings(ExportCase):
    def _settings(self):
        return self.env["res.config.settings"].create({"company_id": self.company.id})

    def test_the_settings_show_and_change_the_companys_connection(self):
        settings = self._settings()
        self.assertEqual(settings.qbo_backend_id, self.backend)
        self.assertEqual(settings.qbo_state, "connected")
        settings.qbo_payment_flow = "import"
        settings.execute()
        self.assertEqual(self.backend.payment_flow, "import")

    def test_a_company_without_a_connection_is_led_to_a_new_one(self):
        self.backend.active = False
        settings = self._settings()
        self.assertFalse(settings.qbo_backend_id)
        self.assertFalse(settings.action_open_qbo_backend()["res_id"])

    def test_saving_another_setting_writes_nothing_on_the_connection(self):
        self.backend.auto_sync = True
        self.backend.payment_journal_id = False
        with patch.object(type(self.backend), "write") as write:
            with Form(self.env["res.config.settings"]) as form:
                form.group_cash_rounding = not form.group_cash_rounding
            form.record.execute()
        write.assert_not_called()

    def test_only_what_was_changed_is_written(self):
        with Form(self.env["res.config.settings"]) as form:
            form.qbo_closed_books_policy = "hold"
            form.qbo_item_policy = "generic"
        form.record.execute()
        self.assertEqual(self.backend.closed_books_policy, "hold")
        self.assertEqual(self.backend.item_policy, "generic")

    def test_each_direction_that_would_change_is_explained_on_both_screens(self):
        settings = self.env["res.config.settings"].new({"company_id": self.company.id})
        settings.update({"qbo_customer_flow": "import", "qbo_payment_flow": "export"})
        draft = self.backend.new(origin=self.backend)
        draft.update({"customer_flow": "import", "payment_flow": "export"})
        for warning in (settings._onchange_qbo_flows(), draft._onchange_flows()):
            words = warning["warning"]["message"].split("\n")
            self.assertEqual(
                words,
                [
                    "1 linked Customers stay linked. Nothing new is sent to"
                    " QuickBooks.",
                    "0 linked Payments stay linked. Changes in QuickBooks no longer"
                    " come to Odoo.",
                ],
            )
        draft.update({"customer_flow": "both", "payment_flow": "both"})
        self.assertFalse(draft._onchange_flows())

    def test_the_mapping_is_one_press_away(self):
        action = self._settings().action_open_qbo_mapping()
        self.assertEqual(action["res_id"], self.backend.id)
