from itertools import product

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _qbo_reconcile_exact(self, joined):
        """Reconcile given amounts of debit and credit lines, all in one go.

        Odoo's own reconciliation takes as much as fits; it is kept here with all that
        it books (exchange differences, cash basis taxes), but told to take less.

        :param list joined: [(debit lines, credit lines, amount in their currency)];
            what does not fit is left open.
        """
        shares, plan = {}, []
        for debit, credit, amount in _spread(joined):
            shares.setdefault((debit.id, credit.id), []).append(amount)
            plan.append(debit + credit)
        if plan:
            self.with_context(qbo_shares=shares)._reconcile_plan(plan)

    def _prepare_reconciliation_single_partial(
        self, debit_values, credit_values, shadowed_aml_values=None
    ):
        """Show Odoo only the share of two lines that is to be reconciled."""
        shares = self.env.context.get("qbo_shares") or {}
        lines = debit_values["aml"].id, credit_values["aml"].id
        hidden = {}
        if shares.get(lines):
            amount = shares[lines].pop(0)
            for values in (debit_values, credit_values):
                hidden[values["aml"]] = _hide_all_but(values, amount)
        result = super()._prepare_reconciliation_single_partial(
            debit_values, credit_values, shadowed_aml_values
        )
        if hidden:
            for values in (debit_values, credit_values):
                own, home = hidden[values["aml"]]
                values["amount_residual_currency"] += own
                values["amount_residual"] += home
            result["debit_values"] = result["credit_values"] = None
        return result

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


def _spread(joined):
    """(debit line, credit line, amount) of what fits their open amounts, in order."""
    left = {
        line: abs(line.amount_residual_currency)
        for debits, credits, _amount in joined
        for line in debits | credits
    }
    for debits, credits, amount in joined:
        for debit, credit in product(debits, credits):
            part = debit.currency_id.round(min(amount, left[debit], left[credit]))
            if part > 0:
                yield debit, credit, part
                amount -= part
                left[debit] -= part
                left[credit] -= part


def _hide_all_but(values, amount):
    """Leave only an amount of what a line is open for.

    As in QuickBooks, what stays open of a document is converted at its own rate, and
    what is applied is the difference; so nothing is left at home when it is settled.

    :returns: (amount in the line's currency, at home) that was hidden.
    """
    line, own = values["aml"], values["amount_residual_currency"]
    hidden = line.currency_id.round(own - (amount if own > 0 else -amount))
    home = line.company_currency_id.round(hidden * _home_rate(line))
    values["amount_residual_currency"] = own - hidden
    values["amount_residual"] -= home
    return hidden, home


def _home_rate(line):
    """Home currency for one unit of a line's."""
    if line.currency_id == line.company_currency_id:
        return 1.0
    move = line.move_id
    if move.is_invoice() and move.invoice_currency_rate:
        return 1 / move.invoice_currency_rate
    return abs(line.balance / line.amount_currency)
