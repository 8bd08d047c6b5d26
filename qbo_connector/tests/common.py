from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.queue_job.job import Job

from ..client import OAuth, QboClient
from ..models import qbo_pace

try:
    from qbo_sandbox.testing import SandboxServer
except ImportError:  # the addon can be installed without its sandbox
    SandboxServer = None

#: Tables of which the connector asks what was written since a sync began.
WRITTEN = ("account_move", "account_move_line", "account_payment", "qbo_object")


@tagged("post_install", "-at_install")
class QboCase(AccountTestInvoicingCommon):
    """A company connected to a QuickBooks sandbox, which answers over real HTTP.

    Each test starts from the same books; jobs are run by `run_jobs`.
    """

    seed = "empty"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if SandboxServer is None:
            cls.skipTest(cls, "qbo_sandbox is not importable")
        # The sandbox takes as many calls as come, and tests need not wait.
        cls.startClassPatcher(
            patch.object(qbo_pace.QboBackend, "_reserve", return_value=0.0)
        )
        cls.sandbox = SandboxServer.start(seed=cls.seed)
        cls.addClassCleanup(cls.sandbox.stop)
        cls.company = cls.company_data["company"]
        cls.env.user.group_ids += cls.env.ref("qbo_connector.group_qbo_admin")
        cls.backend = cls._connect(cls.company, cls.sandbox)
        cls.snapshot = cls.sandbox.control.snapshot()

    @classmethod
    def _request_handler(cls, session, request, **options):
        """Odoo's test framework compares the time-out with a number: give it one."""
        timeout = options.get("timeout")
        if isinstance(timeout, tuple):
            options["timeout"] = max(timeout)
        return super()._request_handler(session, request, **options)

    def setUp(self):
        super().setUp()
        self.sandbox.control.restore(self.snapshot)
        self.sandbox.control.clear_faults()
        self.sandbox.control.clear_log()
        # Transactions of their own see the data of the test.
        self.enterContext(self.enter_registry_test_mode())
        # A test may have ended the grant of the one before.
        self._sign_in(self.backend, self.sandbox)

    @classmethod
    def _connect(cls, company, sandbox):
        """A connection as the consent page leaves it, without a browser."""
        keys = sandbox.credentials()
        discovery = f"{sandbox.url}/.well-known/openid_configuration"
        backend = cls.env["qbo.backend"].create(
            {
                "company_id": company.id,
                "environment": "custom",
                "base_url": sandbox.url,
                "discovery_url": discovery,
                "client_id": keys["client_id"],
                "client_secret": keys["client_secret"],
                "realm_id": keys["realm_id"],
            }
        )
        cls._sign_in(backend, sandbox)
        backend._read_company()
        backend._prepare_journals()
        backend._pull_reference_lists()
        backend.action_map_suggestions()
        backend.action_create_missing()
        backend.live = True
        return backend

    @classmethod
    def _connect_other_company(cls):
        """A second company of Odoo with books of its own."""
        cls.other = cls.setup_other_company()["company"]
        cls.other_books = SandboxServer.start(seed="empty")
        cls.addClassCleanup(cls.other_books.stop)
        cls.other_backend = cls._connect(cls.other, cls.other_books)

    @classmethod
    def _sign_in(cls, backend, sandbox):
        """Tokens of a grant of their own, as the consent page would bring them."""
        keys = sandbox.credentials()
        oauth = OAuth(
            keys["client_id"], keys["client_secret"], "", backend.discovery_url
        )
        tokens = oauth.refresh(keys["refresh_token"])
        backend._credential().store_tokens(tokens)

    # --- The bookkeeper in QuickBooks -------------------------------------------------

    @property
    def books(self):
        """A client of the same company, as another program would have it."""
        return QboClient(self.sandbox.url, self.sandbox.realm_id, self._foreign_token)

    def _foreign_token(self, rejected=None):
        return self.sandbox.control.token()

    # --- Screens ----------------------------------------------------------------------

    def buttons(self, record, method):
        """The buttons of a record's form that call a method and that people see."""
        arch = etree.fromstring(record.get_view(view_type="form")["arch"])
        names = set(arch.xpath("//field[not(ancestor::field)]/@name"))
        values = {name: record[name] for name in names}
        return [
            node
            for node in arch.xpath(f"//header/button[@name='{method}']")
            if not safe_eval(node.get("invisible", "False"), dict(values))
        ]

    # --- Jobs -------------------------------------------------------------------------

    def run_jobs(self, limit=500):
        """Run what is queued, in order, until nothing is left.

        :returns: how many jobs ran.
        """
        for count in range(limit):
            job = self.pending_jobs([("model_name", "in", self._job_models())], 1)
            if not job:
                return count
            self._run(Job.load(job.env, job.uuid))
        raise AssertionError("The jobs go on for ever")

    def pending_jobs(self, domain=(), limit=None):
        """What is queued, also what a transaction queues as it ends, in its order."""
        self.env.cr.flush()
        jobs = self.env["queue.job"].sudo()
        domain = [("state", "=", "pending"), *domain]
        return jobs.search(domain, order="priority, date_created, id", limit=limit)

    def _job_models(self):
        return ("qbo.backend", "account.payment", "account.move")

    def _run(self, job):
        job.set_started()
        job.store()
        with self.env.cr.savepoint():
            job.perform()
        job.set_done()
        job.store()
        self.env.flush_all()

    def give_up(self, job, exc_name="QboUnavailable", exc_message="503"):
        """What the job runner does with a job that failed for good."""
        job = Job.load(job.env, job.uuid)
        what = {"exc_name": exc_name, "exc_message": exc_message}
        what["exc_info"] = f"Traceback of {job.uuid}"
        job.set_failed(**what)
        job.store()
        job.on_fail(what)
        self.env.flush_all()

    def let_time_pass(self):
        """All that was written is an hour old: a test is one moment of the database."""
        self.env.flush_all()
        for table in WRITTEN:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - interval '1 hour'"
                    " WHERE write_date >= now()",
                    SQL.identifier(table),
                )
            )
        self.env.invalidate_all()

    def sync(self):
        """Press *Sync Now* and wait for the end of it."""
        self.backend.action_sync()
        self.run_jobs()
        self.env.invalidate_all()
        return self.backend.run_ids.sorted("id")[-1]
