from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: QuickBooks is read whole this often, whatever change capture tells.
SWEEP_EVERY = timedelta(days=7)
#: Where that failed, it is tried again after this.
SWEEP_AGAIN = timedelta(days=1)
#: Objects of ours that one job looks up; each may need a read of its own.
CONFIRM_SIZE = 100
IDS = ("Id", "SyncToken")


class QboRun(models.Model):
    _inherit = "qbo.run"

    trigger = fields.Selection(
        selection_add=[("sweep", "Everything compared")], ondelete={"sweep": "cascade"}
    )
    newest_id = fields.Integer(
        help="The newest object of the mirror when this began to read everything."
    )

    def _finish(self, state="done", message=False):
        result = super()._finish(state, message)
        for run in self.filtered(lambda r: (r.trigger, r.state) == ("sweep", "done")):
            run.backend_id._progress().swept_at = run.finished_at
        return result


class QboProgress(models.Model):
    _inherit = "qbo.progress"

    swept_at = fields.Datetime()


class QboBackend(models.Model):
    """Reading everything finds what is gone, too; once a week that is done anyway.

    It is the way back where change capture cannot be trusted: after 30 days, beyond
    1,000 changes, and for what nobody told. Whole objects are read, not their ids: some
    changes, of a balance above all, leave the SyncToken as it is. Intuit counts calls,
    not bytes, and 1,000 objects are one call either way.
    """

    _inherit = "qbo.backend"

    swept_at = fields.Datetime("All Compared", related="progress_ids.swept_at")

    def action_compare_all(self):
        """Compare everything now; says what it started, or why not."""
        self.ensure_one()
        self.check_access("write")
        refusal = self._refusal_to_sync()
        if refusal:
            return refusal
        self._start_sweep()
        return self._toast(
            self.env._(
                "Everything in %s is read and compared; what differs is taken over. See"
                " Recent Syncs.",
                self.company_name or self.name,
            ),
            kind="info",
        )

    @api.model
    def _cron_sweep(self):
        """The sweep of each connection that is due."""
        self._start_due("sweep", lambda backend: backend._start_sweep())

    def _due_at(self, tier):
        if tier != "sweep":
            return super()._due_at(tier)
        due = (self.swept_at or self.create_date) + SWEEP_EVERY
        domain = [("backend_id", "=", self.id), ("trigger", "=", "sweep")]
        latest = self.env["qbo.run"].search(domain, order="id desc", limit=1)
        return max(due, latest.create_date + SWEEP_AGAIN) if latest else due

    def _start_sweep(self):
        run = self._start_run("sweep")
        self._delay_pull_all(run)
        return run

    # --- What the mirror has and QuickBooks has not ----------------------------------

    def _note_newest(self, run):
        """What is stored from now on cannot be missing in QuickBooks."""
        newest = self.env["qbo.object"].search([], order="id desc", limit=1)
        run.newest_id = newest.id

    def _count_known(self, run, entity, page):
        """How many objects of a page the mirror had before this sync."""
        ids = [row["Id"] for row in page]
        domain = self._alive(run, entity) & Domain("qbo_id", "in", ids)
        return self.env["qbo.object"].search_count(domain)

    def _look_for_deleted(self, run, entity, since, seen, after=0):
        """Go on, once all that the mirror had before was seen or looked up.

        :param int seen: how many objects of the mirror QuickBooks has shown.
        :param int after: id of the last object of ours that was looked up.
        """
        if self.env["qbo.object"].search_count(self._alive(run, entity)) > seen:
            self._delay(self.env._("look for deleted %s", entity))._job_confirm_deleted(
                run.id, entity, since, seen, after
            )
        else:
            self._pull_next(run, entity, since)

    def _job_confirm_deleted(self, run_id, entity, since, seen, after):
        """Look up the next objects of ours in QuickBooks; a read confirms each lack."""
        run = self.env["qbo.run"].browse(run_id)
        if run.state != "running":
            return None
        ours = self.env["qbo.object"].search(
            self._alive(run, entity) & Domain("id", ">", after),
            order="id",
            limit=CONFIRM_SIZE,
        )
        if not ours:
            return self._pull_next(run, entity, since)
        calls = []
        client = self._client(calls)
        rows = self._read_ids(client, entity, ours.mapped("qbo_id"), IDS)
        there = {row["Id"] for row in rows}
        absent = [row.qbo_id for row in ours if row.qbo_id not in there]
        gone = self._confirm_deleted(client, entity, absent)
        marked = self.env["qbo.object"]._mark_deleted(self, entity, gone)
        run._add_read({entity: len(marked)}, call_count=len(calls))
        return self._look_for_deleted(run, entity, since, seen, ours[-1].id)

    def _confirm_some_deleted(self, client, deleted):
        """Look up what change capture says is deleted; each costs a read.

        :param dict deleted: {entity: stubs}, see `client.cdc.CdcChanges`
        :returns: ({entity: ids that are gone}, whether more are left for another job)
        """
        gone, room = {}, CONFIRM_SIZE
        for entity, stubs in deleted.items():
            ids = self._known_ids(entity, [stub["Id"] for stub in stubs])
            gone[entity] = self._confirm_deleted(client, entity, ids[: max(room, 0)])
            room -= len(ids)
        return gone, room < 0

    def _alive(self, run, entity):
        """What the mirror had of an entity before a sync, as far as that reads it."""
        domain = Domain("backend_id", "=", self.id) & Domain("entity", "=", entity)
        domain &= Domain("deleted", "=", False) & Domain("id", "<=", run.newest_id)
        if self.start_date:
            dated = Domain("txn_date", ">=", self.start_date)
            domain &= dated | Domain("txn_date", "=", False)
        return domain
