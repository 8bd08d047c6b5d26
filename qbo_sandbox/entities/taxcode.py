"""Tax codes. The API only reads them; TaxService makes them.

US companies have the pseudo codes TAX, NON and CustomSalesTax beside numbered ones.
"""

from ..kernel.entity import Entity
from ..kernel.schema import FLAG, NUMBER, many, ref, struct, text

RATES = struct(
    TaxRateDetail=many(
        struct(
            TaxRateRef=ref("TaxRate"),
            TaxTypeApplicable=text(),
            TaxOrder=NUMBER,
            TaxOnTaxOrder=NUMBER,
        )
    )
)


class TaxCode(Entity):
    name = "TaxCode"
    fields = {
        "Name": text(100),
        "Description": text(),
        "Active": FLAG,
        "Hidden": FLAG,
        "Taxable": FLAG,
        "TaxGroup": FLAG,
        "TaxCodeConfigType": text(),
        "SalesTaxRateList": RATES,
        "PurchaseTaxRateList": RATES,
    }
    required = ("Name",)
    operations = ("read", "query")
    in_cdc = False
    odd_ids = ("TAX", "NON", "CustomSalesTax")

    def prepare(self, books, body, old):
        body.setdefault("Description", body["Name"])
        body.setdefault("Active", True)
        body.setdefault("Taxable", True)
        body.setdefault("TaxGroup", True)

    def unique_name(self, body):
        return body["Name"]
