from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import BatchItem, QboFault
from ..entities.payment_allocation import allocate, applied_anew
from .sending import Refusal


class QboBackend(models.Model):
    """Payments of QuickBooks that are applied or unapplied in Odoo.

    An application belongs to both sides, whichever the payment came from: QuickBooks
    is asked what it has applied, and only that is changed.
    """

    _inherit = "qbo.backend"

    def _send_payments(self, sending, payments):
        theirs = payments.filtered(lambda each: each.qbo_origin == "quickbooks")
        result = super()._send_payments(sending, payments - theirs)
        self._send_applications(sending, theirs)
        return result

    def _send_applications(self, sending, payments, once_more=True):
        """Let QuickBooks apply these as Odoo does.

        What somebody changed there since it was read last is read by the next sync
        first: QuickBooks owns these payments.

        :param bool once_more: see `_send_documents`.
        """
        if not payments:
            return
        ids = set(payments.mapped("qbo_id"))
        rows = {row["Id"]: row for row in self._rows(sending, "Payment", "Id", ids)}
        seen = self.env["qbo.object"]._of_documents(self, payments)
        items, requests = [], []
        for payment in payments:
            there, known = rows.get(payment.qbo_id), seen.get(payment.qbo_id)
            body = there and self._applied_as_here(sending, payment, there)
            if not there or (known or {}).get("SyncToken") != there["SyncToken"]:
                self._let_sync_decide(sending, payment, body is not there)
            elif body is there:
                sending.answered("Payment", there, payment)
            elif body:
                item = BatchItem(str(payment.id), "update", "Payment", body)
                items.append((payment, item))
                variant = f"apply/{there['Id']}/{there['SyncToken']}"
                requests.append(self._requestid("Payment", payment, variant))
        stale = self._send_batch(sending, items, requests, sending.answered, once_more)
        self._send_applications(sending, payments.browse().union(*stale), False)

    def _let_sync_decide(self, sending, payment, differs):
        """QuickBooks has a change that was not read yet; what Odoo had is shown."""
        sending.done.append(payment)
        if differs:
            applied = payment._qbo_applied()
            sending.overwritten[payment] = self.env._(
                "QuickBooks has changed this payment, too: that is taken over with the"
                " next sync. In Odoo it paid: %s",
                ", ".join(f"{inv.name} ({amount:.2f})" for inv, amount in applied)
                or "-",
            )

    def _applied_as_here(self, sending, payment, there):
        """QuickBooks' payment with Odoo's applications; None where that cannot be."""
        try:
            applications = self._applications(sending, payment)
        except (Refusal, QboFault) as problem:
            return self._refuse(sending, payment, problem)
        except RetryableJobError as trouble:
            return self._send_later(sending, payment, trouble.__cause__)
        wanted = {qbo_id: amount for _kind, qbo_id, amount in applications}
        released = {id_ for id_, _amount in allocate(there).cash} - wanted.keys()
        invoices = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("qbo_id", "in", list(released)),
            ]
        )
        seen = self.env["qbo.object"]._of_documents(self, invoices)
        for invoice in invoices:
            if _lets_go(invoice, seen.get(invoice.qbo_id, {})):
                wanted[invoice.qbo_id] = 0.0
        return applied_anew(there, wanted)

    def _remember_credits(self, sending):
        """What Odoo applied of QuickBooks' payments is not applied once more."""
        result = super()._remember_credits(sending)
        objects = self.env["qbo.object"]
        for entity, payload, payment in sending.answers:
            if entity == "Payment" and payment.qbo_origin == "quickbooks":
                objects |= objects._find(self, "Payment", payload["Id"])
        if objects:
            self.env["qbo.entity.payment"]._adopt(self, objects)
        return result


def _lets_go(invoice, seen):
    """Whether an invoice that a payment no longer pays here is to be open there, too.

    One of QuickBooks that was changed or cancelled here has lost its payments by that:
    it is told, and QuickBooks keeps what it has.

    :param dict seen: the invoice, as QuickBooks had it last.
    """
    return invoice.qbo_origin == "odoo" or not any(invoice._qbo_differences(seen))
