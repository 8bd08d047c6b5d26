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
        objects._settle_mapping()

    def _suggest(self, backend, objects):
        """{object: tax} by percentage; by name too where several have that.

        QuickBooks' amounts are without tax: a tax that prices include is no twin.
        """
        candidates = (
            self.env["account.tax"]
            .search(
                [
                    ("company_id", "=", backend.company_id.id),
                    ("type_tax_use", "=", "sale"),
                    ("amount_type", "=", "percent"),
                ]
            )
            .filtered(lambda tax: not tax.price_include)
        )
        found = {}
        for obj in objects:
            rate = obj.payload.get("RateValue")
            hits = candidates.filtered(lambda tax, rate=rate: tax.amount == rate)
            named = hits.filtered(lambda tax, name=obj.name: tax.name == name)
            if len(named or hits) == 1:
                found[obj] = named or hits
        return found

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
