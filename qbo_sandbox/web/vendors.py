"""One vendor: the balance and what is open. Purchases are no more than looked at."""

from . import find


def detail(visit):
    identifier = visit.asked.get("nameId", "")
    vendor = visit.read("Vendor", identifier)
    bills = find.of_party(visit.books, "Bill", identifier, find.OPEN)
    return "vendor.html", {"vendor": vendor, "bills": bills}
