from odoo import models


class QboOutbox(models.AbstractModel):
    """What QuickBooks has of an invoice is complete only once that is sent."""

    _inherit = "qbo.outbox"

    def _qbo_report(self, notify):
        if self._name == "account.move":
            self._qbo_compare_joined()
        return super()._qbo_report(notify)

    def _qbo_compare_joined(self):
        """Payments of QuickBooks that a person applied here before this was sent.

        That is not carried over, and now there is nothing any more that would be. Where
        payments of Odoo are joined, too, the next sync reads the document and compares.
        """
        documents, payments = self.browse(), self.env["account.payment"]
        for document in self.sudo().exists():
            joined = [other for others in document._qbo_joined() for other in others]
            joined = [other for other in joined if other.qbo_origin]
            theirs = [
                other
                for other in joined
                if other.qbo_origin == "quickbooks" and other._name == payments._name
            ]
            payments = payments.union(*theirs)
            if theirs and theirs == joined:
                documents |= document
        documents._qbo_check_twins()
        payments._qbo_check_twins()
