from odoo import api, fields, models
from odoo.fields import Domain

from ..client import faults
from .qbo_backend_closing import HELD
from .qbo_backend_documents import NUMBER_TAKEN
from .qbo_backend_needs import MULTI_CURRENCY
from .qbo_backend_replays import GONE
from .qbo_error import DIFFERS, OTHER

#: Lists of QuickBooks whose entries people map.
MAPPED_LISTS = ("Account", "TaxRate", "Term")


class QboError(models.Model):
    """Causes in words: what each means for the documents behind it, and what to do."""

    _inherit = "qbo.error"

    name = fields.Text("What It Means", compute="_compute_words")
    advice = fields.Text("What to Do", compute="_compute_words")

    @api.depends("cause", "res_model")
    def _compute_words(self):
        names = {**self._record_names(), **self._object_names()}
        for row in self:
            key = row.backend_id, row.cause
            row.name, row.advice = (
                row._words_of_object(names.get(key))
                if row.res_model == "qbo.object"
                else row._words_of_document(names.get(key))
            )

    def _record_names(self):
        """{(connection, "account.tax,12"): name}, in one read for each model."""
        wanted = {}
        for row in self:
            model, _comma, id_ = (row.cause or "").partition(",")
            if model in self.env and id_.isdecimal():
                wanted.setdefault(model, {})[int(id_)] = row
        names = {}
        for model, rows in wanted.items():
            for record in self.env[model].sudo().browse(rows).exists():
                row = rows[record.id]
                names[row.backend_id, row.cause] = record.display_name
        return names

    def _object_names(self):
        """{(connection, "Account:35"): name of what QuickBooks' objects wait for}."""
        domain = Domain.FALSE
        for row in self.filtered(lambda row: row.res_model == "qbo.object"):
            entity, _colon, qbo_id = row.cause.partition(":")
            domain |= (
                Domain("backend_id", "=", row.backend_id.id)
                & Domain("entity", "=", entity)
                & Domain("qbo_id", "=", qbo_id)
            )
        found = self.env["qbo.object"].search(domain)
        return {(o.backend_id, f"{o.entity}:{o.qbo_id}"): o.name for o in found}

    # --- To QuickBooks ----------------------------------------------------------------

    def _words_of_document(self, name):
        """(what a cause means, what to do) for documents that go out."""
        _ = self.env._
        decision = faults.of_cause(self.cause)
        if decision:
            return _(decision.meaning), _(decision.remedy)
        kind, _comma, key = self.cause.partition(",")
        if kind == "slot":
            slot = self.env["qbo.backend"]._slot_name(key)
            return _("“%s” of the connection is empty", slot), _(
                "Choose it on the Mapping page; they go by themselves then"
            )
        mapped = _("Map it; they go by themselves then")
        first = _("Open it and put it right; they go by themselves then")
        words = {
            "account.account": (_("The account %s is not mapped", name), mapped),
            "account.tax": (_("The tax %s is not mapped", name), mapped),
            "account.move": (_("They need %s in QuickBooks first", name), first),
            "account.payment": (_("They need %s in QuickBooks first", name), first),
            HELD: (
                _("The books are closed in QuickBooks"),
                _("Have them reopened there, or change the dates"),
            ),
            NUMBER_TAKEN: (
                _("QuickBooks has other documents with these numbers"),
                _("Choose under Configure what becomes of numbers that are taken"),
            ),
            MULTI_CURRENCY: (
                _("They are in a currency that QuickBooks is not set up for"),
                _(
                    "Switch on multicurrency in QuickBooks and press Refresh on the"
                    " connection; they go by themselves then"
                ),
            ),
            GONE: (
                _("They were deleted or voided in QuickBooks before Odoo heard of it"),
                _("Send them anew, or cancel them here, too"),
            ),
            DIFFERS: (
                _("Both sides have them, but not the same"),
                _("Open them: each says where it differs"),
            ),
            OTHER: (
                _("Each of them says why it was not sent"),
                _("Open them, or try one"),
            ),
        }
        return words.get(kind, words[OTHER])

    # --- From QuickBooks --------------------------------------------------------------

    def _words_of_object(self, name):
        """(what a cause means, what to do) for QuickBooks' objects that come in."""
        _ = self.env._
        kind, _colon, key = self.cause.partition(":")
        name = name or key
        if kind == "error":
            entity, _colon, words = key.partition(":")
            what = self.env["qbo.object"]._entity_name(entity)
            return (
                _("Not taken over (%(kind)s): %(words)s", kind=what, words=words)
                if words
                else _("Not taken over: %s", what)
            ), _("Open them: each says why; then try one")
        if kind == "Slot":
            slot = self.env["qbo.backend"]._slot_name(key)
            return _("“%s” of the connection is empty", slot), _(
                "Choose it on the Mapping page; they go on by themselves then"
            )
        if kind == "Currency":
            return _("The currency %s is not active in Odoo", key), _(
                "Activate it; they go on with the next sync"
            )
        if kind in MAPPED_LISTS:
            meaning = _("QuickBooks' %(kind)s “%(name)s” is not mapped")
            advice = _("Choose its twin; they go on by themselves then")
        else:
            meaning = _("They need %(kind)s “%(name)s” in Odoo first")
            advice = _("See why it is not here; they go on by themselves then")
        what = self.env["qbo.object"]._entity_name(kind)
        return meaning % {"kind": what, "name": name}, advice
