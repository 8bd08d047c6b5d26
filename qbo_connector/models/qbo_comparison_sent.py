from odoo import models

FAILED = ("error", "differs")


class QboOutbox(models.AbstractModel):
    """After a push: what was not said of other documents while these were to be sent.

    As long as a document is on its way, it explains why those that it is applied to are
    open here and not there, or the other way round. When it has arrived, or has failed,
    it does not any more.
    """

    _inherit = "qbo.outbox"

    def _qbo_report(self, notify):
        for documents in self.sudo().exists()._qbo_left_alone().values():
            documents._qbo_check_twins()
        return super()._qbo_report(notify)

    def _qbo_left_alone(self):
        """{model: documents} that the next sync has no reason to compare.

        What QuickBooks applied just now it tells of; the mirror knows less until then.
        """
        failed = self.filtered(lambda doc: doc.qbo_state in FAILED)
        left = _joined(failed)
        for document in self - failed:
            others = _joined(document)
            if document._qbo_entity() != "Invoice":
                left -= others
                continue
            # An invoice alone applies nothing: payments of QuickBooks stay as they are.
            theirs = {other for other in others if _is_payment_of_quickbooks(other)}
            left |= theirs
            if theirs and theirs == others:
                left.add(document)
        return {
            name: self.env[name].union(*(doc for doc in left if doc._name == name))
            for name in {doc._name for doc in left}
        }


def _joined(documents):
    """Documents in the sync that these are reconciled with, each as a record."""
    return {
        other
        for document in documents
        for others in document._qbo_joined()
        for other in others
        if other.qbo_state
    }


def _is_payment_of_quickbooks(document):
    return (document._name, document.qbo_origin) == ("account.payment", "quickbooks")
