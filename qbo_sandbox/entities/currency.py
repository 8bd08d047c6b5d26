"""Currencies in use and their rates."""

from .. import faults
from ..kernel import names
from ..kernel.currencies import CURRENCIES
from ..kernel.entity import Entity
from ..kernel.schema import DATE, FLAG, NUMBER, clean, readonly, text
from . import plan

TAKEN = "This currency is already in use."


class CompanyCurrency(Entity):
    name = "CompanyCurrency"
    fields = {"Code": text(3), "Name": readonly(text()), "Active": FLAG}
    required = ("Code",)

    def prepare(self, books, body, old):
        plan.need(books, "Multi-currency")
        if not books.multicurrency:
            raise faults.feature_missing("Multi-currency")
        if body["Code"] not in CURRENCIES:
            raise faults.Fault(
                2220, "Invalid Currency Type", f"Supplied value:{body['Code']}"
            )
        body.setdefault("Active", True)
        body["Name"] = CURRENCIES[body["Code"]]
        own = old and old["Id"]
        names.check_unique(books, ("CompanyCurrency",), body["Code"], own, TAKEN)

    def unique_name(self, body):
        return body["Code"]


class ExchangeRate(Entity):
    """Read by currency and date, set by POST; the answer has no id of note."""

    name = "ExchangeRate"
    fields = {
        "SourceCurrencyCode": text(3),
        "TargetCurrencyCode": text(3),
        "Rate": NUMBER,
        "AsOfDate": DATE,
    }
    required = ("SourceCurrencyCode", "Rate")
    operations = ("create", "update", "query")
    in_cdc = False

    def prepare(self, books, body, old):
        if body["SourceCurrencyCode"] == books.home_currency:
            raise faults.business("The rate of the home currency is 1.")
        if body["SourceCurrencyCode"] not in CURRENCIES:
            raise faults.Fault(2220, "Invalid Currency Type", "SourceCurrencyCode")
        if body["Rate"] <= 0:
            raise faults.out_of_range("Rate", body["Rate"])
        body["TargetCurrencyCode"] = books.home_currency
        body.setdefault("AsOfDate", books.clock.today())

    def columns(self, books, body):
        return 1, None, None, body["AsOfDate"], None


def set_rate(books, body):
    """Create the rate of a currency and day, or change it; returns the object."""
    body = clean(books.kinds["ExchangeRate"].fields, body, "ExchangeRate")
    day = body.get("AsOfDate") or books.clock.today()
    row = books.connection.execute(
        "SELECT id, token FROM objects WHERE realm=? AND entity='ExchangeRate'"
        " AND txn_date=? AND json_extract(body, '$.SourceCurrencyCode')=?",
        (books.realm, day, body.get("SourceCurrencyCode")),
    ).fetchone()
    if row is None:
        return books.create("ExchangeRate", body)
    body = {**body, "Id": str(row[0]), "SyncToken": str(row[1])}
    return books.update("ExchangeRate", body)


def rate_on_day(books, currency, day):
    """The object of the newest rate not after ``day``; 1 when there is none."""
    if currency not in CURRENCIES:
        raise faults.Fault(2220, "Invalid Currency Type", f"Supplied value:{currency}")
    row = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity='ExchangeRate' AND txn_date<=?"
        " AND json_extract(body, '$.SourceCurrencyCode')=?"
        " ORDER BY txn_date DESC LIMIT 1",
        (books.realm, day, currency),
    ).fetchone()
    if row:
        return books.find("ExchangeRate", row[0])
    return {
        "SourceCurrencyCode": currency,
        "TargetCurrencyCode": books.home_currency,
        "Rate": 1,
        "AsOfDate": day,
    }
