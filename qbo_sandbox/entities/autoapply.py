"""What QuickBooks does by itself when SalesFormsPrefs.AutoApplyCredit is on.

QuickBooks then makes a payment of nothing that joins credit and invoice: links appear
that no client asked for.
"""

from ..kernel import money

NOTE = "Created by QB Online to link credits to charges."


def after_create(books, entity, body):
    """Join a new invoice with the customer's open credits, oldest first, or a new
    credit memo with their open invoices."""
    if not books.preferences["SalesFormsPrefs"].get("AutoApplyCredit"):
        return
    other = "CreditMemo" if entity == "Invoice" else "Invoice"
    left = money.cents(body["TotalAmt"])
    pairs = []
    for identifier, balance in _open(books, other, body["CustomerRef"]["value"]):
        part = min(left, balance)
        if part > 0:
            pairs.append((part, other, str(identifier)))
            left -= part
    applied = sum(part for part, _kind, _txn in pairs)
    if applied:
        _join(books, body, [*pairs, (applied, entity, body["Id"])])


def _open(books, entity, customer):
    """[(id, open cents)]"""
    return books.connection.execute(
        "SELECT id, balance FROM objects WHERE realm=? AND entity=? AND deleted=0"
        " AND balance<>0 AND party=? ORDER BY txn_date, id",
        (books.realm, entity, int(customer)),
    ).fetchall()


def _join(books, body, parts):
    lines = [
        {
            "Amount": money.amount(cents),
            "LinkedTxn": [{"TxnId": txn, "TxnType": kind}],
        }
        for cents, kind, txn in parts
    ]
    payment = {
        "CustomerRef": {"value": body["CustomerRef"]["value"]},
        "CurrencyRef": {"value": body["CurrencyRef"]["value"]},
        "TotalAmt": 0,
        "PrivateNote": NOTE,
        "Line": lines,
    }
    books.create("Payment", payment)
