from odoo.tests import BaseCase, tagged

from ..entities.account import matches
from ..entities.books import Books, Missing, references
from ..entities.customer import customer_values
from ..entities.item import item_values
from ..entities.payment import payment_values
from ..entities.payment_allocation import allocate, within
from ..entities.sales_document import document_values, is_voided
from ..entities.sales_lines import charged_taxes, line_values


def ref(value, name=None):
    return {"value": value, "name": name}


BOOKS = Books(
    ids={
        ("Customer", "1"): 11,
        ("Item", "5"): 55,
        ("Account", "4"): 44,
        ("Account", "86"): 86,
        ("TaxRate", "3"): 33,
        ("TaxRate", "7"): 77,
        ("Term", "3"): 30,
    },
    tax_codes={
        "5": {"SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": ref("7")}]}}
    },
    terms={"3": {"DueDays": 30}},
    accounts={"income": 400, "discount": 410},
    undeposited=ref("4", "Undeposited Funds"),
    company_id=1,
    currencies={"USD": 1, "EUR": 2},
)


def sale(amount, tax=None, **detail):
    detail = {"ItemRef": ref("5", "Hours"), **detail}
    if tax:
        detail["TaxCodeRef"] = ref(tax)
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": detail,
    }


def discount(amount, **detail):
    return {
        "DetailType": "DiscountLineDetail",
        "Amount": amount,
        "DiscountLineDetail": {"DiscountAccountRef": ref("86"), **detail},
    }


def tax(amount, rate="3"):
    line = {"Amount": amount, "TaxLineDetail": {"TaxRateRef": ref(rate)}}
    return {"TotalTax": amount, "TaxLine": [line]}


def prices(lines):
    return [
        (line["quantity"], line["price_unit"], line["tax_ids"])
        for line in lines
        if "price_unit" in line
    ]


@tagged("post_install", "-at_install")
class TestLines(BaseCase):
    """A line's Amount is the truth."""

    def lines(self, *lines, **fields):
        return line_values({"Line": list(lines), **fields}, BOOKS)

    def test_quantity_and_price_are_kept_where_they_give_the_amount(self):
        lines = self.lines(sale(0.66, Qty=2.5, UnitPrice=0.264))
        self.assertEqual(prices(lines), [(2.5, 0.264, [])])

    def test_a_price_that_leaves_fractions_of_cents_is_one_that_does_not(self):
        for quantity, price, amount in (
            (12, 3.333, 40.0),
            (15, 0.5306667, 7.96),
            (2.5, 0.33, 0.83),  # half a cent is rounded up
        ):
            with self.subTest(quantity=quantity):
                lines = self.lines(sale(amount, Qty=quantity, UnitPrice=price))
                self.assertEqual(prices(lines), [(quantity, amount / quantity, [])])

    def test_one_piece_at_the_amount_where_they_do_not(self):
        for quantity, price, amount in (
            (3.333333, 3, 10.0),  # Odoo keeps two digits of a quantity
            (2, 4.99, 10.0),
            (None, None, 10.0),
            (0, 10, 10.0),
        ):
            with self.subTest(quantity=quantity):
                lines = self.lines(sale(amount, Qty=quantity, UnitPrice=price))
                self.assertEqual(prices(lines), [(1.0, 10.0, [])])

    def test_taxable_lines_take_the_rates_of_a_us_document(self):
        lines = self.lines(
            sale(10, tax="TAX"), sale(20, tax="NON"), TxnTaxDetail=tax(0.8)
        )
        self.assertEqual([taxes for _q, _p, taxes in prices(lines)], [[33], []])

    def test_a_line_takes_the_rates_of_its_own_code_elsewhere(self):
        lines = self.lines(sale(10, tax="5"))
        self.assertEqual(prices(lines), [(1.0, 10, [77])])

    def test_a_code_that_is_newer_than_the_lists_is_waited_for(self):
        with self.assertRaises(Missing) as caught:
            self.lines(sale(10, tax="99"))
        self.assertEqual(caught.exception.key, "TaxCode:99")

    def test_lines_without_a_name_have_the_words_of_the_books(self):
        words = {"discount": "Rabatt", "shipping": "Versand"}
        books = Books(accounts={"income": 400, "discount": 410}, words=words)
        shipping = sale(12, ItemRef={"value": "SHIPPING_ITEM_ID"})
        lines = [shipping, discount(10, DiscountPercent=10)]
        values = line_values({"Line": lines}, books)
        self.assertEqual([v["name"] for v in values], ["Versand", "Rabatt 10 %"])

    def test_a_discount_after_tax_is_untaxed(self):
        lines = self.lines(sale(100, tax="TAX"), discount(10), TxnTaxDetail=tax(8))
        self.assertEqual(prices(lines)[-1], (1.0, -10, []))

    def test_a_discount_before_tax_is_spread_over_the_lines_by_their_taxes(self):
        lines = self.lines(
            sale(100, tax="TAX"),
            sale(50, tax="NON"),
            discount(10),
            TxnTaxDetail=tax(7.47),
            ApplyTaxAfterDiscount=True,
        )
        self.assertEqual(prices(lines)[2:], [(1.0, -6.67, [33]), (1.0, -3.33, [])])

    def test_a_discount_reduces_the_tax_where_every_line_has_a_code(self):
        lines = self.lines(
            sale(10, tax="5"), discount(2), GlobalTaxCalculation="TaxExcluded"
        )
        self.assertEqual(prices(lines)[-1], (1.0, -2, [77]))

    def test_shipping_bundles_and_notes(self):
        shipping = sale(12.5, ItemRef=ref("SHIPPING_ITEM_ID"))
        bundle = {
            "DetailType": "GroupLineDetail",
            "GroupLineDetail": {"GroupItemRef": ref("24", "Set"), "Line": [sale(5)]},
        }
        note = {"DetailType": "DescriptionOnly", "Description": "Thank you"}
        total = {"DetailType": "SubTotalLineDetail", "Amount": 17.5}
        lines = self.lines(bundle, note, total, shipping)
        self.assertEqual(
            [line["name"] for line in lines], ["Set", "Hours", "Thank you", "Shipping"]
        )
        self.assertEqual(lines[3]["account_id"], 400)

    def test_a_document_of_notes_only_gets_a_line_that_odoo_can_post(self):
        self.assertEqual([line["price_unit"] for line in self.lines()], [0.0])

    def test_charged_taxes_are_added_up_by_rate(self):
        detail = {
            "TaxLine": tax(1.1)["TaxLine"]
            + tax(2.2)["TaxLine"]
            + tax(3, "7")["TaxLine"]
        }
        charged = charged_taxes({"TxnTaxDetail": detail}, BOOKS)
        self.assertEqual({k: round(v, 2) for k, v in charged.items()}, {33: 3.3, 77: 3})


@tagged("post_install", "-at_install")
class TestDocument(BaseCase):
    PAYLOAD = {
        "Id": "9",
        "CustomerRef": ref("1"),
        "TxnDate": "2026-10-05",
        "DueDate": "2026-11-04",
        "SalesTermRef": ref("3"),
        "TotalAmt": 10,
        "Line": [sale(10)],
    }

    def values(self, **fields):
        return document_values({**self.PAYLOAD, **fields}, BOOKS, "out_invoice")

    def test_terms_count_where_they_lead_to_the_due_date(self):
        self.assertEqual(self.values()["invoice_payment_term_id"], 30)
        later = self.values(DueDate="2026-12-31")
        self.assertIs(later["invoice_payment_term_id"], False)
        self.assertEqual(later["invoice_date_due"], "2026-12-31")

    def test_a_rate_counts_for_foreign_currency_only(self):
        self.assertNotIn("invoice_currency_rate", self.values(ExchangeRate=1))
        euro = self.values(CurrencyRef=ref("EUR"), ExchangeRate=1.25)
        self.assertEqual(euro["invoice_currency_rate"], 0.8)
        same = self.values(CurrencyRef=ref("EUR"), ExchangeRate=1)
        self.assertEqual(same["invoice_currency_rate"], 1)

    def test_an_unknown_customer_and_no_customer_are_waited_for(self):
        for customer, key in ((ref("2"), "Customer:2"), (None, "Customer:")):
            with self.subTest(key=key), self.assertRaises(Missing) as caught:
                self.values(CustomerRef=customer)
            self.assertEqual(caught.exception.key, key)

    def test_zero_is_not_void_without_the_word(self):
        self.assertFalse(is_voided({"TotalAmt": 0}))
        self.assertFalse(is_voided({"TotalAmt": 5, "PrivateNote": "Voided once"}))
        self.assertTrue(is_voided({"TotalAmt": 0, "PrivateNote": "Voided - gift"}))

    def test_all_that_a_document_refers_to_is_found_in_bundles_too(self):
        bundle = {
            "DetailType": "GroupLineDetail",
            "GroupLineDetail": {"Line": [sale(5, ItemRef=ref("8"))]},
        }
        found = references("Invoice", {**self.PAYLOAD, "Line": [bundle]})
        self.assertEqual(found, {("Customer", "1"), ("Term", "3"), ("Item", "8")})


@tagged("post_install", "-at_install")
class TestPayment(BaseCase):
    def payload(self, total, *lines):
        return {
            "CustomerRef": ref("1"),
            "TotalAmt": total,
            "Line": [
                {"Amount": amount, "LinkedTxn": [{"TxnType": kind, "TxnId": id_}]}
                for kind, id_, amount in lines
            ],
        }

    def test_credits_are_used_first_and_money_pays_what_is_left(self):
        found = allocate(
            self.payload(
                70,
                ("Invoice", "1", 60),
                ("Invoice", "2", 50),
                ("CreditMemo", "3", 80),
                ("JournalEntry", "4", 10),
            )
        )
        self.assertEqual(found.credits, [["3", "1", 60], ["3", "2", 20]])
        self.assertEqual(found.foreign, [["JournalEntry", "4", "2", 10]])
        self.assertEqual((found.cash, found.rest), ([["2", 20]], 50))

    def test_what_closes_the_sum_tells_credits_from_charges(self):
        """TotalAmt + credits - charges = UnappliedAmt (page of Payment)."""
        invoice, entry = ("Invoice", "1", 100), ("JournalEntry", "4", 50)
        other, check = ("JournalEntry", "5", 30), ("Check", "6", 20)
        memo = ("CreditMemo", "3", 40)
        for total, unapplied, lines, cash, charges, rest in (
            (150, 0, (invoice, entry), 100, ["4"], 50),
            (50, 0, (invoice, entry), 50, [], 0),
            (160, 10, (invoice, entry), 100, ["4"], 60),
            (80, 0, (invoice, entry, other), 50, ["5"], 30),
            (110, 0, (invoice, memo, entry), 60, ["4"], 50),
            (200, 0, (entry, invoice, other, check), 100, ["4", "5", "6"], 100),
            (7, 3, (invoice, entry), 50, [], -43),  # it never closes: as credits
        ):
            with self.subTest(total=total, lines=lines):
                payload = {**self.payload(total, *lines), "UnappliedAmt": unapplied}
                found = allocate(payload)
                self.assertEqual(sum(amount for _id, amount in found.cash), cash)
                self.assertEqual([each[1] for each in found.charges], charges)
                self.assertEqual(found.rest, rest)

    def test_many_credits_of_unknown_sum_are_read_quickly(self):
        lines = [("JournalEntry", str(number), 1) for number in range(40)]
        payload = {**self.payload(0, *lines), "UnappliedAmt": 1}
        self.assertEqual(allocate(payload).charges, [])

    def test_what_is_meant_for_unknown_documents_stays_on_account(self):
        found = allocate(
            self.payload(
                70, ("Invoice", "1", 60), ("Invoice", "2", 30), ("CreditMemo", "3", 20)
            )
        )
        self.assertEqual(found.rest, 0)
        known = within(found, {("Invoice", "2"), ("CreditMemo", "3")})
        self.assertEqual((known.cash, known.credits, known.rest), ([["2", 30]], [], 40))

    def test_money_lies_in_undeposited_funds_unless_quickbooks_says_else(self):
        self.assertEqual(
            payment_values(self.payload(5), BOOKS)["outstanding_account_id"], 44
        )
        bank = {**self.payload(5), "DepositToAccountRef": ref("35", "Checking")}
        with self.assertRaises(Missing) as caught:
            payment_values(bank, BOOKS)
        self.assertEqual(caught.exception.key, "Account:35")


@tagged("post_install", "-at_install")
class TestNames(BaseCase):
    def test_an_inactive_customer_keeps_its_name(self):
        values = customer_values(
            {"Id": "2", "DisplayName": "Acme (deleted)", "Active": False}, BOOKS
        )
        self.assertEqual((values["name"], values["active"]), ("Acme", False))

    def test_every_address_of_a_customer_is_kept(self):
        mail = {"Address": "a@x.com; b@x.com ,"}
        values = customer_values({"Id": "2", "PrimaryEmailAddr": mail}, BOOKS)
        self.assertEqual(values["email"], "a@x.com, b@x.com")

    def test_categories_and_bundles_are_no_products(self):
        for kind in ("Category", "Group"):
            self.assertIsNone(item_values({"Name": "x", "Type": kind}, BOOKS))

    def test_an_account_is_matched_by_number_or_name_within_its_type(self):
        payload = {"Name": "Sales  income", "AccountType": "Income", "AcctNum": "4000"}
        account = {"code": "x", "name": "sales income", "account_type": "income"}
        self.assertTrue(matches(payload, account))
        self.assertTrue(matches(payload, {**account, "name": "y", "code": "4000"}))
        self.assertFalse(matches(payload, {**account, "account_type": "expense"}))
        self.assertFalse(matches(payload, {**account, "name": "y"}))
