from odoo import fields, models
from odoo.fields import Domain

from ..entities.account import QUICKBOOKS_TYPES
from ..entities.customer import quickbooks_name
from ..entities.payment_method import payment_method_payload
from ..entities.term import term_payload
from .qbo_backend_slots import TWINS

#: Documents of so many days say which taxes, terms and methods are in use.
DAYS = 90
#: Tax modes in which QuickBooks lets programs make tax codes.
TAX_SERVICE = ("us_manual", "global")


class QboBackend(models.Model):
    """What QuickBooks lacks and a person may create there from here (B4, B6)."""

    _inherit = "qbo.backend"

    def action_open_creation(self):
        """Show what is missing in QuickBooks; nothing is created before *Create*."""
        self.ensure_one()
        self.check_access("write")
        missing = self._missing_in_quickbooks()
        if not missing:
            return self._toast(
                self.env._("QuickBooks has everything that documents need."), "info"
            )
        creation = self.env["qbo.creation"].create(
            {"backend_id": self.id, "line_ids": [(0, 0, line) for line in missing]}
        )
        return creation._open()

    def _missing_in_quickbooks(self):
        """Lines of the window: entity, name, purpose, Odoo record, slot."""
        return [
            *self._missing_accounts(),
            *self._missing_items(),
            *self._missing_tax_codes(),
            *self._missing_terms(),
            *self._missing_methods(),
        ]

    def _missing_line(self, entity, record, name, purpose, slot=False):
        return {
            "entity": entity,
            "name": name,
            "purpose": purpose,
            "res_model": record._name,
            "res_id": record.id,
            "slot": slot,
        }

    def _missing_accounts(self):
        """Accounts of slots that are not mapped to an account of QuickBooks."""
        lines = {}
        for field, twin in TWINS.items():
            account = self[field]
            if account and not self[twin] and account.account_type in QUICKBOOKS_TYPES:
                lines.setdefault(
                    account,
                    self._missing_line(
                        "Account",
                        account,
                        quickbooks_name(account.name).replace('"', "'"),
                        self._slot_name(field),
                        field,
                    ),
                )
        return list(lines.values())

    def _missing_items(self):
        if not self.used_item_id and self.income_account_id:
            yield self._missing_line(
                "Item",
                self.income_account_id,
                self.env._("Services"),
                self._slot_name("generic_item_id"),
                "generic_item_id",
            )
        if self.bad_debt_account_id and not self.bad_debt_item_id:
            yield self._missing_line(
                "Item",
                self.bad_debt_account_id,
                self.env._("Bad Debts"),
                self._slot_name("bad_debt_item_id"),
                "bad_debt_item_id",
            )

    def _missing_tax_codes(self):
        """Sales taxes in use that no tax code of QuickBooks stands for."""
        if self.tax_mode not in TAX_SERVICE:
            return []
        known = {taxes for _code, taxes in self._tax_codes()}
        return [
            self._missing_line("TaxCode", tax, tax.name, self.env._("Sales tax"))
            for tax in self._used_taxes()
            if tax.amount_type == "percent" and frozenset(tax.ids) not in known
        ]

    def _used_taxes(self):
        lines = self.env["account.move.line"]._read_group(
            [
                ("move_id", "in", self._recent_invoices().ids),
                ("tax_ids", "!=", False),
            ],
            ["tax_ids"],
        )
        used = self.company_id.account_sale_tax_id.union(*(tax for (tax,) in lines))
        return used.filtered(lambda tax: tax.amount >= 0)

    def _recent_invoices(self):
        """Customer invoices and credit notes that began in Odoo of the last days."""
        since = fields.Date.subtract(fields.Date.context_today(self), days=DAYS)
        return self.env["account.move"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("state", "=", "posted")
            & Domain("invoice_date", ">=", since)
            & Domain("qbo_origin", "!=", "quickbooks")
        )

    def _missing_terms(self):
        terms = self._recent_invoices().invoice_payment_term_id
        known = self._linked_ids("account.payment.term")
        return [
            self._missing_line("Term", term, body["Name"], self.env._("Payment term"))
            for term in terms
            if term.id not in known and (body := term_payload(term))
        ]

    def _missing_methods(self):
        """Payment methods of recent payments that QuickBooks does not have."""
        since = fields.Date.subtract(fields.Date.context_today(self), days=DAYS)
        payments = self.env["account.payment"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_type", "=", "customer"),
                ("payment_type", "=", "inbound"),
                ("date", ">=", since),
                ("qbo_origin", "!=", "quickbooks"),
            ]
        )
        known = self._method_refs(payments)
        lines = payments.filtered(lambda p: p not in known).payment_method_line_id
        by_name = {payment_method_payload(line)["Name"]: line for line in lines}
        return [
            self._missing_line(
                "PaymentMethod", line, name, self.env._("Payment method")
            )
            for name, line in by_name.items()
        ]

    def _linked_ids(self, model):
        rows = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("res_model", "=", model),
                ("deleted", "=", False),
            ]
        )
        return set(rows.mapped("res_id"))
