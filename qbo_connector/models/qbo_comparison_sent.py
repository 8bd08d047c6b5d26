from odoo import models


class QboOutbox(models.AbstractModel):
    """What is not the same any more once a document has arrived in QuickBooks.

    A payment of QuickBooks that a person applied here to an invoice that was still to
    be sent: where payments do not flow out, that is not carried over, and now nothing
    is on its way that it would be with.
    """

    _inherit = "qbo.outbox"

    def _qbo_report(self, notify):
        for documents in self.sudo().exists()._qbo_left_alone().values():
            documents._qbo_check_twins()
        return super()._qbo_report(notify)

    def _qbo_left_alone(self):
        """{model: documents} that the next sync has no reason to compare.

        Where documents of Odoo are applied, too, QuickBooks tells of the invoice, and
        the mirror knows less until then.
        """
        left = set()
        for document in self.filtered(lambda doc: doc.qbo_state == "synced"):
            if document._qbo_entity() != "Invoice":
                continue
            others = {
                other
                for others in document._qbo_joined()
                for other in others
                if other.qbo_state
            }
            theirs = {other for other in others if _is_payment_of_quickbooks(other)}
            left |= theirs
            if theirs and theirs == others:
                left.add(document)
        return {
            name: self.env[name].union(*(doc for doc in left if doc._name == name))
            for name in {doc._name for doc in left}
        }


def _is_payment_of_quickbooks(document):
    return (document._name, document.qbo_origin) == ("account.payment", "quickbooks")
