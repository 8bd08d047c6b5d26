"""Any transaction: its debits and credits. For those without a page of their own."""

from .. import faults
from ..kernel import money
from . import find
from .present import PAGES_OF

ENTITIES = {path: entity for entity, path in PAGES_OF.items()}
POSTINGS = """SELECT account, home, memo FROM postings
WHERE realm=? AND entity=? AND txn=? ORDER BY rowid"""


def detail(visit):
    """
    :raises Fault: 610 for what is no transaction
    """
    path = visit.request.path
    entity = ENTITIES.get(path) or visit.asked.get("txnType", "")
    kind = visit.books.kinds.get(entity)
    if kind is None or not kind.transaction:
        raise faults.not_found()
    body = visit.read(entity, visit.asked.get("txnId", ""))
    return "transaction.html", {
        "entity": entity,
        "body": body,
        "party": _party(body),
        "rows": journal(visit.books, entity, body["Id"]),
    }


def _party(body):
    for name in ("CustomerRef", "VendorRef", "EntityRef", "EmployeeRef"):
        if name in body:
            return body[name].get("name", "")
    return ""


def journal(books, entity, txn):
    """Debits and credits in the company's currency."""
    rows = books.connection.execute(POSTINGS, (books.realm, entity, int(txn)))
    return [
        {
            "account": str(account),
            "name": find.name_of(books, {"value": account}),
            "debit": money.amount(max(home, 0)),
            "credit": money.amount(max(-home, 0)),
            "memo": memo or "",
        }
        for account, home, memo in rows.fetchall()
    ]
