"""Products and services, categories, and bundles (groups)."""

from .. import faults
from ..kernel import names
from ..kernel.entity import Entity
from ..kernel.schema import (
    DATE,
    FLAG,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, plan, stock

TAKEN = "Another product or service is already using this name."


class Item(Entity):
    name = "Item"
    fields = {
        "Name": text(100),
        "Sku": text(100),
        "Description": text(4000),
        "Active": FLAG,
        "SubItem": FLAG,
        "ParentRef": ref("Item"),
        "Level": readonly(NUMBER),
        "FullyQualifiedName": readonly(text()),
        "Taxable": FLAG,
        "SalesTaxIncluded": FLAG,
        "PercentBased": FLAG,
        "UnitPrice": NUMBER,
        "RatePercent": NUMBER,
        "Type": enum("Service", "NonInventory", "Inventory", "Category", "Group"),
        "PaymentMethodRef": ref(),
        "IncomeAccountRef": ref("Account"),
        "PurchaseDesc": text(1000),
        "PurchaseTaxIncluded": FLAG,
        "PurchaseCost": NUMBER,
        "ExpenseAccountRef": ref("Account"),
        "AssetAccountRef": ref("Account"),
        "PrefVendorRef": ref("Vendor"),
        "AvgCost": readonly(NUMBER),
        "TrackQtyOnHand": FLAG,
        "QtyOnHand": NUMBER,
        "QtyOnPurchaseOrder": readonly(NUMBER),
        "QtyOnSalesOrder": readonly(NUMBER),
        "ReorderPoint": NUMBER,
        "ManPartNum": text(),
        "InvStartDate": DATE,
        "SalesTaxCodeRef": ref("TaxCode", label=False),
        "PurchaseTaxCodeRef": ref("TaxCode", label=False),
        "ClassRef": ref("Class"),
        "TaxClassificationRef": ref(),
        "PrintGroupedItems": FLAG,
        "ItemGroupDetail": struct(
            ItemGroupLine=many(struct(ItemRef=ref("Item"), Qty=NUMBER))
        ),
        "ItemCategoryType": readonly(text()),
        "Source": readonly(text()),
        "UQCDisplayText": text(),
        "ServiceType": text(),
        "ReverseChargeRate": NUMBER,
    }
    required = ("Name",)
    unqueryable = (
        "IncomeAccountRef",
        "ExpenseAccountRef",
        "AssetAccountRef",
        "Description",
        "PurchaseDesc",
    )

    def prepare(self, books, body, old):
        names.mark_inactive(books, body, old, "Name")
        names.check_characters(body, ("Name",))
        body.setdefault("Type", "Service")
        body["SubItem"] = bool(body.get("ParentRef")) or body.get("SubItem", False)
        names.place(books, "Item", body, body["Name"], "SubItem")
        names.check_unique(
            books, ("Item",), self.unique_name(body), old and old["Id"], TAKEN
        )
        if old and old["Type"] == "Inventory" and body["Type"] != "Inventory":
            raise faults.business("The type of an inventory item cannot be changed.")
        if old and old["Type"] == "Inventory":  # quantities change by documents
            body["QtyOnHand"] = old["QtyOnHand"]
        _RULES[body["Type"]](books, body)

    computed = ("QtyOnHand",)

    def link(self, books, body):
        if body["Type"] == "Inventory":
            stock.open_stock(books, body)

    def compute(self, books, body):
        if body["Type"] == "Inventory":
            body["QtyOnHand"] = stock.quantity(books, body["Id"])

    def label(self, body):
        return body["Name"]

    def unique_name(self, body):
        return body["FullyQualifiedName"]


def _sold(books, body):
    if not (body.get("IncomeAccountRef") or body.get("ExpenseAccountRef")):
        raise faults.missing("IncomeAccountRef")
    _check_income(books, body)
    if body.get("ExpenseAccountRef"):
        types = ("Expense", "Other Expense", "Cost of Goods Sold")
        accounts.check_type(books, body["ExpenseAccountRef"], types, "expense account")
    body.setdefault("Taxable", False)
    body.setdefault("UnitPrice", 0)
    body.setdefault("PurchaseCost", 0)
    body.setdefault("TrackQtyOnHand", False)


def _check_income(books, body):
    if body.get("IncomeAccountRef"):
        types = ("Income", "Other Income")
        accounts.check_type(books, body["IncomeAccountRef"], types, "income account")


def _stocked(books, body):
    plan.need(books, "Inventory tracking")
    for name in (
        "IncomeAccountRef",
        "ExpenseAccountRef",
        "AssetAccountRef",
        "InvStartDate",
        "QtyOnHand",
    ):
        if body.get(name) is None:
            raise faults.missing(name)
    if not body.get("TrackQtyOnHand"):
        raise faults.missing("TrackQtyOnHand")
    _check_income(books, body)
    accounts.check_type(
        books, body["AssetAccountRef"], ("Other Current Asset",), "asset account"
    )
    accounts.check_type(
        books, body["ExpenseAccountRef"], ("Cost of Goods Sold",), "expense account"
    )
    body.setdefault("Taxable", False)
    body.setdefault("UnitPrice", 0)
    body.setdefault("PurchaseCost", 0)


def _category(books, body):
    for name in ("IncomeAccountRef", "UnitPrice", "Taxable"):
        body.pop(name, None)


def _group(books, body):
    detail = body.setdefault("ItemGroupDetail", {})
    for line in detail.setdefault("ItemGroupLine", []):
        if "ItemRef" not in line:
            raise faults.missing("ItemGroupDetail.ItemGroupLine.ItemRef")
        line.setdefault("Qty", 1)
    body.setdefault("PrintGroupedItems", False)


_RULES = {
    "Service": _sold,
    "NonInventory": _sold,
    "Inventory": _stocked,
    "Category": _category,
    "Group": _group,
}
