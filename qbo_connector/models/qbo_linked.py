from datetime import datetime, timezone

from odoo import api, fields, models

#: The two sides where a record can have begun.
ORIGINS = [("odoo", "Odoo"), ("quickbooks", "QuickBooks")]


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

    qbo_twin_name = fields.Char("QuickBooks Name", compute="_compute_qbo_url")
    qbo_twin_ref = fields.Char("QuickBooks ID", compute="_compute_qbo_url")
    qbo_twin_synced_at = fields.Datetime(
        "Last Synced",
        compute="_compute_qbo_url",
        help="When something of it was last read from QuickBooks or sent there.",
    )
    qbo_twin_origin = fields.Selection(
        ORIGINS,
        "Began In",
        compute="_compute_qbo_url",
        help="The side that had it first.",
    )

    @api.depends_context("company")
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
            twin = found[0] if found else rows.browse()
            record.qbo_url = twin.qbo_url
            record.qbo_twin_name = twin.name
            record.qbo_twin_ref = twin.qbo_id
            record.qbo_twin_synced_at = twin.write_date
            record.qbo_twin_origin = twin and _origin(record, twin)

    def _qbo_records(self):
        """The records that QuickBooks' objects are linked to."""
        return self


def _origin(record, twin):
    """Which side had it first; QuickBooks tells when an object was made there."""
    made = ((twin.payload or {}).get("MetaData") or {}).get("CreateTime")
    if not made or not record.create_date:
        return False
    there = datetime.fromisoformat(made).astimezone(timezone.utc).replace(tzinfo=None)
    return "odoo" if record.create_date < there else "quickbooks"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "qbo.twin"]


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "qbo.twin"]

    def _qbo_records(self):
        return self.product_variant_ids
