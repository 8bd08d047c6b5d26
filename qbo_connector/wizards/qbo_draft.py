from odoo import api, fields, models
from odoo.fields import Command

from .qbo_hide import FIELD_OF


class QboDraft(models.TransientModel):
    """*Reset to Draft* of what QuickBooks has: it says first what is there."""

    _name = "qbo.draft"
    _description = "Reset to Draft"

    payment_ids = fields.Many2many("account.payment")
    move_ids = fields.Many2many("account.move")
    words = fields.Text(compute="_compute_words")

    @api.depends("payment_ids", "move_ids")
    def _compute_words(self):
        for wizard in self:
            documents = [*wizard.payment_ids, *wizard.move_ids]
            wizard.words = "\n".join(doc._qbo_words_for_draft() for doc in documents)

    def action_reset(self):
        self.ensure_one()
        if self.payment_ids:
            self.payment_ids.action_draft()
        if self.move_ids:
            self.move_ids.button_draft()
        return {"type": "ir.actions.act_window_close"}


class QboOutbox(models.AbstractModel):
    _inherit = "qbo.outbox"

    def action_qbo_ask_draft(self):
        """Show what QuickBooks has before these documents become drafts."""
        self.check_access("write")
        documents = {FIELD_OF[self._name]: [Command.set(self.ids)]}
        wizard = self.env["qbo.draft"].create(documents)
        return wizard._get_records_action(
            name=self.env._("Reset to Draft"), target="new", view_mode="form"
        )

    def _qbo_words_for_draft(self):
        """What of this document is in QuickBooks, and what becomes of it there."""
        joined = [each.display_name for each in self._qbo_joined_there()]
        return self.env._(
            "%(document)s is in QuickBooks as %(entity)s %(number)s. Applied there:"
            " %(joined)s. It stays there as it is; what you change is sent when you"
            " confirm it again, and cancelling it voids it there.",
            document=self.display_name,
            entity=self._qbo_entity(),
            number=self.qbo_number or self.qbo_id,
            joined=", ".join(joined) or self.env._("nothing"),
        )
