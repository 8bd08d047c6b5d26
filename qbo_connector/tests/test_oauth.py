from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import QboAuthError
from ..models import qbo_backend_connect
from .http_common import QboHttpCase
from .test_export import ExportCase

CALLBACK = "/qbo/oauth/callback"
#: What people choose, of which reconnecting must change nothing.
SETTINGS = (
    "live auto_sync start_date sale_journal_id payment_journal_id income_account_id"
    " discount_account_id rounding_account_id customer_flow product_flow invoice_flow"
    " credit_note_flow payment_flow name_collision item_policy generic_item_id"
    " company_confirmed mapping_confirmed matching_confirmed"
).split()


class OAuthCase(QboHttpCase):
    """The way over Intuit's consent page and back, as a browser goes it."""

    def setUp(self):
        super().setUp()
        self.authenticate(self.login, self.login)

    def disconnect(self):
        """As if the app's keys had just been filled in."""
        self.backend._credential().forget_tokens("disconnected")
        self.backend.realm_id = False
        self.env.flush_all()

    def begin_anew(self):
        """As if the connection had just been made."""
        self.disconnect()
        self.backend.live = False
        self.backend.object_ids.sudo().unlink()

    def call(self, method, *args, model="qbo.backend"):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    def start(self):
        """Press Connect.

        :returns: the arguments of the consent page's address.
        """
        action = self.call("action_connect", self.backend.ids)
        return dict(parse_qsl(urlsplit(action["url"]).query))

    def consent(self, arguments, decision="connect", realm=None):
        """Press a button of the consent page.

        :param realm: ID of the company that is chosen; the sandbox's first one.
        :returns: what Intuit sends the browser back with, as a dict.
        """
        realm = realm or self.sandbox.realm_id
        form = {**arguments, "realm": realm, "decision": decision}
        page = f"{self.sandbox.url}/connect/oauth2"
        answer = requests.post(page, data=form, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        self.assertEqual(back.path, CALLBACK)
        return {key: values[0] for key, values in parse_qs(back.query).items()}

    def land(self, **arguments):
        """Arrive in Odoo again."""
        url = f"{CALLBACK}?{urlencode(arguments)}"
        return self.url_open(url, allow_redirects=False)

    def connect(self):
        return self.land(**self.consent(self.start()))

    def tokens(self):
        self.env.invalidate_all()
        sudo = self.backend._credential()
        return sudo.state, sudo.access_token, sudo.refresh_token

    def assertRefused(self, answer, words):
        self.assertIn(words, answer.text)
        self.assertNotIn("Traceback", answer.text)


@tagged("post_install", "-at_install")
class TestOAuth(OAuthCase):
    def test_the_whole_way_from_connect_to_connected(self):
        self.disconnect()
        answer = self.connect()
        self.assertEqual(answer.status_code, 303)
        self.assertIn(
            f"/odoo/qbo-backends/{self.backend.id}", answer.headers["Location"]
        )
        self.assertEqual(self.tokens()[0], "connected")
        self.assertEqual(self.backend.realm_id, self.sandbox.realm_id)
        self.assertTrue(self.backend.company_name)

    def test_a_state_of_another_sign_in_is_refused(self):
        back = self.consent(self.start())
        before = self.tokens()
        answer = self.land(**{**back, "state": "x" * 43})
        self.assertEqual(answer.status_code, 403)
        self.assertRefused(answer, "This sign-in was not started here")
        self.assertEqual(self.tokens(), before)

    def test_a_call_out_of_the_blue_is_refused(self):
        answer = self.land(code="XAB11", realmId="1", state="x" * 43)
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.land().status_code, 403)

    def test_a_state_works_once(self):
        back = self.consent(self.start())
        self.assertEqual(self.land(**back).status_code, 303)
        self.assertEqual(self.land(**back).status_code, 403)

    def test_a_wrong_guess_uses_the_state_up(self):
        back = self.consent(self.start())
        self.assertEqual(self.land(**{**back, "state": "guess"}).status_code, 403)
        self.assertEqual(self.land(**back).status_code, 403)

    def test_a_guess_in_another_script_is_refused_and_uses_the_state_up(self):
        back = self.consent(self.start())
        self.assertEqual(self.land(**{**back, "state": "zß→"}).status_code, 403)
        self.assertEqual(self.land(**back).status_code, 403)

    def test_an_old_state_is_refused(self):
        with patch.object(qbo_backend_connect, "STATE_LIFETIME", -1):
            answer = self.connect()
        self.assertEqual(answer.status_code, 403)
        self.assertRefused(answer, "older than 15 minutes")

    def test_a_state_is_bound_to_the_browser_session(self):
        back = self.consent(self.start())
        self.authenticate(self.login, self.login)
        self.assertEqual(self.land(**back).status_code, 403)

    def test_another_user_cannot_finish_the_sign_in(self):
        back = self.consent(self.start())
        new_test_user(self.env, "mallory", "qbo_connector.group_qbo_admin")
        self.authenticate("mallory", "mallory")
        self.assertEqual(self.land(**back).status_code, 403)

    def test_nobody_logged_in_is_sent_to_the_login(self):
        back = self.consent(self.start())
        self.authenticate(None, None)
        answer = self.land(**back)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_pressing_cancel_changes_nothing(self):
        before = self.tokens()
        answer = self.land(**self.consent(self.start(), "cancel"))
        self.assertEqual(answer.status_code, 200)
        self.assertRefused(answer, "You pressed Cancel at Intuit")
        self.assertEqual(self.tokens(), before)

    def test_an_error_of_intuit_is_shown_as_text(self):
        state = self.start()["state"]
        answer = self.land(state=state, error="<script>alert(1)</script>")
        self.assertRefused(answer, "Intuit answered: &lt;script&gt;")

    def test_a_code_works_once(self):
        code = self.consent(self.start())
        self.land(**code)
        before = self.tokens()
        answer = self.land(**{**code, "state": self.start()["state"]})
        self.assertRefused(answer, "Intuit did not accept the sign-in")
        self.assertEqual(self.tokens(), before)

    def test_a_company_that_another_odoo_company_has_is_refused(self):
        self.disconnect()
        other = self.env["res.company"].create({"name": "Secret Holding"})
        address = {"base_url": self.backend.base_url, "environment": "custom"}
        held = {"company_id": other.id, "realm_id": self.sandbox.realm_id, **address}
        neighbour = self.env["qbo.backend"].create(held)
        answer = self.connect()
        self.assertRefused(answer, "connected to another company of this Odoo")
        self.assertNotIn("Secret Holding", answer.text)
        self.assertEqual(self.tokens(), ("disconnected", False, False))
        self.assertFalse(self.backend.realm_id)
        neighbour.active = False
        self.assertEqual(self.connect().status_code, 303)

    @mute_logger("odoo.sql_db")
    def test_the_database_knows_one_connection_of_a_company(self):
        address = {"environment": "production", "realm_id": "4711"}
        self.backend.write(address)
        other = self.env["res.company"].create({"name": "Another"})
        with self.assertRaises(UniqueViolation), self.cr.savepoint():
            self.env["qbo.backend"].create({"company_id": other.id, **address})

    def test_a_former_connections_journals_are_left_alone(self):
        former = self.backend.sale_journal_id + self.backend.payment_journal_id
        self.assertEqual(former.mapped("code"), ["QBINV", "QBPAY"])
        self.disconnect()
        self.backend.write({"sale_journal_id": False, "payment_journal_id": False})
        self.connect()
        self.assertFalse(self.backend.sale_journal_id + self.backend.payment_journal_id)
        self.backend.action_confirm_company()
        journals = self.backend.sale_journal_id + self.backend.payment_journal_id
        self.assertEqual(journals.mapped("code"), ["QBIN2", "QBPA2"])

    def test_nothing_is_made_before_the_company_is_confirmed(self):
        self.begin_anew()
        self.connect()
        self.assertEqual(self.backend.step, "company")
        self.assertFalse(self.backend.object_ids)
        self.backend.action_confirm_company()
        self.assertTrue(self.backend.object_ids)

    def test_another_company_ends_the_sign_in_and_connecting_begins_anew(self):
        self.begin_anew()
        self.connect()
        token = self.tokens()[2]
        toast = self.backend.action_reject_company()["params"]
        self.assertIn("Press Connect", toast["message"])
        self.assertEqual(self.tokens(), ("disconnected", False, False))
        self.assertFalse(self.backend.realm_id or self.backend.company_name)
        self.assertEqual(self.backend.step, "connect")
        with self.assertRaises(QboAuthError):
            self.backend._credential().oauth().refresh(token)
        self.assertEqual(self.connect().status_code, 303)
        self.assertEqual(self.backend.step, "company")

    def test_books_that_were_read_are_not_rejected(self):
        with self.assertRaisesRegex(UserError, "Change QuickBooks Company"):
            self.backend.action_reject_company()
        self.assertEqual(self.tokens()[0], "connected")

    def test_a_company_that_the_code_is_not_for_is_refused(self):
        self.disconnect()
        back = self.consent(self.start())
        answer = self.land(**{**back, "realmId": "9130000000000000"})
        self.assertRefused(answer, "QuickBooks was not connected")
        self.assertEqual(self.tokens(), ("disconnected", False, False))
        self.assertFalse(self.backend.realm_id)

    def test_a_refusal_that_passes_renews_no_token_that_is_not_stored_yet(self):
        self.disconnect()
        self.sandbox.control.fail_next(1, kind="401")
        credential = type(self.backend._credential())
        with patch.object(credential, "_renew") as renew:
            self.assertEqual(self.connect().status_code, 303)
        renew.assert_not_called()
        self.assertEqual(self.tokens()[0], "connected")

    def test_a_new_token_that_quickbooks_refuses_is_not_kept(self):
        self.disconnect()
        self.sandbox.control.fail_next(2, kind="401")
        self.assertRefused(self.connect(), "QuickBooks was not connected")
        self.assertEqual(self.tokens(), ("disconnected", False, False))

    def test_a_company_in_another_currency_is_refused(self):
        self.disconnect()
        self.sandbox.control.set_preferences(
            CurrencyPrefs={"HomeCurrency": {"value": "GBP"}}
        )
        answer = self.connect()
        self.assertRefused(answer, "keeps its QuickBooks books in GBP")
        self.assertEqual(self.tokens(), ("disconnected", False, False))
        self.assertFalse(self.backend.realm_id)


@tagged("post_install", "-at_install")
class TestReconnect(OAuthCase, ExportCase):
    """The connection ended at Intuit: its owner signs in again, all goes on."""

    def test_reconnecting_keeps_settings_and_mappings_and_what_waited_goes_on(self):
        self.backend.write({"payment_flow": "both", "start_date": "2026-01-01"})
        settings = self.backend.read(SETTINGS)
        links = self.backend.object_ids.read(["state", "res_model", "res_id"])
        self.sandbox.control.revoke_tokens()
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertEqual(self.backend.state, "reconnect")
        self.assertEqual(payment.qbo_state, "pending")
        self.assertEqual(len(self.backend.activity_ids), 1)
        self.assertEqual(self.connect().status_code, 303)
        self.assertEqual(self.tokens()[0], "connected")
        self.assertEqual(self.backend.read(SETTINGS), settings)
        known = self.backend.object_ids.read(["state", "res_model", "res_id"])
        self.assertEqual(known[: len(links)], links)
        self.assertFalse(self.backend.activity_ids)
        self.run_jobs()
        self.assertSynced(payment)

    def test_passing_trouble_at_intuit_does_not_end_the_connection(self):
        self.sandbox.control.expire_tokens()
        self.sandbox.control.fail_next(1, path="tokens/bearer", kind="503")
        payment = self.pay(80.0, self.invoices[:1])
        with self.assertRaises(RetryableJobError):
            payment._job_qbo_push()
        self.assertEqual(self.tokens()[0], "connected")
        self.assertFalse(self.backend.activity_ids)
        payment._job_qbo_push()
        self.assertSynced(payment)

    def test_who_is_no_administrator_any_more_cannot_finish(self):
        back = self.consent(self.start())
        before = self.tokens()
        admin = self.env.ref("qbo_connector.group_qbo_admin")
        manager = self.env.ref("qbo_connector.group_qbo_manager")
        self.env.user.group_ids += manager
        self.env.user.group_ids -= admin
        self.env.flush_all()
        answer = self.land(**back)
        self.env.user.group_ids += admin
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(self.tokens(), before)


@tagged("post_install", "-at_install")
class TestOAuthSecrets(OAuthCase):
    def test_no_page_log_line_or_message_holds_a_secret(self):
        shown = []
        with (
            self.assertLogs("werkzeug", "DEBUG") as web,
            self.assertLogs("urllib3", "DEBUG") as client,
        ):
            back = self.consent(self.start())
            shown.append(self.land(**back).text)
            again = {**back, "state": self.start()["state"]}
            shown.append(self.land(**again).text)
            shown.append(self.call("web_read", self.backend.ids, {"display_name": {}}))
        shown += web.output + client.output
        shown += self.backend.message_ids.mapped("body")
        for secret in self._secrets():
            self.assertGreater(len(secret), 20)
            for text in shown:
                self.assertNotIn(secret, str(text))

    def _secrets(self):
        credential = self.backend._credential()
        return [credential.client_secret, *self.tokens()[1:]]

    @mute_logger("odoo.http")
    def test_the_way_back_cannot_be_called_by_rpc(self):
        for model, method in (
            ("qbo.backend", "finish_connection"),
            ("qbo.credential", "access_token_for_call"),
            ("qbo.credential", "oauth"),
        ):
            with self.subTest(method), self.assertRaises(Exception) as refused:
                self.call(method, self.backend.ids, model=model)
            self.assertIn("AccessError", str(refused.exception))
