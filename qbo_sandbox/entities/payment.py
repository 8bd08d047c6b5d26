"""Receive Payment: money from a customer, applied to invoices; credits join in.

``UnappliedAmt = TotalAmt + credits used - invoices paid``; a line that asks for more
than the invoice is open gets what is open, and the rest stays unapplied.
"""

from .. import faults
from ..kernel import money
from ..kernel.entity import Entity
from ..kernel.ledger import Posting
from ..kernel.schema import (
    ANY,
    CURRENCY,
    DATE,
    FIXED,
    FLAG,
    LINKED,
    NUMBER,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts
from .customer import family
from .money_terms import currency_of

CHARGES = ("Invoice",)  # what a payment pays
CREDITS = ("CreditMemo",)  # what a payment uses


class Payment(Entity):
    name = "Payment"
    fields = {
        "TxnDate": DATE,
        "TxnStatus": text(),
        "DocNumber": readonly(text()),
        "DepartmentRef": ref("Department"),
        "CurrencyRef": CURRENCY,
        "ExchangeRate": NUMBER,
        "PrivateNote": text(4000),
        "TxnSource": text(),
        "LinkedTxn": readonly(many(LINKED)),
        "Line": many(
            struct(
                Id=text(),
                LineNum=NUMBER,
                Description=text(4000),
                Amount=NUMBER,
                DetailType=text(),
                LinkedTxn=many(LINKED),
                LineEx=FIXED,
            )
        ),
        "CustomerRef": ref("Customer"),
        "ARAccountRef": ref("Account"),
        "DepositToAccountRef": ref("Account", label=False),
        "PaymentMethodRef": ref("PaymentMethod", label=False),
        "PaymentRefNum": text(21),
        "PaymentType": text(),
        "CheckPayment": ANY,
        "CreditCardPayment": ANY,
        "TotalAmt": NUMBER,
        "UnappliedAmt": readonly(NUMBER),
        "ProcessPayment": FLAG,
        "TaxExemptionRef": ref(),
        "TransactionLocationType": text(),
        "PaymentEx": readonly(ANY),
        "CustomField": many(ANY),
    }
    sequence = "transactions"
    transaction = True
    operations = ("create", "update", "delete", "void", "read", "query", "pdf", "send")
    required = ("CustomerRef", "TotalAmt")
    computed = ("Line", "LinkedTxn", "UnappliedAmt")
    unqueryable = ("PrivateNote", "DepositToAccountRef", "DepartmentRef", "Line")

    def refuse_sparse(self, books, body):
        """Seen live: a sparse update of a payment is refused, void excepted."""
        raise faults.missing("CustomerRef")

    def guard(self, books, old):
        books.check_open(old["TxnDate"])
        if any(link[0] == "Deposit" for link in books.links_to("Payment", old["Id"])):
            raise faults.deposited()

    def prepare(self, books, body, old):
        body.setdefault("TxnDate", books.clock.today())
        books.check_open(body["TxnDate"])
        if body["TotalAmt"] < 0:
            raise faults.business("The payment amount cannot be negative.")
        body["TotalAmt"] = money.amount(money.cents(body["TotalAmt"]))
        customer = books.refer("Customer", body["CustomerRef"])
        currency_of(books, body, customer, old)
        body.setdefault("ProcessPayment", False)
        body.setdefault("DepositToAccountRef", {"value": accounts.undeposited(books)})
        accounts.check_type(
            books, body["DepositToAccountRef"], accounts.MONEY_ACCOUNTS, "deposit account"
        )
        if "Line" not in body and old:  # all lines or none: none means unchanged
            body["Line"] = [dict(line) for line in old["Line"]]
        body["Line"] = [_checked(books, line, body) for line in body.get("Line", [])]
        body.setdefault("UnappliedAmt", 0)

    def same(self, new, old):
        return super().same(new, old) and _applied(new) == _applied(old)

    def link(self, books, body):
        """Apply; credits are counted first, then invoices as far as money goes."""
        asked = [(money.cents(l["Amount"]), l["LinkedTxn"][0]) for l in body["Line"]]
        credit = sum(_take(books, body, l, c) for c, l in asked if _is_credit(l))
        money_in = money.cents(body["TotalAmt"]) + credit
        for cents, link in asked:
            if not _is_credit(link):
                money_in -= _take(books, body, link, cents)
        if money_in < 0:
            raise faults.business(
                "The amounts applied are more than the payment and its credits."
            )

    def postings(self, books, body):
        total = money.cents(body["TotalAmt"])
        rate = body.get("ExchangeRate", 1) if books.multicurrency else 1
        home = money.convert(total, rate)
        currency = body["CurrencyRef"]["value"]
        receivable = accounts.control(books, "Accounts Receivable", currency)
        customer = body["CustomerRef"]["value"]
        memo = body.get("PrivateNote")
        return [
            Posting(body["DepositToAccountRef"]["value"], home, total, memo=memo),
            Posting(receivable, -home, -total, customer, memo),
        ]

    def compute(self, books, body):
        applied = books.links_from("Payment", body["Id"])
        body["Line"] = [_shown(books, *link) for link in applied]
        left = money.cents(body["TotalAmt"])
        for entity, _txn, cents in applied:
            left += cents if entity in CREDITS else -cents
        body["UnappliedAmt"] = money.amount(left)
        deposits = books.links_to("Payment", body["Id"])
        body["LinkedTxn"] = [{"TxnId": str(d[1]), "TxnType": d[0]} for d in deposits]

    def voided(self, body):
        note = body.get("PrivateNote")
        body["PrivateNote"] = f"Voided - {note}" if note else "Voided"
        body.update(TotalAmt=0, UnappliedAmt=0, Line=[])
        return body

    def parties(self, books, body):
        return [("Customer", body["CustomerRef"]["value"])]

    def party_of(self, body):
        return int(body["CustomerRef"]["value"])


def _is_credit(link):
    return link["TxnType"] in CREDITS


def _checked(books, line, body):
    """One line, its single link being to a document of the customer's family."""
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    if line["Amount"] < 0:
        raise faults.Fault(2290, "Negative Amount", f"Line.Amount:{line['Amount']}")
    links = line.get("LinkedTxn") or []
    if len(links) != 1:
        raise faults.missing("Line.LinkedTxn")
    kind, txn = links[0].get("TxnType"), links[0].get("TxnId")
    if kind not in CHARGES + CREDITS:
        raise faults.cannot_link(f"a payment cannot be linked to {kind} {txn}.")
    found = books.find(kind, txn or "")
    if found is None:
        raise faults.not_found()
    payer = body["CustomerRef"]["value"]
    if family(books, found["CustomerRef"]["value"]) != family(books, payer):
        raise faults.cannot_link(f"{kind} {txn} is another customer's.")
    if found["CurrencyRef"] != body["CurrencyRef"]:
        raise faults.cannot_link(f"{kind} {txn} is in another currency.")
    link = {"TxnId": str(txn), "TxnType": kind}
    return {"Amount": money.amount(money.cents(line["Amount"])), "LinkedTxn": [link]}


def _take(books, body, link, cents):
    """Record one application, as far as the document is open; returns its cents."""
    kind, txn = link["TxnType"], link["TxnId"]
    used = sum(each[2] for each in books.links_to(kind, txn))
    document = books.find(kind, txn)
    total = money.cents(document["TotalAmt"]) - money.cents(document.get("Deposit"))
    cents = min(cents, total - used)
    if cents > 0:
        books.add_link("Payment", body["Id"], kind, txn, cents)
    return max(cents, 0)


def _applied(body):
    return [(line["Amount"], line["LinkedTxn"]) for line in body["Line"]]


def _shown(books, entity, txn, cents):
    """A line as answered, with the extras that QuickBooks adds (LineEx)."""
    document = books.find(entity, txn)
    others = sum(each[2] for each in books.links_to(entity, txn)) - cents
    opened = money.cents(document["TotalAmt"]) - others
    extras = [("txnId", str(txn)), ("txnOpenBalance", f"{opened / 100:.2f}")]
    if document.get("DocNumber"):
        extras.append(("txnReferenceNumber", document["DocNumber"]))
    return {
        "Amount": money.amount(cents),
        "LinkedTxn": [{"TxnId": str(txn), "TxnType": entity}],
        "LineEx": {"any": [_extra(*pair) for pair in extras]},
    }


def _extra(name, value):
    """The form in which JSON shows an XML extension (recorded for PurchaseEx)."""
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "value": {"Name": name, "Value": value},
        "nil": False,
        "globalScope": True,
        "typeSubstituted": False,
    }
