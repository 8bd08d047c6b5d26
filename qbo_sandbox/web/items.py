"""Products and services."""

from . import find


def listing(visit):
    conditions = [("active=1", ())]
    wanted = visit.asked.get("search", "").strip()
    if wanted:
        conditions.append(("name LIKE ? ESCAPE '!'", (find.like(wanted),)))
    page = find.page(visit, find.objects, "Item", *conditions, order="name")
    return "items.html", {"page": page, "search": wanted}
