"""Where QuickBooks lives.

Source: Intuit's REST quick reference for the service. The addresses of pages for
people are not documented; they are seen in bookkeepers' links and other connectors
(secondary source), so a link may land on QuickBooks' home page.
"""

from urllib.parse import quote

API_URLS = {
    "production": "https://quickbooks.api.intuit.com",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
}
UI_URLS = {
    "production": "https://app.qbo.intuit.com",
    "sandbox": "https://app.sandbox.qbo.intuit.com",
}

_PAGES = {
    "Bill": "bill?txnId={id}",
    "CreditMemo": "creditmemo?txnId={id}",
    "Customer": "customerdetail?nameId={id}",
    "Deposit": "deposit?txnId={id}",
    "Estimate": "estimate?txnId={id}",
    "Invoice": "invoice?txnId={id}",
    "Item": "items",  # items have no page of their own: the list
    "JournalEntry": "journal?txnId={id}",
    "Payment": "recvpayment?txnId={id}",
    "RefundReceipt": "refundreceipt?txnId={id}",
    "SalesReceipt": "salesreceipt?txnId={id}",
    "Transfer": "transfer?txnId={id}",
    "Vendor": "vendordetail?nameId={id}",
}


def object_url(base_ui, entity, id):
    """The page of an object in QuickBooks.

    :param str base_ui: an address of `UI_URLS`, or a local sandbox's
    :param str entity: "Invoice", ...
    :param str id: QuickBooks' Id
    :returns: the address; QuickBooks' home page for an entity without a known page
    """
    page = _PAGES.get(entity, "homepage")
    return f"{base_ui.rstrip('/')}/app/{page.format(id=quote(str(id), safe=''))}"
