from odoo import models

from ..client import faults
from .qbo_backend_closing import DOCUMENTS
from .sending import cause_of

#: Refusals that end when a customer is linked to the right one of QuickBooks.
OF_CUSTOMERS = [k for k, d in faults.DECISIONS.items() if d.button == "customers"]


class QboBackend(models.Model):
    """However something is mapped or linked: the documents that wait for it go on."""

    _inherit = "qbo.backend"

    def _continue_waiting(self, objects):
        result = super()._continue_waiting(objects)
        for backend in self:
            linked = objects.filtered(
                lambda o, backend=backend: o.backend_id == backend
                and o.state == "linked"
            )
            records = linked._records().values()
            backend._release_fixed([cause_of(record) for record in records])
            customers = [each.id for each in records if each._name == "res.partner"]
            backend._release_customers(customers)
        return result

    def _release_customers(self, partner_ids):
        """Documents that were refused for the name of one of these customers."""
        for model in DOCUMENTS if partner_ids else ():
            self.env[model].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("qbo_state", "=", "error"),
                    ("qbo_cause", "in", OF_CUSTOMERS),
                    ("partner_id.commercial_partner_id", "in", partner_ids),
                ]
            )._qbo_enqueue()
