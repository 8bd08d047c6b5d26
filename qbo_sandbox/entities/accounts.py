"""Which account a posting goes to when a document does not say."""

from .. import faults


def receivable(books):
    """Ids of all A/R accounts (one per currency)."""
    return _remembered(books, "Accounts Receivable")


def payable(books):
    """Ids of all A/P accounts (one per currency)."""
    return _remembered(books, "Accounts Payable")


def _remembered(books, account_type):
    """Ids of the accounts of a type, in order of creation."""
    place = ("type", account_type)
    if place not in books.special_accounts:
        rows = books.connection.execute(
            "SELECT id FROM objects WHERE realm=? AND entity='Account' AND deleted=0"
            " AND json_extract(body, '$.AccountType')=? ORDER BY id",
            (books.realm, account_type),
        )
        books.special_accounts[place] = [row[0] for row in rows]
    return books.special_accounts[place]


def control(books, account_type, currency):
    """The A/R or A/P account of a currency; made when first needed, as QuickBooks
    does ("Accounts Receivable (A/R) - EUR")."""
    for identifier in _remembered(books, account_type):
        account = books.find("Account", identifier)
        if account["CurrencyRef"]["value"] == currency:
            return str(identifier)
    short = "A/R" if account_type == "Accounts Receivable" else "A/P"
    home = currency == books.home_currency
    made = books.create(
        "Account",
        {
            "Name": f"{account_type} ({short})" + ("" if home else f" - {currency}"),
            "AccountType": account_type,
            "CurrencyRef": {"value": currency},
        },
    )
    return made["Id"]


def by_subtype(books, subtype, name, account_type):
    """The account with a special job, made with these properties if it is missing."""
    known = books.special_accounts
    if subtype not in known:
        row = books.connection.execute(
            "SELECT id FROM objects WHERE realm=? AND entity='Account' AND active=1"
            " AND json_extract(body, '$.AccountSubType')=? ORDER BY id LIMIT 1",
            (books.realm, subtype),
        ).fetchone()
        if row is None:
            made = books.create(
                "Account",
                {"Name": name, "AccountType": account_type, "AccountSubType": subtype},
            )
            row = (made["Id"],)
        known[subtype] = str(row[0])
    return known[subtype]


def undeposited(books):
    return by_subtype(
        books, "UndepositedFunds", "Undeposited Funds", "Other Current Asset"
    )


def discounts(books):
    return by_subtype(books, "DiscountsRefundsGiven", "Discounts given", "Income")


def shipping(books):
    preferred = books.preferences["SalesFormsPrefs"].get("DefaultShippingAccount")
    if preferred and books.find("Account", preferred):
        return str(preferred)
    return by_subtype(books, "ShippingIncome", "Shipping Income", "Income")


def sales_tax(books):
    return by_subtype(
        books, "SalesTaxPayable", "Sales Tax Payable", "Other Current Liability"
    )


def exchange(books):
    return by_subtype(
        books, "ExchangeGainOrLoss", "Exchange Gain or Loss", "Other Expense"
    )


def opening_equity(books):
    return by_subtype(books, "OpeningBalanceEquity", "Opening Balance Equity", "Equity")


def check_type(books, reference, types, what):
    """The account a reference means.

    :raises Fault: 2500, or 6430 when its type is none of ``types``
    """
    account = books.refer("Account", reference)
    if account["AccountType"] not in types:
        name = account["Name"]
        raise faults.account_type_used(
            f"{what} {name} is of type {account['AccountType']}, "
            f"needed: {' or '.join(types)}."
        )
    return account


MONEY_ACCOUNTS = ("Bank", "Other Current Asset")
RESULTS = (
    "Income", "Other Income", "Expense", "Other Expense", "Cost of Goods Sold",
)  # fmt: skip
CONTROL = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}


def check_name(account, kind, party, currency):
    """Money on A/R and A/P is somebody's, so that names and accounts add up.

    :param kind: Customer, Vendor, Employee, or None where no name was given
    :param party: the name's body
    :param currency: of the transaction
    :raises Fault: 6000
    """
    needed = CONTROL.get(account["AccountType"])
    if needed is None:
        return
    if kind is None:
        raise faults.business(
            f"When you use Accounts Receivable or Payable, choose a {needed} in the "
            "Name field."
        )
    if kind != needed:
        raise faults.business(f"The account needs a {needed}, not a {kind}.")
    if {each["CurrencyRef"]["value"] for each in (account, party)} != {currency}:
        raise faults.business(
            f"{account['Name']}, the name and the transaction must be in one currency."
        )


def check_money(books, reference, body, what):
    """An account that money goes to or comes from, in home or the document's currency.

    :raises Fault: 2500, 6430, 6000
    """
    account = check_type(books, reference, MONEY_ACCOUNTS, what)
    currency = account["CurrencyRef"]["value"]
    if currency not in (books.home_currency, body["CurrencyRef"]["value"]):
        raise faults.business(
            f"The {what} is in {currency}, the transaction in another currency."
        )
    return account
