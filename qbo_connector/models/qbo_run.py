from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain

#: Objects that a sync applies before statistics of the tables are renewed.
GROWTH = 300


class QboRun(models.Model):
    """One sync as people see it in *Recent Syncs*."""

    _name = "qbo.run"
    _description = "QuickBooks Sync"
    _order = "id desc"

    backend_id = fields.Many2one(
        "qbo.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    trigger = fields.Selection(
        [
            ("manual", "Sync Now"),
            ("schedule", "Schedule"),
            ("full", "Full pass"),
            ("first", "First sync"),
            ("retry", "Retry"),
        ],
        default="manual",
        required=True,
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("failed", "Failed")],
        default="running",
        required=True,
        index=True,
    )
    finished_at = fields.Datetime()
    read_count = fields.Integer("Read")
    read_by_entity = fields.Json(help="How many of them by QuickBooks' name for it.")
    applied_count = fields.Integer("Applied", help="Created, updated or skipped.")
    created_count = fields.Integer("Created")
    updated_count = fields.Integer("Updated")
    skipped_count = fields.Integer(
        "Skipped", help="Odoo has them as they are, or nothing like them."
    )
    waiting_count = fields.Integer("Waiting")
    failed_count = fields.Integer("Failed")
    call_count = fields.Integer("API Calls")
    analyzed_count = fields.Integer(
        help="How many objects were applied when PostgreSQL last counted its rows."
    )
    progress = fields.Integer(
        compute="_compute_progress", help="Share of the objects read that are settled."
    )
    duration = fields.Integer("Seconds", compute="_compute_duration")
    message = fields.Char(help="Why the sync stopped, in QuickBooks' own words.")
    summary = fields.Char(compute="_compute_summary")

    @api.depends("create_date", "backend_id")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.backend_id.name} #{run.id}"

    @api.depends(
        "state", "read_count", "applied_count", "waiting_count", "failed_count"
    )
    def _compute_progress(self):
        for run in self:
            settled = run.applied_count + run.waiting_count + run.failed_count
            share = 100 * settled // run.read_count if run.read_count else 0
            run.progress = 100 if run.state == "done" else min(share, 99)

    @api.depends("create_date", "finished_at")
    def _compute_duration(self):
        for run in self:
            end = run.finished_at or fields.Datetime.now()
            run.duration = (end - (run.create_date or end)).total_seconds()

    @api.depends(
        "read_count",
        "created_count",
        "updated_count",
        "skipped_count",
        "waiting_count",
        "failed_count",
    )
    def _compute_summary(self):
        for run in self:
            run.summary = self.env._(
                "%(read)s read, %(created)s created, %(updated)s updated, %(skipped)s"
                " skipped, %(waiting)s waiting, %(failed)s failed",
                read=run.read_count,
                created=run.created_count,
                updated=run.updated_count,
                skipped=run.skipped_count,
                waiting=run.waiting_count,
                failed=run.failed_count,
            )

    def _add(self, **counts):
        """Add to the counters of this run."""
        for run in self:
            run.write({name: run[name] + count for name, count in counts.items()})
        self._notify_screens()

    def _add_read(self, counts, **others):
        """Add to the counters what was read.

        :param dict counts: {entity: how many were new, changed or gone}
        :param others: further counters, as of `_add`
        """
        known = Counter(self.read_by_entity or {})
        self.read_by_entity = dict(known + Counter(counts))
        self._add(read_count=sum(counts.values()), **others)

    def _note_growth(self):
        """Let PostgreSQL count its rows again while a sync multiplies them.

        With statistics from before, Odoo's own search of what payments are reconciled
        with takes minutes (measured); autovacuum comes too late for the next set.
        """
        if self.applied_count >= 2 * self.analyzed_count + GROWTH:
            self.analyzed_count = self.applied_count
            self.env.flush_all()
            self.env.cr.execute(
                "ANALYZE account_move, account_move_line, account_payment,"
                " account_partial_reconcile"
            )

    def _finish(self, state="done", message=False):
        self.write(
            {"state": state, "message": message, "finished_at": fields.Datetime.now()}
        )
        # A comparison counts what is undecided; a sync, what could not be applied.
        for run in self.filtered(lambda run: run.trigger != "match"):
            run.waiting_count = run._still_waiting()
        self._notify_screens()

    def _still_waiting(self):
        """Objects of this sync that wait now; some may have gone on meanwhile."""
        waiting = Domain("backend_id", "=", self.backend_id.id)
        waiting &= Domain("state", "=", "waiting")
        return self.env["qbo.object"].search_count(waiting & self._touched())

    def _touched(self):
        """Objects that changed while this ran: what another sync had later is its."""
        domain = Domain("write_date", ">=", self.create_date)
        if self.finished_at:  # in whole seconds
            end = fields.Datetime.add(self.finished_at, seconds=1)
            domain &= Domain("write_date", "<", end)
        return domain

    def _notify_screens(self):
        """Open screens show how far it is: the run itself and its connection."""
        for run in self:
            run.backend_id._notify_changed(run._name, run.ids)
            run.backend_id._notify_changed(run.backend_id._name, run.backend_id.ids)

    def _delay_apply(self):
        """Take over what was read; before the connection is switched on, only read."""
        self.ensure_one()
        if not self.backend_id.live:
            return self._finish()
        return self.backend_id._delay(self.env._("take over what was read"))._job_apply(
            self.id
        )
