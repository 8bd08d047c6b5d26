from odoo import fields, models

from ..const import BOOKKEEPERS
from .qbo_binding import STATES

#: States that are an outcome; "To sync" is on its way to one.
OUTCOMES = [state for state in STATES if state[0] != "pending"]


class QboHistory(models.Model):
    """What became of a document in the sync, each time: who, when, which way, how.

    That a document arrived from QuickBooks is told by the document itself; only what
    happens to it later is noted, so that an import writes nothing here.
    """

    _name = "qbo.history"
    _description = "QuickBooks Sync History"
    _order = "id desc"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(required=True, model_field="res_model")
    company_id = fields.Many2one("res.company")
    direction = fields.Selection(
        [("out", "To QuickBooks"), ("in", "From QuickBooks")], required=True
    )
    outcome = fields.Selection(OUTCOMES, required=True)
    message = fields.Text("QuickBooks Message", groups=BOOKKEEPERS)

    _document_index = models.Index("(res_model, res_id)")


class QboBinding(models.AbstractModel):
    _inherit = "qbo.binding"

    qbo_history_ids = fields.One2many(
        "qbo.history",
        "res_id",
        string="QuickBooks History",
        domain=lambda self: [("res_model", "=", self._name)],
        copy=False,
        readonly=True,
    )

    def _qbo_write(self, values):
        self._qbo_note_history(values)
        return super()._qbo_write(values)

    def _qbo_note_change(self):
        """Note that a change made in QuickBooks is taken over."""
        message = self.env._("Changed in QuickBooks, taken over.")
        self._qbo_note_history({"qbo_state": "synced", "qbo_message": message})

    def _qbo_note_history(self, values):
        """Note an outcome; each reading of the same good state is no news."""
        outcome, message = values.get("qbo_state"), values.get("qbo_message")
        if outcome not in dict(OUTCOMES):
            return
        incoming = self.env.context.get("qbo_import")
        noted = self
        if incoming and not message:
            noted = self.filtered(lambda document: document.qbo_state != outcome)
        self.env["qbo.history"].sudo().create(
            [
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "company_id": document.company_id.id,
                    "direction": "in" if incoming else "out",
                    "outcome": outcome,
                    "message": message,
                }
                for document in noted
            ]
        )
