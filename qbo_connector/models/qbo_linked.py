from odoo import fields, models


class QboLinked(models.AbstractModel):
    """The way from a record to its twin in QuickBooks."""

    _name = "qbo.linked"
    _description = "Linked to QuickBooks"

    qbo_url = fields.Char("Open in QuickBooks", compute="_compute_qbo_url")

    def _compute_qbo_url(self):
        raise NotImplementedError()

    def action_qbo_open(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.qbo_url, "target": "new"}


class QboTwin(models.AbstractModel):
    """Customers and products, which are linked by rows of `qbo.object`."""

    _name = "qbo.twin"
    _inherit = "qbo.linked"
    _description = "Twin of a QuickBooks Object"

    def _compute_qbo_url(self):
        """The twin in the books of the company that one works in."""
        rows = self.env["qbo.object"].sudo()
        twins = rows.search(
            [
                ("company_id", "=", self.env.company.id),
                ("res_model", "=", self._qbo_records()._name),
                ("res_id", "in", self._qbo_records().ids),
                ("deleted", "=", False),
            ]
        )
        by_id = {twin.res_id: twin for twin in twins}
        for record in self:
            found = [by_id[each] for each in record._qbo_records().ids if each in by_id]
            record.qbo_url = found[0].qbo_url if found else False

    def _qbo_records(self):
        """The records that QuickBooks' objects are linked to."""
        return self


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "qbo.twin"]


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "qbo.twin"]

    def _qbo_records(self):
        return self.product_variant_ids
