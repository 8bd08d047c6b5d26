from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CLEAN_UP_SIZE

#: Syncs that nobody asked for: where they find nothing, nobody needs a row of each.
BY_THEMSELVES = ("schedule", "full", "webhook", "sweep")


class QboRun(models.Model):
    """*Recent Syncs* stays short: quiet syncs share a row, old ones go.

    A schedule alone makes 300 syncs a day, and each document that Odoo sends brings one
    more, because QuickBooks calls about it. Of those that found nothing, the latest of
    each kind and day stands for the others: that it runs can be seen, and what it did
    does not drown.
    """

    _inherit = "qbo.run"

    repeat_count = fields.Integer(
        "Syncs",
        default=1,
        help="How many syncs of this day the row stands for: those that found nothing"
        " share one, with the time of the latest and the calls of all.",
    )

    def _finish(self, state="done", message=False):
        result = super()._finish(state, message)
        for run in self.filtered(lambda run: run._is_quiet()):
            run._stand_for_others()
        return result

    def _is_quiet(self):
        return (
            self.trigger in BY_THEMSELVES
            and self.state == "done"
            and not (self.read_count or self.applied_count or self.failed_count)
        )

    def _stand_for_others(self):
        """Take the place of the quiet syncs of this kind and day (UTC) before it."""
        day = fields.Datetime.start_of(self.create_date, "day")
        others = self.search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("trigger", "=", self.trigger),
                ("id", "<", self.id),
                ("create_date", ">=", day),
                ("create_date", "<", fields.Datetime.add(day, days=1)),
            ]
        ).filtered(lambda run: run._is_quiet())
        self.write(
            {
                "repeat_count": self.repeat_count + sum(others.mapped("repeat_count")),
                "call_count": self.call_count + sum(others.mapped("call_count")),
            }
        )
        others.unlink()

    @api.autovacuum
    def _gc_runs(self):
        """Syncs are kept as long as the log of their connection; a part at a time.

        :returns: (how many were deleted, whether there are more).
        """
        backends = self.env["qbo.backend"].with_context(active_test=False).search([])
        old = Domain.OR(
            Domain("backend_id", "=", backend.id)
            & Domain("create_date", "<", f"-{backend.history_days}d")
            for backend in backends
        )
        runs = self.search(
            old & Domain("state", "!=", "running"), order="id", limit=CLEAN_UP_SIZE
        )
        runs.unlink()
        return len(runs), len(runs) == CLEAN_UP_SIZE
