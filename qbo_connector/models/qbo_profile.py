from typing import Any, NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError

from .profile_names import Names
from .qbo_backend import CONNECTION_FIELDS
from .sending import cause_of

FORMAT = "qbo_connector profile"
VERSION = 1
#: Text is left out on purpose: a secret would be text.
PORTABLE_TYPES = ("selection", "boolean", "integer", "float", "date", "many2one")
#: Of the others, what JSON has for them.
JSON_TYPES = {"boolean": (bool,), "integer": (int,), "float": (int, float)}
#: What a connection is and whether it runs, which is no setting to hand on.
NOT_PORTABLE = {*CONNECTION_FIELDS, "active", "auto_sync"}
#: QuickBooks' lists that people map, with the field that names the twin.
MAPPINGS = {
    "Account": "account_id",
    "TaxRate": "tax_id",
    "Term": "term_id",
    "Class": "analytic_account_id",
    "Department": "analytic_account_id",
}


class Change(NamedTuple):
    """One difference between a profile and a connection.

    :ivar key: tells it apart: ("setting", field), ("mapping", entity, name), ("rules",)
    :ivar before, after: in words
    :ivar state: same, change, missing (its record is not here) or unknown
    :ivar value: what is written
    """

    key: tuple
    label: str
    before: str
    after: str
    state: str
    value: Any = None


class QboBackend(models.Model):
    """Settings and mappings of a connection by names, for another database (B10)."""

    _inherit = "qbo.backend"

    # --- Out --------------------------------------------------------------------------

    def _profile(self):
        """Settings and mappings as JSON would have them: no ids, no secrets."""
        self.ensure_one()
        names = Names(self)
        return {
            "format": FORMAT,
            "version": VERSION,
            "company": self.company_name or self.name,
            "settings": {
                field.name: self._portable(names, self, field)
                for field in _portable_fields(self)
            },
            "mappings": [
                {
                    "entity": row.entity,
                    "name": row.name,
                    "odoo": names.of(row[MAPPINGS[row.entity]]),
                }
                for row in self._mapped_rows()
            ],
            "deposit_rules": [
                {
                    field.name: self._portable(names, rule, field)
                    for field in _portable_fields(rule)
                }
                for rule in self.deposit_rule_ids
            ],
        }

    def _portable(self, names, record, field):
        value = record[field.name]
        if field.type == "many2one":
            return names.of(value)
        if field.type == "date":
            return fields.Date.to_string(value) or None
        return value

    def _mapped_rows(self):
        rows = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "in", list(MAPPINGS)),
                ("deleted", "=", False),
            ]
        )
        return rows.filtered(lambda row: row[MAPPINGS[row.entity]])

    # --- What it would change ---------------------------------------------------------

    def _profile_changes(self, profile):
        """Compare a profile with this connection; nothing is written.

        :raise UserError: it is not a profile of this version.
        """
        self.ensure_one()
        if not _is_profile(profile):
            raise UserError(
                self.env._(
                    "This file is no profile of a QuickBooks connection. Choose one"
                    " that was downloaded here or in another database."
                )
            )
        names = Names(self)
        settings = profile["settings"]
        changes = [
            self._setting_change(names, name, settings[name]) for name in settings
        ]
        known = {(row.entity, row.name): row for row in self._list_rows()}
        changes += [
            self._mapping_change(names, known, mapping)
            for mapping in profile["mappings"]
        ]
        return [*changes, self._rules_change(names, profile["deposit_rules"])]

    def _list_rows(self):
        return self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "in", list(MAPPINGS)),
                ("deleted", "=", False),
            ]
        )

    def _setting_change(self, names, name, theirs):
        key = ("setting", name)
        field = {field.name: field for field in _portable_fields(self)}.get(name)
        if not field:
            return Change(key, str(name), "", str(theirs), "unknown")
        label = field._description_string(self.env)
        before = self._in_words(names, field, self._portable(names, self, field))
        after = self._in_words(names, field, theirs)
        state, value = self._understood(names, field, theirs)
        if state == "change" and self[field.name] == value:
            state = "same"
        return Change(key, label, before, after, state, value)

    def _understood(self, names, field, theirs):
        """("change", what is written) or why it cannot be: missing, unknown."""
        if theirs is None or theirs is False and field.type != "boolean":
            empty = self.env[field.comodel_name] if field.relational else False
            return ("unknown", None) if field.required else ("change", empty)
        if field.type == "many2one":
            found = names.find(field.comodel_name, theirs)
            return ("change", found) if found else ("missing", None)
        if field.type == "date":
            date = _date(theirs)
            return ("change", date) if date else ("unknown", None)
        if field.type == "selection":
            fits = str(theirs) in field.get_values(self.env)
        else:
            fits = type(theirs) in JSON_TYPES[field.type]
        return ("change", theirs) if fits else ("unknown", None)

    def _in_words(self, names, field, value):
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return ""
        if field.type == "many2one":
            return names.text(value)
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(str(value), str(value))
        return str(value)

    def _mapping_change(self, names, known, mapping):
        entity, name = str(mapping.get("entity")), str(mapping.get("name"))
        named = mapping.get("odoo")
        key = ("mapping", entity, name)
        kind = self.env["qbo.object"]._entity_name(entity).capitalize()
        label, after = f"{kind}: {name}", names.text(named)
        row = known.get((entity, name))
        if not row:
            return Change(key, label, "", after, "missing")
        field = row._fields[MAPPINGS[entity]]
        now = row[field.name]
        found = names.find(field.comodel_name, named)
        state = "missing" if not found else "same" if found == now else "change"
        return Change(key, label, names.text(names.of(now)), after, state, found)

    def _rules_change(self, names, theirs):
        """Rules are an ordered whole: all of them are replaced, or none."""
        rules = self.env["qbo.deposit.rule"]
        known = {field.name: field for field in _portable_fields(rules)}
        ours = self._profile()["deposit_rules"]
        states, values = set(), []
        for rule in theirs:
            understood = {
                name: self._understood(names, known[name], rule[name])
                for name in rule.keys() & known.keys()
            }
            states |= {state for state, _value in understood.values()}
            values.append(
                {name: _stored(value) for name, (_state, value) in understood.items()}
            )
        wrong = states & {"missing", "unknown"}
        state = "same" if theirs == ours else "missing" if wrong else "change"
        label = self._fields["deposit_rule_ids"]._description_string(self.env)
        words = [
            "; ".join(self._rule_in_words(names, known, rule) for rule in rules_of)
            for rules_of in (ours, theirs)
        ]
        return Change(("rules",), label, *words, state, values)

    def _rule_in_words(self, names, known, rule):
        parts = (
            self._in_words(names, known[name], value)
            for name, value in rule.items()
            if known.get(name) and known[name].relational
        )
        return " / ".join(filter(None, parts))

    # --- In ---------------------------------------------------------------------------

    def _apply_profile(self, changes):
        """Write what a person ticked; what is missing or unknown is never written."""
        self.check_access("write")
        ready = [change for change in changes if change.state == "change"]
        by_kind = {}
        for change in ready:
            by_kind.setdefault(change.key[0], []).append(change)
        settings = by_kind.get("setting", ())
        self.write({change.key[1]: _stored(change.value) for change in settings})
        self._apply_mappings(by_kind.get("mapping", ()))
        for change in by_kind.get("rules", ()):
            self.deposit_rule_ids.unlink()
            values = [{**rule, "backend_id": self.id} for rule in change.value]
            self.env["qbo.deposit.rule"].create(values)
        return len(ready)

    def _apply_mappings(self, changes):
        known = {(row.entity, row.name): row for row in self._list_rows()}
        rows = self.env["qbo.object"]
        for change in changes:
            row = known[change.key[1:]]
            row.applied = False  # the twin is Odoo's own: it is never rewritten
            row._link(change.value)
            rows |= row
        self._continue_waiting(rows)
        self._release_fixed([cause_of(change.value) for change in changes])


def _portable_fields(record):
    """Fields of a model that a profile carries."""
    return [
        field
        for name, field in record._fields.items()
        if field.type in PORTABLE_TYPES
        and field.store
        and not (field.readonly or field.groups or field.related)
        and name not in NOT_PORTABLE
        and not name.startswith(("message_", "activity_", "backend_"))
    ]


def _is_profile(profile):
    """Whether a file that somebody uploaded has the parts of a profile."""
    if not isinstance(profile, dict) or profile.get("format") != FORMAT:
        return False
    rows = profile.get("mappings"), profile.get("deposit_rules")
    return (
        profile.get("version") == VERSION
        and isinstance(profile.get("settings"), dict)
        and all(isinstance(part, list) for part in rows)
        and all(isinstance(row, dict) for part in rows for row in part)
    )


def _stored(value):
    return value.id if isinstance(value, models.BaseModel) else value


def _date(text):
    try:
        return fields.Date.to_date(text)
    except (ValueError, TypeError):
        return None
