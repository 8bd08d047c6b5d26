"""Bank deposits: payments out of Undeposited Funds, and other money; both freeze what
they hold (6540) until the deposit lets it go."""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from ..kernel.schema import (
    ANY,
    DATE,
    FLAG,
    LINKED,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    struct,
    text,
)
from . import accounts, unapplying
from .money_terms import currency_of
from .transaction import FIELDS, Transaction, home_total, identify, rate_of

HOLDS = ("Payment", "SalesReceipt", "RefundReceipt", "Transfer", "JournalEntry")
LINE = struct(
    Id=text(),
    LineNum=NUMBER,
    Description=text(4000),
    Amount=NUMBER,
    DetailType=text(),
    LinkedTxn=many(LINKED),
    ProjectRef=ref(),
    DepositLineDetail=struct(
        Entity=ref(),
        ClassRef=ref("Class"),
        AccountRef=ref("Account"),
        PaymentMethodRef=ref("PaymentMethod"),
        CheckNum=text(),
        TxnType=text(),
        TaxCodeRef=ref("TaxCode", label=False),
        TaxApplicableOn=enum("Sales", "Purchase"),
    ),
    LineEx=ANY,
    CustomField=ANY,
)


class Deposit(Transaction):
    name = "Deposit"
    fields = {
        **FIELDS,
        "Line": many(LINE),
        "DepositToAccountRef": ref("Account"),
        "CashBack": struct(AccountRef=ref("Account"), Amount=NUMBER, Memo=text()),
        "TotalAmt": readonly(NUMBER),
        "HomeTotalAmt": readonly(NUMBER),
        "GlobalTaxCalculation": text(),
        "TxnTaxDetail": ANY,
        "CustomField": many(ANY),
        "DueDate": DATE,
        "ClassRef": ref("Class"),
        "Adjustment": FLAG,
    }
    required = ("DepositToAccountRef", "Line")
    computed = ("LinkedTxn",)
    unqueryable = (
        *Transaction.unqueryable,
        "TotalAmt",
        "DepositToAccountRef",
        "CashBack",
    )

    def prepare(self, books, body, old):
        self.dated(books, body)
        currency_of(books, body, None, old)
        accounts.check_money(
            books, body["DepositToAccountRef"], body, "deposit account"
        )
        held = [line for line in body["Line"] if line.get("LinkedTxn")]
        _check_once(held)
        other = [line for line in body["Line"] if not line.get("LinkedTxn")]
        body["Line"] = [self._held(books, line, body, old) for line in held]
        identify(other, (old or {}).get("Line", []))
        for number, line in enumerate(other, 1):
            _other(books, line, body["CurrencyRef"]["value"])
            line["LineNum"] = number
        body["Line"] += other
        total = sum(money.cents(line["Amount"]) for line in body["Line"])
        total -= _cash_back(books, body)
        if total < 0:
            raise faults.business("The total of a deposit cannot be negative.")
        body["TotalAmt"] = money.amount(total)
        home_total(books, body, total)

    @staticmethod
    def _held(books, line, body, old):
        """A line that takes a whole payment out of Undeposited Funds."""
        if line.get("DetailType") == "DepositLineDetail":
            detail = line.get("DepositLineDetail") or {}
            if "AccountRef" not in detail:
                raise faults.missing("Line.DepositLineDetail.AccountRef")
            raise faults.business("Select a bank account for this deposit")
        link = line["LinkedTxn"][0]
        kind, txn = link.get("TxnType"), link.get("TxnId") or ""
        found = books.find(kind, txn) if kind in HOLDS else None
        if found is None:
            raise faults.cannot_link(f"{kind} {txn} cannot be deposited.")
        holders = books.links_to(kind, txn)
        if any(
            h[0] == "Deposit" and str(h[1]) != (old or {}).get("Id") for h in holders
        ):
            raise faults.cannot_link(f"{kind} {txn} has been deposited already.")
        waiting = waiting_cents(books, kind, txn)
        if waiting == 0 or found["CurrencyRef"] != body["CurrencyRef"]:
            raise faults.cannot_link(f"{kind} {txn} is not in Undeposited Funds.")
        if money.cents(line.get("Amount")) != waiting:
            raise faults.Fault(
                6460,
                "Deposit mismatch",
                f"{kind} {txn} is {waiting / 100:.2f} and is deposited whole.",
            )
        shown = {"TxnId": str(txn), "TxnType": kind, "TxnLineId": "0"}
        return {"Amount": money.amount(waiting), "LinkedTxn": [shown]}

    def link(self, books, body):
        for line in body["Line"]:
            for link in line.get("LinkedTxn", []):
                cents = money.cents(line["Amount"])
                books.add_link(
                    "Deposit", body["Id"], link["TxnType"], link["TxnId"], cents
                )

    def postings(self, books, body):
        rate = rate_of(books, body)
        result = []
        for line in body["Line"]:
            result.append(self._source(books, line, rate))
        back = body.get("CashBack")
        if back:
            cents = money.cents(back["Amount"])
            home = money.convert(cents, rate)
            result.append(Posting(back["AccountRef"]["value"], home, cents))
        total = money.cents(body["TotalAmt"])
        home = -sum(each.home for each in result)
        place = body["DepositToAccountRef"]["value"]
        result.insert(0, Posting(place, home, total, memo=body.get("PrivateNote")))
        return result

    @staticmethod
    def _source(books, line, rate):
        cents = money.cents(line["Amount"])
        if line.get("LinkedTxn"):
            link = line["LinkedTxn"][0]
            home = waiting_cents(books, link["TxnType"], link["TxnId"], "home")
            return Posting(accounts.undeposited(books), -home, -cents)
        detail = line["DepositLineDetail"]
        name = (detail.get("Entity") or {}).get("value", 0)
        home = money.convert(cents, rate)
        return Posting(
            detail["AccountRef"]["value"], -home, -cents, name, line.get("Description")
        )

    def after_update(self, books, body):
        unapplying.fit(books, self.name, body["Id"], payable=True)

    def parties(self, books, body):
        found = []
        for line in body["Line"]:
            entity = line.get("DepositLineDetail", {}).get("Entity")
            if entity:
                found.append((entity_kind(books, entity), entity["value"]))
        return found


def _check_once(lines):
    """:raises Fault: 620 for a transaction that stands on two lines"""
    links = [line["LinkedTxn"][0] for line in lines]
    txns = [(link.get("TxnType"), str(link.get("TxnId"))) for link in links]
    for kind, txn in txns:
        if txns.count((kind, txn)) > 1:
            raise faults.cannot_link(f"{kind} {txn} is there twice.")


def _cash_back(books, body):
    """Cents that are taken out of a deposit at once."""
    back = body.get("CashBack")
    if back is None:
        return 0
    for name in ("AccountRef", "Amount"):
        if back.get(name) is None:
            raise faults.missing(f"CashBack.{name}")
    account = books.refer("Account", back["AccountRef"])
    accounts.check_name(account, None, None, None)
    return money.cents(back["Amount"])


def _other(books, line, currency):
    """Complete a line of other money."""
    line.setdefault("DetailType", "DepositLineDetail")
    if line.get("Amount") is None:
        raise faults.missing("Line.Amount")
    detail = line.get("DepositLineDetail") or {}
    if "AccountRef" not in detail:
        raise faults.missing("Line.DepositLineDetail.AccountRef")
    line["Amount"] = money.amount(money.cents(line["Amount"]))
    entity = detail.get("Entity")
    kind = found = None
    if entity:
        kind = entity_kind(books, entity)
        found = books.refer(kind, entity)
        detail["Entity"] = {
            "value": entity["value"],
            "name": books.kinds[kind].label(found),
            "type": kind.upper(),
        }
    account = books.refer("Account", detail["AccountRef"])
    accounts.check_name(account, kind, found, currency)


def entity_kind(books, reference):
    """Customer, Vendor or Employee, from the type given or from the shared ids."""
    given = str(reference.get("type", "")).capitalize()
    if given in ("Customer", "Vendor", "Employee"):
        return given
    for kind in ("Customer", "Vendor", "Employee"):
        if books.find(kind, reference["value"]):
            return kind
    raise faults.bad_reference("Name", reference["value"])


def waiting_cents(books, kind, txn, column="amount"):
    """What a transaction put into Undeposited Funds, in cents."""
    row = books.connection.execute(
        f"SELECT COALESCE(SUM({column}), 0) FROM postings INDEXED BY postings_txn"
        " WHERE realm=? AND entity=? AND txn=? AND account=?",
        (books.realm, kind, int(txn), int(accounts.undeposited(books))),
    ).fetchone()
    return row[0]
