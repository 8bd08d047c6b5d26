from odoo import models

from ..const import DESCRIPTION_LENGTH, SKU_LENGTH
from .customer import DELETED_SUFFIX, name_suffix, quickbooks_name

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
        "Sku": item_sku(product),
        "Description": (product.description_sale or "")[:DESCRIPTION_LENGTH],
        "UnitPrice": product.list_price,
    }
    return {key: value for key, value in body.items() if value}


def item_sku(product):
    return (product.default_code or "")[:SKU_LENGTH]


def item_suffixes(record):
    """What a new item has behind its name, one after the other, until that is free.

    Variants of a product share its name: first their internal reference, then what
    they are chosen by tells them apart. Of categories it is the one above.
    """
    if record._name == "product.category":
        apart = record.parent_id.name
    else:
        chosen = record.product_template_attribute_value_ids
        apart = record.default_code or chosen._get_combination_name()
    return list(dict.fromkeys(("", name_suffix(apart), name_suffix(record.id))))


def is_sold(payload):
    """Whether lines of a QuickBooks invoice may have this item."""
    return bool(
        payload.get("Active", True)
        and payload.get("Type", "Service") in PRODUCT_TYPES
        and payload.get("IncomeAccountRef")
    )


class QboEntityItem(models.AbstractModel):
    _name = "qbo.entity.item"
    _inherit = "qbo.entity"
    _description = "QuickBooks Product or Service"
    _odoo_model = "product.product"

    def _values(self, payload, books):
        return item_values(payload, books)

    def _create_records(self, backend, work):
        """An item that Odoo itself has just sent is linked, not made a product."""
        own = self._awaited(backend) if work else {}
        new = []
        for item in work:
            record = own.pop((item.values["name"], item.values["default_code"]), None)
            if record:
                item.object._link(record)
            else:
                new.append(item)
        return super()._create_records(backend, new)

    def _awaited(self, backend):
        """{(name in QuickBooks, SKU): product or category} that documents need.

        Its answer may have been lost: it is there, but Odoo does not know that yet.
        """
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", backend.company_id.id),
                ("move_id.qbo_state", "=", "pending"),
                ("product_id", "!=", False),
            ],
            order="id",
        )
        needed = dict.fromkeys(backend._item_record(line) for line in lines)
        linked = self.env["qbo.object"].search_fetch(
            [("backend_id", "=", backend.id), ("entity", "=", "Item")],
            ["res_model", "res_id"],
        )
        known = {(row.res_model, row.res_id) for row in linked if row.res_id}
        awaited = {}
        for record in needed:
            if record and (record._name, record.id) not in known:
                for key in _keys(record):
                    awaited.setdefault(key, record)
        return awaited

    def _update_records(self, backend, work):
        """An item may stand for a whole product category; that is not a product."""
        products = [item for item in work if item.record._name == self._odoo_model]
        for item in work:
            if item not in products:
                item.object._link(item.record)
        return super()._update_records(backend, products)

    def _why_ignored(self, payload):
        return self.env._("Categories and bundles are not products in Odoo.")


def _keys(record):
    """(name in QuickBooks, SKU) that the new item of a record may have."""
    sku = record._name == "product.product" and item_sku(record)
    for suffix in item_suffixes(record):
        yield quickbooks_name(record.name, suffix), sku or False
