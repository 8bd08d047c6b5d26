"""Random histories: both sides do what they like, in any order; then both agree.

Several are lived through at a time, each with customers of its own, so that the sync
works on all of them together, as it does in life.
"""

import logging
import os
from collections import Counter
from contextlib import suppress
from itertools import zip_longest
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .history import DATES, REFUSALS, Accountant, Bookkeeper, Trade, deeds, pick
from .import_common import ImportCase
from .reconciliation import OF_ODOO, Reconciliation
from .test_reconciliation import BritishCase
from .twin_documents import TwinDocuments

#: How many histories are lived through; more of them for a thorough night.
HISTORIES = int(os.environ.get("QBO_HISTORIES", "300"))
#: How many of them are those of a company with several currencies.
FOREIGN = HISTORIES // 3
AT_A_TIME = 10
_logger = logging.getLogger(__name__)

step = st.tuples(
    st.sampled_from(
        [("quickbooks", word) for word in deeds(Bookkeeper)]
        + [("odoo", word) for word in deeds(Accountant)]
        + [("between", "sync"), ("between", "run_jobs")]
    ),
    st.integers(0, 5),
    st.integers(0, 3),
)
history = st.lists(step, min_size=4, max_size=8)


class World(NamedTuple):
    """Two customers, and who works for them on each side."""

    quickbooks: Bookkeeper
    odoo: Accountant


class HistoryCase(ImportCase):
    """American customers, with sales tax."""

    as_one = {}

    def setUp(self):
        super().setUp()
        self.counts = Counter()
        self.worlds = [self.world(number) for number in range(AT_A_TIME)]
        for world in self.worlds:
            self.begin(world)
        self.settle()
        self.ledgers = Reconciliation(self.quickbooks, self.backend, self.as_one)
        self.assertSidesAgree()
        self.beginning = self.quickbooks.snapshot()

    def world(self, number):
        trade = self.trade(number)
        customers = [
            self.customer(f"{name} {number}", **trade.terms)
            for name in ("Ash", "Birch")
        ]
        self.sync()
        partners = [self.in_odoo("Customer", each) for each in customers]
        journal = self.company_data["default_journal_bank"]
        income = self.row("Account", {"Id": "1"}).account_id
        return World(
            Bookkeeper(self.quickbooks, customers, trade),
            Accountant(self.env, self.company, partners, journal, income, trade),
        )

    def trade(self, _number):
        return Trade(
            terms={},
            rates=(),
            codes=("NON", "TAX"),
            taxed={"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}}},
            tax=self.tax(),
            currency=self.company.currency_id,
        )

    def tax(self):
        """The Odoo tax behind QuickBooks' tax code 2."""
        code = self.row("TaxCode", {"Id": "2"}).payload
        [rate] = code["SalesTaxRateList"]["TaxRateDetail"]
        return self.row("TaxRate", {"Id": rate["TaxRateRef"]["value"]}).tax_id

    def begin(self, world):
        """Something of each kind, from each side."""
        for actor in world:
            for who in range(2):
                actor.invoice(who, who)
            actor.pay(0, 0)
        world.quickbooks.credit_memo(0, 1)
        world.odoo.credit_note(1, 1)
        world.quickbooks.pay_on_account(1, 2)
        world.odoo.pay_on_account(0, 2)

    def live(self, histories):
        """Do all this, a step of each history in turn."""
        for steps in zip_longest(*histories):
            for world, each in zip(self.worlds, steps, strict=False):
                if each:
                    self.do(world, *each)

    def do(self, world, deed, first, second):
        actor, word = deed
        if actor == "between":
            getattr(self, word)()
        else:
            self.counts["tried"] += 1
            with suppress(*REFUSALS), self.env.cr.savepoint():
                getattr(getattr(world, actor), word)(first, second)
                self.counts["done"] += 1

    def sync(self):
        self.let_time_pass()
        return super().sync()

    def settle(self):
        """Let the sync run until it is quiet."""
        for _round in range(6):
            run = self.sync()
            self.assertEqual(run.state, "done", run.message)
            if not run.read_count and not self.pending():
                return
        self.fail("The two sides never come to rest")

    def pending(self):
        domain = [("company_id", "=", self.company.id), ("qbo_state", "=", "pending")]
        models = ("account.move", "account.payment")
        return sum(self.env[model].search_count(domain) for model in models)

    def assertSidesAgree(self):
        told = {}
        for world in self.worlds:
            twins = TwinDocuments(*world, self.backend)
            self.assertFalse(twins.silent(), "\n".join(twins.silent()))
            told |= twins.told()
            self.counts["told"] += bool(twins.told())
            self.counts["lived"] += 1
        found = self.ledgers.differences(told)
        self.assertFalse(found, "\n".join(found))

    def live_through(self, count):
        """Live through so many histories, and compare both sides after each."""

        @settings(
            max_examples=-(-count // AT_A_TIME),
            derandomize=True,
            deadline=None,
            database=None,
            # Without what explains failures: it traces every line, which takes long.
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(history, min_size=AT_A_TIME, max_size=AT_A_TIME))
        def some(histories):
            self.quickbooks.restore(self.beginning)
            everything = self.env.cr.savepoint()
            try:
                self.live(histories)
                self.settle()
                self.assertSidesAgree()
            finally:
                everything.close(rollback=True)

        some()
        _logger.info("Histories: %s", dict(self.counts))
        # Else it would prove little: deeds that are done, and most without a word.
        self.assertGreater(self.counts["done"], self.counts["tried"] * 0.8)
        self.assertLess(self.counts["told"], self.counts["lived"] * 0.6)


class TestHistories(HistoryCase):
    def test_whatever_happens_both_sides_agree_or_say_why_not(self):
        self.live_through(HISTORIES - FOREIGN)


class TestForeignHistories(HistoryCase, BritishCase):
    """A British company: VAT, and customers that pay in pounds, euros or dollars."""

    as_one = OF_ODOO
    RATES = {
        "GBP": (),
        "EUR": (0.85, 0.8537, 0.8811, 0.8399),
        "USD": (0.78, 0.7913, 0.7444, 0.8021),
    }

    def setUp(self):
        for code, rates in self.RATES.items():
            for date, rate in zip(DATES, rates, strict=False):
                self.env["res.currency.rate"].create(
                    {
                        "currency_id": self.env.ref(f"base.{code}").id,
                        "company_id": self.company.id,
                        "name": date,
                        "rate": 1 / rate,
                    }
                )
        super().setUp()

    def trade(self, number):
        code = pick([*self.RATES], number)
        return Trade(
            terms={"CurrencyRef": {"value": code}},
            rates=self.RATES[code],
            codes=("4", "2"),
            taxed={},
            tax=self.tax(),
            currency=self.env.ref(f"base.{code}"),
        )

    def test_whatever_happens_in_any_currency_both_sides_agree_or_say_why_not(self):
        self.live_through(FOREIGN)
