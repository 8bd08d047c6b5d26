"""A US company with automated sales tax: the engine decides, overrides are ignored."""

from . import company, empty

AUTOMATED_TAX = {
    "UsingSalesTax": True,
    "PartnerTaxEnabled": True,
    "TaxGroupCodeRef": {"value": "2"},
}


def plant(sandbox, realm=company.REALM):
    with sandbox.writing(realm, deferred=True) as books:
        empty.start(books, "Sunny Automated Tax Co", AUTOMATED_TAX)
        books.changes.clear()
