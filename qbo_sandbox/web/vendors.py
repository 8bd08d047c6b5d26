"""One vendor: the balance and what is open. Purchases are no more than looked at."""

from . import find


def detail(visit):
    identifier = visit.asked.get("nameId", "")
    vendor = visit.read("Vendor", identifier)
    bills = find.transactions(
        visit.books, "Bill", find.of_party(identifier), find.OPEN, limit=find.ROWS
    )
    return "vendor.html", {"vendor": vendor, "bills": bills}
