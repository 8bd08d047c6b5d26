"""One company's books inside one transaction: everything that changes data.

Requests, batch items and seeds all come through `create`, `update`, `delete` and
`void`.
"""

import json

from .. import faults
from ..clock import shown
from . import names
from .consequences import NOTHING, Consequences
from .entity import is_voided
from .reading import check_id
from .schema import check_mail, clean, references
from .store import dump, key

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


class Books(Consequences):
    deferred = False  # seeds bring touched objects up to date once, at the end

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.options = ()  # what the request asked for with ``include``

    def create(self, entity, body, identifier=None):
        """Add an object and return it. ``identifier`` is for seeds only."""
        kind = self.kinds[entity]
        body = clean(kind.fields, body, entity)
        for unwanted in ("Id", "SyncToken", "sparse"):
            body.pop(unwanted, None)
        body = filled(body)
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
        kind.after_create(self, body)
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
        new = filled(new)
        kind.require(new)
        kind.guard(self, old)
        kind.prepare(self, new, old)
        new["Id"] = old["Id"]
        self._label(kind, new)
        if kind.same(new, old):
            return old
        self._replace(kind, new, old)
        self._settle(kind, new, old)
        kind.after_update(self, new)
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

        :raises Fault: 610; 2210 for what is no address, 2380 when there is none
        """
        kind = self.kinds[entity]
        old = json.loads(self.read(entity, identifier))
        new = json.loads(dump(old))
        if address:
            check_mail(address)
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
        """Void a transaction: it stays, with nothing in it; once more is no change."""
        kind = self.kinds[entity]
        old = self.current(kind, body)
        kind.guard(self, old)
        if is_voided(old):
            return old
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
            if field.label:  # in one order, so that new names find their places
                sort = reference.pop("type", None)
                reference["name"] = self.kinds[field.target].label(found)
                reference.update({"type": sort} if sort else {})

    def _now(self, kind, identifier):
        """The object after all consequences."""
        if not self.deferred:
            self.flush()
        return self.find(kind.name, identifier)


def filled(body):
    """Without empty texts: sending one clears the property."""
    return {name: value for name, value in body.items() if value != ""}
