"""The whole sandbox in one object: database, clock, orders for faults, request log."""

import threading
from contextlib import contextmanager

from . import faults
from .clock import Clock
from .entities import KINDS
from .kernel import store
from .kernel.books import Books
from .limits import Limits
from .misbehaviour import Misbehaviour
from .requestlog import RequestLog
from .webhooks import Webhooks


class Sandbox:
    """
    :param path: SQLite file, or ``:memory:``
    """

    def __init__(self, path=":memory:"):
        self.connection = store.connect(path)
        self.lock = threading.RLock()  # one request at a time touches the database
        self.clock = Clock()
        self.misbehaviour = Misbehaviour()
        self.log = RequestLog()
        self.observers = []  # called with (realm, changes) after each commit
        self.limits = Limits()
        self.webhooks = Webhooks(self)
        self.observers.append(self.webhooks)
        self.rotation = 0  # seconds until a refresh token is replaced by another
        self._snapshots = {}

    def close(self):
        self.webhooks.end()
        with self.lock:
            self.connection.close()

    @property
    def realms(self):
        """Ids of the companies, the first made first."""
        with self.lock:
            rows = self.connection.execute(
                # left alone, SQLite would go through every object by its rowid
                "SELECT realm FROM objects INDEXED BY objects_company"
                " WHERE entity='CompanyInfo' ORDER BY rowid"
            )
            return [row[0] for row in rows.fetchall()]

    @contextmanager
    def transaction(self):
        """The connection inside one transaction, committed at the end."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def reading(self, realm):
        """Books to read from; hold `lock` while using them."""
        return Books(self.connection, self.clock, KINDS, realm)

    @contextmanager
    def writing(self, realm, deferred=False):
        """Books in a transaction of their own, committed at the end.

        :param deferred: bring touched objects up to date once, at the end (seeds)
        """
        with self.transaction():
            books = self.reading(realm)
            books.deferred = deferred
            yield books
            books.flush()
        self.announce(realm, books.changes)

    def announce(self, realm, changes):
        """Tell the observers (webhooks) what was committed."""
        if changes:
            for observer in self.observers:
                observer(realm, changes)

    # -- snapshots -----------------------------------------------------------------

    def snapshot(self):
        """Remember all companies as they are; returns the id to restore by."""
        with self.lock:
            name = str(len(self._snapshots) + 1)
            self._snapshots[name] = store.copy(self.connection)
            return name

    def restore(self, name):
        """:raises Fault: 610 for an unknown snapshot"""
        with self.lock:
            if name not in self._snapshots:
                raise faults.not_found()
            store.restore(self.connection, self._snapshots[name])
