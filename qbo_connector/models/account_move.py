from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "qbo.binding"]

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
        rest = self - imported
        return super(AccountMove, rest)._compute_made_sequence_gap()

    def _compute_payments_widget_reconciled_info(self):
        """The payments card shows the number that each line has in QuickBooks."""
        result = super()._compute_payments_widget_reconciled_info()
        for move in self:
            widget = move.invoice_payments_widget
            if widget:
                lines = widget["content"]
                numbers = move._qbo_numbers(lines)
                content = [{**ln, "qbo_number": numbers[ln["move_id"]]} for ln in lines]
                move.invoice_payments_widget = {**widget, "content": content}
        return result

    def _qbo_numbers(self, lines):
        """{entry id: QuickBooks number} of the payments and credit notes of a card."""
        entries = self.sudo().browse(line["move_id"] for line in lines)
        return {
            entry.id: (entry.origin_payment_id or entry).qbo_number for entry in entries
        }
