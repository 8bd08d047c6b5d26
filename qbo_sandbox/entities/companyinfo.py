"""The company itself. Its id in the body is "1"; it is read by the realm id too."""

from ..kernel.entity import Entity
from ..kernel.schema import (
    ADDRESS,
    EMAIL,
    NAME_VALUE,
    PHONE,
    WEB,
    many,
    readonly,
    text,
)


class CompanyInfo(Entity):
    name = "CompanyInfo"
    fields = {
        "CompanyName": text(1024),
        "LegalName": text(1024),
        "CompanyAddr": ADDRESS,
        "LegalAddr": ADDRESS,
        "CustomerCommunicationAddr": ADDRESS,
        "CompanyEmailAddr": EMAIL,
        "Email": EMAIL,
        "CustomerCommunicationEmailAddr": EMAIL,
        "PrimaryPhone": PHONE,
        "WebAddr": WEB,
        "EmployerId": text(),
        "Country": readonly(text()),
        "CompanyStartDate": readonly(text()),
        "FiscalYearStartMonth": readonly(text()),
        "SupportedLanguages": readonly(text()),
        "DefaultTimeZone": readonly(text()),
        "MultiByteCharsSupported": readonly(text()),
        "NameValue": readonly(many(NAME_VALUE)),
    }
    required = ("CompanyName",)
    operations = ("update", "read", "query")
    unqueryable = ("NameValue",)

    def prepare(self, books, body, old):
        for name, field in self.fields.items():
            if field.readonly and name in old:
                body.setdefault(name, old[name])
