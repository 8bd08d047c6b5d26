from odoo import api, fields, models

from odoo.addons.queue_job.job import identity_exact

from ..client import QboError
from ..client.query import condition
from ..const import APPLY_SIZE, PAGE_SIZE, QUIET
from .fault_words import explain
from .qbo_backend_pull import TOLD


class QboRun(models.Model):
    _inherit = "qbo.run"

    trigger = fields.Selection(
        selection_add=[("listing", "Read Payments")], ondelete={"listing": "cascade"}
    )


class QboBackend(models.Model):
    """The two jobs of *Import Payments*."""

    _inherit = "qbo.backend"

    # --- List -------------------------------------------------------------------------

    def _start_listing(self, start, end):
        run = self._start_run("listing")
        self._delay_list_payments(run.id, self._listed_days(start, end))

    def _listed_days(self, start, end):
        """The condition of the days, never before the day where the sync starts."""
        first = max(filter(None, (start, self.start_date)), default=None)
        bounds = [(">=", first), ("<=", end)]
        return " AND ".join(condition("TxnDate", op, day) for op, day in bounds if day)

    def _delay_list_payments(self, run_id, where, start=1):
        what = self.env._("read payments")
        self._delay(what, priority=5)._job_list_payments(run_id, where, start)

    def _job_list_payments(self, run_id, where, start):
        """Read one page of payments to be looked at; nothing is applied.

        :param int start: row of the page, from 1.
        """
        run = self.env["qbo.run"].browse(run_id)
        calls = []
        client = self._client(calls)
        page = self._retrying(lambda: client.page("Payment", where, start, PAGE_SIZE))
        listed = self.env["qbo.object"]._upsert(self, "Payment", page, "listed")
        run._add_read({"Payment": len(listed)}, call_count=len(calls))
        self._notify_changed("qbo.object", listed.ids)
        if len(page) == PAGE_SIZE:
            return self._delay_list_payments(run_id, where, start + PAGE_SIZE)
        return run._finish()

    # --- Import -----------------------------------------------------------------------

    def _delay_import_chosen(self, **options):
        what = self.env._("import payments")
        self._delay(what, priority=5, **options)._job_import_chosen()

    def _job_import_chosen(self):
        """Take over the next of the chosen payments, as QuickBooks has them now.

        They are read again: a list may be looked at for days, and where payments do not
        come in by themselves nobody tells of changes. One that fails says why; the
        others go on.
        """
        backend = self.with_company(self.company_id).with_context(**QUIET)
        chosen = backend._next_chosen()
        if not chosen:
            return None
        if backend._read_chosen(chosen):
            backend._apply(chosen)
            # What is not settled now would be chosen again for ever.
            unsettled = chosen.filtered(lambda o: o.state in ("chosen", "new"))
            unsettled._fail(self.env._("Nothing is known to do with this payment."))
            backend._continue_waiting(chosen)
        self._notify_changed("qbo.object", chosen.ids)
        # One that waits goes on for both. A person's choice has a job of its own: one
        # that is about to begin may not see it.
        return self._delay_import_chosen(identity_key=identity_exact)

    def _next_chosen(self):
        """Oldest first. A tenth at a time, so that people see it go on."""
        objects = self.env["qbo.object"]
        domain = [("backend_id", "=", self.id), ("state", "=", "chosen")]
        share = objects.search_count(domain) // 10
        limit = min(APPLY_SIZE, max(10, share))
        return objects.search(domain, limit=limit, order="txn_date, id")

    def _read_chosen(self, chosen):
        """Bring these rows up to date; where QuickBooks refuses, they say so.

        :returns: whether they can be applied.
        """
        client = self._client()
        where = condition("Id", "IN", chosen.mapped("qbo_id"))
        try:
            rows = self._retrying(lambda: client.page("Payment", where, 1, PAGE_SIZE))
            missing = set(chosen.mapped("qbo_id")) - {row["Id"] for row in rows}
            gone = self._confirm_deleted(client, "Payment", missing)
        except QboError as error:
            then = self.env._(", then choose it and press Import Selected again.")
            for obj in chosen:
                label = f"{obj.entity} {obj.display_name}"
                obj._fail(explain(self, error, label, then))
            return False
        self.env["qbo.object"]._upsert(self, "Payment", rows, "listed")
        self.env["qbo.object"]._mark_deleted(self, "Payment", gone)
        return True

    def _on_import_chosen_failed(self, exc_name="", exc_message=None, **_details):
        """The job gave up: what is still to do says so, and can be chosen again."""
        words = (exc_message or "").rstrip(".")
        if exc_name.rpartition(".")[2] not in TOLD:
            words = self.env._(
                "something unexpected happened here, not in QuickBooks (%s), and your"
                " administrator finds it in the failed job",
                exc_name,
            )
        self._stop_import(words)

    def _stop_import(self, words):
        chosen = self.env["qbo.object"].search(
            [("backend_id", "in", self.ids), ("state", "=", "chosen")]
        )
        chosen._fail(
            self.env._(
                "The import stopped: %s. Choose the payment and press Import Selected"
                " again.",
                words,
            )
        )
        self._notify_changed("qbo.object", chosen.ids)

    @api.model
    def _cron_sync(self):
        self._tell_interrupted_imports()
        return super()._cron_sync()

    def _tell_interrupted_imports(self):
        """Payments whose import the job runner gave up: its process died every time."""
        dead = self._dead_jobs("_job_import_chosen")
        for job in dead:
            job.records.exists()._stop_import(
                self.env._("the server was stopped each time it was tried")
            )
        dead.button_cancelled()  # each is told once
