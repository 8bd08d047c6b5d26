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
        sides = {"debit_values": debit_values, "credit_values": credit_values}
        shares = self.env.context.get("qbo_shares") or {}
        shares = shares.get((debit_values["aml"].id, credit_values["aml"].id))
        amount = shares.pop(0) if shares else _foreign_share(**sides)
        if not amount:
            return super()._prepare_reconciliation_single_partial(
                debit_values, credit_values, shadowed_aml_values
            )
        hidden = {key: _hide_all_but(values, amount) for key, values in sides.items()}
        result = super()._prepare_reconciliation_single_partial(
            debit_values, credit_values, shadowed_aml_values
        )
        for key, values in sides.items():
            own, home = hidden[key]
            values["amount_residual_currency"] += own
            values["amount_residual"] += home
            # Of given shares each is a pair of its own in the plan.
            result[key] = values if own and shares is None else None
        return result

    def _qbo_settle_cents(self):
        """What is open of a foreign document is worth its own rate, as in QuickBooks.

        After one of several applications was taken back that may be wrong by a cent:
        the newest one that is left is made anew, and takes what is missing.
        """
        for line in self.filtered(_is_carried):
            home = line.company_currency_id
            worth = home.round(line.amount_residual_currency * _home_rate(line))
            if not home.compare_amounts(line.amount_residual, worth):
                continue
            partials = line.matched_debit_ids | line.matched_credit_ids
            newest = partials.filtered("debit_amount_currency").sorted("id")[-1:]
            if newest:
                joined = newest.debit_move_id, newest.credit_move_id
                amount = newest.debit_amount_currency
                newest.with_context(qbo_settling=True).unlink()
                line._qbo_reconcile_exact([(*joined, amount)])

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


def _is_carried(line):
    """Whether it is what a customer of a connected company owes in another currency.

    Exchange differences are not: they have no amount in it.
    """
    return (
        line.currency_id != line.company_currency_id
        and bool(line.amount_currency)
        and line.account_id.account_type == "asset_receivable"
        and line.parent_state == "posted"
        and bool(line.env["qbo.backend"]._for_company(line.company_id))
    )


def _foreign_share(debit_values, credit_values):
    """All that fits of two lines in one foreign currency; None for other lines."""
    debit, credit = debit_values["aml"], credit_values["aml"]
    if debit.currency_id != credit.currency_id:
        return None
    if not (_is_carried(debit) and _is_carried(credit)):
        return None
    fits = min(
        debit_values["amount_residual_currency"],
        -credit_values["amount_residual_currency"],
    )
    return fits if fits > 0 else None  # none of an exchange difference


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
        return move._qbo_rate()
    return abs(line.balance / line.amount_currency)
