"""Applying money to documents, for customers (A/R) and vendors (A/P) alike.

What a document is open for follows from what it posted to the control account and
from the links to it, so journal entries and expenses can be applied as well.
"""

from dataclasses import dataclass

from .. import faults
from ..kernel import money
from . import accounts
from .transaction import shown_type

# TxnType in a link -> entity
RECEIVABLE = {
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "JournalEntry": "JournalEntry",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CreditCardCredit": "Purchase",
}
PAYABLE = {
    "Bill": "Bill",
    "VendorCredit": "VendorCredit",
    "JournalEntry": "JournalEntry",
    "Deposit": "Deposit",
}


@dataclass
class Document:
    """Something to apply to. ``total`` is cents: positive is owed, negative credit."""

    entity: str
    txn: str
    party: str
    total: int
    currency: str
    rate: float


def document(books, entity, txn, payable=False):
    """The `Document`, or None when there is no such one.

    :param payable: whether it concerns A/P, where owed amounts are credits
    """
    body = books.find(entity, txn)
    if body is None:
        return None
    control = accounts.payable(books) if payable else accounts.receivable(books)
    marks = ",".join("?" * len(control))
    row = books.connection.execute(
        # left alone, SQLite would go through the whole control account
        "SELECT name, SUM(amount) FROM postings INDEXED BY postings_txn"
        " WHERE realm=? AND entity=? AND txn=?"
        f" AND account IN ({marks}) GROUP BY name ORDER BY ABS(SUM(amount)) DESC",
        (books.realm, entity, int(txn), *control),
    ).fetchone()
    name, total = row or (0, 0)
    party = body.get("VendorRef" if payable else "CustomerRef") or {"value": str(name)}
    return Document(
        entity,
        str(txn),
        party["value"],
        -total if payable else total,
        body["CurrencyRef"]["value"],
        body.get("ExchangeRate", 1),
    )


def is_credit(books, entity, txn, payable=False):
    found = document(books, entity, txn, payable)
    return found is not None and found.total < 0


def open_cents(books, found):
    """What is left of a document, never negative."""
    used = sum(each[2] for each in books.links_to(found.entity, found.txn))
    return max(abs(found.total) - used, 0)


def checked_line(books, line, types, accept, currency, payable=False):
    """A payment line reduced to its amount and its one link.

    :param types: `RECEIVABLE` or `PAYABLE`
    :param accept: function of a party's id; whether the payer may pay for it
    :raises Fault: 2020, 2290, 610, 620
    """
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    if line["Amount"] < 0:
        raise faults.Fault(2290, "Negative Amount", f"Line.Amount:{line['Amount']}")
    links = line.get("LinkedTxn") or []
    if len(links) != 1:
        raise faults.missing("Line.LinkedTxn")
    kind, txn = links[0].get("TxnType"), links[0].get("TxnId") or ""
    if kind not in types:
        raise faults.cannot_link(f"{kind} {txn} cannot be linked here.")
    found = document(books, types[kind], txn, payable)
    if found is None:
        raise faults.not_found()
    if not accept(found.party):
        raise faults.cannot_link(f"{kind} {txn} belongs to somebody else.")
    if found.currency != currency:
        raise faults.cannot_link(f"{kind} {txn} is in another currency.")
    link = {"TxnId": str(txn), "TxnType": kind}
    return {"Amount": money.amount(money.cents(line["Amount"])), "LinkedTxn": [link]}


def apply(books, entity, body, types, payable=False):
    """Record the links of a payment's lines: credits first, then what is owed.

    Each takes what the document is open for at most; asking for more leaves the rest
    unapplied (observed). Returns cents left over.

    :raises Fault: 6000 when more is applied than there is
    """
    asked = []
    for line in body["Line"]:
        link = line["LinkedTxn"][0]
        found = document(books, types[link["TxnType"]], link["TxnId"], payable)
        asked.append((found, money.cents(line["Amount"])))
    asked.sort(key=lambda pair: pair[0].total > 0)  # credits first; order else kept
    left = money.cents(body["TotalAmt"])
    for found, cents in asked:
        taken = min(cents, open_cents(books, found))
        if taken:
            books.add_link(entity, body["Id"], found.entity, found.txn, taken)
        left += taken if found.total < 0 else -taken
    if left < 0:
        raise faults.business(
            "The amounts applied are more than the payment and its credits."
        )
    return left


def applied(books, entity, body, payable=False):
    """[(`Document`, cents)] of what a payment is applied to."""
    return [
        (document(books, target, txn, payable), cents)
        for target, txn, cents in books.links_from(entity, body["Id"])
    ]


def unapplied(books, entity, body, payable=False):
    left = money.cents(body["TotalAmt"])
    for found, cents in applied(books, entity, body, payable):
        left += cents if found.total < 0 else -cents
    return left


def home_cleared(books, entity, body, rate, payable=False):
    """Home cents that a payment takes off the control account: what is applied at
    the documents' own rates, the rest at the payment's.

    What a document is open for afterwards is converted, and what was applied is the
    difference, so that one that is settled owes nothing at home."""
    rest = money.cents(body["TotalAmt"])
    home = 0
    for found, cents in applied(books, entity, body, payable):
        sign = 1 if found.total > 0 else -1
        before = _open_before(books, found, entity, body["Id"])
        home += sign * money.convert(before, found.rate)
        home -= sign * money.convert(before - cents, found.rate)
        rest -= sign * cents
    return home + money.convert(rest, rate)


def _open_before(books, found, entity, txn):
    """What a document was open for before a payment was applied to it."""
    left = abs(found.total)
    for other, other_txn, cents in books.links_to(found.entity, found.txn):
        if (other, str(other_txn)) == (entity, str(txn)):
            return left
        left -= cents
    return left


def shown_line(books, found, cents, extras=True):
    """A line as answered; payments carry extras about the document (LineEx)."""
    kind = shown_type(books, found.entity, found.txn)
    line = {
        "Amount": money.amount(cents),
        "LinkedTxn": [{"TxnId": found.txn, "TxnType": kind}],
    }
    if extras:
        opened = open_cents(books, found) + cents
        number = books.find(found.entity, found.txn).get("DocNumber")
        pairs = [("txnId", found.txn), ("txnOpenBalance", f"{opened / 100:.2f}")]
        pairs += [("txnReferenceNumber", number)] if number else []
        line["LineEx"] = {"any": [_extra(*pair) for pair in pairs]}
    return line


def _extra(name, value):
    """The form in which JSON shows an XML extension (recorded for PurchaseEx)."""
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }
