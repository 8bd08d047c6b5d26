"""The parts that every company starts with: itself, its preferences, its lists."""

from . import chart

REALM = "9341452000000001"
NEXT_TRANSACTION = 144  # where Intuit's own sandbox goes on


def found(books, name, country="US", currency="USD", taxes=None, multicurrency=False):
    """CompanyInfo and Preferences; these two are not made through the API.

    :param taxes: ``TaxPrefs``
    """
    address = {
        "Id": "1",
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "Country": "USA" if country == "US" else "GBR",
        "CountrySubDivisionCode": "CA" if country == "US" else "",
        "PostalCode": "87999",
    }
    features = {
        "NeoEnabled": "true",
        "OfferingSku": "QuickBooks Online Plus",
        "SubscriptionStatus": "PAID",
        "IndustryType": "Landscaping Services",
    }
    books.found(
        "CompanyInfo",
        {
            "CompanyName": name,
            "LegalName": name,
            "CompanyAddr": address,
            "CustomerCommunicationAddr": address,
            "LegalAddr": address,
            "PrimaryPhone": {"FreeFormNumber": "(650) 555-0100"},
            "CompanyStartDate": "2015-06-05",
            "FiscalYearStartMonth": "January",
            "Country": country,
            "Email": {"Address": "office@example.com"},
            "WebAddr": {},
            "SupportedLanguages": "en",
            "DefaultTimeZone": "America/Los_Angeles",
            "NameValue": [{"Name": k, "Value": v} for k, v in features.items()],
        },
    )
    books.found("Preferences", _preferences(currency, taxes or {}, multicurrency))
    books.remember("transactions", NEXT_TRANSACTION)
    books.remember("addresses", 1)


def _preferences(currency, taxes, multicurrency):
    return {
        "AccountingInfoPrefs": {
            "UseAccountNumbers": False,
            "TrackDepartments": False,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": False,
            "FirstMonthOfFiscalYear": "January",
            "TaxYearMonth": "January",
            "TaxForm": "6",
            "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "EmailCopyToCompany": False,
            "AllowDeposit": False,
            "AllowDiscount": True,
            "DefaultDiscountAccount": "86",
            "AllowEstimates": True,
            "ETransactionEnabledStatus": "NotApplicable",
            "ETransactionAttachPDF": False,
            "ETransactionPaymentEnabled": False,
            "IPNSupportEnabled": False,
            "AllowServiceDate": False,
            "AllowShipping": True,
            "DefaultShippingAccount": "56",
            "DefaultTerms": {"value": "3"},
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "UsingPriceLevels": False,
            "DefaultCustomerMessage": "Thank you for your business!",
        },
        "EmailMessagesPrefs": {
            "InvoiceMessage": {
                "Subject": "Your invoice",
                "Message": "Your invoice is attached.",
            }
        },
        "VendorAndPurchasesPrefs": {
            "TrackingByCustomer": True,
            "BillableExpenseTracking": False,
        },
        "TimeTrackingPrefs": {"UseServices": True, "WorkWeekStartDate": "Monday"},
        "TaxPrefs": taxes,
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": multicurrency,
            "HomeCurrency": {"value": currency},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {
            "NameValue": [
                {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
                {"Name": "DTXCopyMemo", "Value": "true"},
                {"Name": "WarnDuplicateCheckNumber", "Value": "true"},
            ]
        },
    }


def lists(books):
    """Chart of accounts, terms, payment methods, the first two items."""
    for identifier, (name, kind, subtype) in chart.ACCOUNTS.items():
        body = {"Name": name, "AccountType": kind, "AccountSubType": subtype}
        books.create("Account", body, identifier)
    for identifier, (name, days) in chart.TERMS.items():
        books.create("Term", {"Name": name, "DueDays": days}, identifier)
    for identifier, (name, kind) in chart.METHODS.items():
        books.create("PaymentMethod", {"Name": name, "Type": kind}, identifier)
    for identifier, name in ((1, "Services"), (2, "Hours")):
        books.create("Item", service(name, 1), identifier)


def us_taxes(books):
    """The pseudo codes, two agencies, and two codes of one and two rates."""
    for name, taxable in (("TAX", True), ("NON", False), ("CustomSalesTax", True)):
        group = name == "CustomSalesTax"
        body = {"Name": name, "Taxable": taxable, "TaxGroup": group}
        made = books.create("TaxCode", body, name)
        hidden = ("SyncToken", "domain", "sparse", "Active")  # pseudo codes lack them
        shown = {k: v for k, v in made.items() if k not in hidden}
        books.rewrite("TaxCode", shown)
    agencies = ("Arizona Dept. of Revenue", "Board of Equalization")
    for number, name in enumerate(agencies, 1):
        books.create("TaxAgency", {"DisplayName": name}, number)
    for identifier, (name, percent, agency) in chart.US_RATES.items():
        add_rate(books, name, percent, agency, identifier)
    for identifier, (name, rate_ids) in chart.US_CODES.items():
        add_code(books, name, rate_ids, identifier)


def add_rate(books, name, percent, agency, identifier=None):
    body = {
        "Name": name,
        "Description": "Sales Tax",
        "RateValue": percent,
        "AgencyRef": {"value": str(agency)},
    }
    return books.create("TaxRate", body, identifier)


def add_code(books, name, rate_ids, identifier=None, purchases=()):
    def listed(ids):
        return {
            "TaxRateDetail": [
                {
                    "TaxRateRef": {"value": str(each)},
                    "TaxTypeApplicable": "TaxOnAmount",
                    "TaxOrder": 0,
                }
                for each in ids
            ]
        }

    body = {
        "Name": name,
        "SalesTaxRateList": listed(rate_ids),
        "PurchaseTaxRateList": listed(purchases),
    }
    return books.create("TaxCode", body, identifier)


def service(name, account, price=None, **more):
    """The body of a service item."""
    body = {
        "Name": name,
        "Type": "Service",
        "IncomeAccountRef": {"value": str(account)},
        **more,
    }
    if price is not None:
        body["UnitPrice"] = price
    return body
