from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..client.query import select
from ..const import ENTITIES, PAGE_SIZE

SWEEP_EVERY = timedelta(days=7)
#: Objects of ours that one job looks up; each may need a read of its own.
CONFIRM_SIZE = 100
IDS = ("Id", "SyncToken")


class QboRun(models.Model):
    _inherit = "qbo.run"

    trigger = fields.Selection(
        selection_add=[("sweep", "All IDs compared")], ondelete={"sweep": "cascade"}
    )


class QboBackend(models.Model):
    """Sweep: once a week all ids of QuickBooks are compared with the mirror.

    It finds what change capture did not tell: more than 1,000 deletions at once, a
    change while nobody could read for long. Where nothing differs it costs one call
    for 1,000 objects.
    """

    _inherit = "qbo.backend"

    sweep_started_at = fields.Datetime("All IDs Compared", readonly=True, copy=False)

    def action_compare_ids(self):
        """Compare all ids now; says what it started, or why not."""
        self.ensure_one()
        self.check_access("write")
        refusal = self._refusal_to_sync()
        if refusal:
            return refusal
        self._start_sweep()
        return self._toast(
            self.env._(
                "All IDs of %s are being compared; what differs is read again. See"
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
        return (self.sweep_started_at or self.create_date) + SWEEP_EVERY

    def _start_sweep(self):
        self.sudo().sweep_started_at = fields.Datetime.now()
        run = self._start_run("sweep")
        self._delay_sweep(run, ENTITIES[0])
        return run

    def _delay_sweep(self, run, entity, start=1):
        what = self.env._("compare the IDs of %s", entity)
        self._delay(what)._job_sweep(run.id, entity, start)

    # --- What QuickBooks has and the mirror has not ----------------------------------

    def _job_sweep(self, run_id, entity, start):
        """Compare one page of ids; read what is missing here, or older.

        :param int start: row of the page, from 1.
        """
        run = self.env["qbo.run"].browse(run_id)
        calls = []
        client = self._client(calls)
        statement = select(entity, self._where(entity), "Id", start, PAGE_SIZE, IDS)
        page = self._retrying(lambda: client.query(statement))
        rows = self._read_ids(client, entity, self._missing(entity, page))
        changed = self.env["qbo.object"]._upsert(self, entity, rows)
        run._add(read_count=len(changed), call_count=len(calls))
        if len(page) == PAGE_SIZE:
            self._delay_sweep(run, entity, start + PAGE_SIZE)
        else:
            self._go_on_sweeping(run, entity, start - 1 + len(page))

    def _missing(self, entity, page):
        """Ids of a page that the mirror does not have in this version or a later one.

        A later one was read, or answered to our own write, since the page.
        """
        mirror = self._mirror(entity, [row["Id"] for row in page])
        known = {row.qbo_id: row.sync_token for row in mirror if not row.deleted}
        return [row["Id"] for row in page if known.get(row["Id"], -1) < _token(row)]

    # --- What the mirror has and QuickBooks has not ----------------------------------

    def _go_on_sweeping(self, run, entity, total, after=0):
        """The next job: as many here as there means the same ones, so far as is read.

        :param int total: how many QuickBooks has.
        :param int after: id of the last row of ours that was looked up.
        """
        if self.env["qbo.object"].search_count(self._alive(entity)) != total:
            what = self.env._("look for deleted %s", entity)
            self._delay(what)._job_sweep_deleted(run.id, entity, total, after)
        else:
            self._sweep_next(run, entity)

    def _sweep_next(self, run, entity):
        following = self._next_entity(entity)
        if following:
            self._delay_sweep(run, following)
        else:
            run._delay_apply()

    def _job_sweep_deleted(self, run_id, entity, total, after):
        """Look up the next objects of ours in QuickBooks; a read confirms each lack."""
        run = self.env["qbo.run"].browse(run_id)
        ours = self.env["qbo.object"].search(
            self._alive(entity) & Domain("id", ">", after),
            order="id",
            limit=CONFIRM_SIZE,
        )
        if not ours:
            return self._sweep_next(run, entity)
        calls = []
        client = self._client(calls)
        rows = self._read_ids(client, entity, ours.mapped("qbo_id"), IDS)
        there = {row["Id"] for row in rows}
        absent = [{"Id": row.qbo_id} for row in ours if row.qbo_id not in there]
        gone = self._confirm_deleted(client, entity, absent)
        marked = self.env["qbo.object"]._mark_deleted(self, entity, gone)
        run._add(read_count=len(marked), call_count=len(calls))
        return self._go_on_sweeping(run, entity, total, ours[-1].id)

    def _alive(self, entity):
        """What the mirror has of an entity, as far as it is read at all."""
        domain = Domain("backend_id", "=", self.id) & Domain("entity", "=", entity)
        domain &= Domain("deleted", "=", False)
        if self.start_date:
            dated = Domain("txn_date", ">=", self.start_date)
            domain &= dated | Domain("txn_date", "=", False)
        return domain


def _token(row):
    """Some lists are answered without a SyncToken, as `_upsert` knows too."""
    return int(row.get("SyncToken") or 0)
