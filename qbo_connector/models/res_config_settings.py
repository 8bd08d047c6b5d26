from odoo import api, fields, models

from .qbo_backend_flow import FLOW_FIELDS


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

    qbo_name_collision = fields.Selection(
        related="qbo_backend_id.name_collision", readonly=False
    )
    qbo_item_policy = fields.Selection(
        related="qbo_backend_id.item_policy", readonly=False
    )
    qbo_number_collision = fields.Selection(
        related="qbo_backend_id.number_collision", readonly=False
    )
    qbo_closed_books_policy = fields.Selection(
        related="qbo_backend_id.closed_books_policy", readonly=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Write only what a person changed.

        Odoo leaves out equal values of related records that are among the values. The
        connection is computed, so that screens do not send it.
        """
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            vals["qbo_backend_id"] = self.sudo()._qbo_backend_of(company_id).id
        return super().create(vals_list)

    def _qbo_backend_of(self, company_id):
        return self.env["qbo.backend"].search(
            [("company_id", "=", company_id)], limit=1
        )

    @api.onchange(*(f"qbo_{field}" for field in FLOW_FIELDS.values()))
    def _onchange_qbo_flows(self):
        """The same words as on the connection's own page."""
        flows = {field: self[f"qbo_{field}"] for field in FLOW_FIELDS.values()}
        backend = self.qbo_backend_id._origin
        return backend and backend._warn_of_flows(flows, self.qbo_auto_sync)

    def _compute_qbo_backend_id(self):
        for settings in self:
            settings.qbo_backend_id = self._qbo_backend_of(settings.company_id.id)

    def action_open_qbo_backend(self):
        """Open the company's connection, or a new one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "qbo_connector.action_qbo_backend"
        )
        return {**action, "res_id": self.qbo_backend_id.id, "views": [(False, "form")]}

    def action_open_qbo_mapping(self):
        return self.qbo_backend_id.action_open_mapping()
