"""Journal entries: debits and credits by hand; lines on A/R and A/P need a name."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import (
    ANY,
    FLAG,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, numbering, unapplying
from .deposit import entity_kind
from .money_terms import currency_of
from .transaction import FIELDS, Transaction, identify, rate_of

LINE = struct(
    Id=text(),
    LineNum=NUMBER,
    Description=text(4000),
    Amount=NUMBER,
    DetailType=text(),
    ProjectRef=ref(),
    LinkedTxn=ANY,
    LineEx=ANY,
    JournalEntryLineDetail=struct(
        PostingType=enum("Debit", "Credit"),
        Entity=struct(Type=text(), EntityRef=ref()),
        AccountRef=ref("Account"),
        ClassRef=ref("Class"),
        DepartmentRef=ref("Department"),
        TaxCodeRef=ref("TaxCode", label=False),
        TaxApplicableOn=enum("Sales", "Purchase"),
        TaxAmount=NUMBER,
        TaxInclusiveAmt=NUMBER,
        BillableStatus=enum("Billable", "NotBillable", "HasBeenBilled"),
        JournalCodeRef=ref(),
    ),
)


class JournalEntry(Transaction):
    name = "JournalEntry"
    fields = {
        **FIELDS,
        "Line": many(LINE),
        "Adjustment": FLAG,
        "TotalAmt": readonly(NUMBER),
        "HomeTotalAmt": readonly(NUMBER),
        "GlobalTaxCalculation": text(),
        "TxnTaxDetail": ANY,
        "HomeCurrencyAdjustment": FLAG,
        "EnteredInHomeCurrency": FLAG,
        "CustomField": many(ANY),
    }
    required = ("Line",)
    computed = ("LinkedTxn",)

    def prepare(self, books, body, old):
        self.dated(books, body)
        if len(body["Line"]) < 2:
            raise faults.missing("Line")
        currency_of(books, body, None, old)
        sides = {"Debit": 0, "Credit": 0}
        identify(body["Line"], (old or {}).get("Line", []), first=0)
        for line in body["Line"]:
            detail = self._line(books, line, body["CurrencyRef"]["value"])
            sides[detail["PostingType"]] += money.cents(line["Amount"])
        if sides["Debit"] != sides["Credit"]:
            raise faults.unbalanced(sides["Debit"] / 100, sides["Credit"] / 100)
        body["TotalAmt"] = 0
        body.setdefault("Adjustment", False)
        if "autodocnumber" in books.options:
            body.setdefault("DocNumber", numbering.AUTO)
        if body.get("DocNumber") == numbering.AUTO:
            number = numbering.following(books.last("number:journal", "0"))
            body["DocNumber"] = number
            books.remember("number:journal", number)

    @staticmethod
    def _line(books, line, currency):
        line.setdefault("DetailType", "JournalEntryLineDetail")
        detail = line.get("JournalEntryLineDetail") or {}
        if line.get("Amount") is None:
            raise faults.missing("Line.Amount")
        if line["Amount"] < 0:
            raise faults.Fault(2290, "Negative Amount", f"Line.Amount:{line['Amount']}")
        if "PostingType" not in detail:
            raise faults.Fault(
                2260, "Missing Posting Type", "JournalEntryLineDetail.PostingType"
            )
        if "AccountRef" not in detail:
            raise faults.missing("Line.JournalEntryLineDetail.AccountRef")
        line["Amount"] = money.amount(money.cents(line["Amount"]))
        account = books.refer("Account", detail["AccountRef"])
        accounts.check_name(account, *_name(books, detail), currency)
        return detail

    def postings(self, books, body):
        rate = rate_of(books, body)
        result = []
        for line in body["Line"]:
            detail = line["JournalEntryLineDetail"]
            cents = money.cents(line["Amount"])
            cents = cents if detail["PostingType"] == "Debit" else -cents
            name = detail.get("Entity", {}).get("EntityRef", {}).get("value", 0)
            result.append(
                Posting(
                    detail["AccountRef"]["value"],
                    money.convert(cents, rate),
                    cents,
                    name,
                    line.get("Description"),
                )
            )
        rest = sum(each.home for each in result)  # a cent lost in conversion
        result[-1].home -= rest
        return result

    def after_update(self, books, body):
        unapplying.fit(books, self.name, body["Id"])
        unapplying.fit(books, self.name, body["Id"], payable=True)

    def parties(self, books, body):
        found = []
        for line in body["Line"]:
            entity = line["JournalEntryLineDetail"].get("Entity")
            if entity:
                found.append((entity["Type"], entity["EntityRef"]["value"]))
        return found


def _name(books, detail):
    """Check and label the name of a line; (kind, body) or (None, None)."""
    entity = detail.get("Entity")
    if not entity or "EntityRef" not in entity:
        detail.pop("Entity", None)
        return None, None
    reference = {**entity["EntityRef"], "type": entity.get("Type", "")}
    kind = entity_kind(books, reference)
    found = books.refer(kind, reference)
    label = books.kinds[kind].label(found)
    entity["Type"] = kind
    entity["EntityRef"] = {"value": reference["value"], "name": label}
    return kind, found
