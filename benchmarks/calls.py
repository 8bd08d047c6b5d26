"""How many calls to QuickBooks it takes, and that none of them is one too many.

Payments are exported to a sandbox that throttles as Intuit does; then all is read anew,
and once more when nothing has changed. A job that is told to come back later does.
"""

import math
import time
from collections import Counter
from datetime import datetime, timedelta, timezone

from benchmarks.books import DATE
from benchmarks.house import odoo_environment
from qbo_sandbox.limits import DOCUMENTED
from qbo_sandbox.testing import SandboxServer

UTC, PAST_OVERLAP = timezone.utc, timedelta(minutes=10)


def run(size=1200):
    with odoo_environment() as env, SandboxServer.start("empty") as server:
        company = Company(env, server)
        company.pay(size)
        server.control.limits(**DOCUMENTED)
        print(f"calls: {size} payments; 40 batches a minute, 10 calls a second allowed")
        company.watched("written", company.run_jobs)
        states = Counter(company.payments.mapped("qbo_state"))
        assert states == {"synced": size}, states
        # The latest minutes are always read again: let them pass.
        server.control.set_clock((datetime.now(UTC) + PAST_OVERLAP).isoformat())
        company.backend._progress().cursor = False
        company.watched("all read", company.sync)
        company.watched("nothing new", company.sync)
        fewest = math.ceil(size / 30), math.ceil(size / 1000)
        print(f"  {fewest[0]} batches and {fewest[1]} pages are the fewest possible")


class Company:
    """An Odoo company that is connected to a sandbox, and its job runner."""

    def __init__(self, env, server):
        self.control = server.control
        keys = server.credentials()
        discovery = f"{server.url}/.well-known/openid_configuration"
        backend = env["qbo.backend"].create(
            {
                "environment": "custom",
                "base_url": server.url,
                "discovery_url": discovery,
                "client_id": keys["client_id"],
                "client_secret": keys["client_secret"],
                "realm_id": keys["realm_id"],
            }
        )
        credential = backend._credential()
        credential.store_tokens(credential.oauth().refresh(keys["refresh_token"]))
        backend._read_company()
        backend._prepare_journals()
        backend._pull_reference_lists()
        backend.action_map_suggestions()
        backend.action_create_missing()
        backend.live = True
        self.backend, self.env = backend, env

    def pay(self, count):
        """Payments on account; each queues its push, in sets as people confirm them."""
        partner = self.env["res.partner"].create({"name": "Amy's Bird Sanctuary"})
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.id,
            "amount": 25.0,
            "date": DATE,
            "journal_id": self.backend.payment_journal_id.id,
            "outstanding_account_id": self._undeposited().id,
        }
        quiet = self.env["account.payment"].with_context(tracking_disable=True)
        self.payments = quiet.create([values] * count)
        self.payments.action_post()

    def _undeposited(self):
        return self.backend._undeposited_funds().account_id

    def sync(self):
        self.backend._start_sync()
        self.run_jobs()

    def run_jobs(self):
        """All that is queued, in order; what is to be tried later waits till then."""
        from odoo.addons.queue_job.exception import RetryableJobError
        from odoo.addons.queue_job.job import Job

        queue = self.env["queue.job"]
        todo = [("state", "=", "pending")]
        self.env.cr.precommit.run()  # what a commit would queue
        while record := queue.search(todo, order="priority, id", limit=1):
            job = Job.load(self.env, record.uuid)
            try:
                with self.env.cr.savepoint():
                    job.perform()
            except RetryableJobError as later:
                time.sleep(later.seconds)
                continue
            job.set_done()
            job.store()
            self.env.cr.precommit.run()
            self.env.flush_all()
            self.env.invalidate_all()

    def watched(self, title, work):
        """What QuickBooks is asked meanwhile."""
        self.control.clear_log()
        started = time.monotonic()
        work()
        seconds = time.monotonic() - started
        log = self.control.log()
        kinds = Counter(call["path"].split("/")[4] for call in log)
        refused = sum(call["status"] == 429 for call in log)
        calls = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        print(f"  {title:12} {seconds:6.1f} s  {refused} refused (429)  {calls}")
