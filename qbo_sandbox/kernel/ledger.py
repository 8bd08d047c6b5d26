"""Double entry: every transaction's postings, and the balances that follow.

Amounts are cents, debit positive. ``home`` is in the company's currency, ``amount``
in the transaction's. Triggers keep the sums per account (name 0) and per account and
name (customer, vendor, employee: they share one sequence of ids).
"""

from dataclasses import dataclass

from .. import faults


@dataclass
class Posting:
    account: str  # id
    home: int
    amount: int | None = None  # cents of the transaction's currency; as home if None
    name: str | int = 0  # id of the customer, vendor or employee
    memo: str | None = None


LARGEST = 10**15  # cents; beyond them sums would leave what SQLite counts exactly


class Unbalanced(AssertionError):
    """The sandbox itself is wrong: debits and credits of a transaction differ."""


def check_range(name, cents):
    """:raises Fault: 2090 for more money than anybody has"""
    if abs(cents) >= LARGEST:
        raise faults.out_of_range(name, cents / 100)


class Ledger:
    def __init__(self, connection, realm):
        self.connection = connection
        self.realm = realm

    def clear(self, entity, txn):
        self.connection.execute(
            "DELETE FROM postings WHERE realm=? AND entity=? AND txn=?",
            (self.realm, entity, int(txn)),
        )

    def post(self, entity, txn, date, postings):
        """Put these postings in the place of those that the transaction has."""
        if sum(each.home for each in postings):
            raise Unbalanced(f"{entity} {txn}: {postings}")
        for each in postings:
            check_range("Amount", max(abs(each.home), abs(each.amount or 0)))
        self.clear(entity, txn)
        self.connection.executemany(
            "INSERT INTO postings VALUES (?,?,?,?,?,?,?,?,?)",
            [
                (
                    self.realm,
                    entity,
                    int(txn),
                    int(each.account),
                    int(each.name),
                    each.home,
                    each.home if each.amount is None else each.amount,
                    date,
                    each.memo,
                )
                for each in postings
                if each.home or each.amount
            ],
        )

    def accounts(self, entity, txn):
        """Ids of the accounts that a transaction posts to."""
        rows = self.connection.execute(
            "SELECT account FROM postings WHERE realm=? AND entity=? AND txn=?",
            (self.realm, entity, int(txn)),
        )
        return {row[0] for row in rows}

    def balance(self, account, name=0):
        """(home cents, own cents) of an account, or of one name within it."""
        row = self.connection.execute(
            "SELECT home, amount FROM balances WHERE realm=? AND account=? AND name=?",
            (self.realm, int(account), int(name)),
        ).fetchone()
        return row or (0, 0)

    def owed_by(self, name, accounts):
        """Cents, in the name's currency, over some accounts (A/R or A/P)."""
        marks = ",".join("?" * len(accounts))
        row = self.connection.execute(
            "SELECT COALESCE(SUM(amount), 0) FROM balances"
            f" WHERE realm=? AND name=? AND account IN ({marks})",
            (self.realm, int(name), *accounts),
        ).fetchone()
        return row[0]
