"""What reports call transactions; how ``transaction_type`` names them; moments."""

from datetime import datetime

from ..clock import PACIFIC

TITLES = {
    "CreditMemo": "Credit Memo",
    "SalesReceipt": "Sales Receipt",
    "RefundReceipt": "Refund",
    "JournalEntry": "Journal Entry",
    "VendorCredit": "Vendor Credit",
    "PurchaseOrder": "Purchase Order",
    "TimeActivity": "Time Activity",
    "Item": "Inventory Starting Value",
}
PAID_BY = {
    ("BillPayment", "Check"): "Bill Payment (Check)",
    ("BillPayment", "CreditCard"): "Bill Payment (Credit Card)",
    ("Purchase", "Cash"): "Expense",
    ("Purchase", "Check"): "Check",
    ("Purchase", "CreditCard"): "Credit Card Expense",
}
# Intuit's names that differ from those of the entities
KINDS = {
    "ReceivePayment": ("Payment", None),
    "CreditRefund": ("RefundReceipt", None),
    "BillPaymentCheck": ("BillPayment", "Check"),
    "BillPaymentCreditCard": ("BillPayment", "CreditCard"),
    "CashPurchase": ("Purchase", "Cash"),
    "Expense": ("Purchase", "Cash"),
    "Check": ("Purchase", "Check"),
    "CreditCardCharge": ("Purchase", "CreditCard"),
}
KNOWN = {name.lower(): what for name, what in KINDS.items()}
# SQL: how a transaction `o` was paid, where its title depends on it
METHOD = (
    "COALESCE(json_extract(o.body, '$.PayType'), json_extract(o.body, '$.PaymentType'))"
)


def title(entity, method=None):
    return PAID_BY.get((entity, method)) or TITLES.get(entity, entity)


def wanted(scope):
    """Function of (entity, method): whether ``transaction_type`` asks for it."""
    asked = scope.arguments.get("transaction_type")
    if not asked:
        return lambda entity, method: True
    kinds = [
        KNOWN.get(name.strip().lower(), (name.strip(), None))
        for name in asked.split(",")
    ]
    return lambda entity, method: any(
        entity.lower() == kind.lower() and how in (None, method) for kind, how in kinds
    )


def moment(seconds):
    """``yyyy-mm-dd hh:mm:ss``, Pacific."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, PACIFIC).strftime("%Y-%m-%d %H:%M:%S")
