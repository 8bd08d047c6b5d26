from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date

#: Days that the charts of a connection show, today included.
DAYS = 30


class QboBackend(models.Model):
    """The status page's charts: what the last days brought, and what they cost.

    Days are those of the reader, whose midnight may be afternoon or morning in UTC.
    A chart is what `qbo_chart` draws: labels, and series of as many figures, each with
    its name, the name of a colour, and "line" where it is no bar.
    """

    _inherit = "qbo.backend"

    sync_chart = fields.Json("Syncs a Day", compute="_compute_sync_chart")
    call_chart = fields.Json("API Calls a Day", compute="_compute_call_chart")

    def _compute_sync_chart(self):
        days = self._chart_days()
        for backend in self:
            done, failed, read = {}, {}, {}
            groups = self.env["qbo.run"]._read_group(
                [
                    ("backend_id", "=", backend._origin.id),
                    ("create_date", ">=", f"today -{DAYS - 1}d"),
                    ("state", "!=", "running"),
                ],
                ["create_date:day", "state"],
                ["repeat_count:sum", "read_count:sum"],
            )
            for day, state, count, objects in groups:
                kind = failed if state == "failed" else done
                kind[day.date()] = kind.get(day.date(), 0) + count
                read[day.date()] = read.get(day.date(), 0) + objects
            backend.sync_chart = self._chart(
                days,
                (self.env._("Done"), "success", False, done),
                (self.env._("Failed"), "danger", False, failed),
                (self.env._("Objects read"), "info", True, read),
            )

    def _compute_call_chart(self):
        days = self._chart_days()
        kinds = self.env["qbo.api.usage"]._fields["kind"]
        names = dict(kinds._description_selection(self.env))
        for backend in self:
            groups = self.env["qbo.api.usage"]._read_group(
                [
                    ("backend_id", "=", backend._origin.id),
                    ("create_date", ">=", f"today -{DAYS - 1}d"),
                ],
                ["kind", "create_date:day"],
                ["calls:sum"],
            )
            calls = {(kind, day.date()): count for kind, day, count in groups}
            backend.call_chart = self._chart(
                days,
                *(
                    (name, colour, False, {d: calls.get((kind, d), 0) for d in days})
                    for (kind, name), colour in zip(
                        names.items(), ("warning", "secondary"), strict=True
                    )
                ),
            )

    def _chart_days(self):
        today = fields.Date.context_today(self)
        return [today - timedelta(days=back) for back in reversed(range(DAYS))]

    def _chart(self, days, *series):
        return {
            "labels": [format_date(self.env, d, date_format="MMM d") for d in days],
            "series": [
                {
                    "label": label,
                    "colour": colour,
                    "line": line,
                    "data": [counts.get(day, 0) for day in days],
                }
                for label, colour, line, counts in series
            ],
        }
