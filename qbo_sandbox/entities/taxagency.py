"""Whom sales tax is paid to."""

from ..kernel import names
from ..kernel.entity import Entity
from ..kernel.schema import DATE, FLAG, readonly, text

TAKEN = "Another tax agency is already using this name."


class TaxAgency(Entity):
    name = "TaxAgency"
    fields = {
        "DisplayName": text(100),
        "TaxTrackedOnSales": FLAG,
        "TaxTrackedOnPurchases": FLAG,
        "TaxRegistrationNumber": text(30),
        "LastFileDate": readonly(DATE),
        "TaxAgencyConfig": readonly(text()),
    }
    required = ("DisplayName",)
    operations = ("create", "read", "query")
    in_cdc = False

    def prepare(self, books, body, old):
        body.setdefault("TaxTrackedOnSales", True)
        body.setdefault("TaxTrackedOnPurchases", False)
        names.check_unique(books, ("TaxAgency",), body["DisplayName"], None, TAKEN)

    def label(self, body):
        return body["DisplayName"]

    def unique_name(self, body):
        return body["DisplayName"]
