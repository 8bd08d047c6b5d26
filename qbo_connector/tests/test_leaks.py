import logging
from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .test_export import ExportCase
from .test_oauth import OAuthCase

#: The one table where secrets are kept.
VAULT = "qbo_credential"
LOGGERS = ("odoo.addons", "odoo.http", "werkzeug", "urllib3", "requests", "oauthlib")
GROUPS = {
    "user": "qbo_connector.group_qbo_user",
    "manager": "qbo_connector.group_qbo_manager",
    "administrator": "qbo_connector.group_qbo_admin,base.group_system",
}
#: What a person may be refused; everything else that is raised is a bug.
REFUSALS = (AccessError, UserError, ValueError)


class Listener(logging.Handler):
    """All that is logged, as text."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestLeaks(OAuthCase, ExportCase):
    """After a life with all its accidents, no secret is anywhere but in the vault.

    What a secret is, the sandbox knows: every code and token that it ever gave out.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            who: new_test_user(
                cls.env,
                f"leak_{who}",
                f"{groups},base.group_allow_export",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for who, groups in GROUPS.items()
        }

    def setUp(self):
        super().setUp()
        self.states = []

    # --- A life with accidents --------------------------------------------------------

    def start(self):
        arguments = super().start()
        self.states.append(arguments["state"])
        return arguments

    def live(self):
        """Connect, work, fail, end, and connect again.

        :returns: what was logged meanwhile, without what this browser logs of itself.
        """
        with self.listening() as listener:
            self._live()
        self.env.invalidate_all()
        self.assertEqual(self.backend.state, "connected")
        self.env.flush_all()
        return [line for line in listener.lines if not self._is_the_browsers(line)]

    def _live(self):
        control = self.sandbox.control
        self.land(**self.consent(self.start(), "cancel"))
        self.land(**{**self.consent(self.start()), "state": "x" * 43})
        back = self.consent(self.start())
        self.land(**back)
        self.land(**{**back, "state": self.start()["state"]})
        self.work_through(self.backend.action_sync)
        control.expire_tokens()
        self.work_through(self.backend.action_sync)
        control.close_books("2026-12-31")
        self.work_through(lambda: self.pay(80.0, self.invoices[:1]))
        control.close_books(None)
        control.expire_tokens()
        control.fail_next(5, path="tokens/bearer", kind="503")
        self.work_through(self.backend.action_sync)
        control.clear_faults()
        control.revoke_tokens()
        self.backend.run_ids.sudo()._finish()  # one is to be tried later
        self.work_through(self.backend.action_sync)
        self.work_through(lambda: self.pay(10.0, self.invoices[1:]))
        self.work_through(self.backend.action_test_connection)
        self.land(**self.consent(self.start()))

    def work_through(self, begin):
        """Do something and let the job runner's own controller do the rest."""
        begin()
        self.env.cr.flush()  # a transaction queues its pushes as it ends
        ready = [("state", "=", "pending"), ("eta", "=", False)]
        while job := self.env["queue.job"].sudo().search(ready, order="id", limit=1):
            job.state = "enqueued"
            self.env.flush_all()
            database = self.env.cr.dbname
            self.url_open(f"/queue_job/runjob?db={database}&job_uuid={job.uuid}")
            self.env.invalidate_all()

    @contextmanager
    def listening(self):
        listener = Listener()
        loggers = [logging.getLogger(name) for name in LOGGERS]
        before = [(logger, logger.level, logger.propagate) for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
            logger.propagate = False
            logger.addHandler(listener)
        try:
            yield listener
        finally:
            for logger, level, propagate in before:
                logger.setLevel(level)
                logger.propagate = propagate
                logger.removeHandler(listener)

    # --- What is looked for, and how --------------------------------------------------

    def secrets(self):
        rows = self.sandbox.sandbox.connection.execute("SELECT token FROM tokens")
        credential = self.backend._credential().sudo()
        self.assertIn(credential.refresh_token, tokens := [row[0] for row in rows])
        return [*tokens, *self.states, credential.client_secret]

    def assertClean(self, texts, secrets, where):
        whole = "\n".join(texts)
        found = [secret for secret in secrets if secret in whole]
        for line in whole.splitlines() if found else ():
            for secret in found:
                self.assertNotIn(secret, line, where)

    def test_no_log_line_holds_a_secret(self):
        lines = self.live()
        loggers = " ".join(line.split(":")[0] for line in lines)
        for name in ("werkzeug", "urllib3", "queue_job"):
            self.assertIn(name, loggers)
        self.assertTrue([line for line in lines if "/qbo/oauth/callback?..." in line])
        failures = [line for line in lines if "Traceback" in line]
        self.assertTrue([line for line in failures if "QboAuthError" in line])
        self.assertClean(lines, self.secrets(), "log")

    def _is_the_browsers(self, line):
        """The test is its own browser, and its requests to Odoo are logged as well."""
        return line.startswith("urllib3") and f":{self.http_port()} " in line

    def test_no_table_but_one_holds_a_secret(self):
        self.live()
        patterns = [f"%{secret}%" for secret in self.secrets()]
        found = [name for name in self._tables() if self._holds(name, patterns)]
        self.assertEqual(found, [VAULT])
        self.assertTrue(self.env["queue.job"].sudo().search([("result", "!=", False)]))

    def _tables(self):
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _holds(self, table, patterns):
        self.env.cr.execute(
            SQL(
                "SELECT 1 FROM %s row WHERE row::text LIKE ANY(%s) LIMIT 1",
                SQL.identifier(table),
                patterns,
            )
        )
        return bool(self.env.cr.fetchall())

    # --- What RPC answers -------------------------------------------------------------

    def test_no_answer_over_rpc_holds_a_secret(self):
        self.live()
        secrets = self.secrets()
        self.open_windows()
        for who, person in self.people.items():
            env = self.env(user=person, context={"allowed_company_ids": []})
            for name in self._models():
                with self.subTest(who=who, model=name):
                    answers = list(self._answers(env[name]))
                    self.assertClean(answers, secrets, name)
        self.assertIn(self.backend.company_name, self._as_read("administrator"))

    def open_windows(self):
        """The administrator has every window of the connection open."""
        backend = self.backend.with_user(self.people["administrator"])
        for action in ("test_connection", "preview", "change_company"):
            getattr(backend, f"action_{action}")()

    def _models(self):
        """Models of this addon, and others that it adds fields to."""
        own = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("qbo.") and not model._abstract
        ]
        others = ["res.config.settings", "account.move", "account.payment"]
        return sorted(own) + others + ["queue.job", "mail.message", "mail.activity"]

    def _as_read(self, who):
        backends = self.env["qbo.backend"].with_user(self.people[who])
        return "\n".join(self._answers(backends))

    def _answers(self, model):
        """What the web client's ways of reading say about everything there is."""
        fields = list(model._fields)
        nothing = {name: {} for name in fields}
        for method, args in (
            ("fields_get", []),
            ("default_get", [fields]),
            ("name_search", []),
            ("search_read", [[]]),
            ("web_search_read", [[], nothing]),
            ("onchange", [[], {}, [], nothing]),
            ("formatted_read_group", [[], ["id"], ["__count"]]),
        ):
            yield self._answer(model, method, args)
        for record in (
            self.env[model._name].sudo().search([], order="id desc", limit=10)
        ):
            yield self._answer(model, "read", [[record.id]])
            yield self._answer(model, "web_read", [[record.id], nothing])
            yield self._answer(model, "onchange", [[record.id], {}, [], nothing])
            if model._auto:  # Odoo exports no views of the database
                yield self._answer(model, "export_data", [[record.id], fields])
        for field in fields:
            yield self._answer(model, "search_read", [[], [field]])

    def _answer(self, model, method, args):
        """An answer, or the words of the refusal, as the web client gets it."""
        try:
            with self.env.cr.savepoint():
                return repr(call_kw(model, method, args, {}))
        except REFUSALS as refusal:
            return str(refusal)
