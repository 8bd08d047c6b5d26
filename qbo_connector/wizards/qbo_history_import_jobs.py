from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import identity_exact

from ..client.query import condition
from ..const import OPEN_FIELDS, PAGE_SIZE


class QboRun(models.Model):
    """A historical import among the syncs: it can be cancelled and resumed."""

    _inherit = "qbo.run"

    trigger = fields.Selection(
        selection_add=[("history", "Historical import")],
        ondelete={"history": "cascade"},
    )
    state = fields.Selection(
        selection_add=[("cancelled", "Cancelled")], ondelete={"cancelled": "cascade"}
    )
    plan = fields.Json(
        help="What is still to be read: [[entity, condition, first row, days], ...]; no"
        " first row: in the order of days."
    )
    total_count = fields.Integer("Expected", help="What QuickBooks counted before.")

    @api.depends("total_count", "plan")
    def _compute_progress(self):
        result = super()._compute_progress()
        for run in self.filtered(lambda r: r.plan and r.state != "done"):
            settled = run.applied_count + run.waiting_count + run.failed_count
            share = 100 * settled // run.total_count if run.total_count else 0
            run.progress = min(share, 99)
        return result

    def action_cancel(self):
        """Read no further page. What was read is taken over; nothing is half done."""
        self.ensure_one()
        self.backend_id.check_access("write")
        if self.state != "running" or self.trigger != "history":
            raise UserError(self.env._("Only a running import can be cancelled."))
        self.sudo()._finish(
            "cancelled", self.env._("Cancelled. Resume goes on where it stopped.")
        )

    def action_resume(self):
        """Go on where a cancelled or failed import stopped.

        :raise UserError: there is nothing left to read, or the connection is off.
        """
        self.ensure_one()
        self.backend_id.check_access("write")
        if self.state not in ("cancelled", "failed") or not self.plan:
            raise UserError(self.env._("Nothing of this import is left to be read."))
        self.backend_id._check_may_import()
        run = self.sudo()
        run.write({"state": "running", "finished_at": False, "message": False})
        self.backend_id._delay_history(run)

    def _finish(self, state="done", message=False):
        """What is left to be read can be resumed: such an import is never done.

        One that stopped stays so when the page that it had read is settled.
        """
        stopped = self.filtered(lambda run: run._has_stopped())
        left = (self - stopped).filtered(lambda run: run.plan and state == "done")
        ended = self - stopped - left
        result = super(QboRun, ended)._finish(state, message)
        for run in ended.filtered(lambda run: run.trigger == "history"):
            run._tell_result()
        stopped._notify_screens()
        if left:
            words = self.env._(
                "The connection was switched off. Resume goes on where it stopped."
            )
            left._finish("cancelled", words)
        return result

    def _has_stopped(self):
        return self.state == "cancelled" or self.state == "failed" and bool(self.plan)

    def _tell_result(self):
        """An activity for who started it: counts, and how many errors to look at."""
        words = self.env._(
            "Historical import: %(state)s. %(summary)s. %(message)s",
            state=dict(self._fields["state"]._description_selection(self.env))[
                self.state
            ],
            summary=self.summary,
            message=self.message or "",
        )
        problems = self.failed_count + self.waiting_count
        errors = problems and self.env._(
            "%s could not be taken over yet: QuickBooks > Errors says why, and what to"
            " do.",
            problems,
        )
        self.backend_id.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Historical import of QuickBooks"),
            note=Markup("<p>{}</p><p>{}</p>").format(words, errors or ""),
            user_id=self.create_uid.id,
        )


class QboBackend(models.Model):
    """The jobs of a historical import: read a page, take it over, read the next."""

    _inherit = "qbo.backend"

    def _check_may_import(self):
        """
        :raise UserError: it is not connected or switched on, or a sync is running.
        """
        if not (self.live and self.state == "connected"):
            raise UserError(
                self.env._("Connect %s and switch it on first.", self.display_name)
            )
        if self._running():
            raise UserError(
                self.env._(
                    "A sync is running: wait until it has ended, then try again."
                )
            )

    def _start_history(self, queries, total):
        """
        :param list queries: [(entity, condition)], in the order of the import.
        :param int total: how many QuickBooks counted.
        """
        run = self._start_run("history")
        plan = [
            [entity, where, None if entity in OPEN_FIELDS else 1, None]
            for entity, where in queries
        ]
        run.write({"plan": plan, "total_count": total})
        self._delay_history(run)
        return run

    def _delay_history(self, run):
        self._delay(
            self.env._("read history"), identity_key=identity_exact
        )._job_read_history(run.id)

    def _job_read_history(self, run_id):
        """Read the next page of an import that was not cancelled."""
        run = self.env["qbo.run"].browse(run_id)
        if run.state != "running" or not run.plan:
            return None
        step, *rest = run.plan
        calls = []
        client = self._client(calls)
        page = self._retrying(lambda: client.page(*_query(*step)))
        rows, following = _settled_by(page, *step)
        changed = self.env["qbo.object"]._upsert(self, step[0], rows)
        run.plan = following + rest
        run._add_read(
            {step[0]: len(rows)},
            call_count=len(calls),
            # What Odoo has as it is costs nothing further.
            skipped_count=len(rows) - len(changed),
            applied_count=len(rows) - len(changed),
        )
        if following and not rows:
            return self._job_read_history(run_id)
        return run._delay_apply()

    def _job_compare(self, run_id, after=0):
        """When a page is taken over, the next one is read; after the last, compare."""
        run = self.env["qbo.run"].browse(run_id)
        if run.plan and run.state == "running":
            return self._delay_history(run)
        return super()._job_compare(run_id, after)


def _query(entity, where, start, days=None):
    """Arguments of `client.page` for a step of the plan."""
    if days:
        where = " AND ".join(filter(None, [where, condition("TxnDate", *days)]))
    return entity, where, start or 1, PAGE_SIZE, "Id" if start else "TxnDate"


def _settled_by(page, entity, where, start, days=None):
    """(rows of a page that are taken over, the steps that read what comes after them).

    Documents are read on from the day of the last one, not from a row: somebody who
    pays an invoice meanwhile would move all open ones behind it. That day is read
    again, because the page may have a part of it. Only where one day fills a page its
    rows are counted.
    """
    if len(page) < PAGE_SIZE:
        return page, []
    if start:
        return page, [[entity, where, start + PAGE_SIZE, days]]
    first, last = page[0]["TxnDate"], page[-1]["TxnDate"]
    if first == last:
        return [], [[entity, where, 1, ["=", last]], [entity, where, None, [">", last]]]
    rows = [row for row in page if row["TxnDate"] < last]
    return rows, [[entity, where, None, [">=", last]]]
