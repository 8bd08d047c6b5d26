"""Customers and sub-customers; their balance is what A/R says of them."""

from .. import faults
from ..kernel import money, names
from ..kernel.schema import (
    ANY,
    CURRENCY,
    DATE,
    FLAG,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    text,
)
from . import accounts, opening
from .people import FIELDS, Person


class Customer(Person):
    name = "Customer"
    fields = {
        **FIELDS,
        "FullyQualifiedName": readonly(text()),
        "Job": FLAG,
        "BillWithParent": FLAG,
        "ParentRef": ref("Customer", label=False),
        "Level": readonly(NUMBER),
        "IsProject": readonly(FLAG),
        "Taxable": FLAG,
        "TaxExemptionReasonId": text(),
        "DefaultTaxCodeRef": ref("TaxCode", label=False),
        "ResaleNum": text(16),
        "SalesTermRef": ref("Term", label=False),
        "PaymentMethodRef": ref("PaymentMethod", label=False),
        "CustomerTypeRef": ref("CustomerType", label=False),
        "CurrencyRef": CURRENCY,
        "PreferredDeliveryMethod": enum("Print", "Email", "None"),
        "PrimaryTaxIdentifier": text(30),
        "SecondaryTaxIdentifier": text(30),
        "GSTIN": text(15),
        "GSTRegistrationType": text(15),
        "BusinessNumber": text(10),
        "Balance": NUMBER,
        "BalanceWithJobs": readonly(NUMBER),
        "OpenBalanceDate": DATE,
        "Organization": FLAG,
        "AltContactName": text(),
        "ContactName": text(),
        "AccountNum": text(),
        "Source": readonly(text()),
        "ClientCompanyId": text(),
        "ClientEntityId": text(),
        "V4IDPseudonym": text(),
        "ARAccountRef": ref("Account", label=False),
        "CustomField": many(ANY),
    }
    computed = ("Balance", "BalanceWithJobs")

    def prepare(self, books, body, old):
        super().prepare(books, body, old)
        taxed = books.preferences["TaxPrefs"].get("UsingSalesTax", False)
        body.setdefault("Taxable", taxed)
        body.setdefault("BillWithParent", False)
        body.setdefault("PreferredDeliveryMethod", "Print")
        default_code = books.preferences["TaxPrefs"].get("TaxGroupCodeRef")
        if taxed and default_code and body["Taxable"]:
            body.setdefault("DefaultTaxCodeRef", {"value": default_code["value"]})
        if not body["Active"] and old and old["Active"] and old["Balance"]:
            raise faults.has_balance(old["DisplayName"])
        opening.of_name(body, old)
        body.setdefault("BalanceWithJobs", 0)

    def after_create(self, books, body):
        opening.open_customer(books, body)

    def placed(self, books, body):
        body["Job"] = bool(body.get("ParentRef")) or body.get("Job", False)
        names.place(books, "Customer", body, body["DisplayName"], "Job")

    def link(self, books, body):
        if body.get("ParentRef"):
            books.touch("Customer", body["ParentRef"]["value"])

    def party_of(self, body):
        parent = body.get("ParentRef")
        return int(parent["value"]) if parent else None

    def compute(self, books, body):
        own = books.ledger.owed_by(body["Id"], accounts.receivable(books))
        children = [books.find("Customer", each) for each in _children(books, body)]
        below = sum(money.cents(child["BalanceWithJobs"]) for child in children)
        body["Balance"] = money.amount(own)
        body["BalanceWithJobs"] = money.amount(own + below)
        if body.get("ParentRef"):
            books.touch("Customer", body["ParentRef"]["value"], 0)

    def figures(self, body):
        return None, money.cents(body["Balance"])


def _children(books, body):
    rows = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity='Customer' AND party=?"
        " AND deleted=0",
        (books.realm, int(body["Id"])),
    )
    return [row[0] for row in rows]


def family(books, identifier):
    """Id of the customer at the top of a customer's tree."""
    customer = books.find("Customer", identifier)
    while customer.get("ParentRef"):
        customer = books.find("Customer", customer["ParentRef"]["value"])
    return customer["Id"]
