"""The templates, and how money, addresses and states are written in them."""

from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..kernel.entity import is_voided

SIGNS = {"USD": "$", "GBP": "£", "EUR": "€"}
PAGES_OF = {
    "Invoice": "/app/invoice",
    "CreditMemo": "/app/creditmemo",
    "Payment": "/app/recvpayment",
    "Deposit": "/app/deposit",
    "Bill": "/app/bill",
    "BillPayment": "/app/billpayment",
    "Estimate": "/app/estimate",
    "JournalEntry": "/app/journal",
    "Purchase": "/app/expense",
    "PurchaseOrder": "/app/purchaseorder",
    "RefundReceipt": "/app/refundreceipt",
    "SalesReceipt": "/app/salesreceipt",
    "Transfer": "/app/transfer",
    "VendorCredit": "/app/vendorcredit",
}
PLAIN = list(PAGES_OF)[4:]  # shown by the page that serves any transaction
WORDS = {
    "PurchaseOrder": "Purchase order",
    "TimeActivity": "Time activity",
    "CreditMemo": "Credit memo",
    "SalesReceipt": "Sales receipt",
    "RefundReceipt": "Refund receipt",
    "JournalEntry": "Journal entry",
    "BillPayment": "Bill payment",
    "VendorCredit": "Vendor credit",
}


def money(value, currency):
    """``1234.5``, a JSON number in units of its currency, as ``$1,234.50``."""
    value = Decimal(str(value or 0))
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'-' if value < 0 else ''}{sign}{abs(value):,.2f}"


def plain(value):
    """An amount as a form's field has it: ``1234.50``."""
    return f"{Decimal(str(value or 0)):.2f}"


def quantity(value):
    """``2.0`` as ``2``."""
    if not isinstance(value, (int, float)):
        return ""
    return f"{value:,.7f}".rstrip("0").rstrip(".")


def rate(value):
    """A unit price, with cents at least: ``42.50``, ``0.0125``."""
    whole, _, places = quantity(value).partition(".")
    return f"{whole}.{places:0<2}"


def place(entity, identifier):
    """The address of a transaction's page."""
    if entity in PAGES_OF:
        return f"{PAGES_OF[entity]}?{urlencode({'txnId': identifier})}"
    asked = urlencode({"txnType": entity, "txnId": identifier})
    return f"/app/transaction?{asked}"


def word(entity):
    """An entity's name as people say it."""
    return WORDS.get(entity, entity)


def state(invoice, today):
    """(class, words) of an invoice: Voided, Paid, Overdue, Partly paid or Open."""
    if is_voided(invoice):
        return "voided", "Voided"
    if not invoice["Balance"]:
        return "paid", "Paid"
    if invoice["DueDate"] < today:
        return "overdue", "Overdue"
    if invoice["Balance"] < invoice["TotalAmt"]:
        return "partly", "Partly paid"
    return "open", "Open"


def _environment():
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        money=money, plain=plain, quantity=quantity, rate=rate, word=word
    )
    made.globals.update(place=place, state=state, is_voided=is_voided)
    return made


TEMPLATES = _environment()
