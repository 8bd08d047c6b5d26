from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.job import identity_exact

from ..const import PUSH_SIZE, REFERENCE_LENGTH

#: States of `account.payment`, by what they mean for QuickBooks.
POSTED = ("in_process", "paid")
CANCELLED = ("canceled", "rejected")


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "qbo.binding"]

    _qbo_unique = models.UniqueIndex(
        "(company_id, qbo_id) WHERE qbo_id IS NOT NULL",
        "This QuickBooks payment is in Odoo already.",
    )

    def _qbo_entity(self):
        return "Payment"

    def _qbo_total(self):
        return self.amount

    def _qbo_remedy(self):
        if self.qbo_origin == "quickbooks":
            return super()._qbo_remedy()
        return self.env._("Press Export back to QuickBooks to send Odoo's.")

    def _qbo_reference(self):
        """The reference number that the payment has in QuickBooks (21 characters).

        What a person wrote is taken: the payment reference, or a memo of that length
        that is not just the list of the invoices; else the payment's own number.
        """
        self.ensure_one()
        if self.payment_reference:
            return self.payment_reference[:REFERENCE_LENGTH]
        if (
            self.memo
            and len(self.memo) <= REFERENCE_LENGTH
            and not self._memo_is_default()
        ):
            return self.memo
        return (self.name or "")[:REFERENCE_LENGTH]

    def _memo_is_default(self):
        """Odoo proposes the invoices' own references as memo; that is no reference."""
        invoices = self.reconciled_invoice_ids | self.invoice_ids
        known = {*invoices.mapped("name"), *invoices.mapped("payment_reference")}
        group = self.company_id.sudo().batch_payment_sequence_id.prefix or ""
        numbered = bool(group) and self.memo.startswith(group.split("%")[0])
        return numbered or self.memo in known

    def _qbo_applied(self):
        """What this payment pays, invoice by invoice.

        :returns: [(customer invoice, amount in the invoice's currency)].
        """
        partials = self.move_id.line_ids.matched_debit_ids
        amounts = {}
        for partial in partials:
            invoice = partial.debit_move_id.move_id
            if invoice.move_type == "out_invoice" and invoice.state == "posted":
                before = amounts.get(invoice, 0.0)
                amounts[invoice] = before + partial.debit_amount_currency
        return [
            (invoice, invoice.currency_id.round(amount))
            for invoice, amount in amounts.items()
        ]

    # --- Outbox: state and job in the transaction that posts --------------------------

    def action_post(self):
        result = super().action_post()
        if not self.env.context.get("qbo_import"):
            self._qbo_exportable()._qbo_enqueue()
        return result

    def action_cancel(self):
        """A payment that is cancelled here is voided in QuickBooks."""
        result = super().action_cancel()
        self._qbo_exported()._qbo_enqueue()
        return result

    def action_draft(self):
        """What is in QuickBooks stays until the payment is confirmed or cancelled."""
        result = super().action_draft()
        for payment in self._qbo_exported():
            payment.qbo_message = self.env._(
                "Receive Payment %s stays in QuickBooks. Confirming this payment again"
                " changes it there; cancelling voids it.",
                payment.qbo_number,
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_in_quickbooks(self):
        """Deleting here would leave money in QuickBooks that nobody knows of."""
        for payment in self._qbo_exported():
            if payment.state not in CANCELLED or payment.qbo_state != "synced":
                raise UserError(
                    self.env._(
                        "%(payment)s is in QuickBooks as Receive Payment %(number)s."
                        " Cancel it first, wait until it is voided there, then delete"
                        " it.",
                        payment=payment.display_name,
                        number=payment.qbo_number,
                    )
                )

    def _qbo_exported(self):
        """Payments of these that began in Odoo and are in QuickBooks."""
        if self.env.context.get("qbo_import"):
            return self.browse()
        return self.filtered(
            lambda payment: payment.qbo_id and payment.qbo_origin == "odoo"
        )

    def _qbo_exportable(self):
        """Posted customer payments that began in Odoo, in a connected company."""
        backend = {
            company: self.env["qbo.backend"]._for_company(company)
            for company in self.company_id
        }
        return self.filtered(
            lambda payment: backend[payment.company_id]._sends("Payment", payment.date)
            and payment.partner_type == "customer"
            and payment.payment_type == "inbound"
            and payment.state in POSTED
            and payment.qbo_origin != "quickbooks"
            and payment.qbo_state != "hidden"
        )

    def _qbo_enqueue(self, notify=False):
        """Mark as to sync and queue the push, at most PUSH_SIZE payments a job.

        :param bool notify: tell the user who asked when it is done.
        """
        self.write({"qbo_state": "pending", "qbo_message": False, "qbo_origin": "odoo"})
        for payments in self.grouped("company_id").values():
            for start in range(0, len(payments), PUSH_SIZE):
                payments[start : start + PUSH_SIZE]._qbo_delay_push(notify)

    def _qbo_delay_push(self, notify=False, eta=None):
        self.with_delay(
            description=self.env._("Receive Payments to QuickBooks"),
            identity_key=identity_exact,
            priority=5 if notify else 10,
            eta=eta,
        )._job_qbo_push(notify)

    # --- Buttons ----------------------------------------------------------------------

    def action_qbo_export(self):
        """*Export back to QuickBooks*: queue these payments and say what happens."""
        self.check_access("write")
        exportable = self._qbo_exportable()
        exportable._qbo_enqueue(notify=True)
        skipped = self - exportable
        if not exportable:
            return self._qbo_toast(self._qbo_why_not(), "warning")
        message = self.env._("%s payments are on their way.", len(exportable))
        if len(exportable) == 1:
            message = self.env._("%s is on its way to QuickBooks.", exportable.name)
        if skipped:
            message += " " + self.env._("Left out: %s. ", len(skipped))
            message += skipped._qbo_why_not()
        return self._qbo_toast(message, "info")

    def action_qbo_unhide(self):
        """Let hidden payments be sent again; confirmed ones are sent at once."""
        self.check_access("write")
        hidden = self.filtered(lambda payment: payment.qbo_state == "hidden")
        if not hidden:
            return self._qbo_toast(self.env._("None of them is hidden."), "warning")
        hidden.write({"qbo_state": False, "qbo_message": False})
        hidden._qbo_exportable()._qbo_enqueue(notify=True)
        return self._qbo_toast(
            self.env._("%s payments are in the sync again.", len(hidden)), "info"
        )

    def _qbo_why_not(self):
        """Why these payments are not sent."""
        backend = self.env["qbo.backend"]._for_company(self.company_id[:1])
        if not backend:
            return self.env._("This company is not connected to QuickBooks yet.")
        if not backend.live:
            return self.env._("The QuickBooks connection is not switched on yet.")
        if not backend._flows_out("Payment"):
            return self.env._(
                "Payments do not flow from Odoo to QuickBooks: see What Flows on the"
                " connection."
            )
        start = backend.start_date
        if start and all(payment.date < start for payment in self):
            return self.env._("They are dated before %s, where the sync starts.", start)
        if all(payment.qbo_origin == "quickbooks" for payment in self):
            return self.env._("They came from QuickBooks and are there already.")
        if all(payment.qbo_state == "hidden" for payment in self):
            return self.env._("They are hidden from the sync.")
        return self.env._("Only confirmed payments of customers are sent.")

    def _qbo_toast(self, message, kind):
        return self.env["qbo.backend"]._toast(message, kind)

    # --- Job --------------------------------------------------------------------------

    def _job_qbo_push(self, notify=False):
        """Send payments that are to sync to QuickBooks, as one set."""
        todo = self.sudo().filtered(lambda payment: payment.qbo_state == "pending")
        backend = self.env["qbo.backend"]._for_company(todo.company_id)
        backend = backend.with_company(backend.company_id)
        posted = todo.filtered(lambda payment: payment.state in POSTED)
        cancelled = todo.filtered(lambda p: p.state in CANCELLED and p.qbo_id)
        if backend and posted:
            backend._push_payments(posted)
        if backend and cancelled:
            backend._void_payments(cancelled)
        self._qbo_report(notify)

    def _on_qbo_push_failed(self, exc_message=None, **_details):
        """The job gave up: the payments say why, and can be sent again."""
        todo = self.sudo().filtered(lambda payment: payment.qbo_state == "pending")
        todo._qbo_mark_error(
            self.env._(
                "QuickBooks could not be reached for some time: %s. Press Export back"
                " to QuickBooks to try again.",
                exc_message,
            )
        )
        self._qbo_report(notify=True)

    def _qbo_report(self, notify):
        """Screens read these payments again; the user who asked gets a toast."""
        self.env["qbo.backend"]._notify_changed(self._name, self.ids)
        if notify:
            self.env.user._bus_send("simple_notification", self._qbo_outcome())

    def _qbo_outcome(self):
        failed = self.filtered(lambda payment: payment.qbo_state == "error")
        if failed:
            return {
                "type": "danger",
                "title": self.env._("QuickBooks refused %s", failed[0].name),
                "message": failed[0].qbo_message,
                "sticky": True,
            }
        return {
            "type": "success",
            "title": self.env._("QuickBooks"),
            "message": self.env._(
                "Exported to QuickBooks: %s", ", ".join(self.mapped("name"))
            ),
        }
