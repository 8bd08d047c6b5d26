from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Where QuickBooks lets a payment go (page of the Payment entity).
DEPOSIT_TYPES = ("Bank", "Other Current Asset")


class QboDepositRule(models.Model):
    """Which QuickBooks account a payment is deposited to; else Undeposited Funds.

    The first rule that fits is taken; an empty field fits everything.
    """

    _name = "qbo.deposit.rule"
    _description = "QuickBooks Deposit Account"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    backend_id = fields.Many2one(
        "qbo.backend", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        check_company=True,
    )
    payment_method_line_id = fields.Many2one(
        "account.payment.method.line",
        "Payment Method",
        domain="[('journal_id', '=', journal_id)]",
    )
    currency_id = fields.Many2one("res.currency")
    object_id = fields.Many2one(
        "qbo.object",
        "Deposit To",
        required=True,
        ondelete="restrict",
        domain="[('backend_id', '=', backend_id), ('entity', '=', 'Account')]",
    )

    @api.constrains("object_id")
    def _check_object(self):
        for rule in self:
            account = rule.object_id
            kind = (account.payload or {}).get("AccountType")
            if account.backend_id != rule.backend_id or kind not in DEPOSIT_TYPES:
                raise ValidationError(
                    self.env._(
                        "QuickBooks deposits payments to bank accounts and other"
                        " current assets only; %(account)s is of type %(kind)s.",
                        account=account.name,
                        kind=kind,
                    )
                )

    def _fits(self, payment):
        self.ensure_one()
        return all(
            not wanted or wanted == has
            for wanted, has in (
                (self.journal_id, payment.journal_id),
                (self.payment_method_line_id, payment.payment_method_line_id),
                (self.currency_id, payment.currency_id),
            )
        )


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    deposit_rule_ids = fields.One2many(
        "qbo.deposit.rule",
        "backend_id",
        "Deposit Accounts",
        help="Where payments go in QuickBooks. Without a rule: Undeposited Funds.",
    )

    def _deposit_refs(self, payments):
        """{payment: reference of the QuickBooks account that it is deposited to}"""
        undeposited = self._undeposited_funds()
        accounts = {
            payment: next(
                (r.object_id for r in self.deposit_rule_ids if r._fits(payment)),
                undeposited,
            )
            for payment in payments
        }
        return {payment: {"value": row.qbo_id} for payment, row in accounts.items()}
