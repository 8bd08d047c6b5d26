"""``POST /taxservice/taxcode``: the one way to make tax codes and rates."""

from .. import faults
from ..kernel import names
from ..kernel.schema import NUMBER, clean, enum, many, struct, text

TAKEN = "Another tax {what} is already using this name. Please use a different name."
FIELDS = {
    "TaxCode": text(100),
    "TaxCodeId": text(),
    "TaxRateDetails": many(
        struct(
            TaxRateName=text(100),
            TaxRateId=text(),
            RateValue=NUMBER,
            TaxAgencyId=text(),
            TaxApplicableOn=enum("Sales", "Purchase"),
        )
    ),
}


def create(books, body):
    """Make a code with its rates; answers the request with ids filled in."""
    body = clean(FIELDS, body, "TaxService")
    for name in ("TaxCode", "TaxRateDetails"):
        if not body.get(name):
            raise faults.missing(name)
    names.check_unique(
        books, ("TaxCode",), body["TaxCode"], None, TAKEN.format(what="code")
    )
    lists = {"Sales": [], "Purchase": []}
    for detail in body["TaxRateDetails"]:
        identifier = detail.get("TaxRateId") or _rate(books, detail)
        found = books.refer("TaxRate", {"value": identifier})
        detail.setdefault("TaxRateName", found["Name"])
        detail.setdefault("TaxApplicableOn", "Sales")
        detail.update(TaxRateId=identifier, RateValue=found["RateValue"])
        listed = lists[detail["TaxApplicableOn"]]
        if any(each["TaxRateRef"]["value"] == identifier for each in listed):
            raise faults.business("A tax rate cannot be used twice in a tax code.")
        listed.append(
            {
                "TaxRateRef": {"value": identifier},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
        )
    made = books.create(
        "TaxCode",
        {
            "Name": body["TaxCode"],
            "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
            "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
        },
    )
    return {**body, "TaxCodeId": made["Id"]}


def _rate(books, detail):
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if detail.get(name) in (None, ""):
            raise faults.missing(f"TaxRateDetails.{name}")
    if not 0 <= detail["RateValue"] <= 100:
        raise faults.out_of_range("RateValue", detail["RateValue"])
    names.check_unique(
        books, ("TaxRate",), detail["TaxRateName"], None, TAKEN.format(what="rate")
    )
    body = {
        "Name": detail["TaxRateName"],
        "RateValue": detail["RateValue"],
        "AgencyRef": {"value": detail["TaxAgencyId"]},
    }
    return books.create("TaxRate", body)["Id"]
