from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _qbo_reconcile_exact(self, pairs):
        """Reconcile given amounts of a debit and a credit line.

        Odoo's own reconciliation always takes as much as fits. Amounts below that
        become a partial reconciliation directly; those go first, so that what follows
        through Odoo's plan meets the residuals that were computed here.

        :param list pairs: [(debit line, credit line, amount in their currency)].
        """
        residual = {
            line: abs(line.amount_residual_currency)
            for debit, credit, _amount in pairs
            for line in (debit, credit)
        }
        partial, plan = [], []
        for debit, credit, amount in pairs:
            fits = min(residual[debit], residual[credit])
            amount = min(amount, fits)
            if debit.currency_id.is_zero(amount):
                continue
            if debit.currency_id.compare_amounts(amount, fits):
                partial.append(_partial_values(debit, credit, amount))
            else:
                plan.append(debit + credit)
            residual[debit] -= amount
            residual[credit] -= amount
        self.env["account.partial.reconcile"].create(partial)
        if plan:
            self._reconcile_plan(plan)

    def _qbo_reconcile_oldest(self, move_type):
        """Apply open credit to the customer's oldest open documents of a type."""
        credit = self.filtered(lambda line: not line.reconciled)
        partner = credit.partner_id.commercial_partner_id
        open_lines = self.search(
            [
                ("account_id", "in", credit.account_id.ids),
                ("partner_id.commercial_partner_id", "in", partner.ids),
                ("move_id.move_type", "=", move_type),
                ("company_id", "in", credit.company_id.ids),
                ("currency_id", "in", credit.currency_id.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="date_maturity, id",
        )
        if credit and open_lines:
            (credit | open_lines).reconcile()


def _partial_values(debit, credit, amount):
    share = amount / abs(debit.amount_residual_currency)
    return {
        "debit_move_id": debit.id,
        "credit_move_id": credit.id,
        "amount": debit.company_currency_id.round(abs(debit.amount_residual) * share),
        "debit_amount_currency": amount,
        "credit_amount_currency": amount,
    }
