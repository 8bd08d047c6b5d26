from odoo import fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "qbo.binding"]

    qbo_payment_references = fields.Char(
        compute="_compute_qbo_payment_references",
        help="Reference numbers of its payments in QuickBooks.",
    )

    _qbo_unique = models.UniqueIndex(
        "(company_id, qbo_id) WHERE qbo_id IS NOT NULL",
        "This QuickBooks document is in Odoo already.",
    )

    def _qbo_entity(self):
        return "CreditMemo" if self.move_type == "out_refund" else "Invoice"

    def _qbo_total(self):
        return self.amount_total

    def _compute_made_sequence_gap(self):
        """QuickBooks numbers its documents; a gap in them is nobody's mistake here."""
        imported = self.filtered(lambda move: move.qbo_origin == "quickbooks")
        imported.made_sequence_gap = False
        super(AccountMove, self - imported)._compute_made_sequence_gap()

    def _compute_qbo_payment_references(self):
        for move in self:
            payments = move.sudo()._get_reconciled_payments()
            numbers = payments.filtered("qbo_number").mapped("qbo_number")
            move.qbo_payment_references = ", ".join(numbers)
