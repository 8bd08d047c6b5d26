from odoo import models

from ..client import BatchItem, QboAuthError
from ..entities.sales_document import is_voided
from .sending import Sending


class QboBackend(models.Model):
    """Void what was cancelled in Odoo; QuickBooks is asked first what it has."""

    _inherit = "qbo.backend"

    def _void_payments(self, payments):
        """Void cancelled payments in QuickBooks, as one set.

        A payment that is gone or voided there already counts as done; one that
        QuickBooks refuses (deposited, closed books) says so.

        :raise RetryableJobError: passing trouble; the set is tried again.
        """
        sending = Sending(self._client())
        try:
            gone = self._send_voids(sending, payments)
        except QboAuthError as problem:
            payments.qbo_message = self._sentence(problem, payments[:1])
            return
        self.env["qbo.object"]._remember(self, sending.answers)
        gone = gone.union(*(payment for _entity, _payload, payment in sending.answers))
        gone._qbo_mark_gone()
        for payment, message in sending.problems.items():
            payment._qbo_refused(message)

    def _send_voids(self, sending, payments):
        """Void what QuickBooks still has.

        :returns: the payments that were gone or voided there already.
        """
        ids = set(payments.mapped("qbo_id"))
        rows = {row["Id"]: row for row in self._rows(sending, "Payment", "Id", ids)}
        items, requests, gone = [], [], payments.browse()
        for payment in payments:
            there = rows.get(payment.qbo_id)
            if not there or is_voided(there):
                gone += payment
            else:
                items.append(
                    (payment, BatchItem(str(payment.id), "void", "Payment", there))
                )
                variant = f"void/{there['Id']}/{there['SyncToken']}"
                requests.append(self._requestid("Payment", payment, variant))
        if items:
            self._send_batch(sending, items, requests)
        return gone
