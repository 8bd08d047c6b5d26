from odoo import fields, models
from odoo.exceptions import UserError


class QboHide(models.TransientModel):
    """Keep payments out of the sync, with a reason that everybody sees."""

    _name = "qbo.hide"
    _description = "Hide from QuickBooks Sync"

    payment_ids = fields.Many2many(
        "account.payment",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason = fields.Char(required=True)

    def action_hide(self):
        """Hide the payments; those that QuickBooks has already are refused.

        :raise UserError: naming the first of them.
        """
        self.ensure_one()
        self.payment_ids.check_access("write")
        sent = self.payment_ids.filtered("qbo_id")
        if sent:
            raise UserError(
                self.env._(
                    "%s is in QuickBooks already. Cancel it to void it there; hiding is"
                    " for payments that QuickBooks should never get.",
                    sent[0].display_name,
                )
            )
        self.payment_ids.write({"qbo_state": "hidden", "qbo_message": self.reason})
        for payment in self.payment_ids:
            payment.message_post(
                body=self.env._("Hidden from the QuickBooks sync: %s", self.reason)
            )
        return {"type": "ir.actions.act_window_close"}
