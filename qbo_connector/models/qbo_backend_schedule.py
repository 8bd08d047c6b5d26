from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: Intervals below these only cost metered calls (minutes).
SHORTEST_CHANGES = 5
SHORTEST_FULL = 30
#: The runs of each tier. Where no cursor can be used, a first sync reads the changes.
TRIGGERS = {"changes": ("schedule", "first"), "full": ("full",)}


class QboBackend(models.Model):
    """When QuickBooks is read without anybody pressing a button, in two tiers.

    *Changes* is one call of change data capture. It answers for all kinds of records at
    once, so payments and credit notes, which are wanted soon, bring everything else
    along. The *full pass* reads what that call does not tell: the company's settings
    (closing date, tax mode) and the lists of accounts, taxes, terms and methods.
    """

    _inherit = "qbo.backend"

    auto_sync = fields.Boolean(
        "Enable Auto-Sync",
        copy=False,
        tracking=True,
        help="Read QuickBooks on a schedule. Without it payments recorded in QuickBooks"
        " only come in when somebody presses Sync Now.",
    )
    changes_interval = fields.Integer(
        "Read Changes Every",
        default=5,
        required=True,
        help="Minutes, 5 or more. One call brings every kind of record that changed:"
        " accounts, payments, credit notes, and with them all others.",
    )
    full_interval = fields.Integer(
        "Full Pass Every",
        default=60,
        required=True,
        help="Minutes, 30 or more. Reads what the call for changes does not tell: the"
        " company's settings, such as the closing date, and its taxes, accounts, terms"
        " and payment methods, as well as the changes.",
    )

    @api.constrains("auto_sync")
    def _check_auto_sync(self):
        for backend in self.filtered("auto_sync"):
            backend._require_slots(self.env._("Auto-sync cannot be enabled yet:"))
            if not backend.live:
                raise UserError(
                    self.env._(
                        "Auto-sync of %s cannot be enabled yet: switch it on first.",
                        backend.display_name,
                    )
                )

    @api.constrains("changes_interval", "full_interval")
    def _check_intervals(self):
        shortest = {
            "changes_interval": SHORTEST_CHANGES,
            "full_interval": SHORTEST_FULL,
        }
        for backend in self:
            for field, minutes in shortest.items():
                if backend[field] < minutes:
                    raise ValidationError(
                        self.env._(
                            "%(setting)s: %(minutes)s minutes is the shortest, because"
                            " Intuit counts every call.",
                            setting=self._fields[field]._description_string(self.env),
                            minutes=minutes,
                        )
                    )

    # --- Crons ------------------------------------------------------------------------

    @api.model
    def _cron_sync(self):
        """Changes of each connection that is due."""
        self._start_due("changes", lambda backend: backend._start_sync("schedule"))

    @api.model
    def _cron_full_pass(self):
        """The full pass of each connection that is due."""
        self._start_due("full", lambda backend: backend._start_full_pass())

    def _start_due(self, tier, start):
        """Start one tier of all connections, each in a transaction of its own."""
        backends = self.search([("auto_sync", "=", True), ("live", "=", True)])
        crons = self.env["ir.cron"]
        crons._commit_progress(remaining=len(backends))
        for backend in backends:
            if backend._is_due(tier):
                start(backend)
            if not crons._commit_progress(1):
                break

    def _is_due(self, tier):
        """Connected, past its interval, and no sync under way."""
        due = self._due_at(tier) <= fields.Datetime.now()
        return due and self.state == "connected" and not self._running()

    def _due_at(self, tier):
        """The runs tell when a tier began last; no job writes on the connection."""
        domain = [("backend_id", "=", self.id), ("trigger", "in", TRIGGERS[tier])]
        run = self.env["qbo.run"].search(domain, order="id desc", limit=1)
        if not run:
            return fields.Datetime.now()
        return run.create_date + timedelta(minutes=self[f"{tier}_interval"])

    def _next_sync(self):
        """When QuickBooks is read next by itself.

        :returns: datetime in UTC, or False: off, not connected, or no schedule runs.
        """
        self.ensure_one()
        if not (self.auto_sync and self.live and self.state == "connected"):
            return False
        tiers = {"changes": "cron_qbo_sync", "full": "cron_qbo_full_pass"}
        moments = []
        for tier, xmlid in tiers.items():
            cron = self.env.ref(f"qbo_connector.{xmlid}").sudo()
            if cron.active:
                moments.append(max(self._due_at(tier), cron.nextcall))
        return min(moments, default=False)

    # --- Full pass --------------------------------------------------------------------

    def _start_full_pass(self):
        self.ensure_one()
        run = self._start_run("full")
        self._delay(self.env._("full pass"))._job_full_pass(run.id)
        return run

    def _job_full_pass(self, run_id):
        """Read the company and its lists, then what changed, in the same run."""
        run = self.env["qbo.run"].browse(run_id)
        if run.state != "running":
            return
        calls = []
        client = self._client(calls)
        info = self._retrying(client.company_info)
        preferences = self._retrying(client.preferences)
        lists = self._retrying(lambda: self._read_lists(client))
        self._note_company(info, preferences)
        run._add_read(self._store(lists, {}), call_count=len(calls))
        if self._cursor_is_usable():
            self._delay_pull_changes(run)
        else:
            self._delay_pull_all(run)
