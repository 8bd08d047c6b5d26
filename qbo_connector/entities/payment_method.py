from odoo import api, models


class QboEntityPaymentMethod(models.AbstractModel):
    """Kept in the mirror, so that a payment can show how it was paid."""

    _name = "qbo.entity.paymentmethod"
    _inherit = "qbo.entity"
    _description = "QuickBooks Payment Method"

    @api.model
    def _apply(self, backend, objects):
        objects._ignore(self.env._("Shown on payments; Odoo needs no twin."))
