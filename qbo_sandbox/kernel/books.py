"""One company's books inside one transaction: reading, writing, and consequences.

Everything that changes data goes through `create`, `update`, `delete` and `void`, be
it a request, a batch item or a seed. A write notes which other objects it touches;
`flush` brings those up to date (balances, links, tokens) before the commit.
"""

import json

from .. import faults
from ..clock import shown
from . import names
from .ledger import Ledger
from .schema import clean, references
from .store import dump, key

NOTHING, TIME, TOKEN = 0, 1, 2  # how much a consequence changes an object's MetaData

# What a full update may leave out without losing it (measured by third parties).
SURVIVORS = (
    "CurrencyRef",
    "ExchangeRate",
    "PrintStatus",
    "EmailStatus",
    "ApplyTaxAfterDiscount",
    "CustomField",
    "DocNumber",
    "TxnStatus",
    "Active",
    "Type",
)


class Books:
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
        self.changes = []  # (entity, id, operation): for webhooks
        self.options = ()  # what the request asked for with ``include``
        self.special_accounts = {}  # see `entities.accounts`; by type or subtype
        self._touched = {}  # (entity, id) -> how much
        self._written = set()  # (entity, id) with a new token already
        self._seen = {}  # (entity, id) -> body, during this transaction

    # -- reading ---------------------------------------------------------------

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

    # -- numbering -------------------------------------------------------------

    def last(self, sequence, default="0"):
        row = self.connection.execute(
            "SELECT last FROM sequences WHERE realm=? AND name=?",
            (self.realm, sequence),
        ).fetchone()
        return row[0] if row else default

    def remember(self, sequence, last):
        self.connection.execute(
            "INSERT INTO sequences VALUES (?,?,?) ON CONFLICT DO UPDATE SET last=?",
            (self.realm, sequence, str(last), str(last)),
        )

    def next_id(self, sequence):
        number = int(self.last(sequence)) + 1
        self.remember(sequence, number)
        return str(number)

    # -- writing ---------------------------------------------------------------

    def create(self, entity, body, identifier=None):
        """Add an object and return it. ``identifier`` is for seeds only."""
        kind = self.kinds[entity]
        body = clean(kind.fields, body, entity)
        for unwanted in ("Id", "SyncToken", "sparse"):
            body.pop(unwanted, None)
        kind.require(body)
        kind.prepare(self, body, None)
        if identifier is None:
            identifier = self.next_id(kind.sequence)
        elif str(identifier).isdecimal():
            last = max(int(self.last(kind.sequence)), int(identifier))
            self.remember(kind.sequence, last)
        body["Id"] = str(identifier)
        now = self.clock.now()
        self._insert(kind, body, now)
        self._settle(kind, body, None)
        self.changes.append((entity, body["Id"], "Create"))
        return self._now(kind, body["Id"])

    def found(self, entity, body):
        """Make one of the two objects that a company has from the start."""
        kind = self.kinds[entity]
        self._insert(kind, {**body, "Id": "1"}, self.clock.now())

    def update(self, entity, body):
        """Full or sparse update, telling by ``sparse``; returns the object."""
        kind = self.kinds[entity]
        new = clean(kind.fields, body, entity)
        old = self.current(kind, new)
        sparse = new.pop("sparse", False)
        if sparse:
            kind.refuse_sparse(self, new)
            new = kind.merge(old, new)
        else:
            kept = clean(
                {f: kind.fields[f] for f in SURVIVORS if f in kind.fields},
                {f: old[f] for f in SURVIVORS if f in old},
                entity,
            )
            new = {**kept, **new}
        kind.require(new)
        kind.guard(self, old)
        kind.prepare(self, new, old)
        new["Id"] = old["Id"]
        self._label(kind, new)
        if kind.same(new, old):
            return old
        self._replace(kind, new, old)
        self._settle(kind, new, old)
        self.changes.append((entity, new["Id"], "Update"))
        return self._now(kind, new["Id"])

    def rewrite(self, entity, body):
        """Store what the server itself adds to an object; no new token."""
        self.connection.execute(
            "UPDATE objects SET body=? WHERE realm=? AND entity=? AND id=?",
            (dump(body), self.realm, entity, key(body["Id"])),
        )
        self._seen[entity, body["Id"]] = body

    def send(self, entity, identifier, address=None):
        """Note that a document was e-mailed; returns it.

        :raises Fault: 610; 2380 when there is no address to send it to
        """
        kind = self.kinds[entity]
        old = json.loads(self.read(entity, identifier))
        new = json.loads(dump(old))
        if address:
            new["BillEmail"] = {"Address": address}
        if entity != "Payment" and not new.get("BillEmail"):
            raise faults.no_address()
        sent = shown(self.clock.now())
        new["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": sent}
        if "EmailStatus" in kind.fields:
            new["EmailStatus"] = "EmailSent"
        self._replace(kind, new, old)
        self.changes.append((entity, new["Id"], "Emailed"))
        return self._now(kind, new["Id"])

    def delete(self, entity, body):
        """Delete a transaction; returns the stub that is answered."""
        kind = self.kinds[entity]
        old = self.current(kind, body)
        kind.guard(self, old)
        self.touch_linked(entity, old["Id"])
        kind.erase(self, old)
        self._post(kind, old, [])
        self.unlink(entity, old["Id"])
        now = self.clock.now()
        stub = {
            "domain": "QBO",
            "status": "Deleted",
            "Id": old["Id"],
            "MetaData": {"LastUpdatedTime": shown(now)},
        }
        self.connection.execute(
            "UPDATE objects SET deleted=1, updated=?, body=?, doc_number=NULL,"
            " balance=0 WHERE realm=? AND entity=? AND id=?",
            (now, dump(stub), self.realm, entity, key(old["Id"])),
        )
        self._seen.pop((entity, old["Id"]), None)
        self._touched.pop((entity, old["Id"]), None)
        self._touch_party(kind, old)
        self.changes.append((entity, old["Id"], "Delete"))
        return {"domain": "QBO", "status": "Deleted", "Id": old["Id"]}

    def void(self, entity, body):
        """Void a transaction: it stays, with nothing in it."""
        kind = self.kinds[entity]
        old = self.current(kind, body)
        kind.guard(self, old)
        self.touch_linked(entity, old["Id"])
        self.unlink(entity, old["Id"])
        new = kind.voided(json.loads(dump(old)))
        self._replace(kind, new, old)
        self._post(kind, old, [])
        self.touch(entity, old["Id"])
        self._touch_party(kind, old)
        self.changes.append((entity, old["Id"], "Void"))
        return self._now(kind, old["Id"])

    def current(self, kind, body):
        """The object that a change is about, the caller's token being the right one.

        :raises Fault: 2020, 2030, 610 or 5010
        """
        if not isinstance(body, dict) or body.get("Id") is None:
            raise faults.missing("Id")
        check_id(body["Id"], kind)
        if body.get("SyncToken") in (None, ""):
            raise faults.missing("SyncToken")
        row = self.row(kind.name, body["Id"])
        if row is None:
            raise faults.not_found()
        if row[1]:
            raise faults.deleted()
        old = json.loads(row[0])
        if str(body["SyncToken"]) != old["SyncToken"]:
            raise faults.stale()
        return old

    def set_preferences(self, blocks):
        """Merge into the preferences, those too that the API leaves alone."""
        old = self.preferences
        new = json.loads(dump(old))
        for name, block in blocks.items():
            new[name] = {**new.get(name, {}), **block}
            new[name] = {k: v for k, v in new[name].items() if v is not None}
        self._replace(self.kinds["Preferences"], new, old)
        self.changes.append(("Preferences", "1", "Update"))
        return new

    def check_open(self, date):
        """:raises Fault: 6210 for a date in the closed period"""
        closed = self.preferences["AccountingInfoPrefs"].get("BookCloseDate")
        if closed and date <= closed:
            raise faults.books_closed()

    def _insert(self, kind, body, now):
        self._label(kind, body)
        stamp = shown(now)
        body.update(
            domain="QBO",
            sparse=False,
            SyncToken="0",
            MetaData={"CreateTime": stamp, "LastUpdatedTime": stamp},
        )
        columns = kind.columns(self, body)
        self.connection.execute(
            "INSERT INTO objects (realm, entity, id, token, created, updated, active,"
            " name, doc_number, txn_date, party, body)"
            " VALUES (?,?,?,0,?,?,?,?,?,?,?,?)",
            (self.realm, kind.name, key(body["Id"]), now, now, *columns, dump(body)),
        )
        self._seen[kind.name, body["Id"]] = body
        self._written.add((kind.name, body["Id"]))
        if kind.name == "Account":
            self.special_accounts.clear()

    def _replace(self, kind, body, old):
        now = self.clock.now()
        token = int(old["SyncToken"]) + 1
        body.update(
            domain="QBO",
            sparse=False,
            SyncToken=str(token),
            MetaData={**old["MetaData"], "LastUpdatedTime": shown(now)},
        )
        self.connection.execute(
            "UPDATE objects SET token=?, updated=?, active=?, name=?, doc_number=?,"
            " txn_date=?, party=?, body=? WHERE realm=? AND entity=? AND id=?",
            (
                token,
                now,
                *kind.columns(self, body),
                dump(body),
                self.realm,
                kind.name,
                key(body["Id"]),
            ),
        )
        self._seen[kind.name, body["Id"]] = body
        self._written.add((kind.name, body["Id"]))
        if kind.name == "Account":
            self.special_accounts.clear()
        names.renamed(self, kind, body, old)

    def _settle(self, kind, body, old):
        """Post, link, and note who is concerned."""
        if old:
            self.touch_linked(kind.name, old["Id"])
            self.unlink_from(kind.name, old["Id"])
        kind.link(self, body)
        if kind.transaction:
            self._post(kind, body, kind.postings(self, body))
        self.touch(kind.name, body["Id"], NOTHING)
        self.touch_linked(kind.name, body["Id"])
        self._touch_party(kind, body)
        if old:
            self._touch_party(kind, old)

    def _label(self, kind, body):
        """Check every reference and give it the name that answers show."""
        for field, reference in references(kind.fields, body):
            if kind.skip_reference(field, reference):
                continue
            found = self.refer(field.target, reference)
            if field.label:
                reference["name"] = self.kinds[field.target].label(found)

    # -- links -----------------------------------------------------------------

    def add_link(self, entity, txn, target, target_txn, cents=0):
        self.connection.execute(
            "INSERT INTO links VALUES (?,?,?,?,?,?)",
            (self.realm, entity, int(txn), target, int(target_txn), cents),
        )

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

    # -- consequences ----------------------------------------------------------

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
        """Put new postings in the place of the old; both concern their accounts."""
        accounts = {int(each.account) for each in postings}
        accounts |= self.ledger.accounts(kind.name, body["Id"])
        self.ledger.post(kind.name, body["Id"], body.get("TxnDate"), postings)
        for account in accounts:
            self.touch("Account", account, NOTHING)

    def flush(self):
        """Bring every touched object up to date; call before answering."""
        while self._touched:
            (entity, identifier), how = self._touched.popitem()
            kind = self.kinds[entity]
            body = self.find(entity, identifier)
            if body is not None:
                self._refresh(kind, json.loads(dump(body)), body, how)

    def _refresh(self, kind, body, old, how):
        if kind.posts_by_links and self.multicurrency and body["TotalAmt"]:
            self._post(kind, body, kind.postings(self, body))
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

    def _now(self, kind, identifier):
        """The object after all consequences."""
        if not self.deferred:
            self.flush()
        return self.find(kind.name, identifier)

    deferred = False  # seeds flush once, at the end


def check_id(value, kind):
    """:raises Fault: 2030 unless the id may be one of this entity's"""
    text = str(value)
    numeric = text.isascii() and text.isdecimal() and len(text) < 19
    if not numeric and text not in kind.odd_ids:
        raise faults.invalid_id(value)
