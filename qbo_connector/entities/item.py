from odoo import models

from ..const import DESCRIPTION_LENGTH
from .customer import DELETED_SUFFIX, quickbooks_name

#: QuickBooks item types that are products in Odoo. Categories group items; a bundle
#: comes with its lines on every invoice.
PRODUCT_TYPES = {"Service": "service", "NonInventory": "consu", "Inventory": "consu"}


def item_values(payload, books):
    """A QuickBooks item as a product; None for categories and bundles."""
    kind = PRODUCT_TYPES.get(payload.get("Type", "Service"))
    if not kind:
        return None
    active = payload.get("Active", True)
    name = payload.get("FullyQualifiedName") or payload["Name"]
    return {
        "name": name if active else name.removesuffix(DELETED_SUFFIX),
        "default_code": payload.get("Sku") or False,
        "type": kind,
        "list_price": payload.get("UnitPrice") or 0.0,
        "description_sale": payload.get("Description") or False,
        "active": active,
        "company_id": books.company_id,
        "purchase_ok": False,
        "taxes_id": [],
        "property_account_income_id": books.find(
            "Account", payload.get("IncomeAccountRef")
        ),
    }


def item_payload(record, income_ref):
    """A product or product category as a new QuickBooks item.

    :param record: product.product, or product.category for an item of a whole category.
    :param dict income_ref: reference of the QuickBooks income account.
    """
    name = {"Name": quickbooks_name(record.name), "IncomeAccountRef": income_ref}
    if record._name == "product.category":
        return {**name, "Type": "Service"}
    return {**name, **_product_details(record)}


def _product_details(product):
    body = {
        "Type": "Service" if product.type == "service" else "NonInventory",
        "Sku": product.default_code and product.default_code[:100],
        "Description": (product.description_sale or "")[:DESCRIPTION_LENGTH],
        "UnitPrice": product.list_price,
    }
    return {key: value for key, value in body.items() if value}


class QboEntityItem(models.AbstractModel):
    _name = "qbo.entity.item"
    _inherit = "qbo.entity"
    _description = "QuickBooks Product or Service"
    _odoo_model = "product.product"

    def _values(self, payload, books):
        return item_values(payload, books)

    def _update_records(self, backend, work):
        """An item may stand for a whole product category; that is not a product."""
        products = [item for item in work if item.record._name == self._odoo_model]
        for item in work:
            if item not in products:
                item.object._link(item.record)
        return super()._update_records(backend, products)

    def _why_ignored(self, payload):
        return self.env._("Categories and bundles are not products in Odoo.")
