from odoo import fields, models


class QboBackend(models.Model):
    """What imported customers are given in Odoo."""

    _inherit = "qbo.backend"

    exempt_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fiscal Position of Exempt Customers",
        check_company=True,
        copy=False,
        help="Given to customers whom QuickBooks charges no sales tax. A position that"
        " has no taxes takes all of them off their invoices.",
    )
