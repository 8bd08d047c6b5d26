"""Receive Payment: who pays how much, and which invoices (and credits) it settles."""

import secrets
from decimal import Decimal

from .. import faults
from . import find, payments

SUGGESTIONS = 500  # customers offered while typing a name
MOST = 200  # invoices, and credits, in the grid
FAMILY = """WITH RECURSIVE family(id) AS (
  VALUES (?) UNION
  SELECT o.id FROM objects AS o JOIN family ON o.party = family.id
  WHERE o.realm=? AND o.entity='Customer' AND o.deleted=0)
SELECT id FROM family"""


def form_or_payment(visit):
    """QuickBooks shows both at one address."""
    return payments.detail(visit) if visit.asked.get("txnId") else form(visit)


def form(visit):
    customer = _customer(visit)
    if customer is None:
        return _who(visit)
    books = visit.books
    invoices = _open(books, "Invoice", customer)
    chosen = next((e for e in invoices if e["Id"] == visit.asked.get("invoice")), None)
    return "receive.html", {
        "customer": customer,
        "invoices": invoices,
        "credits": _open(books, "CreditMemo", customer),
        "chosen": chosen,
        "accounts": _places(books),
        "methods": find.objects(
            books, "PaymentMethod", ("active=1", ()), order="name", limit=100
        ),
        "once": secrets.token_hex(12),
    }


def _who(visit):
    """The first step: ask for the customer's name."""
    books = visit.books
    return "receive_who.html", {
        "wanted": visit.asked.get("customer", ""),
        "customers": find.objects(
            books, "Customer", ("active=1", ()), order="name", limit=SUGGESTIONS
        ),
    }


def _customer(visit):
    """The customer asked for by id or by name, or None."""
    if visit.asked.get("nameId"):
        return visit.read("Customer", visit.asked["nameId"])
    name = visit.asked.get("customer", "").strip()
    found = find.objects(visit.books, "Customer", ("name=? AND active=1", (name,)))
    return found[0] if found else None


def _open(books, entity, customer):
    """Documents of a customer and the customers below, oldest first."""
    rows = books.connection.execute(FAMILY, (int(customer["Id"]), books.realm))
    ids = [row[0] for row in rows]
    family = f"party IN ({','.join('?' * len(ids))})", ids
    currency = (
        "json_extract(body, '$.CurrencyRef.value')=?",
        (customer["CurrencyRef"]["value"],),
    )
    order = "txn_date, rowid"
    return find.objects(
        books, entity, family, find.OPEN, currency, order=order, limit=MOST
    )


def _places(books):
    """Accounts that money can go to, Undeposited Funds first."""
    waiting = find.undeposited(books)
    first = [books.find("Account", waiting)] if waiting else []
    return first + find.accounts(books, "Bank")


def receive(visit):
    """Save the payment; returns its page.

    :raises Fault: 6000 when nothing was typed
    """
    typed = visit.typed
    customer = visit.read("Customer", visit.asked.get("nameId", ""))
    lines = [*_lines(typed, "Invoice"), *_lines(typed, "CreditMemo")]
    if not lines and not typed.get("TotalAmt", "").strip():
        raise faults.business("You must set a transaction amount.")
    body = {
        "CustomerRef": {"value": customer["Id"]},
        "CurrencyRef": {"value": customer["CurrencyRef"]["value"]},
        "TotalAmt": typed.get("TotalAmt", "").strip() or _sum(lines),
        "Line": lines,
    }
    for name in ("TxnDate", "PaymentRefNum", "PrivateNote"):
        if typed.get(name):
            body[name] = typed[name]
    for name in ("DepositToAccountRef", "PaymentMethodRef"):
        if typed.get(name):
            body[name] = {"value": typed[name]}
    payment = visit.perform("Payment", body, once=typed.get("once"))
    return visit.url("/app/recvpayment", txnId=payment["Id"], done="received")


def _lines(typed, entity):
    """A payment's lines from the grid: fields are called ``Invoice-<id>``."""
    return [
        {
            "Amount": amount.strip(),
            "LinkedTxn": [{"TxnId": name.partition("-")[2], "TxnType": entity}],
        }
        for name, amount in typed.items()
        if name.startswith(f"{entity}-") and amount.strip()
    ]


def _sum(lines):
    """What the lines need, where no amount was typed: invoices less credits."""
    try:
        return str(
            sum(
                Decimal(line["Amount"])
                * (1 if line["LinkedTxn"][0]["TxnType"] == "Invoice" else -1)
                for line in lines
            )
        )
    except ArithmeticError:
        return "0"  # the wrong amount itself is refused
