from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Where QuickBooks lets a payment go (page of the Payment entity).
DEPOSIT_TYPES = ("Bank", "Other Current Asset")
METHOD_LINE_MODEL = "account.payment.method.line"


class QboDepositRule(models.Model):
    """Where a payment is deposited in QuickBooks, and how it was paid.

    The first rule that fits and says it is taken; an empty condition fits everything.
    Without a rule: Undeposited Funds, and the QuickBooks method of the same name.
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
        ondelete="restrict",
        domain="[('backend_id', '=', backend_id), ('entity', '=', 'Account'),"
        " ('account_type', 'in', ('Bank', 'Other Current Asset'))]",
    )
    method_id = fields.Many2one(
        "qbo.object",
        "Paid By",
        ondelete="restrict",
        domain="[('backend_id', '=', backend_id), ('entity', '=', 'PaymentMethod'),"
        " ('deleted', '=', False)]",
        help="Payment method of QuickBooks. Empty: the one that is called like Odoo's.",
    )

    @api.constrains("object_id")
    def _check_object(self):
        for rule in self.filtered("object_id"):
            account = rule.object_id
            kind = account.account_type
            if account.backend_id != rule.backend_id or kind not in DEPOSIT_TYPES:
                raise ValidationError(
                    self.env._(
                        "QuickBooks deposits payments to bank accounts and other"
                        " current assets only; %(account)s is of type %(kind)s.",
                        account=account.name,
                        kind=kind,
                    )
                )

    @api.constrains("method_id")
    def _check_method(self):
        for rule in self.filtered("method_id"):
            method = rule.method_id
            if (method.backend_id, method.entity) != (rule.backend_id, "PaymentMethod"):
                raise ValidationError(
                    self.env._(
                        "%s is no payment method of this QuickBooks company.",
                        method.name,
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
        "Deposit Accounts and Methods",
        help="Where payments go in QuickBooks, and how they were paid.",
    )

    def _deposit_refs(self, payments):
        """{payment: reference of the QuickBooks account that it is deposited to}"""
        found = self._by_rule(payments, "object_id")
        undeposited = self._undeposited_funds()
        return {
            payment: {"value": (found.get(payment) or undeposited).qbo_id}
            for payment in payments
        }

    def _method_refs(self, payments):
        """{payment: reference of its QuickBooks payment method}, where there is one.

        A rule says which; else the method that was made for its line, or that has the
        line's name.
        """
        found = self._by_rule(payments, "method_id")
        methods = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", "PaymentMethod"),
                ("deleted", "=", False),
            ]
        )
        active = methods.filtered(lambda row: row.payload.get("Active", True))
        by_line = {
            row.res_id: row for row in active if row.res_model == METHOD_LINE_MODEL
        }
        by_name = {row.name.casefold(): row for row in active}
        for payment in payments:
            line = payment.payment_method_line_id
            known = by_line.get(line.id) or by_name.get((line.name or "").casefold())
            if known:
                found.setdefault(payment, known)
        return {payment: {"value": row.qbo_id} for payment, row in found.items()}

    def _by_rule(self, payments, field):
        """{payment: what the first rule that fits it has in a field}"""
        rules = self.deposit_rule_ids.filtered(field)
        found = {
            payment: next((rule[field] for rule in rules if rule._fits(payment)), None)
            for payment in payments
        }
        return {payment: row for payment, row in found.items() if row}
