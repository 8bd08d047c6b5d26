"""Lines of QuickBooks' sales documents as Odoo invoice lines. Pure.

Rules of QuickBooks' entity pages: a line's Amount is the truth, Qty and UnitPrice may
be missing or rounded; a discount's Amount is positive and reduces; a bundle carries its
lines inside; the subtotal line at the end is computed. Amounts are without tax, also in
documents marked TaxInclusive (recorded).
"""

from decimal import ROUND_HALF_UP, Decimal

from .books import NOT_TAXABLE, TAXABLE
from .dimensions import line_distribution, with_document_dimensions

#: QuickBooks' item id of the shipping line.
SHIPPING = "SHIPPING_ITEM_ID"
#: Odoo keeps this many digits of a quantity ("Product Unit").
QUANTITY_DIGITS = 2
CENT = Decimal("0.01")


def line_values(payload, books):
    """All invoice lines of a document.

    :param dict payload: Invoice or CreditMemo.
    :returns: list of values; amounts in the document's currency, positive as on paper.
    :raise Missing: when a product's or tax rate's twin is not there yet.
    """
    rates = _document_rates(payload, books)
    lines, discounts = [], []
    for line in payload.get("Line") or []:
        if line.get("DetailType") == "DiscountLineDetail":
            discounts.append(line)
        else:
            lines += _HANDLERS.get(line.get("DetailType"), _nothing)(line, rates, books)
    for line in discounts:
        lines += _discount(line, payload, lines, books)
    if not any("price_unit" in line for line in lines):
        # Odoo posts no document without a priced line; QuickBooks has such (all notes).
        lines.append({"name": "/", "price_unit": 0.0, **_income(books)})
    return with_document_dimensions(lines, payload, books)


def charged_taxes(payload, books):
    """What QuickBooks charged, as {Odoo tax id: amount in document currency}.

    :raise Missing: when a tax rate is not mapped.
    """
    charged = {}
    for ref, amount in _tax_lines(payload):
        tax_id = books.require("TaxRate", ref)
        charged[tax_id] = charged.get(tax_id, 0.0) + amount
    return charged


def _tax_lines(payload):
    """(TaxRateRef, amount) of the taxes that a document charges."""
    for line in (payload.get("TxnTaxDetail") or {}).get("TaxLine") or []:
        ref = (line.get("TaxLineDetail") or {}).get("TaxRateRef")
        if ref:
            yield ref, line.get("Amount") or 0.0


def _document_rates(payload, books):
    """TaxRateRefs that hold for all lines marked taxable (US companies)."""
    detail = payload.get("TxnTaxDetail") or {}
    refs = [ref for ref, _amount in _tax_lines(payload)]
    code = (detail.get("TxnTaxCodeRef") or {}).get("value")
    if refs or not code or not detail.get("TotalTax"):
        return refs
    return books.rate_refs(code)


def _nothing(line, rates, books):
    return []


def _sales(line, rates, books):
    detail = line.get("SalesItemLineDetail") or {}
    item = detail.get("ItemRef") or {}
    values = {
        "product_id": books.find("Item", item),
        "name": line.get("Description") or _item_label(item, books),
        "tax_ids": _line_taxes(detail.get("TaxCodeRef"), rates, books),
        **_quantity_and_price(line, detail),
        **line_distribution(detail, books),
    }
    account = books.find("Account", detail.get("ItemAccountRef"))
    if item.get("value") == SHIPPING:
        account = account or books.accounts.get("shipping")
    if account or not values["product_id"]:
        values |= {"account_id": account} if account else _income(books)
    return [values]


def _income(books):
    return {"account_id": books.account(None, "income")}


def _item_label(item, books):
    if item.get("value") == SHIPPING:
        return books.words["shipping"]
    return item.get("name") or "/"


def _quantity_and_price(line, detail):
    """Quantity and price that give exactly the line's Amount in Odoo.

    Odoo rounds quantities; where that would change the Amount, one piece at the Amount
    says the same. It also adds up fractions of cents over all lines before it rounds:
    a price is taken that leaves none (12 x 3.333 is 40.00 in QuickBooks).
    """
    amount = line.get("Amount") or 0.0
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    if quantity and price is not None and _is_kept(quantity):
        product = Decimal(str(quantity)) * Decimal(str(price))
        if product == Decimal(str(amount)):
            return {"quantity": quantity, "price_unit": price}
        if product.quantize(CENT, ROUND_HALF_UP) == Decimal(str(amount)):
            return {"quantity": quantity, "price_unit": amount / quantity}
    return {"quantity": 1.0, "price_unit": amount}


def _is_kept(quantity):
    """Whether Odoo keeps a quantity as it is."""
    return round(quantity, QUANTITY_DIGITS) == quantity


def _line_taxes(code, rates, books):
    """Odoo tax ids of a line from its tax code and the document's rates."""
    code = (code or {}).get("value")
    if not code or code == NOT_TAXABLE:
        return []
    refs = rates if code == TAXABLE else books.rate_refs(code)
    return list(dict.fromkeys(books.require("TaxRate", ref) for ref in refs))


def _note(line, rates, books):
    text = line.get("Description")
    return [{"display_type": "line_note", "name": text}] if text else []


def _bundle(line, rates, books):
    """A bundle: its name as a note, then the lines in it."""
    detail = line.get("GroupLineDetail") or {}
    name = line.get("Description") or (detail.get("GroupItemRef") or {}).get("name")
    lines = [{"display_type": "line_note", "name": name}] if name else []
    for inner in detail.get("Line") or []:
        lines += _HANDLERS.get(inner.get("DetailType"), _nothing)(inner, rates, books)
    return lines


def _discount(line, payload, lines, books):
    """A discount as negative lines, one for each set of taxes that it reduces.

    A US document says by ApplyTaxAfterDiscount whether the tax is on what remains; one
    with a tax code on every line always is so (recorded: NetAmountTaxable). Then the
    discount is spread over the lines by their taxes; else it stays untaxed.
    """
    detail = line.get("DiscountLineDetail") or {}
    amount = line.get("Amount") or 0.0
    account = books.account(detail.get("DiscountAccountRef"), "discount")
    label = line.get("Description") or _discount_label(detail, books)
    shares = {(): amount}
    if payload.get("ApplyTaxAfterDiscount") or payload.get("GlobalTaxCalculation"):
        shares = _shares(amount, lines)
    return [
        {
            "name": label,
            "quantity": 1.0,
            "price_unit": -share,
            "account_id": account,
            "tax_ids": list(taxes),
        }
        for taxes, share in shares.items()
        if share
    ]


def _discount_label(detail, books):
    word, percent = books.words["discount"], detail.get("DiscountPercent")
    return f"{word} {percent:g} %" if percent else word


def _shares(amount, lines):
    """Split an amount over the lines' tax sets by their totals, to the cent."""
    totals = {}
    for line in lines:
        if "price_unit" in line:
            taxes = tuple(line["tax_ids"])
            totals[taxes] = (
                totals.get(taxes, 0.0) + line["quantity"] * line["price_unit"]
            )
    whole = sum(totals.values())
    if not whole:
        return {(): amount}
    shares = {
        taxes: round(amount * total / whole, 2) for taxes, total in totals.items()
    }
    largest = max(totals, key=totals.get)
    shares[largest] = round(shares[largest] + amount - sum(shares.values()), 2)
    return shares


_HANDLERS = {
    "SalesItemLineDetail": _sales,
    "DescriptionOnly": _note,
    "GroupLineDetail": _bundle,
}
