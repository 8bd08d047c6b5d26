"""Tax rates, in percent. The API only reads them; TaxService makes them."""

from ..kernel.entity import Entity
from ..kernel.schema import ANY, FLAG, NUMBER, enum, many, ref, text


class TaxRate(Entity):
    name = "TaxRate"
    fields = {
        "Name": text(100),
        "Description": text(),
        "Active": FLAG,
        "RateValue": NUMBER,
        "AgencyRef": ref("TaxAgency", label=False),
        "TaxReturnLineRef": ref(),
        "SpecialTaxType": enum(
            "NONE", "ZERO_RATE", "FOREIGN_TAX", "REVERSE_CHARGE", "ADJUSTMENT_RATE"
        ),
        "EffectiveTaxRate": many(ANY),
        "DisplayType": text(),
        "OriginalTaxRate": text(),
    }
    required = ("Name", "AgencyRef")
    operations = ("read", "query")
    in_cdc = False

    def prepare(self, books, body, old):
        body.setdefault("Description", body["Name"])
        body.setdefault("Active", True)
        body.setdefault("SpecialTaxType", "NONE")
        body.setdefault("DisplayType", "ReadOnly")

    def unique_name(self, body):
        return body["Name"]
