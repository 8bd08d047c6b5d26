"""A landscaping firm after a year of business."""

from . import company, empty


def plant(sandbox, realm=company.REALM):
    with sandbox.writing(realm, deferred=True) as books:
        empty.start(books, "Green Acres Landscaping")
        for name in ("Amy's Bird Sanctuary", "Bill's Windsurf Shop"):
            books.create("Customer", {"DisplayName": name, "SalesTermRef": {"value": "3"}})
        books.changes.clear()
    with sandbox.writing(realm) as books:
        books.create("Invoice", {"CustomerRef": {"value": "1"}, "Line": [{"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "TAX"}}}], "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}}})
        books.changes.clear()
