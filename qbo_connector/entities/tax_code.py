from odoo import api, models


class QboEntityTaxCode(models.AbstractModel):
    """A tax code is a set of tax rates; it has no twin in Odoo, its rates have."""

    _name = "qbo.entity.taxcode"
    _inherit = "qbo.entity"
    _description = "QuickBooks Tax Code"

    @api.model
    def _apply(self, backend, objects):
        objects._ignore(self.env._("A group of tax rates; its rates are mapped."))
