from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._qbo_payments()._qbo_enqueue()
        return partials

    def unlink(self):
        payments = self._qbo_payments()
        result = super().unlink()
        payments.exists()._qbo_enqueue()
        return result

    def _qbo_payments(self):
        """Exported payments whose applications change with these partials."""
        lines = self.debit_move_id | self.credit_move_id
        payments = lines.move_id.origin_payment_id
        if self.env.context.get("qbo_import"):
            return payments.browse()
        return payments._qbo_exportable().filtered(
            lambda payment: payment.qbo_state in ("synced", "error")
        )
