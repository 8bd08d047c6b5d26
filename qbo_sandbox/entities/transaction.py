"""What transactions share: an id sequence, closed books, deposits that freeze."""

from .. import faults
from ..kernel import money
from ..kernel.entity import Entity
from ..kernel.ledger import Posting, check_range
from ..kernel.schema import CURRENCY, DATE, LINKED, NUMBER, many, readonly, ref, text

FIELDS = {
    "DocNumber": text(21),
    "TxnDate": DATE,
    "DepartmentRef": ref("Department"),
    "CurrencyRef": CURRENCY,
    "ExchangeRate": NUMBER,
    "PrivateNote": text(4000),
    "TxnStatus": text(),
    "TxnSource": text(),
    "LinkedTxn": readonly(many(LINKED)),
    "TaxExemptionRef": ref(),
    "TransactionLocationType": text(),
    "RecurDataRef": ref(),
}


class Transaction(Entity):
    sequence = "transactions"
    transaction = True
    operations = ("create", "update", "delete", "read", "query")
    unqueryable = ("PrivateNote", "DepartmentRef", "Line", "LinkedTxn")

    def guard(self, books, old):
        books.check_open(old["TxnDate"])
        if any(each[0] == "Deposit" for each in books.links_to(self.name, old["Id"])):
            raise faults.deposited()

    def dated(self, books, body):
        """Default the date; refuse one in the closed period."""
        body.setdefault("TxnDate", books.clock.today())
        books.check_open(body["TxnDate"])

    def voided(self, body):
        note = body.get("PrivateNote")
        body["PrivateNote"] = f"Voided - {note}" if note else "Voided"
        body["TotalAmt"] = 0
        if "HomeTotalAmt" in body:
            body["HomeTotalAmt"] = 0
        return body


def identify(lines, old, first=1):
    """Give lines their ids: known ones stay, once; the others count on from the last.

    :param old: the lines before, with their ids
    """
    known = {line["Id"] for line in old if "Id" in line}
    last = max((int(each) for each in known if each.isdecimal()), default=first - 1)
    for line in lines:
        if line.get("Id") in known:
            known.discard(line["Id"])
        else:
            last += 1
            line["Id"] = str(last)


def rate_of(books, body):
    """Home units for one unit of the transaction's currency."""
    return body.get("ExchangeRate", 1) if books.multicurrency else 1


def home_total(books, body, total):
    """Set ``HomeTotalAmt`` where the company has several currencies."""
    check_range("TotalAmt", total)
    if books.multicurrency:
        home = money.convert(total, body["ExchangeRate"])
        body["HomeTotalAmt"] = money.amount(home)


def linked_to(books, entity, body):
    """``LinkedTxn`` entries for what links to a transaction."""
    return [
        {"TxnId": str(txn), "TxnType": shown_type(books, kind, txn)}
        for kind, txn, _cents in books.links_to(entity, body["Id"])
    ]


def shown_type(books, entity, txn):
    """The name that links show for a transaction: bill payments and purchases show
    how they were paid."""
    body = books.find(entity, txn) or {}
    if entity == "BillPayment":
        return f"BillPayment{body.get('PayType', 'Check')}"
    if entity == "Purchase":
        kinds = {"Cash": "Expense", "Check": "Check", "CreditCard": "CreditCardCredit"}
        return kinds[body.get("PaymentType", "Cash")]
    return entity


def against(postings, account, name, body, rate):
    """Postings with their sum on the other side in front.

    The other side is the total converted as a whole; the cents by which converted
    lines differ from it go to the first line.
    """
    if not postings:
        return []
    total = sum(each.amount for each in postings)
    home = money.convert(total, rate)
    postings[0].home += home - sum(each.home for each in postings)
    return [Posting(account, -home, -total, name, body.get("PrivateNote")), *postings]
