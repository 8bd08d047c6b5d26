import platform

from odoo import fields, models, release

#: How many syncs, and errors, are told.
LATEST = 5
#: Facts of a connection that help; none of them opens anything.
FACTS = (
    "environment",
    "state",
    "live",
    "country",
    "home_currency",
    "multi_currency",
    "tax_mode",
    "book_close_date",
    "start_date",
    "cursor",
    "last_sync_at",
    "next_sync_at",
    "auto_sync",
    "changes_interval",
    "full_interval",
    "reads_today",
    "writes_today",
    "pending_count",
    "payment_error_count",
    "move_error_count",
    "object_error_count",
    "unmapped_count",
)


class QboDiagnostics(models.TransientModel):
    """*Copy Diagnostics*: what somebody who helps needs to know, as text.

    No secrets and no tokens; of QuickBooks' company id only the last digits.
    """

    _name = "qbo.diagnostics"
    _description = "QuickBooks Diagnostics"

    text = fields.Text(readonly=True)


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def action_copy_diagnostics(self):
        """Show the diagnostics of this connection, with a button that copies them."""
        self.ensure_one()
        self.check_access("write")
        return self._show_diagnostics(self._diagnostics())

    def _show_diagnostics(self, text):
        dialog = self.env["qbo.diagnostics"].create({"text": text})
        return dialog._get_records_action(
            name=self.env._("Copy Diagnostics"), target="new", view_mode="form"
        )

    def _diagnostics(self):
        """Versions, connection, syncs, errors and jobs, one fact a line."""
        return "\n".join(
            [
                *self._tell_versions(),
                *self._tell_facts(),
                *self._tell_runs(),
                *self._tell_errors(),
                *self._tell_jobs(),
            ]
        )

    def _tell_versions(self):
        names = ("qbo_connector", "queue_job", "account")
        modules = self.env["ir.module.module"].sudo()
        found = modules.search([("name", "in", names)], order="name")
        versions = [f"{module.name} {module.installed_version}" for module in found]
        server = self.env.cr._cnx.server_version
        yield "[Versions]"
        yield f"Odoo {release.version}, Python {platform.python_version()},"
        yield f"PostgreSQL {server // 10000}, {', '.join(versions)}"

    def _tell_facts(self):
        yield "[Connection]"
        yield f"company id: …{(self.realm_id or '')[-4:]}"
        for name in FACTS:
            yield f"{name}: {self[name]}"
        for name in self._flow_fields():
            yield f"{name}: {self[name]}"
        yield f"empty slots: {', '.join(self._empty_slots()) or 'none'}"

    def _flow_fields(self):
        return [name for name in self._fields if name.endswith("_flow")]

    def _tell_runs(self):
        yield "[Last syncs]"
        for run in self.recent_run_ids[:LATEST]:
            yield (
                f"{run.create_date} {run.trigger} {run.state}, {run.duration} s,"
                f" {run.call_count} calls: {run.summary} {run.message or ''}"
            ).rstrip()

    def _tell_errors(self):
        """Causes, and the last words of QuickBooks with their intuit_tid."""
        yield "[Errors]"
        for row in self.env["qbo.error"].search([("backend_id", "=", self.id)]):
            yield f"{row.document_count} {row.res_model} {row.state} {row.cause}"
        failed = self.env["qbo.history"].search(
            [("company_id", "=", self.company_id.id), ("outcome", "=", "error")],
            limit=LATEST,
        )
        for entry in failed:
            yield (
                f"{entry.create_date} {entry.res_model},{entry.res_id}"
                f" code {entry.fault_code or '-'}"
                f" intuit_tid {entry.intuit_tid or '-'}: {entry.message}"
            )

    def _tell_jobs(self):
        yield "[Jobs]"
        groups = (
            self.env["queue.job"]
            .sudo()
            ._read_group(
                [("channel", "=like", "root.qbo%"), ("state", "!=", "done")],
                ["channel", "state"],
                ["__count", "date_created:min"],
            )
        )
        for channel, state, count, oldest in groups:
            yield f"{channel} {state}: {count}, oldest of {oldest}"
        if not groups:
            yield "none to do"


class QboError(models.Model):
    _inherit = "qbo.error"

    def action_copy_diagnostics(self):
        """The diagnostics of the connection, with this cause in full."""
        self.ensure_one()
        self.backend_id.check_access("write")
        about = [
            "[This error]",
            f"{self.document_count} {self.res_model}, cause {self.cause}: {self.name}",
            self.reason or "",
        ]
        text = "\n".join([*about, self.backend_id._diagnostics()])
        return self.backend_id._show_diagnostics(text)
