"""Customer invoices and credit notes of Odoo as QuickBooks wants them. Pure."""

from ..const import DESCRIPTION_LENGTH, NOTE_LENGTH, REFERENCE_LENGTH
from .books import NOT_TAXABLE, TAXABLE
from .dimensions import document_references, line_references
from .own import note


def sales_payload(move, refs):
    """A posted customer invoice or credit note as a QuickBooks Invoice or CreditMemo.

    Amounts are those of the journal entry, without tax; QuickBooks' Qty and UnitPrice
    are given where they multiply to the amount.

    :param refs: `Refs`: what its customer, products and taxes are in QuickBooks.
    :raise LookupError: a tax is not mapped; the message names it.
    """
    body = {
        "CustomerRef": refs.customer(move.partner_id),
        "DocNumber": move.name[:REFERENCE_LENGTH],
        "TxnDate": move.invoice_date.isoformat(),
        "PrivateNote": note(move.name)[:NOTE_LENGTH],
        "Line": [_line(line, refs) for line in move.invoice_line_ids],
    }
    if move.move_type == "out_invoice":
        body["DueDate"] = (move.invoice_date_due or move.invoice_date).isoformat()
    body |= document_references(move, refs)
    if term := refs.term(move):
        body["SalesTermRef"] = term
    if refs.multi_currency:
        body["CurrencyRef"] = {"value": move.currency_id.name}
        body["ExchangeRate"] = move._qbo_rate()
    if refs.tax_mode == "global":
        body["GlobalTaxCalculation"] = "TaxExcluded"
    elif refs.tax_mode != "none" and move.amount_tax:
        code = refs.document_tax_code(move)
        body["TxnTaxDetail"] = {"TotalTax": move.amount_tax, **code}
    return body


def _line(line, refs):
    if line.display_type != "product":
        return {
            "DetailType": "DescriptionOnly",
            "Description": (line.name or "")[:DESCRIPTION_LENGTH],
            "DescriptionLineDetail": {},
        }
    detail = {"ItemRef": refs.item(line), **_tax_code(line, refs)}
    detail |= line_references(line, refs)
    if _price_is_exact(line):
        detail |= {"Qty": line.quantity, "UnitPrice": line.price_unit}
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": line.price_subtotal,
        "Description": (line.name or "")[:DESCRIPTION_LENGTH],
        "SalesItemLineDetail": detail,
    }


def _price_is_exact(line):
    """QuickBooks refuses a line whose Amount is not Qty x UnitPrice (fault 6070)."""
    return round(line.quantity * line.price_unit, 2) == round(line.price_subtotal, 2)


def _tax_code(line, refs):
    if refs.tax_mode == "global":
        return {"TaxCodeRef": refs.line_tax_code(line.tax_ids)}
    if refs.tax_mode == "none":
        return {}
    return {"TaxCodeRef": {"value": TAXABLE if line.tax_ids else NOT_TAXABLE}}
