"""Vendors; they share names and ids with customers and employees."""

from ..kernel import money
from ..kernel.schema import ANY, CURRENCY, DATE, FLAG, NUMBER, many, readonly, ref, text
from . import accounts, opening
from .people import FIELDS, Person


class Vendor(Person):
    name = "Vendor"
    fields = {
        **FIELDS,
        "TermRef": ref("Term", label=False),
        "AcctNum": text(100),
        "TaxIdentifier": text(20),
        "BusinessNumber": text(10),
        "Vendor1099": FLAG,
        "CurrencyRef": CURRENCY,
        "Balance": NUMBER,
        "OpenBalanceDate": DATE,
        "BillRate": NUMBER,
        "CostRate": NUMBER,
        "APAccountRef": ref("Account", label=False),
        "DefaultTaxCodeRef": ref("TaxCode", label=False),
        "GSTIN": text(15),
        "GSTRegistrationType": text(15),
        "HasTPAR": FLAG,
        "TaxReportingBasis": text(),
        "T4AEligible": FLAG,
        "T5018Eligible": FLAG,
        "Source": readonly(text()),
        "VendorPaymentBankDetail": ANY,
        "CustomField": many(ANY),
    }
    computed = ("Balance",)

    def prepare(self, books, body, old):
        super().prepare(books, body, old)
        body.setdefault("Vendor1099", False)
        opening.of_name(body, old)

    def after_create(self, books, body):
        opening.open_vendor(books, body)

    def compute(self, books, body):
        owed = books.ledger.owed_by(body["Id"], accounts.payable(books))
        body["Balance"] = money.amount(-owed)

    def figures(self, body):
        return None, money.cents(body["Balance"])
