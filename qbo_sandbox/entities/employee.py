"""Employees: here for the list of names that they share with customers."""

from .. import faults
from ..kernel.schema import ADDRESS, DATE, FLAG, NUMBER, enum, text
from .people import FIELDS, Person


class Employee(Person):
    name = "Employee"
    fields = {
        **{name: field for name, field in FIELDS.items() if name != "CompanyName"},
        "PrimaryAddr": ADDRESS,
        "SSN": text(100),
        "EmployeeNumber": text(100),
        "BillableTime": FLAG,
        "BillRate": NUMBER,
        "CostRate": NUMBER,
        "BirthDate": DATE,
        "HiredDate": DATE,
        "ReleasedDate": DATE,
        "Gender": enum("Male", "Female"),
        "Organization": FLAG,
    }

    def prepare(self, books, body, old):
        if not (body.get("GivenName") or body.get("FamilyName")):
            if not body.get("DisplayName"):
                raise faults.no_name()
        super().prepare(books, body, old)
        body.setdefault("BillableTime", False)

    def valued(self, books, body, old):
        """Employees have no currency."""
