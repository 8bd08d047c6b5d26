"""A landscaping firm after a year of business.

Deterministic but for the dates, which end on the day of seeding. Everything is made
in the order of its dates through the same code as the API, at a clock that walks
through the year, so times, balances and links are what a year of use would leave.
"""

import random
from datetime import datetime, timedelta

from ..clock import PACIFIC, Clock
from . import company, empty
from .demo_lists import BUNDLE, CUSTOMERS, EMPLOYEES, ITEMS, JOBS, VENDORS

INVOICES = 150
RECENT = 25  # the newest invoices are not paid yet
PAIRS = range(10, 120, 12)  # this invoice and the next are paid by one payment
ROLES = (  # what becomes of the other older invoices
    ["void"] * 6 + ["credit"] * 4 + ["partial"] * 12 + ["over"] * 4 + ["full"] * 64
)
UNAPPLIED = 6  # payments on account
CHECKING = "35"


class WalkingClock(Clock):
    """Stands at ten o'clock of the day that the story has reached."""

    def __init__(self, last_day):
        super().__init__()
        self.last_day = last_day
        self.moment = None

    def go(self, offset, hour=10):
        """To some days before (negative) the last day."""
        day = self.last_day + timedelta(days=offset)
        self.moment = day.replace(hour=hour).timestamp()

    def now(self):
        self.moment += 1  # no two things at the same second
        return self.moment


def plant(sandbox, realm=company.REALM):
    today = datetime.fromtimestamp(sandbox.clock.now(), PACIFIC)
    clock = WalkingClock(today.replace(hour=0, minute=0, second=0, microsecond=0))
    clock.go(-366)
    with sandbox.writing(realm, deferred=True) as books:
        books.clock = clock
        empty.start(books, "Green Acres Landscaping")
        _lists(books)
        books.changes.clear()
    with sandbox.writing(realm) as books:
        books.clock = clock
        _Year(books, clock).live()
        books.changes.clear()


def _lists(books):
    for name, given, family, city, state, code, term, taxable in CUSTOMERS:
        mail = f"{given}.{family}@example.com".lower().replace("'", "")
        address = {
            "Line1": f"{len(name) * 37} {family} Street",
            "City": city,
            "CountrySubDivisionCode": state,
            "PostalCode": code,
            "Country": "USA",
        }
        body = {
            "DisplayName": name,
            "CompanyName": name,
            "GivenName": given,
            "FamilyName": family,
            "PrimaryEmailAddr": {"Address": mail},
            "PrimaryPhone": {
                "FreeFormNumber": f"(520) 555-{len(mail) * 173 % 10000:04}"
            },
            "BillAddr": address,
            "ShipAddr": dict(address),
            "SalesTermRef": {"value": str(term)},
            "Taxable": taxable,
            "DefaultTaxCodeRef": {"value": "3" if state == "AZ" else "2"},
        }
        books.create("Customer", body)
    for name, parent in JOBS:
        found = books.connection.execute(
            "SELECT id FROM objects WHERE realm=? AND entity='Customer' AND name=?",
            (books.realm, parent),
        ).fetchone()
        parent_id = str(found[0])
        body = {"DisplayName": name, "Job": True, "ParentRef": {"value": parent_id}}
        for inherited in ("SalesTermRef", "DefaultTaxCodeRef", "BillAddr"):
            body[inherited] = books.find("Customer", parent_id)[inherited]
        books.create("Customer", body)
    for name in VENDORS:
        books.create("Vendor", {"DisplayName": name})
    for given, family in EMPLOYEES:
        books.create("Employee", {"GivenName": given, "FamilyName": family})
    ids = {}
    for name, kind, account, price, taxable, description in ITEMS:
        body = company.service(name, account, price, Taxable=taxable)
        body.update(Type=kind, Description=description)
        ids[name] = books.create("Item", body)["Id"]
    members = [{"ItemRef": {"value": ids[n]}, "Qty": q} for n, q in BUNDLE[1]]
    books.create(
        "Item",
        {
            "Name": BUNDLE[0],
            "Type": "Group",
            "ItemGroupDetail": {"ItemGroupLine": members},
        },
    )


class _Year:
    """The documents of a year, planned first and then lived day by day."""

    def __init__(self, books, clock):
        self.books = books
        self.clock = clock
        self.random = random.Random(19)
        self.customers = self._all("Customer")
        self.items = [i for i in self._all("Item") if i.get("UnitPrice")]
        self.bundle = next(i for i in self._all("Item") if i["Type"] == "Group")
        self.events = []  # (day, order, function, arguments)
        self.payments = 0

    def _all(self, entity):
        rows = self.books.connection.execute(
            "SELECT id FROM objects WHERE realm=? AND entity=? ORDER BY id",
            (self.books.realm, entity),
        )
        return [self.books.find(entity, row[0]) for row in rows.fetchall()]

    def live(self):
        self._plan()
        while self.events:
            self.events.sort(key=lambda event: event[:2])
            day, _order, function, arguments = self.events.pop(0)
            self.clock.go(day)
            function(day, *arguments)

    def _at(self, day, function, *arguments):
        self.events.append((min(day, -1), len(self.events) + day, function, arguments))

    def _plan(self):
        roles = self._roles()
        for index in range(INVOICES):
            day = -358 + round(index * 357 / INVOICES)
            self._at(day, self._invoice, index, roles)
        for number in range(UNAPPLIED):
            self._at(-300 + number * 55, self._on_account)
        self._at(-20, self._credit_memo, self.customers[5], 120)

    def _roles(self):
        """{invoice index: what becomes of it}; open ones are not in it."""
        roles = {}
        for index in PAIRS:
            roles[index], roles[index + 1] = "first", "second"
        others = [i for i in range(INVOICES - RECENT) if i not in roles]
        self.random.shuffle(others)
        roles.update(zip(others, ROLES, strict=False))
        return roles

    # -- invoices ------------------------------------------------------------------

    def _invoice(self, day, index, roles):
        role = roles.get(index)
        customer = self.random.choice(self.customers)
        if role == "second":
            customer = self.previous
        self.previous = customer
        made = self.books.create("Invoice", self._invoice_body(index, customer))
        self._follow(day, role, made, customer)

    def _invoice_body(self, index, customer):
        lines = [self._line() for _ in range(self.random.randint(1, 4))]
        if index % 25 == 3:
            lines.append(self._bundle_line())
        if index % 10 == 4:
            text = "Thank you for letting us work in your garden."
            lines.append({"DetailType": "DescriptionOnly", "Description": text})
        if index % 12 == 5:
            lines.append(_discount(percent=self.random.choice([5, 10, 12.5])))
        elif index % 15 == 7:
            lines.append(_discount(fixed=10))
        if index % 18 == 8:
            lines.append(_shipping(12.5))
        body = {"CustomerRef": {"value": customer["Id"]}, "Line": lines}
        if customer["Taxable"]:
            code = customer["DefaultTaxCodeRef"]["value"]
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}}
            body["ApplyTaxAfterDiscount"] = index % 24 == 5
        if index % 20 == 9:
            body["PrivateNote"] = "Crew of two, gate code at the office"
        return body

    def _line(self):
        item = self.random.choice(self.items)
        quantity = self.random.choice([1, 2, 3, 4, 4.5, 6, 8, 12])
        price = item["UnitPrice"]
        return {
            "DetailType": "SalesItemLineDetail",
            "Description": item["Description"],
            "Amount": round(quantity * price + 1e-9, 2),
            "SalesItemLineDetail": {
                "ItemRef": {"value": item["Id"]},
                "Qty": quantity,
                "UnitPrice": price,
            },
        }

    def _bundle_line(self):
        detail = {"GroupItemRef": {"value": self.bundle["Id"]}, "Quantity": 1}
        return {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}

    # -- what becomes of them --------------------------------------------------------

    def _follow(self, day, role, invoice, customer):
        later = day + self.random.randint(3, 45)
        if role == "void":
            self._at(day + 2, self._void, invoice["Id"])
        elif role == "credit":
            self._at(later, self._credit, invoice["Id"], customer)
        elif role == "first":
            self.first = invoice["Id"]
        elif role == "second":
            self._at(later, self._pay, customer, [self.first, invoice["Id"]], 1)
        elif role in ("full", "partial", "over"):
            part = {"full": 1, "partial": 0.4, "over": 1}[role]
            extra = 25 if role == "over" else 0
            self._at(later, self._pay, customer, [invoice["Id"]], part, extra)

    def _pay(self, day, customer, invoices, part, extra=0):
        lines = []
        for identifier in invoices:
            owed = self.books.find("Invoice", identifier)["Balance"]
            link = {"TxnId": identifier, "TxnType": "Invoice"}
            lines.append({"Amount": round(owed * part, 2), "LinkedTxn": [link]})
        total = round(sum(line["Amount"] for line in lines) + extra, 2)
        self._receive(customer, total, lines)

    def _receive(self, customer, total, lines):
        self.payments += 1
        method = self.random.choice(["1", "2", "2", "2", "3", "4", "8"])
        body = {
            "CustomerRef": {"value": customer["Id"]},
            "TotalAmt": total,
            "PaymentMethodRef": {"value": method},
            "Line": lines,
        }
        if method == "2":
            body["PaymentRefNum"] = str(5200 + self.payments)
        if self.payments % 9 == 0:
            body["DepositToAccountRef"] = {"value": CHECKING}
        self.books.create("Payment", body)

    def _on_account(self, day):
        customer = self.random.choice(self.customers)
        self._receive(customer, self.random.choice([50, 100, 150, 250]), [])

    def _void(self, day, identifier):
        token = self.books.find("Invoice", identifier)["SyncToken"]
        self.books.void("Invoice", {"Id": identifier, "SyncToken": token})

    def _credit_memo(self, day, customer, amount):
        line = self._line()
        line["Amount"] = amount
        for name in ("Qty", "UnitPrice"):
            line["SalesItemLineDetail"].pop(name)
        line["SalesItemLineDetail"]["TaxCodeRef"] = {"value": "NON"}
        body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
        return self.books.create("CreditMemo", body)

    def _credit(self, day, identifier, customer):
        """A credit memo, applied wholly, or partly to what the invoice is open."""
        owed = self.books.find("Invoice", identifier)["Balance"]
        wholly = self.payments % 2
        memo = self._credit_memo(day, customer, owed if wholly else owed + 40)
        lines = [
            {"Amount": owed, "LinkedTxn": [{"TxnId": each, "TxnType": kind}]}
            for each, kind in ((identifier, "Invoice"), (memo["Id"], "CreditMemo"))
        ]
        self._receive(customer, 0, lines)


def _discount(percent=None, fixed=None):
    detail = {"PercentBased": fixed is None}
    line = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
    if fixed is None:
        detail["DiscountPercent"] = percent
    else:
        line["Amount"] = fixed
    return line


def _shipping(amount):
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
    }
