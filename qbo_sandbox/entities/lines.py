"""The lines of sales documents: items, bundles, text, subtotal, discount, shipping.

QuickBooks puts them in that order; the subtotal line is its own and has no id, and
shipping is a line with the pseudo item SHIPPING_ITEM_ID, also without id.
"""

from dataclasses import dataclass, field

from .. import faults
from ..kernel import money
from ..kernel.schema import (
    ANY,
    DATE,
    FLAG,
    LINKED,
    NUMBER,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, taxes
from .transaction import identify

SHIPPING = "SHIPPING_ITEM_ID"
DEFAULT_ITEM = "1"  # "Services", what a line without ItemRef gets in recorded answers
MOST_LINES = 10_000

ITEM_DETAIL = struct(
    ItemRef=ref("Item"),
    ClassRef=ref("Class"),
    UnitPrice=NUMBER,
    RatePercent=NUMBER,
    PriceLevelRef=ref(),
    MarkupInfo=ANY,
    Qty=NUMBER,
    ItemAccountRef=readonly(ref("Account")),
    InventorySiteRef=ref(),
    UOMRef=ref(),
    TaxCodeRef=ref("TaxCode", label=False),
    ServiceDate=DATE,
    TaxInclusiveAmt=NUMBER,
    DiscountRate=NUMBER,
    DiscountAmt=NUMBER,
    TaxClassificationRef=ref(),
    DeferredRevenue=FLAG,
)
BASE = dict(
    Id=text(),
    LineNum=NUMBER,
    Description=text(4000),
    Amount=NUMBER,
    DetailType=text(),
    LinkedTxn=many(LINKED),
    CustomField=many(ANY),
    Received=NUMBER,
    CostAmount=NUMBER,
    HomeCostAmount=NUMBER,
    ProjectRef=ref(),
    SalesItemLineDetail=ITEM_DETAIL,
    DescriptionLineDetail=struct(
        ServiceDate=DATE, TaxCodeRef=ref("TaxCode", label=False)
    ),
    SubTotalLineDetail=ANY,
    DiscountLineDetail=struct(
        PercentBased=FLAG,
        DiscountPercent=NUMBER,
        DiscountAccountRef=ref("Account"),
        DiscountRef=ref(),
        ServiceDate=DATE,
        ClassRef=ref("Class"),
        TaxCodeRef=ref("TaxCode", label=False),
    ),
    TaxLineDetail=ANY,
    LineEx=ANY,
)
LINE = struct(
    **BASE,
    GroupLineDetail=struct(
        GroupItemRef=ref("Item"),
        Quantity=NUMBER,
        UOMRef=ref(),
        ServiceDate=DATE,
        Line=many(struct(BASE)),
    ),
)
KNOWN_DETAILS = (
    "SalesItemLineDetail",
    "GroupLineDetail",
    "DescriptionOnly",
    "DiscountLineDetail",
    "SubTotalLineDetail",
)


@dataclass
class Sale:
    """A document's lines, sorted out. Amounts are cents."""

    items: list = field(default_factory=list)  # item lines, those of bundles too
    top: list = field(default_factory=list)  # item, bundle and text lines in order
    discount: dict | None = None
    shipping: list = field(default_factory=list)
    subtotal: int = 0
    reduction: int = 0  # the discount's amount


def arrange(books, body, customer):
    """Check, complete and order ``body["Line"]``; returns the `Sale`.

    :raises Fault: 2020, 2170, 6070, 6100 and those of references
    """
    if len(body["Line"]) > MOST_LINES:
        raise faults.business(f"A transaction has at most {MOST_LINES} lines.")
    sale = Sale()
    for line in body["Line"]:
        _sort_in(books, line, sale, customer)
    for line in sale.items:
        taxes.without_tax(books, line, body.get("GlobalTaxCalculation"))
    if not sale.top and not sale.shipping:
        raise faults.missing("Line")
    sale.subtotal = sum(money.cents(line["Amount"]) for line in sale.items)
    _discount(books, sale)
    subtotal = {
        "Amount": money.amount(sale.subtotal),
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    tail = [sale.discount] if sale.discount else []
    body["Line"] = [*sale.top, subtotal, *tail, *sale.shipping]
    return sale


def _sort_in(books, line, sale, customer):
    kind = line.get("DetailType")
    if kind is None:
        raise faults.missing("Line.DetailType")
    _keep_own_detail(line, KNOWN_DETAILS)
    if kind == "SalesItemLineDetail":
        _item_line(books, line, customer)
        if line["SalesItemLineDetail"]["ItemRef"]["value"] == SHIPPING:
            line.pop("Id", None)
            sale.shipping.append(line)
        else:
            sale.top.append(line)
            sale.items.append(line)
    elif kind == "GroupLineDetail":
        _group_line(books, line, sale, customer)
    elif kind == "DescriptionOnly":
        line.setdefault("DescriptionLineDetail", {})
        line.pop("Amount", None)
        sale.top.append(line)
    elif kind == "DiscountLineDetail":
        if sale.discount:
            raise faults.business("A transaction has one discount line at most.")
        sale.discount = line


def _keep_own_detail(line, known):
    """A line has the one detail that its type names; others fall away.

    :param known: the types that it may be of
    :raises Fault: 2170
    """
    kind = line["DetailType"]
    if kind not in known:
        raise faults.invalid_enumeration("DetailType", kind)
    own = "DescriptionLineDetail" if kind == "DescriptionOnly" else kind
    for name in [each for each in line if each.endswith("LineDetail")]:
        if name != own:
            line.pop(name)


def _item_line(books, line, customer):
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    detail = line.setdefault("SalesItemLineDetail", {})
    line["Amount"] = money.amount(money.cents(line["Amount"]))
    detail.setdefault("ItemRef", {"value": DEFAULT_ITEM})
    if detail.get("Qty") is not None and detail.get("UnitPrice") is not None:
        expected = money.times(detail["Qty"], detail["UnitPrice"])
        if expected != money.cents(line["Amount"]):
            raise faults.amount_wrong(line["Amount"])
    if detail["ItemRef"]["value"] != SHIPPING:
        item = books.refer("Item", detail["ItemRef"])
        if item["Type"] in ("Category", "Group"):
            raise faults.business(
                f"A {item['Type'].lower()} cannot stand on a sales line."
            )
        _tax_code(books, detail, item, customer)


def _tax_code(books, detail, item, customer):
    """US lines say TAX or NON; which, follows the item and the customer."""
    if books.country == "US":
        taxable = item.get("Taxable") and (customer or {}).get("Taxable", True)
        using = books.preferences["TaxPrefs"].get("UsingSalesTax")
        default = "TAX" if taxable and using else "NON"
        code = detail.setdefault("TaxCodeRef", {"value": default})["value"]
        if code not in ("TAX", "NON"):
            raise faults.line_tax_code(code)
    elif "TaxCodeRef" not in detail and item.get("SalesTaxCodeRef"):
        detail["TaxCodeRef"] = {"value": item["SalesTaxCodeRef"]["value"]}


def _group_line(books, line, sale, customer):
    detail = line.get("GroupLineDetail") or {}
    if "GroupItemRef" not in detail:
        raise faults.missing("Line.GroupLineDetail.GroupItemRef")
    group = books.refer("Item", detail["GroupItemRef"])
    if group["Type"] != "Group":
        raise faults.business(f"{group['Name']} is not a bundle.")
    detail.setdefault("Quantity", 1)
    if not detail.get("Line"):
        detail["Line"] = _members(books, group, detail["Quantity"])
    for inner in detail["Line"]:
        _member_line(books, inner, sale, customer)
    line["Amount"] = 0  # as recorded; the inner lines carry the money
    line.setdefault("Description", group.get("Description", group["Name"]))
    sale.top.append(line)


def _member_line(books, line, sale, customer):
    """A line inside a bundle: an item or a text."""
    line.setdefault("DetailType", "SalesItemLineDetail")
    _keep_own_detail(line, ("SalesItemLineDetail", "DescriptionOnly"))
    if line["DetailType"] == "DescriptionOnly":
        line.pop("Amount", None)
        return
    _item_line(books, line, customer)
    if line["SalesItemLineDetail"]["ItemRef"]["value"] == SHIPPING:
        raise faults.business("Shipping cannot stand in a bundle.")
    sale.items.append(line)


def _members(books, group, quantity):
    lines = []
    for member in group["ItemGroupDetail"]["ItemGroupLine"]:
        item = books.refer("Item", member["ItemRef"])
        count = member["Qty"] * quantity
        price = item.get("UnitPrice", 0)
        detail = {
            "ItemRef": {"value": item["Id"]},
            "Qty": count,
            "UnitPrice": price,
        }
        lines.append(
            {
                "Description": item.get("Description", item["Name"]),
                "Amount": money.amount(money.times(count, price)),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": detail,
            }
        )
    return lines


def _discount(books, sale):
    line = sale.discount
    if line is None:
        return
    detail = line.setdefault("DiscountLineDetail", {})
    if detail.get("PercentBased"):
        percent = detail.get("DiscountPercent")
        if percent is None:
            raise faults.missing("Line.DiscountLineDetail.DiscountPercent")
        sale.reduction = money.share(sale.subtotal, percent)
    elif line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    else:
        detail["PercentBased"] = False
        sale.reduction = money.cents(line["Amount"])
    line["Amount"] = money.amount(sale.reduction)
    place = detail.setdefault(
        "DiscountAccountRef", {"value": accounts.discounts(books)}
    )
    accounts.check_type(books, place, accounts.RESULTS, "discount account")
    line.pop("Id", None)


def number_lines(body, old):
    """Give lines their ids: known ones stay, the others count on from the last."""
    numbered = list(_countable(body["Line"]))
    identify(numbered, _countable((old or {}).get("Line", [])))
    for position, line in enumerate(numbered, 1):
        line["LineNum"] = position


def _countable(lines):
    """Lines that have ids: not subtotal, discount or shipping."""
    for line in lines:
        detail = line.get("SalesItemLineDetail", {})
        if line["DetailType"] in ("SubTotalLineDetail", "DiscountLineDetail"):
            continue
        if detail.get("ItemRef", {}).get("value") == SHIPPING:
            continue
        yield line
        yield from line.get("GroupLineDetail", {}).get("Line", [])


def emptied(lines):
    """Void lines: no amounts, no quantities, no prices."""
    for line in lines:
        if "Amount" in line:
            line["Amount"] = 0
        detail = line.get("SalesItemLineDetail", {})
        for name in ("Qty", "UnitPrice"):
            if name in detail:
                detail[name] = 0
        emptied(line.get("GroupLineDetail", {}).get("Line", []))
    return lines
