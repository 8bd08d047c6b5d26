from odoo import api, fields, models


class QboProgress(models.Model):
    """What jobs note of a connection, in a table of their own.

    A job that wrote on the connection's row would make a person who changes a setting
    at that moment start over, and the other way round.
    """

    _name = "qbo.progress"
    _description = "QuickBooks Progress"

    backend_id = fields.Many2one(
        "qbo.backend", required=True, ondelete="cascade", index=True
    )
    cursor = fields.Char(help="QuickBooks' time, as ISO 8601 has it.")
    narrow_run_id = fields.Integer(
        help="The newest sync when more was to be read than before. It and those before"
        " it may have left that out: they do not move the cursor."
    )
    last_sync_at = fields.Datetime()
    event_at = fields.Datetime()
    completeness = fields.Float()
    completeness_at = fields.Datetime()
    completeness_gaps = fields.Json()

    _backend_unique = models.Constraint(
        "UNIQUE(backend_id)", "A connection has one progress."
    )


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    progress_ids = fields.One2many(
        "qbo.progress", "backend_id", groups=fields.NO_ACCESS
    )
    cursor = fields.Char("Changes Read Until", related="progress_ids.cursor")
    last_sync_at = fields.Datetime("Last Sync", related="progress_ids.last_sync_at")
    event_at = fields.Datetime(
        "Last Event",
        related="progress_ids.event_at",
        help="When QuickBooks last called the webhook endpoint for this company.",
    )
    completeness = fields.Float(
        "Ready to Sync",
        related="progress_ids.completeness",
        help="Share of the last 90 days' invoice value, of both sides, that is synced"
        " or would be today.",
    )
    completeness_at = fields.Datetime(
        "Measured", related="progress_ids.completeness_at"
    )
    completeness_gaps = fields.Json(related="progress_ids.completeness_gaps")

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create(vals_list)
        backends._progress()
        return backends

    def _progress(self):
        """The rows that jobs write on, in no order; made where there is none."""
        rows = self.sudo().progress_ids
        missing = self - rows.backend_id
        return rows + rows.create([{"backend_id": each.id} for each in missing])
