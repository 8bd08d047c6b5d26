"""A US company on its first day, with manual sales tax."""

from . import company

MANUAL_TAX = {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}}


def plant(sandbox, realm=company.REALM, name="Sandbox Company"):
    with sandbox.writing(realm, deferred=True) as books:
        start(books, name)
        books.changes.clear()


def start(books, name, taxes=None):
    """Everything but customers and documents."""
    company.found(books, name, taxes=MANUAL_TAX if taxes is None else taxes)
    company.us_taxes(books)
    company.lists(books)
