from odoo import fields, models

from ..entities.refs import Refs
from ..entities.tax_rate import rate_ids


class QboBackend(models.Model):
    """What Odoo records are in QuickBooks, read in few queries for a whole push."""

    _inherit = "qbo.backend"

    generic_item_id = fields.Many2one(
        "qbo.object",
        "Item for Lines without a Product",
        domain="[('backend_id', '=', id), ('entity', '=', 'Item'),"
        " ('kind', 'in', ('Service', 'NonInventory'))]",
        copy=False,
        help="Empty: the first service item of QuickBooks.",
    )
    item_policy = fields.Selection(
        [
            ("product", "An item for each product"),
            ("category", "An item for each product category"),
            ("generic", "One item for all"),
        ],
        "Items of Exported Invoices",
        default="product",
        required=True,
    )

    def _refs(self, moves, payments):
        """References for invoices, credit notes and payments."""
        rows = self.env["qbo.object"].search_fetch(
            [("backend_id", "=", self.id), ("deleted", "=", False)]
            + self._refs_domain(moves, payments),
            ["entity", "qbo_id", "res_model", "res_id"],
        )
        return Refs(
            ids={
                self.env[row.res_model].browse(row.res_id): row.qbo_id for row in rows
            },
            items={},
            generic_item=self._generic_item(),
            deposit_to=self._deposit_refs(payments),
            methods=self._method_refs(payments),
            tax_codes=self._tax_codes(),
            tax_mode=self.tax_mode,
            multi_currency=self.multi_currency,
        )

    def _refs_domain(self, moves, payments):
        lines = moves.invoice_line_ids
        partners = (payments.partner_id | moves.partner_id).commercial_partner_id
        wanted = (
            partners,
            lines.product_id,
            lines.product_id.categ_id,
            lines.account_id | self.income_account_id,
            moves.invoice_payment_term_id,
        )
        domain = ["|"] * (len(wanted) - 1)
        for records in wanted:
            domain += [
                "&",
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
            ]
        return domain

    def _item_record(self, line):
        """The Odoo record that a line's item stands for; empty for the generic item."""
        if self.item_policy == "product":
            return line.product_id
        if self.item_policy == "category":
            return line.product_id.categ_id
        return line.product_id.browse()

    def _generic_item(self):
        """Reference of the item for lines without a product, or {}."""
        item = self.generic_item_id or self._first_service()
        return {"value": item.qbo_id} if item else {}

    def _first_service(self):
        items = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", "Item"),
                ("kind", "=", "Service"),
                ("deleted", "=", False),
            ],
            order="id",
        )
        return items.filtered(lambda item: item.payload.get("Active", True))[:1]

    def _tax_codes(self):
        """QuickBooks' tax codes with the Odoo taxes that their rates are mapped to.

        A tax that is included in the price is the same to QuickBooks as its sister that
        is not: amounts are sent without tax.
        """
        rows = self.env["qbo.object"].search(
            [("backend_id", "=", self.id), ("entity", "in", ("TaxCode", "TaxRate"))]
        )
        taxes = {row.qbo_id: row.tax_id.id for row in rows if row.entity == "TaxRate"}
        codes = [
            (code.qbo_id, frozenset(map(taxes.get, rate_ids(code.payload))))
            for code in rows
            if code.entity == "TaxCode" and code.payload.get("Active", True)
        ]
        return codes + self._codes_of_included_taxes(codes)

    def _codes_of_included_taxes(self, codes):
        """[(tax code id, {tax})] of unmapped taxes with exactly one mapped sister."""
        taxes = self.env["qbo.entity.taxrate"]._sales_taxes(self)
        single = {next(iter(ids)): code for code, ids in codes if len(ids) == 1}
        mapped = taxes.filtered(lambda tax: tax.id in single)
        found = []
        for tax in (taxes - mapped).filtered("price_include"):
            sisters = mapped.filtered(lambda other, t=tax: other.amount == t.amount)
            if len(sisters) == 1:
                found.append((single[sisters.id], frozenset(tax.ids)))
        return found
