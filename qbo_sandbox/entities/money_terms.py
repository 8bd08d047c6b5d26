"""Currency and exchange rate of a transaction."""

from .. import faults
from ..kernel.currencies import CURRENCIES
from .people import check_currency


def currency_of(books, body, party, old):
    """Set ``CurrencyRef`` (and ``ExchangeRate`` with several currencies).

    :param party: customer or vendor, whose currency it must be; or None
    :raises Fault: 2020 when the company has several and none is given; 6000 when it
        is not the party's
    """
    own = (party or {}).get("CurrencyRef", {}).get("value")
    given = (body.get("CurrencyRef") or {}).get("value")
    if books.multicurrency and given is None and not old:
        raise faults.missing("CurrencyRef")
    currency = given or own or books.home_currency
    check_currency(books, currency)
    if own and currency != own:
        raise faults.business(
            f"The transaction currency {currency} differs from the currency {own} "
            "of the customer or vendor."
        )
    body["CurrencyRef"] = {"value": currency, "name": CURRENCIES[currency]}
    if not books.multicurrency:
        body.pop("ExchangeRate", None)
    elif currency == books.home_currency:
        body["ExchangeRate"] = 1
    elif body.get("ExchangeRate", 0) < 0:
        raise faults.out_of_range("ExchangeRate", body["ExchangeRate"])
    elif not body.get("ExchangeRate"):
        body["ExchangeRate"] = rate_on(books, currency, body["TxnDate"])


def rate_on(books, currency, date):
    """Home units for one unit: the newest rate not after ``date``, else 1."""
    row = books.connection.execute(
        "SELECT json_extract(body, '$.Rate') FROM objects WHERE realm=?"
        " AND entity='ExchangeRate' AND deleted=0"
        " AND json_extract(body, '$.SourceCurrencyCode')=? AND txn_date<=?"
        " ORDER BY txn_date DESC LIMIT 1",
        (books.realm, currency, date),
    ).fetchone()
    return row[0] if row else 1
