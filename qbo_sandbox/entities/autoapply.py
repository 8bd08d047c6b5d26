"""What QuickBooks does by itself when SalesFormsPrefs.AutoApplyCredit or
AutoApplyPayments is on: links appear that no client asked for.

Credit memos are joined with invoices by a payment of nothing; what is unapplied of a
payment goes to the customer's next invoice.
"""

from ..kernel import money
from ..kernel.consequences import TOKEN

NOTE = "Created by QB Online to link credits to charges."


def after_create(books, entity, body):
    """Join a new invoice with the customer's unapplied payments and open credits,
    oldest first, or a new credit memo with their open invoices."""
    switches = books.preferences["SalesFormsPrefs"]
    left = money.cents(body["TotalAmt"]) - money.cents(body.get("Deposit"))
    if entity == "Invoice" and switches.get("AutoApplyPayments"):
        left -= _paid(books, body, left)
    if switches.get("AutoApplyCredit"):
        _credited(books, entity, body, left)


def _paid(books, body, left):
    """Cents of an invoice that earlier payments have paid."""
    rows = books.connection.execute(
        "SELECT id, json_extract(body, '$.UnappliedAmt') FROM objects WHERE realm=?"
        " AND entity='Payment' AND deleted=0 AND party=? ORDER BY txn_date, id",
        (books.realm, int(body["CustomerRef"]["value"])),
    ).fetchall()
    paid = 0
    for identifier, unapplied in rows:
        part = min(left - paid, money.cents(unapplied))
        if part > 0:
            books.add_link("Payment", identifier, "Invoice", body["Id"], part)
            books.touch("Payment", identifier, TOKEN)
            paid += part
    return paid


def _credited(books, entity, body, left):
    other = "CreditMemo" if entity == "Invoice" else "Invoice"
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
