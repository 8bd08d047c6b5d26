"""What Invoice, CreditMemo, SalesReceipt, RefundReceipt and Estimate share."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import (
    ADDRESS,
    ANY,
    CUSTOM_FIELD,
    DATE,
    EMAIL,
    FIXED,
    FLAG,
    LINKED,
    MEMO,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, lines, numbering, stock, taxes, transaction
from .money_terms import currency_of
from .transaction import Transaction, against, home_total, rate_of

NUMBERED = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt")
FIELDS = {
    **transaction.FIELDS,
    "AutoDocNumber": FLAG,
    "ClassRef": ref("Class"),
    "LinkedTxn": many(LINKED),
    "Line": many(lines.LINE),
    "TxnTaxDetail": taxes.DETAIL,
    "CustomerRef": ref("Customer"),
    "CustomerMemo": MEMO,
    "BillAddr": ADDRESS,
    "ShipAddr": ADDRESS,
    "ShipFromAddr": ADDRESS,
    "FreeFormAddress": FLAG,
    "RemitToRef": ref(),
    "SalesRepRef": ref(),
    "PONumber": text(15),
    "FOB": text(),
    "ShipMethodRef": ref(),
    "ShipDate": DATE,
    "TrackingNum": text(),
    "GlobalTaxCalculation": enum("TaxExcluded", "TaxInclusive", "NotApplicable"),
    "TotalAmt": readonly(NUMBER),
    "HomeTotalAmt": readonly(NUMBER),
    "Balance": readonly(NUMBER),
    "HomeBalance": readonly(NUMBER),
    "ApplyTaxAfterDiscount": FLAG,
    "PrintStatus": enum("NotSet", "NeedToPrint", "PrintComplete"),
    "EmailStatus": enum("NotSet", "NeedToSend", "EmailSent"),
    "BillEmail": EMAIL,
    "BillEmailCc": EMAIL,
    "BillEmailBcc": EMAIL,
    "DeliveryInfo": readonly(struct(DeliveryType=text(), DeliveryTime=text())),
    "CustomField": many(CUSTOM_FIELD),
    "PaymentMethodRef": ref("PaymentMethod"),
    "PaymentRefNum": text(21),
    "PaymentType": enum("Cash", "Check", "CreditCard", "Expense", "Other"),
    "CheckPayment": ANY,
    "CreditCardPayment": ANY,
    "DepositToAccountRef": ref("Account"),
    "RecurringInfo": ANY,
    "ProjectRef": ref(),
    "Tag": many(ANY),
    "TaxFormType": text(),
    "TaxFormNum": text(),
    "EInvoiceStatus": FIXED,
    "ECloudStatusTimeStamp": FIXED,
    "ConvenienceFeeDetail": ANY,
    "PaymentDetailsMessage": text(),
    "DiscountRate": NUMBER,
    "DiscountAmt": NUMBER,
}


class SalesDocument(Transaction):
    """``sign`` is +1 where income is earned (credit), -1 where it is given back."""

    required = ("Line", "CustomerRef")
    computed = ("LinkedTxn", "Balance", "HomeBalance")
    unqueryable = (
        *Transaction.unqueryable,
        "ClassRef",
        "DepositToAccountRef",
        "PaymentMethodRef",
        "CustomerMemo",
    )
    sign = 1
    numbers = "sales"  # document number family
    numbered = NUMBERED

    def skip_reference(self, field, reference):
        return reference["value"] == lines.SHIPPING

    # -- writing -----------------------------------------------------------------

    def prepare(self, books, body, old):
        self.dated(books, body)
        customer = self._customer(books, body)
        currency_of(books, body, customer, old)
        sale = lines.arrange(books, body, customer)
        lines.number_lines(body, old)
        tax = taxes.compute(books, body, sale, customer, old)
        total = self._total(sale, tax)
        if total < 0:
            raise faults.business("The transaction total cannot be negative.")
        body["TotalAmt"] = money.amount(total)
        home_total(books, body, total)
        numbering.assign(books, body, old, self.numbers, self.numbered)
        self._defaults(books, body, customer)
        body.setdefault("Balance", 0)
        self.finish(books, body, old, customer)

    def finish(self, books, body, old, customer):
        """What only this kind of document has."""

    def _customer(self, books, body):
        if not body.get("CustomerRef"):
            return None
        return books.refer("Customer", body["CustomerRef"])

    @staticmethod
    def _total(sale, tax):
        shipping = sum(money.cents(line["Amount"]) for line in sale.shipping)
        return sale.subtotal - sale.reduction + shipping + tax.total

    @staticmethod
    def _defaults(books, body, customer):
        body.setdefault("ApplyTaxAfterDiscount", False)
        body.setdefault("PrintStatus", "NeedToPrint")
        body.setdefault("EmailStatus", "NotSet")
        body.setdefault("LinkedTxn", [])
        for name in ("BillAddr", "ShipAddr"):
            if customer and name not in body and customer.get(name):
                body[name] = dict(customer[name])
            elif body.get(name) and "Id" not in body[name]:
                body[name]["Id"] = books.next_id("addresses")
        if body["EmailStatus"] == "NeedToSend" and not body.get("BillEmail"):
            raise faults.Fault(
                6420,
                "Email address required",
                "An email address is required for this delivery type.",
            )
        shown = books.preferences["SalesFormsPrefs"].get("CustomField") or []
        shown = [dict(each) for each in shown if "DefinitionId" in each]
        if shown and "CustomField" not in body:
            body["CustomField"] = shown

    def voided(self, body):
        body = super().voided(body)
        body["Line"] = lines.emptied(body["Line"])
        body["TxnTaxDetail"] = {"TotalTax": 0}
        return body

    # -- ledger ------------------------------------------------------------------

    def postings(self, books, body):
        """Income, discount, shipping and tax against `counter`'s account."""
        rate = rate_of(books, body)
        parts = [*self._income(books, body), *self._tax(books, body)]
        result = []
        for account, cents, memo in parts:
            own = -self.sign * cents
            result.append(Posting(account, money.convert(own, rate), own, memo=memo))
        account, name = self.counter(books, body)
        goods = list(_all_items(body["Line"]))
        return [
            *against(result, account, name, body, rate),
            *stock.cost_postings(books, body, goods, self.sign),
        ]

    def link(self, books, body):
        stock.record(books, self.name, body, _all_items(body["Line"]), -self.sign)

    def counter(self, books, body):
        """(account id, name id) of the other side: A/R, or where the money went."""
        currency = body["CurrencyRef"]["value"]
        account = accounts.control(books, "Accounts Receivable", currency)
        return account, body["CustomerRef"]["value"]

    def _income(self, books, body):
        """(account, cents, memo) of every line; income is positive."""
        found = []
        for line in _all_items(body["Line"]):
            detail = line["SalesItemLineDetail"]
            value = money.cents(line["Amount"])
            if detail["ItemRef"]["value"] == lines.SHIPPING:
                account = accounts.shipping(books)
            else:
                item = books.find("Item", detail["ItemRef"]["value"])
                account = item.get("IncomeAccountRef", {}).get("value")
                account = account or accounts.by_subtype(
                    books, "SalesOfProductIncome", "Sales of Product Income", "Income"
                )
            found.append((account, value, line.get("Description")))
        for line in body["Line"]:
            if line["DetailType"] == "DiscountLineDetail":
                account = line["DiscountLineDetail"]["DiscountAccountRef"]["value"]
                found.append((account, -money.cents(line["Amount"]), None))
        return found

    @staticmethod
    def _tax(books, body):
        total = money.cents((body.get("TxnTaxDetail") or {}).get("TotalTax"))
        return [(accounts.sales_tax(books), total, "Sales tax")] if total else []

    # -- consequences --------------------------------------------------------------

    def parties(self, books, body):
        reference = body.get("CustomerRef")
        return [("Customer", reference["value"])] if reference else []

    def party_of(self, body):
        reference = body.get("CustomerRef")
        return int(reference["value"]) if reference else None


def _all_items(body_lines):
    for line in body_lines:
        if line["DetailType"] == "SalesItemLineDetail":
            yield line
        yield from _all_items(line.get("GroupLineDetail", {}).get("Line", []))
