from collections import Counter

from odoo import api, fields, models

from ..entities.books import Missing
from ..entities.entity import entity_model
from ..entities.sales_document import is_voided

#: What the first sync writes, in the order in which people think of it.
PREVIEWED = ("Customer", "Item", "Invoice", "CreditMemo", "Payment")
NAMES = ("Customers", "Products", "Invoices", "Credit Notes", "Payments")
NAMED = list(zip(PREVIEWED, NAMES, strict=True))
#: Stands for a record that the first sync is going to create.
TO_BE_CREATED = -1
CHUNK = 1000


class QboPreview(models.TransientModel):
    """What the first sync will do: counts, value, what stays out. Writes nothing."""

    _name = "qbo.preview"
    _description = "QuickBooks First Sync Preview"

    backend_id = fields.Many2one("qbo.backend", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="backend_id.company_id.currency_id")
    line_ids = fields.One2many("qbo.preview.line", "preview_id")
    completeness = fields.Float(related="backend_id.completeness")

    @api.depends("backend_id")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._(
                "First sync of %s", preview.backend_id.name
            )

    def action_switch_on(self):
        return self.backend_id.action_switch_on()


class QboPreviewLine(models.TransientModel):
    _name = "qbo.preview.line"
    _description = "QuickBooks First Sync Preview Line"

    preview_id = fields.Many2one("qbo.preview", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="preview_id.currency_id")
    entity = fields.Selection(NAMED, "Object")
    count = fields.Integer("Read")
    value = fields.Monetary("Value")
    ready = fields.Integer("Will Be Written")
    skipped = fields.Integer(
        "Not Taken Over", help="Bundles, categories, voided payments."
    )
    blocked = fields.Integer("Will Wait")
    blocked_value = fields.Monetary("Value Waiting")
    reasons = fields.Text("What They Wait For")


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def action_preview(self):
        """Show what the first sync will write, before it writes anything."""
        self.ensure_one()
        self.check_access("read")
        self._measure()
        preview = self.env["qbo.preview"].create(
            {
                "backend_id": self.id,
                "line_ids": [(0, 0, line) for line in self._preview_lines()],
            }
        )
        return preview._get_records_action(
            name=self.env._("Preview of the First Sync"), target="new", view_mode="form"
        )

    def _preview_lines(self):
        return [self._preview_entity(entity) for entity in PREVIEWED]

    def _preview_entity(self, entity, since=None):
        """Count one entity's objects, and those that would be written or would wait."""
        objects = self._mirrored_objects(entity)
        outcomes, value, waiting, reasons = Counter(), 0.0, 0.0, Counter()
        for start in range(0, len(objects), CHUNK):
            chunk = objects[start : start + CHUNK]
            if since:
                chunk = chunk.filtered(
                    lambda o: (o.payload.get("TxnDate") or "") >= since
                )
            books = self._books_after_first_sync(chunk)
            for obj in chunk:
                amount = obj.payload.get("TotalAmt") or 0.0
                outcome, reason = self._foresee(obj, books)
                outcomes[outcome] += 1
                value += amount
                if reason:
                    reasons[reason] += 1
                    waiting += amount
        return {
            "entity": entity,
            "count": sum(outcomes.values()),
            "value": value,
            "ready": outcomes["ready"],
            "skipped": outcomes["skipped"],
            "blocked": outcomes["blocked"],
            "blocked_value": waiting,
            "reasons": "\n".join(f"{n} × {why}" for why, n in reasons.most_common(5)),
        }

    def _mirrored_objects(self, entity, since=None):
        """What may be taken over; of documents, those of a day and later."""
        domain = [
            ("backend_id", "=", self.id),
            ("entity", "=", entity),
            ("deleted", "=", False),
            ("state", "!=", "ignored"),
        ]
        if since:
            domain.append(("txn_date", ">=", since))
        return self.env["qbo.object"].search(domain)

    def _books_after_first_sync(self, objects):
        """Books in which everything that was read exists already."""
        books = self._books(objects)
        rows = self.env["qbo.object"]._read_group(
            [
                ("backend_id", "=", self.id),
                ("entity", "in", PREVIEWED),
                ("state", "!=", "ignored"),
            ],
            ["entity", "qbo_id"],
        )
        for key in rows:
            books.ids.setdefault(key, TO_BE_CREATED)
        return books

    def _foresee(self, obj, books):
        """(ready, skipped or blocked, what it waits for) of one object."""
        entity = entity_model(self.env, obj.entity)
        if obj.entity == "Payment" and is_voided(obj.payload):
            return "skipped", None
        try:
            values = entity._values(obj.payload, books)
        except Missing as missing:
            return "blocked", entity._words_for_missing(missing)
        return ("ready" if values is not None else "skipped"), None
