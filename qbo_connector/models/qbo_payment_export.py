from odoo import models


class QboOutbox(models.AbstractModel):
    """*Export Payments*: documents of Odoo as a list to choose from."""

    _inherit = "qbo.outbox"

    def qbo_export_chosen(self, auto_apply):
        """*Export Selected*: queue these documents; each arrives or says why not.

        :param bool auto_apply: whether QuickBooks applies them as Odoo does, where
            nothing is applied to the oldest first; False: they arrive unapplied.
        :returns: how many are on their way, and a sentence about the others.
        """
        self.check_access("write")
        exportable = self._qbo_exportable()
        exportable._qbo_enqueue(auto_apply=auto_apply, asked=True)
        return {
            "count": len(exportable),
            "message": (self - exportable)._qbo_left_out(),
        }

    def _qbo_left_out(self):
        """A sentence about documents that are not sent; False when there are none."""
        if not self:
            return False
        return self.env._(
            "Left out: %(count)s. %(why)s", count=len(self), why=self._qbo_why_not()
        )


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_qbo_export_selection(self):
        """*Export to QuickBooks* on a selection of documents or journal entries.

        Payments and documents are not sent together: where both are selected, the
        payments go, and a warning says so.
        """
        payments = self.origin_payment_id
        if not payments:
            return self.action_qbo_export()
        toast = payments.action_qbo_export()
        others = self.filtered(lambda move: not move.origin_payment_id)
        if others:
            mixed = self.env._(
                "The selection mixes payments with %(count)s other documents, such as"
                " %(name)s; only the payments are sent. Select the others alone.",
                count=len(others),
                name=others[0].display_name,
            )
            message = f"{mixed} {toast['params']['message']}"
            toast["params"].update(type="warning", message=message)
        return toast
