from odoo import models


class QboEntityCreditMemo(models.AbstractModel):
    _name = "qbo.entity.creditmemo"
    _inherit = "qbo.entity.sales.document"
    _description = "QuickBooks Credit Memo"
    _entity = "CreditMemo"
    _move_type = "out_refund"
