from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    qbo_sub_customer = fields.Boolean(
        "QuickBooks Sub-Customer",
        readonly=True,
        copy=False,
        help="A customer of its own below another one, as jobs and projects are.",
    )
    qbo_tax_exempt = fields.Boolean(
        "Exempt from Sales Tax",
        company_dependent=True,
        copy=False,
        help="QuickBooks charges this customer no sales tax.",
    )
    qbo_resale_number = fields.Char("Resale Number", company_dependent=True, copy=False)
    qbo_currency_id = fields.Many2one(
        "res.currency",
        "Currency in QuickBooks",
        company_dependent=True,
        readonly=True,
        copy=False,
        help="QuickBooks keeps a customer to one currency for ever.",
    )

    def _get_complete_name(self):
        """Two parents may have a job of the same name: show whose it is."""
        name = super()._get_complete_name()
        if self.qbo_sub_customer and self.is_company and self.parent_id:
            return f"{self.sudo().parent_id._get_complete_name()}, {name}"
        return name

    @api.depends("qbo_sub_customer", "parent_id.name", "parent_id.parent_id.name")
    def _compute_complete_name(self):
        return super()._compute_complete_name()
