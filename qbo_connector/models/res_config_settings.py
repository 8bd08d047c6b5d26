from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's connection among the other accounting settings."""

    _inherit = "res.config.settings"

    qbo_backend_id = fields.Many2one(
        "qbo.backend", compute="_compute_qbo_backend_id", compute_sudo=False
    )
    qbo_state = fields.Selection(related="qbo_backend_id.state")
    qbo_company_name = fields.Char(related="qbo_backend_id.company_name")
    qbo_live = fields.Boolean(related="qbo_backend_id.live")
    qbo_auto_sync = fields.Boolean(related="qbo_backend_id.auto_sync", readonly=False)
    qbo_start_date = fields.Date(related="qbo_backend_id.start_date", readonly=False)
    qbo_customer_flow = fields.Selection(
        related="qbo_backend_id.customer_flow", readonly=False
    )
    qbo_product_flow = fields.Selection(
        related="qbo_backend_id.product_flow", readonly=False
    )
    qbo_invoice_flow = fields.Selection(
        related="qbo_backend_id.invoice_flow", readonly=False
    )
    qbo_credit_note_flow = fields.Selection(
        related="qbo_backend_id.credit_note_flow", readonly=False
    )
    qbo_payment_flow = fields.Selection(
        related="qbo_backend_id.payment_flow", readonly=False
    )

    def _compute_qbo_backend_id(self):
        for settings in self:
            settings.qbo_backend_id = self.env["qbo.backend"].search(
                [("company_id", "=", settings.company_id.id)], limit=1
            )

    def action_open_qbo_backend(self):
        """Open the company's connection, or a new one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "qbo_connector.action_qbo_backend"
        )
        return {**action, "res_id": self.qbo_backend_id.id, "views": [(False, "form")]}
