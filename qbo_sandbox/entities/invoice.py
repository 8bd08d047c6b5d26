"""Invoices: what a customer owes; the balance falls as payments are applied."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import ANY, DATE, FLAG, NUMBER, readonly, ref, text
from . import accounts, autoapply, term, unapplying
from .sales import FIELDS, SalesDocument
from .transaction import rate_of

WRITABLE_LINKS = ("Estimate", "TimeActivity")


class Invoice(SalesDocument):
    name = "Invoice"
    fields = {
        **FIELDS,
        "SalesTermRef": ref("Term", label=False),
        "DueDate": DATE,
        "Deposit": NUMBER,
        "AllowIPNPayment": FLAG,
        "AllowOnlinePayment": FLAG,
        "AllowOnlineCreditCardPayment": FLAG,
        "AllowOnlineACHPayment": FLAG,
        "AllowOnlinePayPalPayment": FLAG,
        "AllowOnlineAffirmPayment": FLAG,
        "InvoiceLink": readonly(text()),
        "InvoiceLinkSecurityCode": readonly(text()),
        "InvoiceLinkExpiryDate": readonly(text()),
        "invoiceStatus": readonly(text()),
        "invoiceStatusLog": readonly(ANY),
        "callToAction": readonly(text()),
        "InvoiceEx": readonly(ANY),
        "LessCIS": NUMBER,
        "TxnApprovalInfo": readonly(ANY),
    }
    operations = (*SalesDocument.operations, "void", "send", "pdf")

    def finish(self, books, body, old, customer):
        self._due(books, body, old, customer)
        for name in (
            "AllowIPNPayment",
            "AllowOnlinePayment",
            "AllowOnlineCreditCardPayment",
            "AllowOnlineACHPayment",
        ):
            body.setdefault(name, False)
        deposit = money.cents(body.get("Deposit"))
        if deposit and not books.preferences["SalesFormsPrefs"].get("AllowDeposit"):
            raise faults.business("Deposits on invoices are not enabled.")
        if deposit and "DepositToAccountRef" in body:
            accounts.check_money(
                books, body["DepositToAccountRef"], body, "deposit account"
            )

    @staticmethod
    def _due(books, body, old, customer):
        reference = body.get("SalesTermRef")
        if reference is None and not old and customer.get("SalesTermRef"):
            reference = body["SalesTermRef"] = dict(customer["SalesTermRef"])
        if "DueDate" in body:
            return
        # The company's default term dates the invoice but is not shown on it.
        reference = reference or books.preferences["SalesFormsPrefs"].get(
            "DefaultTerms"
        )
        if reference:
            found = books.refer("Term", reference)
            body["DueDate"] = term.due_date(found, body["TxnDate"])
        else:
            body["DueDate"] = body["TxnDate"]

    def link(self, books, body):
        super().link(books, body)
        for link in body.get("LinkedTxn", []):
            if link.get("TxnType") in WRITABLE_LINKS:
                kind, target = link["TxnType"], link.get("TxnId")
                _check_link(books, kind, target, body)
                books.add_link("Invoice", body["Id"], kind, target)

    def postings(self, books, body):
        result = super().postings(books, body)
        deposit = money.cents(body.get("Deposit"))
        if deposit:
            target = body.get("DepositToAccountRef") or {
                "value": accounts.undeposited(books)
            }
            home = money.convert(deposit, rate_of(books, body))
            account, name = self.counter(books, body)
            result.append(Posting(target["value"], home, deposit))
            result.append(Posting(account, -home, -deposit, name))
        return result

    def after_create(self, books, body):
        autoapply.after_create(books, self.name, body)

    def after_update(self, books, body):
        unapplying.fit(books, self.name, body["Id"])

    def compute(self, books, body):
        paid = _payments(books, body)
        left = money.cents(body["TotalAmt"]) - money.cents(body.get("Deposit"))
        left -= sum(link[2] for link in paid)
        body["Balance"] = money.amount(left)
        if "HomeTotalAmt" in body:
            home = money.convert(left, body["ExchangeRate"])
            body["HomeBalance"] = money.amount(home)
        own = books.links_from("Invoice", body["Id"])
        body["LinkedTxn"] = [
            {"TxnId": str(txn), "TxnType": kind}
            for kind, txn, _cents in [*own, *paid]
            if kind != "Item"
        ]

    def voided(self, body):
        body = super().voided(body)
        if "Deposit" in body:
            body["Deposit"] = 0
        return body


def _check_link(books, kind, target, body):
    """:raises Fault: 620 for what is not there, or an estimate that is done with"""
    found = books.find(kind, target or "")
    if found is None:
        raise faults.cannot_link(f"{kind} {target} does not exist.")
    if kind == "Estimate" and found["TxnStatus"] not in ("Pending", "Accepted"):
        own = {"TxnId": body["Id"], "TxnType": "Invoice"}
        if own not in found["LinkedTxn"]:
            state = found["TxnStatus"].lower()
            raise faults.cannot_link(f"Estimate {target} is {state}.")


def _payments(books, body):
    return books.links_to("Invoice", body["Id"])
