"""What follows from a write: links, postings, and other objects brought up to date.

A write notes which objects it touches; `flush` computes their balances, links and
tokens anew from ledger and links, before the commit.
"""

import json

from .. import faults
from ..clock import shown
from .reading import Reader
from .store import dump, key

NOTHING, TIME, TOKEN = 0, 1, 2  # how much a consequence changes an object's MetaData


class Consequences(Reader):
    """A reader that keeps track of what a transaction touches."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.changes = []  # (entity, id, operation[, absorbed id]): for webhooks
        self._touched = {}  # (entity, id) -> how much
        self._written = set()  # (entity, id) with a new token already

    def remember(self, sequence, last):
        self.connection.execute(
            "INSERT INTO sequences VALUES (?,?,?) ON CONFLICT DO UPDATE SET last=?",
            (self.realm, sequence, str(last), str(last)),
        )

    def next_id(self, sequence):
        number = int(self.last(sequence)) + 1
        self.remember(sequence, number)
        return str(number)

    def add_link(self, entity, txn, target, target_txn, cents=0):
        self.connection.execute(
            "INSERT INTO links VALUES (?,?,?,?,?,?)",
            (self.realm, entity, int(txn), target, int(target_txn), cents),
        )

    def unlink_from(self, entity, txn):
        self.connection.execute(
            "DELETE FROM links WHERE realm=? AND entity=? AND txn=?",
            (self.realm, entity, int(txn)),
        )

    def unlink(self, entity, txn):
        """Remove the links of a transaction in both directions."""
        self.unlink_from(entity, txn)
        self.connection.execute(
            "DELETE FROM links WHERE realm=? AND target=? AND target_txn=?",
            (self.realm, entity, int(txn)),
        )

    def touch(self, entity, identifier, how=TIME):
        place = (entity, str(identifier))
        self._touched[place] = max(how, self._touched.get(place, NOTHING))

    def touch_linked(self, entity, identifier):
        """Whoever is linked with a transaction gets a new SyncToken."""
        if not self.kinds[entity].transaction:
            return
        around = self.links_from(entity, identifier) + self.links_to(entity, identifier)
        for other, txn, _cents in around:
            self.touch(other, txn, TOKEN if self.kinds[other].transaction else TIME)

    def _touch_party(self, kind, body):
        for entity, identifier in kind.parties(self, body):
            self.touch(entity, identifier, TIME)

    def _post(self, kind, body, postings):
        """Put new postings in the place of the old; both concern their accounts.

        :raises Fault: 6000 for an account of a third currency
        """
        if self.multicurrency:
            self._check_currencies(body, postings)
        accounts = {int(each.account) for each in postings}
        accounts |= self.ledger.accounts(kind.name, body["Id"])
        self.ledger.post(kind.name, body["Id"], body.get("TxnDate"), postings)
        for account in accounts:
            self.touch("Account", account, NOTHING)

    def _check_currencies(self, body, postings):
        """An account is kept in the home currency or in the transaction's."""
        for account in {each.account for each in postings if each.amount}:
            found = self.find("Account", account)
            currency = found["CurrencyRef"]["value"]
            if currency not in (self.home_currency, body["CurrencyRef"]["value"]):
                raise faults.business(
                    f"{found['Name']} is in {currency}, the transaction in another "
                    "currency."
                )

    def flush(self):
        """Bring every touched object up to date; call before answering."""
        while self._touched:
            (entity, identifier), how = self._touched.popitem()
            kind = self.kinds[entity]
            body = self.find(entity, identifier)
            if body is not None:
                self._refresh(kind, json.loads(dump(body)), body, how)

    def _touch_payers(self, kind, body):
        """What each payment of a document is worth at home depends on the others."""
        if kind.transaction:
            for payer, txn, _cents in self.links_to(kind.name, body["Id"]):
                if self.kinds[payer].posts_by_links:
                    self.touch(payer, txn, NOTHING)

    def _refresh(self, kind, body, old, how):
        if kind.posts_by_links:
            kind.ease(self, body)
            if self.multicurrency:
                self._post(kind, body, kind.postings(self, body))
        elif self.multicurrency:
            self._touch_payers(kind, body)
        kind.compute(self, body)
        if how == TOKEN and (kind.name, body["Id"]) not in self._written:
            body["SyncToken"] = str(int(body["SyncToken"]) + 1)
            self._written.add((kind.name, body["Id"]))
            self.changes.append((kind.name, body["Id"], "Update"))
        elif how == NOTHING and body == old:
            return
        now = self.clock.now()
        if how:
            body["MetaData"] = {**body["MetaData"], "LastUpdatedTime": shown(now)}
        total, balance = kind.figures(body)
        self.connection.execute(
            "UPDATE objects SET token=?, updated=CASE WHEN ? THEN ? ELSE updated END,"
            " total=?, balance=?, body=? WHERE realm=? AND entity=? AND id=?",
            (
                int(body["SyncToken"]),
                how,
                now,
                total,
                balance,
                dump(body),
                self.realm,
                kind.name,
                key(body["Id"]),
            ),
        )
        self._seen[kind.name, body["Id"]] = body
