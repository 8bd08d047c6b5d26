import hashlib
import json
from typing import NamedTuple

from odoo import api, models

from .books import Missing


def entity_model(env, entity):
    """The model that knows an entity: "CreditMemo" -> qbo.entity.creditmemo."""
    return env[f"qbo.entity.{entity.lower()}"]


def fingerprint(values):
    """Equal values give equal fingerprints; it tells whether a change matters here."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Work(NamedTuple):
    """One object on its way into Odoo: its row, values, and record if it has one."""

    object: models.Model
    values: dict
    record: models.Model | None


class QboEntity(models.AbstractModel):
    """What one QuickBooks entity is in Odoo, in both directions.

    Other addons extend an entity by `_inherit`. An entity knows no HTTP.
    """

    _name = "qbo.entity"
    _description = "QuickBooks Entity"

    _odoo_model = None

    # --- To Odoo ----------------------------------------------------------------------

    @api.model
    def _apply(self, backend, objects):
        """Turn a set of mirrored objects into Odoo records, or say why not."""
        gone = objects.filtered("deleted")
        self._apply_deleted(backend, gone)
        work = self._map(backend, objects - gone)
        self._create_records(backend, [item for item in work if not item.record])
        self._update_records(backend, [item for item in work if item.record])

    def _map(self, backend, objects):
        """The objects with their values; those that have to wait are parked."""
        books = backend._books(objects)
        records = objects._records()
        work = []
        for obj in objects:
            try:
                values = self._values(obj.payload, books)
            except Missing as missing:
                obj._park(missing, self._words_for_missing(missing))
                continue
            if values is None:
                obj._ignore(self._why_ignored(obj.payload))
            else:
                work.append(Work(obj, values, records.get(obj)))
        own = self._own(backend, [item for item in work if not item.record])
        return [
            item._replace(record=own.get(item.object, item.record)) for item in work
        ]

    def _own(self, backend, work):
        """{object: record} of new objects that Odoo itself has just sent."""
        return {}

    def _values(self, payload, books):
        """Odoo values of one payload; None when Odoo has nothing like it.

        :raise Missing: when something it refers to is not in Odoo yet.
        """
        raise NotImplementedError()

    def _why_ignored(self, payload):
        return self.env._("Odoo has nothing like this.")

    def _words_for_missing(self, missing):
        kind = self.env["qbo.object"]._entity_name(missing.entity)
        if missing.entity == "TaxCode":
            return self.env._(
                "Waits for the tax code %s, which is read with the next sync.",
                missing.label,
            )
        if missing.entity in ("Account", "TaxRate"):
            return self.env._(
                "QuickBooks' %(entity)s “%(name)s” is not mapped yet. Choose its"
                " twin on the mapping screen; this goes on by itself then.",
                entity=kind,
                name=missing.label,
            )
        if missing.entity == "Slot":
            return self.env._(
                "“%s” of the connection is empty. Choose it on the Mapping page; this"
                " goes on by itself then.",
                self.env["qbo.backend"]._slot_name(missing.label),
            )
        if missing.entity == "Currency":
            return self.env._(
                "Activate the currency %s in Odoo, then retry.", missing.label
            )
        return self.env._(
            "Waits for %(entity)s “%(name)s”, which is not in Odoo yet.",
            entity=kind,
            name=missing.label,
        )

    def _create_records(self, backend, work):
        if not work:
            return
        records = self.env[self._odoo_model].create(
            [self._new_values(item) for item in work]
        )
        for item, record in zip(work, records, strict=True):
            item.object._link(record, fingerprint(item.values))

    def _update_records(self, backend, work):
        for item in work:
            applied = fingerprint(item.values)
            if applied != item.object.applied:
                self._write_record(item, dict(item.values))
            item.object._link(item.record, applied)

    def _new_values(self, item):
        """Values of a record that is created; those of the fingerprint stay as is."""
        return item.values

    def _write_record(self, item, values):
        """Give a record that Odoo has the values that changed in QuickBooks."""
        item.record.write(values)

    def _apply_deleted(self, backend, objects):
        """Name-list entries are never unlinked here, only archived."""
        for record in objects._records().values():
            if "active" in record._fields:
                record.action_archive()
        for obj in objects:
            obj._ignore(self.env._("Deleted in QuickBooks; archived in Odoo."))
