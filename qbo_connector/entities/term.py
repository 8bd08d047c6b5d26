from odoo import models
from odoo.fields import Command


def term_values(payload, company_id):
    """A standard term: due so many days after the invoice date.

    :returns: values, or None for a date-driven term, which Odoo sees by its due date.
    """
    if payload.get("DueDays") is None:
        return None
    line = {"value": "percent", "value_amount": 100.0, "nb_days": payload["DueDays"]}
    return {
        "name": payload["Name"],
        "company_id": company_id,
        "active": payload.get("Active", True),
        "line_ids": [Command.clear(), Command.create(line)],
    }


class QboEntityTerm(models.AbstractModel):
    _name = "qbo.entity.term"
    _inherit = "qbo.entity"
    _description = "QuickBooks Term"
    _odoo_model = "account.payment.term"

    def _values(self, payload, books):
        return term_values(payload, books.company_id)

    def _why_ignored(self, payload):
        return self.env._("Due on a day of the month; invoices carry their due date.")
