"""Credit memos. QuickBooks' API cannot void them, so neither can this page."""

from . import find
from .invoices import applied_to


def listing(visit):
    conditions = [find.OPEN] if visit.asked.get("show") == "open" else []
    wanted = visit.asked.get("search", "").strip()
    if wanted:
        conditions.append(find.numbered_or_of(visit.books, wanted))
    page = find.page(visit, find.transactions, "CreditMemo", *conditions)
    return "creditmemos.html", {"page": page, "search": wanted}


def detail(visit):
    memo = visit.read("CreditMemo", visit.asked.get("txnId", ""))
    applied = applied_to(visit.books, "CreditMemo", memo)
    return "creditmemo.html", {"memo": memo, "applied": applied}


def delete(visit):
    visit.perform("CreditMemo", visit.named("CreditMemo"), "delete")
    return visit.url("/app/creditmemos", done="deleted")
