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

    # --- Changes made here ------------------------------------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._qbo_check_twins()
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self._qbo_check_twins()
        return result

    def _qbo_check_twins(self):
        """Say so where a change in Odoo makes a document differ from QuickBooks.

        Invoices are not changed or voided there from here; nothing differs in silence.
        """
        if self.env.context.get("qbo_import"):
            return
        linked = self.filtered("qbo_id")
        for backend, moves in linked.grouped(
            lambda move: self.env["qbo.backend"]._for_company(move.company_id)
        ).items():
            twins = self.env["qbo.object"].sudo()._of_documents(backend, moves)
            for move in moves:
                if move.qbo_id in twins:
                    move._qbo_check_twin(twins[move.qbo_id])

    def _qbo_check_twin(self, payload):
        if self.state != "cancel":
            if self._qbo_compare(payload) and self.qbo_state == "error":
                self.write({"qbo_state": "synced", "qbo_message": False})
        elif payload.get("TotalAmt"):
            self._qbo_mark_error(
                self.env._(
                    "Cancelled in Odoo, but %(number)s is still in QuickBooks with a"
                    " total of %(total)s. Open it in QuickBooks and void it there.",
                    number=self.qbo_number or self.qbo_id,
                    total=f"{payload['TotalAmt']:.2f}",
                )
            )

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
