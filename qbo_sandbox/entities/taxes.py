"""Sales tax of a document, in the three ways QuickBooks has it.

* US, manual: lines say TAX or NON, the document names one rate code.
* US, automated: the same lines; the engine's rate comes from the company.
* elsewhere: every line has a real tax code, or tax is not applicable. Line amounts are
  without tax even in documents marked TaxInclusive (recorded); a line may bring its
  ``TaxInclusiveAmt``, which then is what the customer pays for it.
"""

from dataclasses import dataclass
from decimal import Decimal

from .. import faults
from ..kernel import money
from ..kernel.schema import ANY, DATE, FLAG, NUMBER, many, ref, struct, text

TAX_LINE = struct(
    Id=text(),
    LineNum=NUMBER,
    Description=text(4000),
    Amount=NUMBER,
    DetailType=text(),
    LinkedTxn=ANY,
    CustomField=ANY,
    LineEx=ANY,
    TaxLineDetail=struct(
        TaxRateRef=ref(),
        PercentBased=FLAG,
        TaxPercent=NUMBER,
        NetAmountTaxable=NUMBER,
        TaxInclusiveAmount=NUMBER,
        OverrideDeltaAmount=NUMBER,
        ServiceDate=DATE,
        TaxLineDetailEx=ANY,
    ),
)
DETAIL = struct(
    DefaultTaxCodeRef=ref(),
    TxnTaxCodeRef=ref("TaxCode", label=False),
    TotalTax=NUMBER,
    TaxLine=many(TAX_LINE),
    TaxReviewStatus=ANY,
    UseAutomatedSalesTax=ANY,
)
AUTOMATED_CODE = "2"  # the code that the automated engine puts on US documents


@dataclass
class Tax:
    """Amounts in cents."""

    total: int = 0
    by_rate: dict = None  # rate id -> tax


def compute(books, body, sale, customer, old=None, purchases=False):
    """Set ``TxnTaxDetail`` and return the `Tax`.

    :param purchases: use the codes' purchase rates (outside the US)
    """
    if books.country == "US":
        return _us(books, body, sale, customer, old)
    return _global(books, body, sale, purchases)


def _us(books, body, sale, customer, old):
    given = body.get("TxnTaxDetail") or {}
    prefs = books.preferences["TaxPrefs"]
    if not prefs.get("UsingSalesTax"):
        body["TxnTaxDetail"] = {"TotalTax": 0}
        return Tax(by_rate={})
    automated = prefs.get("PartnerTaxEnabled")
    code = (given.get("TxnTaxCodeRef") or {}).get("value")
    if automated:
        code = _engine_code(customer, body)
    elif code == "CustomSalesTax":
        raise faults.custom_sales_tax()
    base = _us_base(sale, body.get("ApplyTaxAfterDiscount"))
    tax = Tax(by_rate={})
    lines = []
    if code and code not in ("TAX", "NON"):
        for rate in rates(books, code):
            due = money.share(base, rate["RateValue"])
            tax.by_rate[rate["Id"]] = due
            lines.append(_tax_line(rate, due, base))
    tax.total = sum(tax.by_rate.values())
    if not automated:
        _override(books, given, tax, lines, base, old)
    detail = {"TotalTax": money.amount(tax.total)}
    if lines and (base or tax.total):
        shown = {} if automated else {"TxnTaxCodeRef": {"value": code}}
        detail = {**shown, **detail, "TaxLine": lines}
    elif code and not automated and code not in ("TAX", "NON"):
        detail = {"TxnTaxCodeRef": {"value": code}, **detail}
    body["TxnTaxDetail"] = detail
    return tax


def _engine_code(customer, body):
    """The automated engine needs to know where: without any address, of the document
    or of the customer, no tax."""
    if not customer or not customer.get("Taxable"):
        return None
    for place in (body, customer):
        if any(_is_somewhere(place.get(name)) for name in ("ShipAddr", "BillAddr")):
            return AUTOMATED_CODE
    return None


def _is_somewhere(address):
    return bool(set(address or ()) - {"Id"})


def _us_base(sale, after_discount):
    """Cents that are taxable."""
    base = sum(
        money.cents(line["Amount"])
        for line in sale.items
        if line["SalesItemLineDetail"]["TaxCodeRef"]["value"] == "TAX"
    )
    if after_discount and sale.subtotal:
        base -= int(round(Decimal(sale.reduction) * base / sale.subtotal))
    for line in sale.shipping:
        code = line["SalesItemLineDetail"].get("TaxCodeRef", {}).get("value")
        base += money.cents(line["Amount"]) if code == "TAX" else 0
    return base


def _override(books, given, tax, lines, base, old):
    """A TotalTax that the caller supplies counts, spread over the rates.

    What was read back with an unchanged document is no override.
    """
    if given.get("TotalTax") is None:
        return
    before = (old or {}).get("TxnTaxDetail", {}).get("TotalTax")
    if old and given["TotalTax"] == before:
        return
    wanted = money.cents(given["TotalTax"])
    if wanted == tax.total:
        return
    if not lines:
        tax.by_rate = {None: wanted} if wanted else {}
    else:
        left = wanted
        for line, rate in zip(lines, list(tax.by_rate), strict=True):
            last = line is lines[-1]
            part = left if last else _part(tax.by_rate[rate], wanted, tax.total)
            tax.by_rate[rate] = part
            line["Amount"] = money.amount(part)
            left -= part
    tax.total = wanted


def _part(value, wanted, total):
    return int(Decimal(value) * wanted / total) if total else 0


def _global(books, body, sale, purchases):
    mode = body.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if mode == "NotApplicable":
        if (body.get("TxnTaxDetail") or {}).get("TaxLine"):
            raise faults.tax_not_applicable()
        body.pop("TxnTaxDetail", None)
        return Tax(by_rate={})
    tax = Tax(by_rate={})
    nets = {}
    for code, (base, inside) in _bases_by_code(books, sale, mode, purchases).items():
        found = rates(books, code, purchases)
        for rate in found:
            part = money.share(base, rate["RateValue"])
            if inside is not None and len(found) == 1:
                part = inside
            tax.by_rate[rate["Id"]] = tax.by_rate.get(rate["Id"], 0) + part
            nets[rate["Id"]] = nets.get(rate["Id"], 0) + base
    _honour_lines(body.get("TxnTaxDetail") or {}, tax)
    tax.total = sum(tax.by_rate.values())
    lines = [
        _tax_line(books.find("TaxRate", rate), due, nets[rate])
        for rate, due in tax.by_rate.items()
    ]
    body["TxnTaxDetail"] = {"TotalTax": money.amount(tax.total), "TaxLine": lines}
    return tax


def _bases_by_code(books, sale, mode, purchases):
    """{tax code id: (cents without tax, cents of tax that the lines say or None)}"""
    bases, inside = {}, {}
    for line in sale.items + sale.shipping:
        detail = line[line["DetailType"]]
        code = (detail.get("TaxCodeRef") or {}).get("value")
        if code is None:
            if line in sale.shipping:
                continue
            raise faults.business(
                "Make sure all your transactions have a GST/HST rate before you save."
            )
        value = money.cents(line["Amount"])
        if line in sale.items and sale.subtotal:
            value -= int(round(Decimal(sale.reduction) * value / sale.subtotal))
        bases[code] = bases.get(code, 0) + value
        gross = detail.get("TaxInclusiveAmt")
        if mode != "TaxInclusive" or gross is None or sale.reduction:
            inside[code] = None
        elif inside.get(code, 0) is not None:
            inside[code] = inside.get(code, 0) + money.cents(gross) - value
    return {code: (base, inside[code]) for code, base in bases.items()}


def without_tax(books, line, mode, purchases=False):
    """Turn an amount that equals its ``TaxInclusiveAmt`` into the one without tax.

    Callers differ in what they send as Amount of such a line; answers never do.
    """
    detail = line[line["DetailType"]]
    gross, code = detail.get("TaxInclusiveAmt"), detail.get("TaxCodeRef")
    if mode != "TaxInclusive" or gross is None or code is None:
        return
    if money.cents(gross) == money.cents(line["Amount"]):
        found = rates(books, code["value"], purchases)
        percent = sum(Decimal(str(rate["RateValue"])) for rate in found)
        net = money.cents(Decimal(str(gross)) * 100 / (100 + percent))
        if net != money.cents(gross):
            line["Amount"] = money.amount(net)
            detail.pop("UnitPrice", None)


def _honour_lines(given, tax):
    """Tax lines that the caller supplies count, rate by rate (rounding differs)."""
    for line in given.get("TaxLine") or []:
        rate = line.get("TaxLineDetail", {}).get("TaxRateRef", {}).get("value")
        if rate in tax.by_rate and line.get("Amount") is not None:
            given_cents = money.cents(line["Amount"])
            if abs(given_cents - tax.by_rate[rate]) <= 100:  # tolerance: assumption
                tax.by_rate[rate] = given_cents


def rates(books, code, purchases=False):
    """The sales (or purchase) rates of a tax code."""
    found = books.refer("TaxCode", {"value": code})
    name = "PurchaseTaxRateList" if purchases else "SalesTaxRateList"
    details = found.get(name, {}).get("TaxRateDetail", [])
    return [books.refer("TaxRate", each["TaxRateRef"]) for each in details]


def _tax_line(rate, due, base):
    return {
        "Amount": money.amount(due),
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate["Id"]},
            "PercentBased": True,
            "TaxPercent": rate["RateValue"],
            "NetAmountTaxable": money.amount(base),
        },
    }
