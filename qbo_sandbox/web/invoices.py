"""Invoices: the list, one invoice, changing it, voiding and deleting it."""

from decimal import Decimal

from . import find
from .present import plain

UNIT = Decimal("0.0000001")  # QuickBooks keeps seven places of a unit price


def listing(visit):
    conditions = [*_shown(visit)]
    wanted = visit.asked.get("search", "").strip()
    if wanted:
        conditions.append(find.numbered_or_of(visit.books, wanted))
    page = find.page(visit, find.transactions, "Invoice", *conditions)
    return "invoices.html", {"page": page, "search": wanted}


def _shown(visit):
    """The conditions of the filter that was asked for."""
    due = "json_extract(body, '$.DueDate')"
    note = "json_extract(body, '$.PrivateNote')"
    return {
        "open": [find.OPEN],
        "overdue": [find.OPEN, (f"{due} < ?", (visit.books.clock.today(),))],
        "paid": [("balance=0 AND total>0", ())],
        "voided": [(f"total=0 AND {note} LIKE 'Voided%'", ())],
    }.get(visit.asked.get("show"), [])


def detail(visit):
    invoice = visit.read("Invoice", visit.asked.get("txnId", ""))
    return "invoice.html", {
        "invoice": invoice,
        "applied": applied_to(visit.books, "Invoice", invoice),
    }


def applied_to(books, entity, document):
    """Payments (and deposits) that a document is linked to, with the amount each."""
    found = []
    for kind, txn, cents in books.links_to(entity, document["Id"]):
        linked = books.find(kind, txn)
        found.append(
            {
                "entity": kind,
                "id": txn,
                "date": linked["TxnDate"],
                "number": linked.get("PaymentRefNum") or linked.get("DocNumber", ""),
                "amount": cents / 100,
            }
        )
    return found


def editor(visit):
    invoice = visit.read("Invoice", visit.asked.get("txnId", ""))
    changeable = [_has_own_amount(line) for line in invoice["Line"]]
    return "invoice_edit.html", {"invoice": invoice, "changeable": changeable}


def edit(visit):
    """Save what was changed; returns the invoice's page."""
    old = visit.read("Invoice", visit.asked.get("txnId", ""))
    body = {
        **visit.named("Invoice"),
        "sparse": True,
        "TxnDate": visit.typed.get("TxnDate", ""),
        "DueDate": visit.typed.get("DueDate", ""),
        "CustomerMemo": {"value": visit.typed.get("CustomerMemo", "")},
        "PrivateNote": visit.typed.get("PrivateNote", ""),
    }
    lines = [_edited(visit, number, line) for number, line in enumerate(old["Line"])]
    if lines != old["Line"]:
        code = old.get("TxnTaxDetail", {}).get("TxnTaxCodeRef")
        body["Line"] = lines
        body["TxnTaxDetail"] = {"TxnTaxCodeRef": code} if code else {}
    visit.perform("Invoice", body, "update")
    return visit.url("/app/invoice", txnId=old["Id"], done="saved")


def _has_own_amount(line):
    """Whether an amount can be typed in; other lines' follow from something."""
    kind = line["DetailType"]
    discount = line.get("DiscountLineDetail", {})
    by_hand = kind == "DiscountLineDetail" and not discount.get("PercentBased")
    return kind == "SalesItemLineDetail" or by_hand


def _edited(visit, number, line):
    """The line with what was typed in it, as a new dict."""
    new = dict(line)
    text = visit.typed.get(f"description-{number}")
    if text is not None and text != line.get("Description", ""):
        new["Description"] = text
    amount = visit.typed.get(f"amount-{number}", "").strip()
    if _has_own_amount(line) and amount != plain(line["Amount"]):
        new["Amount"] = amount
        _reprice(new)
    return new


def _reprice(line):
    """A new amount changes the unit price, not the quantity."""
    detail = line.get("SalesItemLineDetail", {})
    if detail.get("UnitPrice") is None or not detail.get("Qty"):
        return
    try:
        price = Decimal(line["Amount"]) / Decimal(str(detail["Qty"]))
        price = price.quantize(UNIT)
    except ArithmeticError:
        return  # no number: the rules of the API say so
    line["SalesItemLineDetail"] = {**detail, "UnitPrice": str(price)}


def void(visit):
    invoice = visit.perform("Invoice", visit.named("Invoice"), "void")
    return visit.url("/app/invoice", txnId=invoice["Id"], done="voided")


def delete(visit):
    visit.perform("Invoice", visit.named("Invoice"), "delete")
    return visit.url("/app/invoices", done="deleted")
