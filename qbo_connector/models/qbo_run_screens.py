from odoo import api, fields, models
from odoo.fields import Domain

from ..const import ENTITIES
from .qbo_backend_flow import FLOW_FIELDS

#: Syncs that somebody waits for at the screen.
ASKED_FOR = ("manual", "retry", "sweep")
#: How many the page of the connection shows.
LATEST = 10


class QboRun(models.Model):
    """What a sync tells people: its records, and how it ended."""

    _inherit = "qbo.run"

    objects = fields.Text(
        compute="_compute_objects", help="What was read, by kind of record."
    )

    @api.depends("read_by_entity")
    def _compute_objects(self):
        words = self._words_for_entities()
        for run in self:
            counts = run.read_by_entity or {}
            run.objects = ", ".join(
                f"{words[entity]} {counts[entity]}"
                for entity in ENTITIES
                if entity in counts
            )

    def _words_for_entities(self):
        """{entity: what people call several of them}"""
        _ = self.env._
        return {
            "Account": _("Accounts"),
            "TaxRate": _("Tax Rates"),
            "TaxCode": _("Tax Codes"),
            "Term": _("Terms"),
            "PaymentMethod": _("Payment Methods"),
            "Class": _("Classes"),
            "Department": _("Locations"),
            **{name: self.env["qbo.backend"]._flow_name(name) for name in FLOW_FIELDS},
        }

    def action_open_records(self):
        """What this sync was the last to read or take over, errors included."""
        self.ensure_one()
        return self.backend_id._open_list(
            "qbo_connector.action_qbo_object",
            Domain("backend_id", "=", self.backend_id.id) & self._touched(),
        )

    def action_open_errors(self):
        """The objects that this run could not take over, each with its next step."""
        self.ensure_one()
        action = self.backend_id.action_open_errors()
        return {**action, "domain": list(Domain(action["domain"]) & self._touched())}

    def _finish(self, state="done", message=False):
        result = super()._finish(state, message)
        for run in self.filtered(lambda run: run.trigger in ASKED_FOR):
            run.create_uid._bus_send("simple_notification", run._outcome())
        return result

    def _outcome(self):
        """The answer to *Sync Now*, as a toast.

        Nothing new is said in so many words: figures of zeros are no answer.
        """
        _ = self.env._
        title = self.backend_id.display_name
        if self.state == "failed":
            words = _("The sync stopped: %s", self.message)
            return {"type": "danger", "title": title, "message": words, "sticky": True}
        open_ones = self.failed_count + self.waiting_count
        if not self.read_count and not self.applied_count and not open_ones:
            return {
                "type": "success",
                "title": title,
                "message": _("Nothing has changed in QuickBooks since the last sync."),
            }
        words = _("The sync has ended: %s.", self.summary)
        if open_ones:
            words += " " + _("See Errors for what could not be taken over.")
        kind = "warning" if open_ones else "success"
        return {"type": kind, "title": title, "message": words}


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    recent_run_ids = fields.One2many(
        "qbo.run",
        string="Latest Syncs",
        compute="_compute_recent_run_ids",
        help="The latest of them; Recent Syncs has all.",
    )

    def _compute_recent_run_ids(self):
        for backend in self:
            domain = [("backend_id", "=", backend._origin.id)]
            backend.recent_run_ids = self.env["qbo.run"].search(domain, limit=LATEST)

    def action_open_runs(self):
        return self._open_list(
            "qbo_connector.action_qbo_run", Domain("backend_id", "in", self.ids)
        )
