"""The books on a cash basis, as a table of postings.

An invoice, credit memo, bill or vendor credit counts when and as far as a payment is
applied to it: every line of it in the same proportion, on the later of the two dates.
The payment's own side on A/R or A/P is then gone. What a payment is not applied for
(yet) is unapplied cash payment income; where the chart has no such account it stays
on A/R or A/P. All else counts on its own date, journal entries on A/R included.

Source: Intuit's help on cash basis reports and on unapplied cash payment income.
Chosen, as nothing says it: the same proportion for every line (tax, discount and cost
of goods too), and that a document's rows show the date of the payment.
"""

from itertools import groupby
from operator import itemgetter

from ..entities import accounts
from .shares import Line, Shares

DEFERRED = ("Invoice", "CreditMemo", "Bill", "VendorCredit")
PAYING = ("Payment", "BillPayment")
HOME = 5  # place of the cents in a row
UNAPPLIED = {
    "Payment": "UnappliedCashPaymentIncome",
    "BillPayment": "UnappliedCashBillPaymentExpense",
}
TABLE = """CREATE TEMP TABLE cash (realm TEXT, entity TEXT, txn INTEGER,
  account INTEGER, name INTEGER, home INTEGER, date TEXT, memo TEXT, line INTEGER)"""
WHOLE = """INSERT INTO temp.cash SELECT p.realm, p.entity, p.txn, p.account, p.name,
  p.home, p.date, p.memo, p.rowid FROM postings p"""
LINES = "SELECT rowid, account, name, home, amount, date, memo FROM postings"
LINKS = """SELECT l.target, l.target_txn, l.entity, l.txn, l.amount, p.txn_date
  FROM links l JOIN objects p ON p.realm=l.realm AND p.entity=l.entity AND p.id=+l.txn
  WHERE l.realm=? AND l.entity IN ('Payment', 'BillPayment') AND l.amount>0
  ORDER BY l.target, l.target_txn, p.txn_date, l.rowid"""


def build(books):
    """Make the table; returns its name."""
    books.connection.execute(TABLE)
    _whole(books)
    maker = _Maker(books)
    rows = "INSERT INTO temp.cash VALUES (?,?,?,?,?,?,?,?,?)"
    for found in (maker.documents(), maker.payments()):
        books.connection.executemany(rows, (row for row in found if row[HOME]))
    books.connection.execute("CREATE INDEX temp.cash_account ON cash (account, date)")
    return "temp.cash"


def _whole(books):
    """What counts as it is: all that no payment is waited for, documents of 0 too."""
    books.connection.execute(
        f"{WHOLE} WHERE p.realm=? AND p.entity NOT IN (?,?,?,?,?,?)",
        (books.realm, *DEFERRED, *PAYING),
    )
    books.connection.execute(
        f"{WHOLE} JOIN objects o ON o.realm=p.realm AND o.entity=p.entity AND"
        " o.id=+p.txn WHERE p.realm=? AND p.entity IN (?,?,?,?) AND o.total=0",
        (books.realm, *DEFERRED),
    )


class _Maker:
    """Rows of the table; documents first: they tell what payments are left with."""

    def __init__(self, books):
        self.books = books
        self.control = {
            "Payment": accounts.receivable(books),
            "BillPayment": accounts.payable(books),
        }
        self.unapplied = {kind: _account(books, UNAPPLIED[kind]) for kind in PAYING}
        # (entity, txn) of a payment -> [home cents, own cents] that it took off
        # documents, and the control line of one of them
        self.used = {}

    def documents(self):
        deposits = set(_with_deposit(self.books))
        links = self.books.connection.execute(LINKS, (self.books.realm,))
        for (entity, txn), found in groupby(links, itemgetter(0, 1)):
            deposits.discard((entity, txn))
            yield from self._document(entity, txn, list(found))
        for entity, txn in sorted(deposits):
            yield from self._document(entity, txn, [])

    def _document(self, entity, txn, links):
        lines = self._lines(entity, txn)
        if entity not in DEFERRED:
            yield from self._joined(lines, links)
            return
        money = self._deposit(lines) if entity == "Invoice" else []
        shares = Shares(lines[: len(lines) - len(money)])
        place, date = (entity, txn), shares.control.date
        if money:
            yield from self._paid_at_once(place, shares, *money)
        for *_place, payer, payment, cents, paid in links:
            by = (payer, payment)
            taken, parts = shares.take(cents)
            for line, home in parts:
                yield self._row(place, line, home, max(date, paid))
            self._use(by, taken, cents, shares.control)
            if date > paid and taken:
                line = self._waiting(payer, shares.control)
                yield self._row(by, line, -taken, paid)
                yield self._row(place, line, taken, date)

    def _paid_at_once(self, place, shares, money, less):
        """The deposit on an invoice: money on the invoice's own date."""
        taken, parts = shares.take(-less.amount)
        for line, home in [*parts, (money, money.home)]:
            yield self._row(place, line, home, line.date)
        if taken + less.home:  # a cent of conversion
            yield self._row(place, less, taken + less.home, less.date)

    def _joined(self, lines, links):
        """Payments applied to a journal entry, an expense or a deposit, which count
        whole: both stay on A/R or A/P."""
        for *_place, payer, payment, cents, paid in links:
            by = (payer, payment)
            control = [line for line in lines if line.account in self.control[payer]]
            control = max(control, key=lambda line: abs(line.amount))
            taken = round(cents * control.home / abs(control.amount))
            self._use(by, taken, cents, control)
            yield self._row(by, control, -taken, paid)

    def _deposit(self, lines):
        """The last two lines of an invoice with a deposit: the money, and A/R."""
        last = lines[-1]
        there = last.account in self.control["Payment"] and last.amount < 0
        return lines[-2:] if there else []

    def _use(self, by, taken, cents, control):
        used = self.used.setdefault(by, [0, 0, control])
        used[0] += taken
        used[1] += cents if control.amount > 0 else -cents

    def payments(self):
        """Money as it came or went, and what no document has taken of it."""
        for kind in PAYING:
            rows = self.books.connection.execute(
                f"SELECT txn, {LINES[7:]} WHERE realm=? AND entity=?",
                (self.books.realm, kind),
            )
            for txn, *values in rows:
                line, by = Line(*values), (kind, txn)
                if line.account in self.control[kind]:
                    home, own, _control = self.used.pop(by, (0, 0, None))
                    rest = line.home + home
                    if line.amount + own:
                        line = self._waiting(kind, line)
                    yield self._row(by, line, rest, line.date)
                else:
                    yield self._row(by, line, line.home, line.date)
        for by, (home, _own, control) in self.used.items():  # payments of 0
            yield self._row(by, control, home, self.books.find(*by)["TxnDate"])

    def _waiting(self, payer, line):
        return line._replace(account=self.unapplied[payer] or line.account)

    def _row(self, place, line, home, date):
        values = (line.account, line.name, home, date, line.memo, line.id)
        return (self.books.realm, *place, *values)

    def _lines(self, entity, txn):
        rows = self.books.connection.execute(
            f"{LINES} INDEXED BY postings_txn WHERE realm=? AND entity=? AND txn=?"
            " ORDER BY rowid",
            (self.books.realm, entity, txn),
        )
        return [Line(*row) for row in rows]


def _account(books, subtype):
    """Id of the account of a subtype, None when there is none."""
    row = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity='Account' AND deleted=0"
        " AND json_extract(body, '$.AccountSubType')=? ORDER BY id LIMIT 1",
        (books.realm, subtype),
    ).fetchone()
    return row and row[0]


def _with_deposit(books):
    """(entity, txn) of the invoices that have money on A/R's other side."""
    control = accounts.receivable(books)
    return books.connection.execute(
        "SELECT DISTINCT p.entity, p.txn FROM postings p JOIN objects o"
        " ON o.realm=p.realm AND o.entity=p.entity AND o.id=+p.txn"
        " WHERE p.realm=? AND p.entity='Invoice' AND p.amount<0 AND o.total<>0"
        f" AND p.account IN ({','.join('?' * len(control))})",
        (books.realm, *control),
    ).fetchall()
