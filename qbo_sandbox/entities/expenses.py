"""What Bill, VendorCredit, Purchase and PurchaseOrder share: lines of expenses."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import (
    ADDRESS,
    ANY,
    EMAIL,
    LINKED,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, stock, taxes, transaction
from .lines import Sale
from .transaction import Transaction, against, home_total, identify, rate_of

SHARED = dict(
    CustomerRef=ref("Customer"),
    ClassRef=ref("Class"),
    TaxCodeRef=ref("TaxCode", label=False),
    BillableStatus=enum("Billable", "NotBillable", "HasBeenBilled"),
    MarkupInfo=ANY,
    TaxAmount=NUMBER,
    TaxInclusiveAmt=NUMBER,
)
LINE = struct(
    Id=text(),
    LineNum=NUMBER,
    Description=text(4000),
    Amount=NUMBER,
    Received=NUMBER,
    DetailType=text(),
    LinkedTxn=many(LINKED),
    ProjectRef=ref(),
    CustomField=ANY,
    LineEx=ANY,
    AccountBasedExpenseLineDetail=struct(SHARED, AccountRef=ref("Account")),
    ItemBasedExpenseLineDetail=struct(
        SHARED,
        ItemRef=ref("Item"),
        Qty=NUMBER,
        UnitPrice=NUMBER,
        PriceLevelRef=ref(),
        ItemAccountRef=readonly(ref()),
    ),
    DescriptionLineDetail=ANY,
)
FIELDS = {
    **transaction.FIELDS,
    "Line": many(LINE),
    "TotalAmt": readonly(NUMBER),
    "HomeTotalAmt": readonly(NUMBER),
    "GlobalTaxCalculation": enum("TaxExcluded", "TaxInclusive", "NotApplicable"),
    "TxnTaxDetail": taxes.DETAIL,
    "RemitToAddr": ADDRESS,
    "VendorAddr": ADDRESS,
    "ReplyEmail": EMAIL,
    "Memo": text(4000),
    "ClassRef": ref("Class"),
    "IncludeInAnnualTPAR": ANY,
    "LessCIS": NUMBER,
    "CustomField": many(ANY),
}
DETAILS = ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail")


class ExpenseDocument(Transaction):
    """``sign`` is +1 where expenses are made (debit), -1 where they come back."""

    required = ("Line",)
    unqueryable = (*Transaction.unqueryable, "AccountRef", "EntityRef", "Memo")
    sign = 1

    def spend(self, books, body, old):
        """Check the lines and set the total and the tax; for `prepare`."""
        expenses = [line for line in body["Line"] if self._line(books, line)]
        if not expenses:
            raise faults.missing("Line")
        identify(body["Line"], (old or {}).get("Line", []))
        for number, line in enumerate(body["Line"], 1):
            line["LineNum"] = number
        for line in expenses:
            taxes.without_tax(books, line, body.get("GlobalTaxCalculation"), True)
        total = sum(money.cents(line["Amount"]) for line in expenses)
        if books.country != "US":
            sale = Sale(items=expenses, subtotal=total)
            tax = taxes.compute(books, body, sale, None, purchases=True)
            total += tax.total
        else:
            body.pop("TxnTaxDetail", None)
        if total < 0:
            raise faults.business("The transaction total cannot be negative.")
        body["TotalAmt"] = money.amount(total)
        home_total(books, body, total)

    @staticmethod
    def _line(books, line):
        kind = line.get("DetailType")
        if kind == "DescriptionOnly":
            return False
        if kind is None:
            raise faults.missing("Line.DetailType")
        if kind not in DETAILS:
            raise faults.invalid_enumeration("DetailType", kind)
        if line.get("Amount") is None:
            raise faults.missing("Line.Amount")
        line["Amount"] = money.amount(money.cents(line["Amount"]))
        detail = line.setdefault(kind, {})
        needed = "AccountRef" if kind.startswith("Account") else "ItemRef"
        if needed not in detail:
            raise faults.missing(f"Line.{kind}.{needed}")
        if detail.get("Qty") is not None and detail.get("UnitPrice") is not None:
            expected = money.times(detail["Qty"], detail["UnitPrice"])
            if expected != money.cents(line["Amount"]):
                raise faults.amount_wrong(line["Amount"])
        billable = "Billable" if detail.get("CustomerRef") else "NotBillable"
        detail.setdefault("BillableStatus", billable)
        if books.country == "US":
            detail.setdefault("TaxCodeRef", {"value": "NON"})
        return True

    def postings(self, books, body):
        rate = rate_of(books, body)
        result = []
        for line in body["Line"]:
            if line["DetailType"] in DETAILS:
                detail = line[line["DetailType"]]
                cents = self.sign * money.cents(line["Amount"])
                account = _account(books, detail)
                name = self._name_on(books, account, detail, body)
                home = money.convert(cents, rate)
                memo = line.get("Description")
                result.append(Posting(account, home, cents, name, memo))
        tax = self.sign * money.cents((body.get("TxnTaxDetail") or {}).get("TotalTax"))
        if tax:
            home = money.convert(tax, rate)
            result.append(Posting(accounts.sales_tax(books), home, tax, memo="Tax"))
        account, name = self.counter(books, body)
        return against(result, account, name, body, rate)

    def link(self, books, body):
        stock.record(books, self.name, body, body["Line"], self.sign)

    @staticmethod
    def _name_on(books, account, detail, body):
        """Whose A/R or A/P a line is on; other accounts need no name."""
        account = books.find("Account", account)
        needed = accounts.CONTROL.get(account["AccountType"])
        if needed is None:
            return 0
        payee = body.get("EntityRef") or {}
        reference = detail.get("CustomerRef") if needed == "Customer" else None
        reference = reference or (payee if payee.get("type") == needed else None)
        reference = reference or body.get(f"{needed}Ref")
        found = reference and books.find(needed, reference["value"])
        currency = body["CurrencyRef"]["value"]
        accounts.check_name(account, needed if found else None, found, currency)
        return reference["value"]

    def counter(self, books, body):
        """(account id, name id) of the other side."""
        currency = body["CurrencyRef"]["value"]
        account = accounts.control(books, "Accounts Payable", currency)
        return account, body["VendorRef"]["value"]

    def parties(self, books, body):
        found = []
        if body.get("VendorRef"):
            found.append(("Vendor", body["VendorRef"]["value"]))
        for line in body["Line"]:
            reference = line.get(line["DetailType"], {}).get("CustomerRef")
            if reference:
                found.append(("Customer", reference["value"]))
        return found

    def party_of(self, body):
        reference = body.get("VendorRef")
        return int(reference["value"]) if reference else None


def _account(books, detail):
    if "AccountRef" in detail:
        return detail["AccountRef"]["value"]
    item = books.find("Item", detail["ItemRef"]["value"])
    for name in ("AssetAccountRef", "ExpenseAccountRef", "IncomeAccountRef"):
        if item.get(name):
            return item[name]["value"]
    raise faults.Fault(6440, "Missing account", f"Item {item['Name']} has no account.")
