"""Applications that give way, after one of the documents that they join has changed."""

from ..kernel import money
from ..kernel.consequences import TOKEN
from . import applying
from .customer import family


def fit(books, entity, txn, payable=False):
    """After a change of a document: it takes no more than it is open for, the newest
    applications giving way, and nothing from others than its own customer or vendor."""
    payer = "BillPayment" if payable else "Payment"
    rows = books.connection.execute(
        "SELECT rowid, txn, amount FROM links WHERE realm=? AND target=?"
        " AND target_txn=? AND entity=? ORDER BY rowid",
        (books.realm, entity, int(txn), payer),
    ).fetchall()
    if not rows:
        return
    found = applying.document(books, entity, txn, payable)
    left = abs(found.total)
    for rowid, payment, cents in rows:
        theirs = _may_pay(books, books.find(payer, payment), found.party)
        kept = min(cents, left) if theirs else 0
        left -= kept
        if kept < cents:
            _reduce(books, rowid, kept)
            books.touch(payer, payment, TOKEN)


def _may_pay(books, payment, party):
    if "VendorRef" in payment:
        return payment["VendorRef"]["value"] == party
    payer = payment["CustomerRef"]["value"]
    return party != "0" and family(books, payer) == family(books, party)


def ease(books, entity, body, payable=False):
    """After a credit that a payment used became less, or is gone: the payment pays
    that much less of what is owed, the newest application first."""
    applied_cents = sum(link[2] for link in books.links_from(entity, body["Id"]))
    if applied_cents <= money.cents(body["TotalAmt"]):
        return  # enough, whatever of it is credit
    short = -applying.unapplied(books, entity, body, payable)
    rows = books.connection.execute(
        "SELECT rowid, target, target_txn, amount FROM links"
        " WHERE realm=? AND entity=? AND txn=? ORDER BY rowid DESC",
        (books.realm, entity, int(body["Id"])),
    ).fetchall()
    for rowid, target, txn, cents in rows:
        if short > 0 and not applying.is_credit(books, target, txn, payable):
            taken = min(short, cents)
            short -= taken
            _reduce(books, rowid, cents - taken)
            books.touch(target, txn, TOKEN)


def _reduce(books, rowid, cents):
    """Let a link be about less; none is about nothing."""
    if cents:
        statement = "UPDATE links SET amount=? WHERE rowid=?"
        books.connection.execute(statement, (cents, rowid))
    else:
        books.connection.execute("DELETE FROM links WHERE rowid=?", (rowid,))
