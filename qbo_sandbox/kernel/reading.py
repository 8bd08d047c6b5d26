"""Reading a company's books: objects, links, numbers, and what the company is like."""

import json

from .. import faults
from .ledger import Ledger
from .store import key

CLOSING_PASSWORD = "closing password"  # whether there is one; never shown


class Reader:
    """
    :param kinds: entities by name (see `qbo_sandbox.entities`)
    :param realm: the company's id; must exist
    """

    def __init__(self, connection, clock, kinds, realm):
        self.connection = connection
        self.clock = clock
        self.kinds = kinds
        self.realm = realm
        self.ledger = Ledger(connection, realm)
        self.special_accounts = {}  # see `entities.accounts`; by type or subtype
        self._seen = {}  # (entity, id) -> body, during this transaction

    def row(self, entity, identifier):
        """(body text, deleted) or None."""
        return self.connection.execute(
            "SELECT body, deleted FROM objects WHERE realm=? AND entity=? AND id=?",
            (self.realm, entity, key(identifier)),
        ).fetchone()

    def find(self, entity, identifier):
        """The object as a dict not to be changed, or None when unknown or deleted."""
        place = (entity, str(identifier))
        if place not in self._seen:
            row = self.row(entity, identifier)
            if row is None or row[1]:
                return None
            self._seen[place] = json.loads(row[0])
        return self._seen[place]

    def read(self, entity, identifier):
        """The object's text as answered.

        :raises Fault: 2030 for an id that is no number, 610 for one not there
        """
        check_id(identifier, self.kinds[entity])
        row = self.row(entity, identifier)
        if row is None:
            raise faults.not_found()
        if row[1]:
            raise faults.deleted()
        return row[0]

    def forget(self):
        """Read everything anew: bodies were changed behind our back."""
        self._seen.clear()

    def refer(self, entity, reference, old=None):
        """The live object that a reference means.

        :raises Fault: 2500 when it is unknown or inactive
        """
        found = self.find(entity, reference["value"])
        if found is None:
            raise faults.bad_reference(entity, reference["value"])
        if found.get("Active") is False:
            raise faults.inactive_reference()
        return found

    @property
    def preferences(self):
        return self.find("Preferences", "1")

    @property
    def home_currency(self):
        return self.preferences["CurrencyPrefs"]["HomeCurrency"]["value"]

    @property
    def multicurrency(self):
        return self.preferences["CurrencyPrefs"]["MultiCurrencyEnabled"]

    @property
    def country(self):
        return self.find("CompanyInfo", "1")["Country"]

    def links_from(self, entity, txn):
        """[(target entity, target id, cents)] in the order they were made."""
        return self.connection.execute(
            "SELECT target, target_txn, amount FROM links"
            " WHERE realm=? AND entity=? AND txn=? ORDER BY rowid",
            (self.realm, entity, int(txn)),
        ).fetchall()

    def links_to(self, entity, txn):
        """[(linking entity, its id, cents)] in the order they were made."""
        return self.connection.execute(
            "SELECT entity, txn, amount FROM links"
            " WHERE realm=? AND target=? AND target_txn=? ORDER BY rowid",
            (self.realm, entity, int(txn)),
        ).fetchall()

    def last(self, sequence, default="0"):
        row = self.connection.execute(
            "SELECT last FROM sequences WHERE realm=? AND name=?",
            (self.realm, sequence),
        ).fetchone()
        return row[0] if row else default

    def check_open(self, date):
        """:raises Fault: 6210 for a date in the closed period; 6200 when no password
        guards it"""
        closed = self.preferences["AccountingInfoPrefs"].get("BookCloseDate")
        if closed and date <= closed:
            raise faults.books_closed(self.last(CLOSING_PASSWORD, "1") == "1")


def check_id(value, kind):
    """:raises Fault: 2030 unless the id may be one of this entity's"""
    text = str(value)
    numeric = text.isascii() and text.isdecimal() and len(text) < 19
    if not numeric and text not in kind.odd_ids:
        raise faults.invalid_id(value)
