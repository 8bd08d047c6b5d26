from odoo import models


class QboEntityInvoice(models.AbstractModel):
    _name = "qbo.entity.invoice"
    _inherit = "qbo.entity.sales.document"
    _description = "QuickBooks Invoice"
    _entity = "Invoice"
    _move_type = "out_invoice"
