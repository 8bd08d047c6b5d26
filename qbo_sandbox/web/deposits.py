"""Bank deposits: the list, one deposit, and making one of what waits undeposited."""

import secrets

from ..entities.deposit import HOLDS
from ..kernel import money
from . import find

MOST = 200  # of what waits, oldest first
WAITING = """SELECT entity, txn, SUM(amount) FROM postings AS p
WHERE realm=? AND account=? AND entity IN ({marks}) AND NOT EXISTS (
  SELECT 1 FROM links AS l WHERE l.realm=p.realm AND l.entity='Deposit'
  AND l.target=p.entity AND l.target_txn=p.txn)
GROUP BY entity, txn HAVING SUM(amount)<>0 ORDER BY MIN(date), txn LIMIT ?"""


def listing(visit):
    return "deposits.html", {"page": find.page(visit, find.transactions, "Deposit")}


def form_or_deposit(visit):
    """QuickBooks shows both at one address."""
    return detail(visit) if visit.asked.get("txnId") else form(visit)


def form(visit):
    return "deposit_new.html", {
        "waiting": _waiting(visit.books),
        "accounts": find.accounts(visit.books, "Bank"),
        "once": secrets.token_hex(12),
    }


def _waiting(books):
    """What lies in Undeposited Funds: transactions with the amount to deposit."""
    account = find.undeposited(books)
    if account is None:
        return []
    statement = WAITING.format(marks=",".join("?" * len(HOLDS)))
    rows = books.connection.execute(
        statement, (books.realm, int(account), *HOLDS, MOST)
    ).fetchall()
    return [
        {
            "entity": entity,
            "id": str(txn),
            "amount": money.amount(cents),
            "body": books.find(entity, txn),
        }
        for entity, txn, cents in rows
    ]


def make(visit):
    """Save a deposit of what was ticked; returns its page."""
    ticked = visit.typed.getlist("txn")
    chosen = [e for e in _waiting(visit.books) if f"{e['entity']}-{e['id']}" in ticked]
    body = {
        "DepositToAccountRef": {"value": visit.typed.get("DepositToAccountRef", "")},
        "Line": [_line(each) for each in chosen],
    }
    for name in ("TxnDate", "PrivateNote"):
        if visit.typed.get(name):
            body[name] = visit.typed[name]
    if chosen and visit.books.multicurrency:
        body["CurrencyRef"] = {"value": chosen[0]["body"]["CurrencyRef"]["value"]}
    deposit = visit.perform("Deposit", body, once=visit.typed.get("once"))
    return visit.url("/app/deposit", txnId=deposit["Id"], done="deposited")


def _line(waiting):
    link = {"TxnId": waiting["id"], "TxnType": waiting["entity"], "TxnLineId": "0"}
    return {"Amount": waiting["amount"], "LinkedTxn": [link]}


def detail(visit):
    deposit = visit.read("Deposit", visit.asked.get("txnId", ""))
    lines = [_shown(visit.books, line) for line in deposit["Line"]]
    return "deposit.html", {"deposit": deposit, "lines": lines}


def _shown(books, line):
    """A deposit's line: the transaction it holds, or the account of other money."""
    link = (line.get("LinkedTxn") or [None])[0]
    details = line.get("DepositLineDetail", {})
    held = books.find(link["TxnType"], link["TxnId"]) if link else None
    party = (held or {}).get("CustomerRef") or details.get("Entity") or {}
    return {
        "entity": link and link["TxnType"],
        "id": link and link["TxnId"],
        "party": party.get("name", ""),
        "number": (held or {}).get("PaymentRefNum") or details.get("CheckNum", ""),
        "account": details.get("AccountRef", {}).get("name", ""),
        "amount": line["Amount"],
    }


def delete(visit):
    visit.perform("Deposit", visit.named("Deposit"), "delete")
    return visit.url("/app/deposits", done="deleted")
