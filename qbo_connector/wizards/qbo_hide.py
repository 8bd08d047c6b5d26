from odoo import api, fields, models
from odoo.exceptions import UserError

#: Which field holds the documents of a model.
FIELD_OF = {"account.payment": "payment_ids", "account.move": "move_ids"}


class QboHide(models.TransientModel):
    """Keep documents out of the sync, with a reason that everybody sees."""

    _name = "qbo.hide"
    _description = "Hide from QuickBooks Sync"

    payment_ids = fields.Many2many("account.payment")
    move_ids = fields.Many2many("account.move", string="Invoices and Credit Notes")
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        field = FIELD_OF.get(self.env.context.get("active_model"))
        if field:
            values[field] = self.env.context.get("active_ids")
        return values

    def action_hide(self):
        """Hide the documents; those that QuickBooks has, or never gets, are refused.

        :raise UserError: naming the first of them.
        """
        self.ensure_one()
        for documents in (self.payment_ids, self.move_ids):
            documents.check_access("write")
            self._refuse_sent(documents)
            self._refuse_others(documents)
            documents._qbo_write(
                {
                    "qbo_state": "hidden",
                    "qbo_message": self.reason,
                    "qbo_cause": False,
                }
            )
            body = self.env._("Hidden from the QuickBooks sync: %s", self.reason)
            documents._message_log_batch({doc.id: body for doc in documents})
        return {"type": "ir.actions.act_window_close"}

    def _refuse_sent(self, documents):
        sent = documents.filtered("qbo_id")
        if sent:
            raise UserError(
                self.env._(
                    "%s is in QuickBooks already. Cancel it to void it there; hiding is"
                    " for documents that QuickBooks should never get.",
                    sent[0].display_name,
                )
            )

    def _refuse_others(self, documents):
        others = documents - documents._qbo_concerned()
        if others:
            raise UserError(
                self.env._(
                    "%s never goes to QuickBooks: only invoices, credit notes and"
                    " payments of customers do. Leave it out of the selection.",
                    others[0].display_name,
                )
            )
