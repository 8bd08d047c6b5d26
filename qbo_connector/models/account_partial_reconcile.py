from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What is applied or unapplied in Odoo is applied or unapplied in QuickBooks."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        for documents in partials._qbo_documents():
            documents._qbo_enqueue()
        partials._qbo_check_twins(partials._qbo_moves())
        return partials

    def unlink(self):
        if not self:  # Odoo unlinks none dozens of times while it posts an invoice
            return super().unlink()
        payments, notes = self._qbo_documents()
        pairs = [partial._qbo_moves() for partial in self]
        lines = self.debit_move_id | self.credit_move_id
        # Exchange differences of these go with them, before anything is settled.
        inner = self.with_context(qbo_settling=True)
        result = super(AccountPartialReconcile, inner).unlink()
        if not self.env.context.get("qbo_settling"):
            lines.exists().with_context(qbo_import=True)._qbo_settle_cents()
        payments, notes = payments.exists(), notes.exists()
        payments._qbo_enqueue()
        notes._qbo_enqueue()
        # What is carried over is on its way; the next sync sees whether it arrived.
        carried = payments.move_id | notes
        moves = carried.union(*pairs).exists()
        told = carried.union(*(pair for pair in pairs if not pair & carried)) - carried
        self._qbo_check_twins(told & moves)
        (moves - told).filtered("qbo_id")._qbo_write({"qbo_compare_due": True})
        return result

    def _qbo_moves(self):
        return (self.debit_move_id | self.credit_move_id).move_id

    def _qbo_check_twins(self, moves):
        """What is applied here and is not carried over is told."""
        moves._qbo_check_twins()
        moves.origin_payment_id._qbo_check_twins()

    def _qbo_documents(self):
        """Payments and credit notes in QuickBooks whose applications change with these.

        :returns: (payments, credit notes).
        """
        if self.env.context.get("qbo_import"):
            return self.env["account.payment"], self.env["account.move"]
        # A match with the bank is on other accounts, and nothing to QuickBooks.
        owed = self.filtered(
            lambda partial: partial.debit_move_id.account_type == "asset_receivable"
        )
        moves = owed._qbo_moves()
        payments, notes = moves.origin_payment_id, moves.browse()
        for partial in owed:
            credit = partial.credit_move_id.move_id
            kinds = credit.move_type, partial.debit_move_id.move_id.move_type
            if kinds == ("out_refund", "out_invoice"):
                notes |= credit
        payments = payments.filtered(_is_there)
        return (
            payments._qbo_exportable() | payments._qbo_appliable(),
            notes.filtered(_is_there)._qbo_linkable(),
        )


def _is_there(document):
    """Sent before, or refused: what never was to be sent does not begin with this."""
    return document.qbo_state in ("synced", "differs", "error")
