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
