"""Several companies in one sandbox: which one the bookkeeper works in."""

from ..faults import not_found
from . import home
from .visit import COMPANY


def start(visit):
    """The only company's home, or the choice between several."""
    if len(visit.realms) == 1:
        return home.home(visit)
    return choice(visit)


def choice(visit):
    rows = []
    for realm in visit.realms:
        books = visit.sandbox.reading(realm)
        info = books.find("CompanyInfo", "1")
        rows.append(
            {
                "realm": realm,
                "name": info["CompanyName"],
                "country": info["Country"],
                "currency": books.home_currency,
            }
        )
    return "companies.html", {"rows": rows, "next": visit.asked.get("next", "")}


def choose(visit):
    """
    :raises Fault: 610 for a company that is not here
    """
    realm = visit.typed.get("realm")
    if realm not in visit.realms:
        raise not_found()
    visit.cookies[COMPANY] = realm
    wanted = visit.typed.get("next", "")
    ours = wanted.startswith("/app/") and wanted.isprintable()
    return wanted if ours else "/app/homepage"
