"""After any history: cash basis balances, and what is open is what A/R and A/P say."""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, invariant, multiple, rule

from qbo_sandbox import reports
from qbo_sandbox.reports import openitems, scope, source

from .conftest import sold
from .test_properties import CENTS, REALM, Bookkeeping

DAYS = [f"2026-{month:02}-15" for month in (1, 3, 5, 7, 9, 11)]
DAY = st.sampled_from(DAYS)
LAST = "2027-12-31"
RUNS, SETTLED = Counter(), Counter()


class Reporting(Bookkeeping):
    """`Bookkeeping` on days in any order, with vendors; its rules are the same."""

    vendors = Bundle("vendors")
    documents = Bookkeeping.documents
    dated = DAYS[0]
    # Customers owe journal entries as well here; open items are compared instead.
    customers_owe_what_their_documents_say = None

    def body(self, customer, **more):
        return super().body(customer, TxnDate=self.dated, **more)

    @rule(day=DAY)
    def another_day(self, day):
        self.dated = day

    @initialize(target=vendors)
    def vendor(self):
        return self.write("create", "Vendor", {"DisplayName": "Quarry"})

    @rule(
        target=documents,
        kind=st.sampled_from(["Bill", "VendorCredit"]),
        vendor=vendors,
        amounts=st.lists(CENTS, min_size=1, max_size=3),
    )
    def spend(self, kind, vendor, amounts):
        return self.made(kind, {**self.of(vendor), "Line": [*map(spent, amounts)]})

    @rule(
        target=documents,
        vendor=vendors,
        total=CENTS | st.just(0),
        parts=st.lists(st.tuples(documents, CENTS), min_size=1, max_size=3),
    )
    def pay_bills(self, vendor, total, parts):
        body = {**self.of(vendor), "TotalAmt": total, "PayType": "Check"}
        body["CheckPayment"] = {"BankAccountRef": {"value": "35"}}
        body["Line"] = [linked(amount, *place) for place, amount in parts]
        return self.made("BillPayment", body)

    @rule(target=documents, customer=Bookkeeping.customers, amount=CENTS)
    def correct(self, customer, amount):
        """A journal entry that the customer owes."""
        who = {"Type": "Customer", "EntityRef": {"value": customer["Id"]}}
        lines = [
            entry("Debit", "84", amount, Entity=who),
            entry("Credit", "83", amount),
        ]
        return self.made("JournalEntry", {"TxnDate": self.dated, "Line": lines})

    def of(self, vendor):
        return {"VendorRef": {"value": vendor["Id"]}, "TxnDate": self.dated}

    def made(self, kind, body):
        done = self.write("create", kind, body)
        return (kind, done["Id"]) if done else multiple()

    # -- what must hold ------------------------------------------------------------

    def sums(self, basis):
        """{(day, account): cents} of what a basis makes of the books."""
        with self.sandbox.lock:
            books = self.sandbox.reading(REALM)
            asked = scope.read(books, {"accounting_method": basis, "date_macro": "All"})
            with source.opened(books, asked, True):
                return {
                    tuple(place): cents
                    for *place, cents in books.connection.execute(
                        f"SELECT date, account, SUM(home) FROM {asked.source}"
                        " GROUP BY date, account"
                    )
                }

    @invariant()
    def cash_basis_balances_on_every_day(self):
        by_day = Counter()
        for (day, _account), cents in self.sums("Cash").items():
            by_day[day] += cents
        assert not any(by_day.values())

    @invariant()
    def what_is_open_on_a_day_is_the_control_account(self):
        with self.sandbox.lock:
            books = self.sandbox.reading(REALM)
            for day in (DAYS[2], DAYS[4], LAST):
                for side in (openitems.RECEIVABLE, openitems.PAYABLE):
                    asked = scope.read(books, {"report_date": day})
                    with source.opened(books, asked, False):
                        found = list(openitems.find(books, side, asked))
                    control = side.accounts(books)
                    (balance,) = self.rows(
                        "SELECT COALESCE(SUM(home), 0) FROM postings WHERE date<=?"
                        f" AND account IN ({','.join('?' * len(control))})",
                        day,
                        *control,
                    )[0]
                    assert sum(item.rest for item in found) == side.sign * balance

    def teardown(self):
        """When all is settled in the end, both bases say the same."""
        RUNS[type(self)] += 1
        for body in self.bodies("Deposit"):
            self.write("delete", "Deposit", body)
        for entity in ("CreditMemo", "Payment", "Invoice", "Bill", "VendorCredit"):
            for body in self.bodies(entity):
                self.settle(entity, self.find(entity, body["Id"]))
        if not any(self.open_items()):
            SETTLED[type(self)] += 1
            totals = {"Cash": Counter(), "Accrual": Counter()}
            for basis, found in totals.items():
                for (_day, account), cents in self.sums(basis).items():
                    found[account] += cents
                totals[basis] = {a: c for a, c in found.items() if c}
            assert totals["Cash"] == totals["Accrual"]
        super().teardown()

    def open_items(self):
        for name in ("AgedReceivables", "AgedPayables"):
            with self.sandbox.lock:
                books = self.sandbox.reading(REALM)
                yield reports.answer(books, name, {"report_date": LAST})["Rows"]

    def settle(self, entity, body):
        """Use up a credit by a new document, pay what is owed."""
        left = body.get("UnappliedAmt", body.get("Balance"))
        if not left:
            return
        if entity in ("Bill", "VendorCredit"):
            self.settle_vendor(entity, body, left)
            return
        who = {name: body[name] for name in ("CustomerRef", "CurrencyRef")}
        if entity == "Invoice":
            paid = {**who, "TotalAmt": left, "Line": [linked(left, entity, body["Id"])]}
            self.write("create", "Payment", paid)
            return
        untaxed = {"Line": [sold(left, code="NON" if self.seed == "empty" else None)]}
        if self.seed != "empty":
            untaxed["GlobalTaxCalculation"] = "NotApplicable"
        invoice = self.write("create", "Invoice", {**who, **untaxed})
        lines = [linked(left, "Invoice", invoice["Id"])]
        if entity == "Payment":
            self.write("update", "Payment", {**body, "Line": [*body["Line"], *lines]})
        else:
            lines.append(linked(left, entity, body["Id"]))
            self.write("create", "Payment", {**who, "TotalAmt": 0, "Line": lines})

    def settle_vendor(self, entity, body, left):
        total, lines = left, [linked(left, entity, body["Id"])]
        who = {"VendorRef": body["VendorRef"]}
        if entity == "VendorCredit":
            bill = self.write("create", "Bill", {**who, "Line": [spent(left)]})
            total, lines = 0, [*lines, linked(left, "Bill", bill["Id"])]
        source_ = {"BankAccountRef": {"value": "35"}}
        paid = {**who, "TotalAmt": total, "PayType": "Check", "CheckPayment": source_}
        self.write("create", "BillPayment", {**paid, "Line": lines})


def linked(amount, kind, identifier):
    return {"Amount": amount, "LinkedTxn": [{"TxnId": identifier, "TxnType": kind}]}


def spent(amount):
    detail = {"AccountRef": {"value": "7"}}
    kind = "AccountBasedExpenseLineDetail"
    return {"Amount": amount, "DetailType": kind, kind: detail}


def entry(side, account, amount, **more):
    detail = {"PostingType": side, "AccountRef": {"value": account}, **more}
    kind = "JournalEntryLineDetail"
    return {"Amount": amount, "DetailType": kind, kind: detail}


class BritishReporting(Reporting):
    """The same with VAT, and three currencies with rates of their own each time."""

    seed = "uk-vat"
    currencies = ("GBP", "EUR", "USD")
    tax_code = "2"


TestReporting = Reporting.TestCase
TestBritishReporting = BritishReporting.TestCase
TestReporting.settings = TestBritishReporting.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_the_histories_above_do_get_settled():
    """Else nothing was compared in the end; of those that ran before this."""
    for kind, runs in RUNS.items():
        assert SETTLED[kind] > runs / 3
