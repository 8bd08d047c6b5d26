"""A British company: VAT codes on every line, pounds at home, euros and dollars too."""

from . import company

RATES = {1: ("VAT 20%", 20), 2: ("VAT 5%", 5), 3: ("Zero", 0), 4: ("VAT 20% in", 20)}
# id: (name, sales rate ids, purchase rate ids)
CODES = {
    2: ("20.0% S", (1,), (4,)),
    3: ("5.0% R", (2,), ()),
    4: ("0.0% Z", (3,), ()),
    5: ("No VAT", (), ()),
}
EXCHANGE = {"EUR": 0.85, "USD": 0.78}  # pounds for one


def plant(sandbox, realm=company.REALM):
    with sandbox.writing(realm, deferred=True) as books:
        company.found(
            books,
            "Albion Gardens Ltd",
            country="GB",
            currency="GBP",
            taxes={"UsingSalesTax": True},
            multicurrency=True,
        )
        agency = books.create("TaxAgency", {"DisplayName": "HMRC"})["Id"]
        for identifier, (name, percent) in RATES.items():
            company.add_rate(books, name, percent, agency, identifier)
        for identifier, (name, sales, purchases) in CODES.items():
            company.add_code(books, name, sales, identifier, purchases)
        company.lists(books)
        for code, rate in EXCHANGE.items():
            books.create("CompanyCurrency", {"Code": code})
            books.create(
                "ExchangeRate",
                {"SourceCurrencyCode": code, "Rate": rate, "AsOfDate": "2020-01-01"},
            )
        books.create(
            "Account",
            {
                "Name": "Euro account",
                "AccountType": "Bank",
                "AccountSubType": "Checking",
                "CurrencyRef": {"value": "EUR"},
            },
        )
        for name, currency in (("Hyde Park Cafe", "GBP"), ("Jardins de Lyon", "EUR")):
            body = {"DisplayName": name, "CurrencyRef": {"value": currency}}
            books.create("Customer", body)
        books.changes.clear()
