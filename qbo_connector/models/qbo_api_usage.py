from collections import Counter

from odoo import api, fields, models

#: Days that the counters are kept.
KEPT_DAYS = 400


class QboApiUsage(models.Model):
    """Calls to QuickBooks, counted by day and kind.

    Intuit meters reads (CorePlus) and not writes. Rows are only ever added, one for
    each transaction, carried out or undone: two jobs that count at once never wait for
    each other. What is today depends on who asks, so screens go by the time that a row
    was added.
    """

    _name = "qbo.api.usage"
    _description = "QuickBooks API Calls"
    _order = "day desc, id desc"

    backend_id = fields.Many2one(
        "qbo.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    day = fields.Date("Day (UTC)", required=True, index=True)
    kind = fields.Selection(
        [("read", "Reads (metered)"), ("write", "Writes")], required=True
    )
    calls = fields.Integer(required=True)

    @api.autovacuum
    def _gc_usage(self):
        oldest = fields.Date.subtract(fields.Date.today(), days=KEPT_DAYS)
        self.search([("day", "<", oldest)]).unlink()


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    reads_today = fields.Integer("Reads Today", compute="_compute_calls_today")
    writes_today = fields.Integer("Writes Today", compute="_compute_calls_today")

    def _compute_calls_today(self):
        groups = self.env["qbo.api.usage"]._read_group(
            [("backend_id", "in", self.ids), ("create_date", ">=", "today")],
            ["backend_id", "kind"],
            ["calls:sum"],
        )
        counts = {(backend.id, kind): calls for backend, kind, calls in groups}
        for backend in self:
            backend.reads_today = counts.get((backend.id, "read"), 0)
            backend.writes_today = counts.get((backend.id, "write"), 0)

    def _client(self, calls=None, token=None):
        calls = [] if calls is None else calls
        client = super()._client(calls, token)
        self.env.cr.precommit.add(lambda: self._count_calls(calls))
        self.env.cr.postrollback.add(lambda: self._count_calls_anew(calls))
        return client

    def _count_calls_anew(self, calls):
        """Intuit has metered what was called, also in a transaction that is undone."""
        if not calls:
            return
        with self.env.registry.cursor() as cr:
            # A connection that was new in that transaction is gone.
            backend = self.with_env(self.env(cr=cr)).exists()
            if backend:
                backend._count_calls(calls)

    def _count_calls(self, calls):
        """Add what was called in this transaction."""
        kinds = Counter(call.kind for call in calls)
        self.env["qbo.api.usage"].sudo().create(
            [
                {
                    "backend_id": self.id,
                    "day": fields.Date.today(),
                    "kind": kind,
                    "calls": count,
                }
                for kind, count in kinds.items()
            ]
        )

    def action_open_usage(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "qbo_connector.action_qbo_api_usage"
        )
        return {**action, "domain": [("backend_id", "in", self.ids)]}
