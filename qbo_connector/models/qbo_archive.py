from odoo import fields, models


class QboObject(models.Model):
    """What QuickBooks made inactive is archived in Odoo, and comes back with it."""

    _inherit = "qbo.object"

    archived_here = fields.Boolean(
        readonly=True,
        help="The Odoo record was archived because this one became inactive, so it is"
        " unarchived with it. What people archive in Odoo stays archived.",
    )


class QboEntity(models.AbstractModel):
    _inherit = "qbo.entity"

    def _create_records(self, backend, work):
        result = super()._create_records(backend, work)
        for item in work:
            if item.values.get("active") is False:
                item.object.archived_here = True
        return result

    def _write_record(self, item, values):
        """Archive with QuickBooks; unarchive only what was archived by it (C3)."""
        if values.get("active") is False:
            if item.record.active:
                item.object.archived_here = True
        elif item.object.archived_here:
            item.object.archived_here = False
        else:
            values.pop("active", None)
        return super()._write_record(item, values)
