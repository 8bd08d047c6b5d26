"""What Customer, Vendor and Employee share: their names and their id sequence."""

from .. import faults
from ..kernel import names
from ..kernel.currencies import CURRENCIES
from ..kernel.entity import Entity
from ..kernel.schema import ADDRESS, EMAIL, FLAG, PHONE, WEB, check_mail, text

NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")

FIELDS = {
    "DisplayName": text(500),
    "Title": text(16),
    "GivenName": text(100),
    "MiddleName": text(100),
    "FamilyName": text(100),
    "Suffix": text(16),
    "CompanyName": text(100),
    "PrintOnCheckName": text(110),
    "Active": FLAG,
    "PrimaryPhone": PHONE,
    "AlternatePhone": PHONE,
    "Mobile": PHONE,
    "Fax": PHONE,
    "PrimaryEmailAddr": EMAIL,
    "WebAddr": WEB,
    "Notes": text(2000),
    "BillAddr": ADDRESS,
    "ShipAddr": ADDRESS,
}


class Person(Entity):
    sequence = "names"
    unqueryable = ("Notes", "Taxable", "Title", "Suffix")

    def prepare(self, books, body, old):
        names.check_characters(
            body, ("DisplayName", "CompanyName", "PrintOnCheckName", *NAME_PARTS)
        )
        self._name(body, old)
        names.mark_inactive(books, body, old, "DisplayName")
        body.setdefault("PrintOnCheckName", self._check_name(body, old))
        self.placed(books, body)
        names.check_unique(
            books,
            names.PEOPLE,
            self.unique_name(body),
            old and old["Id"],
            faults.NAME_TAKEN,
        )
        check_mail((body.get("PrimaryEmailAddr") or {}).get("Address"))
        self._identify_addresses(books, body)
        self.valued(books, body, old)

    def valued(self, books, body, old):
        """Set the currency, for those that have one."""
        currency(books, body, old)

    def placed(self, books, body):
        """Set the full name, for those that have a hierarchy."""

    def _name(self, body, old):
        if body.get("DisplayName", "").strip():
            body["DisplayName"] = body["DisplayName"].strip()
            return
        if old and "DisplayName" in body:
            raise faults.missing("DisplayName")
        parts = [body[part] for part in NAME_PARTS if body.get(part)]
        if not parts:
            raise faults.no_name()
        body["DisplayName"] = " ".join(parts)

    def _check_name(self, body, old):
        return names.SUFFIX.sub("", body["DisplayName"])[:110]

    def _identify_addresses(self, books, body):
        """An address without an id gets one; documents copy it with the address."""
        for name in ("BillAddr", "ShipAddr"):
            address = body.get(name)
            if address and "Id" not in address:
                address["Id"] = books.next_id("addresses")

    def label(self, body):
        return body.get("FullyQualifiedName", body["DisplayName"])

    def unique_name(self, body):
        return body.get("FullyQualifiedName", body["DisplayName"]).strip()


def currency(books, body, old):
    """CurrencyRef of a name or account: the company's own unless said otherwise.

    It cannot change once set, and a company with one currency refuses another.
    """
    wanted = (body.get("CurrencyRef") or (old or {}).get("CurrencyRef") or {}).get(
        "value", books.home_currency
    )
    if old and wanted != old["CurrencyRef"]["value"]:
        raise faults.business("The currency of this record cannot be changed.")
    check_currency(books, wanted)
    body["CurrencyRef"] = {"value": wanted, "name": CURRENCIES[wanted]}


def check_currency(books, code):
    """:raises Fault: 2220 for an unknown code; 6000 for one not in use here"""
    if code not in CURRENCIES:
        raise faults.Fault(2220, "Invalid Currency Type", f"Supplied value:{code}")
    if code != books.home_currency and not books.multicurrency:
        raise faults.business("Multi-currency is not enabled for this company.")
