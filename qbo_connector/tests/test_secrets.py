from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import UserError
from odoo.modules.neutralize import get_neutralization_queries

from ..models.secret import MARK
from .common import QboCase


class TestSecrets(QboCase):
    """Secrets at rest, and in copies of the database."""

    def _with_key(self, *keys):
        text = ",".join(key.decode() for key in keys)
        return patch.dict("os.environ", {"QBO_CONNECTOR_KEY": text})

    def _stored(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT client_secret, access_token, refresh_token FROM qbo_credential"
            " WHERE backend_id = %s",
            [self.backend.id],
        )
        return self.env.cr.fetchone()

    def test_with_a_key_nothing_readable_is_stored(self):
        with self._with_key(Fernet.generate_key()):
            self._sign_in(self.backend, self.sandbox)
            self.env["qbo.credential"].protect_all()
            for value in self._stored():
                self.assertTrue(value.startswith(MARK))
            self.assertEqual(self.sync().state, "done")

    def test_a_key_is_rotated_by_putting_the_new_one_first(self):
        old, new = Fernet.generate_key(), Fernet.generate_key()
        with self._with_key(old):
            self.env["qbo.credential"].protect_all()
        with self._with_key(new, old):
            self.assertEqual(self.env["qbo.credential"].protect_all(), 3)
        with self._with_key(new):
            self.assertEqual(self.env["qbo.credential"].protect_all(), 0)
            self.assertEqual(self.sync().state, "done")

    def test_without_its_key_a_secret_asks_for_the_key(self):
        with self._with_key(Fernet.generate_key()):
            self.env["qbo.credential"].protect_all()
        with self.assertRaisesRegex(UserError, "qbo_connector_key"):
            self.backend._credential().access_token_for_call()

    def test_a_key_that_is_none_is_told_without_showing_it(self):
        with self._with_key(b"not-a-key"):
            for use in (self._sign_in_again, self.env["qbo.credential"].protect_all):
                with self.assertRaisesRegex(UserError, "44 characters") as told:
                    use()
                self.assertIn("qbo_connector_key", str(told.exception))
                self.assertNotIn("not-a-key", str(told.exception))

    def _sign_in_again(self):
        self._sign_in(self.backend, self.sandbox)

    def _lose_the_key(self):
        with self._with_key(Fernet.generate_key()):
            self.env["qbo.credential"].protect_all()

    def test_without_its_key_a_connection_is_ended_and_made_anew(self):
        self._lose_the_key()
        toast = self.backend.action_disconnect()["params"]
        self.assertIn("Disconnect the app there too", toast["message"])
        self.assertIn("Disconnect the app", self.backend.message_ids[:1].body)
        self.assertEqual(self.backend.state, "disconnected")
        self.assertFalse(any(self._stored()[1:]))
        self.backend.client_secret = self.sandbox.credentials()["client_secret"]
        self._sign_in(self.backend, self.sandbox)
        self.assertEqual(self.sync().state, "done")

    def test_without_its_key_the_company_can_be_changed(self):
        self._lose_the_key()
        action = self.backend.action_change_company()
        opened = self.env[action["res_model"]].browse(action["res_id"]).action_change()
        new = self.env["qbo.backend"].browse(opened["res_id"])
        self.assertFalse(self.backend.active)
        self.assertIn("Disconnect the app", new.message_ids[:1].body)

    def test_without_its_key_the_health_check_names_the_way_out(self):
        self._lose_the_key()
        [line] = self.backend._health()
        self.assertEqual(line["level"], "bad")
        for words in ("qbo_connector_key", "press Disconnect", "press Connect"):
            self.assertIn(words, line["message"])
        self.assertFalse(line["fix"])

    def test_a_neutralized_copy_is_disconnected(self):
        self.env.flush_all()
        for query in get_neutralization_queries(["qbo_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(self.backend.state, "disconnected")
        self.assertFalse(any(self._stored()))
