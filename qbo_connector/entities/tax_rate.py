from odoo import api, models
from odoo.fields import Command


class QboEntityTaxRate(models.AbstractModel):
    """A QuickBooks tax rate is mapped to an Odoo sales tax of the same percentage."""

    _name = "qbo.entity.taxrate"
    _inherit = "qbo.entity"
    _description = "QuickBooks Tax Rate"
    _odoo_model = "account.tax"

    @api.model
    def _apply(self, backend, objects):
        """Rates that tax codes only put on purchases are nothing for sales documents"""
        bought = self._purchase_rates(backend)
        purchases = objects.filtered(lambda o: o.qbo_id in bought)
        (objects - purchases)._settle_mapping()
        purchases._ignore(self.env._("Only on purchases, which are not synced."))

    def _purchase_rates(self, backend):
        """Ids of the rates that are on purchases of some tax code and on sales of none.

        Automated sales tax charges rates that no code has: they are for sales.
        """
        codes = self.env["qbo.object"].search(
            [("backend_id", "=", backend.id), ("entity", "=", "TaxCode")]
        )
        sales = {rate for code in codes for rate in rate_ids(code.payload)}
        bought = {
            rate
            for code in codes
            for rate in rate_ids(code.payload, "PurchaseTaxRateList")
        }
        return bought - sales

    def _suggest(self, backend, objects):
        """{object: tax} of sales taxes with the percentage, by name where several have.

        A tax that is included in the price is never proposed: lines come without tax.
        One tax is proposed for one rate; where rates compete, a name decides.
        """
        candidates = self._sales_taxes(backend).filtered(lambda t: not t.price_include)
        names = self._names(backend, objects)
        hits = {
            obj: candidates.filtered(
                lambda tax, obj=obj: tax.amount == obj.payload.get("RateValue")
            )
            for obj in objects
        }
        named = {
            obj: taxes.filtered(lambda tax, obj=obj: _names_of(tax) & names[obj])
            for obj, taxes in hits.items()
        }
        found = {obj: taxes for obj, taxes in named.items() if len(taxes) == 1}
        rest = {obj: taxes for obj, taxes in hits.items() if not named[obj]}
        for obj, taxes in rest.items():
            rivals = [other for other, same in rest.items() if same & taxes]
            taken = taxes in found.values() or taxes in self._mapped_taxes(backend)
            if len(taxes) == 1 and rivals == [obj] and not taken:
                found[obj] = taxes
        return found

    def _sales_taxes(self, backend):
        return self.env["account.tax"].search(
            [
                ("company_id", "=", backend.company_id.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )

    def _mapped_taxes(self, backend):
        rows = self.env["qbo.object"].search(
            [("backend_id", "=", backend.id), ("entity", "=", "TaxRate")]
        )
        return rows.tax_id

    def _names(self, backend, objects):
        """{rate: its name, and the names of tax codes that have it alone}"""
        names = {obj: {_plain(obj.name)} for obj in objects}
        codes = self.env["qbo.object"].search(
            [("backend_id", "=", backend.id), ("entity", "=", "TaxCode")]
        )
        for code in codes:
            rates = rate_ids(code.payload)
            for obj in objects.filtered(lambda o, rates=rates: [o.qbo_id] == rates):
                names[obj].add(_plain(code.name))
        return names

    def _create_twin(self, backend, obj):
        """An Odoo sales tax with the rate's name, percentage and a tax account."""
        account = Command.create(
            {"repartition_type": "tax", "account_id": self._tax_account(backend).id}
        )
        repartition = [
            Command.clear(),
            Command.create({"repartition_type": "base"}),
            account,
        ]
        return self.env["account.tax"].create(
            {
                "name": self._free_name(backend, obj),
                "amount": obj.payload.get("RateValue") or 0.0,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
                "tax_group_id": self._tax_group(backend, obj).id,
                "company_id": backend.company_id.id,
                "invoice_repartition_line_ids": repartition,
                "refund_repartition_line_ids": repartition,
            }
        )

    def _tax_group(self, backend, obj):
        """The line under which an invoice shows the tax: by its QuickBooks name."""
        groups = self.env["account.tax.group"].with_company(backend.company_id)
        values = {"name": obj.name, "company_id": backend.company_id.id}
        domain = [(field, "=", value) for field, value in values.items()]
        return groups.search(domain, limit=1) or groups.create(values)

    def _free_name(self, backend, obj):
        """Odoo wants tax names unique; one of this name has another percentage."""
        taken = self.env["account.tax"].search_count(
            [("company_id", "=", backend.company_id.id), ("name", "=", obj.name)],
            limit=1,
        )
        return f"{obj.name} ({obj.detail})" if taken else obj.name

    def _tax_account(self, backend):
        """The account of the company's sales taxes, else any current liability."""
        taxes = self.env["account.tax"].search(
            [("company_id", "=", backend.company_id.id), ("type_tax_use", "=", "sale")]
        )
        used = taxes.invoice_repartition_line_ids.account_id[:1]
        accounts = self.env["account.account"].with_company(backend.company_id)
        return used or accounts.search(
            [
                *accounts._check_company_domain(backend.company_id),
                ("account_type", "=", "liability_current"),
            ],
            limit=1,
        )


def rate_ids(payload, scope="SalesTaxRateList"):
    """Ids of the rates that a tax code puts on sales, or on purchases."""
    details = ((payload or {}).get(scope) or {}).get("TaxRateDetail") or []
    return [detail["TaxRateRef"]["value"] for detail in details]


def _names_of(tax):
    return {_plain(name) for name in (tax.name, tax.invoice_label) if name}


def _plain(name):
    """Names are compared without blanks, capitals and punctuation: "VAT 20.0%"."""
    return "".join(c for c in name.casefold() if c.isalnum() or c in ".%")
