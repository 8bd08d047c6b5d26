"""Customers: the list with balances, and one customer's open business."""

from . import find

# Sub-customers right below their parent: ":" is to sort before anything else.
BY_FAMILY = "replace(name, ':', char(1)) COLLATE NOCASE"
MOST = 100  # rows of one section of a customer's page


def listing(visit):
    conditions = [("active=1", ())]
    wanted = visit.asked.get("search", "").strip()
    if wanted:
        mail = "json_extract(body, '$.PrimaryEmailAddr.Address')"
        both = f"name LIKE ? ESCAPE '!' OR {mail} LIKE ? ESCAPE '!'"
        conditions.append((both, (find.like(wanted),) * 2))
    if visit.asked.get("show") == "owing":
        conditions.append(find.OPEN)
    page = find.page(visit, find.objects, "Customer", *conditions, order=BY_FAMILY)
    return "customers.html", {"page": page, "search": wanted}


def detail(visit):
    books = visit.books
    identifier = visit.asked.get("nameId", "")
    customer = visit.read("Customer", identifier)
    return "customer.html", {
        "customer": customer,
        "parent": _parent(books, customer),
        "jobs": _jobs(books, identifier),
        "invoices": find.of_party(books, "Invoice", identifier, find.OPEN, limit=MOST),
        "credits": find.of_party(
            books, "CreditMemo", identifier, find.OPEN, limit=MOST
        ),
        "payments": find.of_party(books, "Payment", identifier, limit=MOST),
    }


def _jobs(books, identifier):
    below = ("party=?", (int(identifier),))
    return find.objects(books, "Customer", below, order=BY_FAMILY, limit=MOST)


def _parent(books, customer):
    reference = customer.get("ParentRef")
    return books.find("Customer", reference["value"]) if reference else None
