"""Payments received: the list, one payment, voiding and deleting it."""

from . import find


def listing(visit):
    conditions = []
    if visit.asked.get("show") == "unapplied":
        conditions.append(("json_extract(body, '$.UnappliedAmt')>0", ()))
    wanted = visit.asked.get("search", "").strip()
    if wanted:
        conditions.append(_search(visit.books, wanted))
    page = find.page(visit, find.transactions, "Payment", *conditions)
    return "payments.html", {"page": page, "search": wanted}


def _search(books, text):
    clause, values = find.numbered_or_of(books, text)
    number = "json_extract(body, '$.PaymentRefNum') LIKE ? ESCAPE '!'"
    return f"{clause} OR {number}", (*values, find.like(text))


def detail(visit):
    books = visit.books
    payment = visit.read("Payment", visit.asked.get("txnId", ""))
    return "payment.html", {
        "payment": payment,
        "account": find.name_of(books, payment.get("DepositToAccountRef")),
        "method": _method(books, payment),
        "applied": [
            {
                "entity": kind,
                "id": txn,
                "amount": cents / 100,
                "document": books.find(kind, txn),
            }
            for kind, txn, cents in books.links_from("Payment", payment["Id"])
        ],
        "deposits": [
            txn
            for kind, txn, _cents in books.links_to("Payment", payment["Id"])
            if kind == "Deposit"
        ],
    }


def _method(books, payment):
    reference = payment.get("PaymentMethodRef")
    found = books.find("PaymentMethod", reference["value"]) if reference else None
    return found["Name"] if found else ""


def void(visit):
    payment = visit.perform("Payment", visit.named("Payment"), "void")
    return visit.url("/app/recvpayment", txnId=payment["Id"], done="voided")


def delete(visit):
    visit.perform("Payment", visit.named("Payment"), "delete")
    return visit.url("/app/payments", done="deleted")
