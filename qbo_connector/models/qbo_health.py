from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..client import QboError

LEVELS = [("good", "Good"), ("warning", "Look at it"), ("bad", "Fix it")]


class QboHealth(models.TransientModel):
    """*Test connection*: what works, what does not, and the fix for each."""

    _name = "qbo.health"
    _description = "QuickBooks Health Check"

    backend_id = fields.Many2one("qbo.backend", required=True, ondelete="cascade")
    line_ids = fields.One2many("qbo.health.line", "health_id")

    @api.depends("backend_id")
    def _compute_display_name(self):
        for health in self:
            health.display_name = self.env._("Health of %s", health.backend_id.name)

    def action_check_again(self):
        return self.backend_id.action_test_connection()


class QboHealthLine(models.TransientModel):
    _name = "qbo.health.line"
    _description = "QuickBooks Health Check Line"

    health_id = fields.Many2one("qbo.health", required=True, ondelete="cascade")
    name = fields.Char("Checked")
    level = fields.Selection(LEVELS)
    message = fields.Char("Result")
    fix = fields.Char("What to Do")


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def action_test_connection(self):
        """Check everything that a sync depends on; a person waits for it."""
        self.ensure_one()
        self.check_access("write")
        health = self.env["qbo.health"].create(
            {
                "backend_id": self.id,
                "line_ids": [(0, 0, line) for line in self._health()],
            }
        )
        return health._get_records_action(
            name=self.env._("Test Connection"), target="new", view_mode="form"
        )

    def _health(self):
        """Lines of the check: name, level, message and fix."""
        checks = [self._check_login()]
        if checks[0]["level"] == "good":
            checks += [
                self._check_currency(),
                self._check_tax_mode(),
                self._check_close_date(),
                self._check_undeposited_funds(),
                self._check_generic_item(),
                self._check_mapping(),
                self._check_jobs(),
                self._check_token(),
            ]
        return checks

    def _line(self, name, level, message, fix=False):
        return {"name": name, "level": level, "message": message, "fix": fix}

    def _check_login(self):
        name = self.env._("Login and permissions")
        try:
            self._read_company()
        except QboError as error:
            return self._line(
                name,
                "bad",
                str(error),
                self.env._("Press Reconnect on the connection."),
            )
        except UserError as problem:
            return self._line(
                name,
                "bad",
                str(problem),
                self.env._("Press Connect on the connection."),
            )
        return self._line(
            name, "good", self.env._("%s answered.", self.company_name or self.realm_id)
        )

    def _check_currency(self):
        own = self.company_id.currency_id.name
        same = self.home_currency == own
        return self._line(
            self.env._("Currency"),
            "good" if same else "bad",
            self.env._(
                "QuickBooks: %(home)s, Odoo: %(own)s.", home=self.home_currency, own=own
            ),
            not same and self.env._("Connect a company with the same currency."),
        )

    def _check_tax_mode(self):
        automated = self.tax_mode == "us_automated"
        modes = dict(self._fields["tax_mode"]._description_selection(self.env))
        return self._line(
            self.env._("Sales tax"),
            "warning" if automated else "good",
            modes.get(self.tax_mode, self.env._("Unknown")),
            automated
            and self.env._(
                "QuickBooks computes the tax itself; totals are compared after export."
            ),
        )

    def _check_close_date(self):
        closed = self.book_close_date
        return self._line(
            self.env._("Closed books"),
            "warning" if closed else "good",
            self.env._("Closed until %s.", closed)
            if closed
            else self.env._("Not closed."),
            closed and self.env._("Documents dated on or before this day are refused."),
        )

    def _check_undeposited_funds(self):
        account = self._undeposited_funds()
        mapped = bool(account.account_id)
        return self._line(
            self.env._("Undeposited Funds"),
            "good" if mapped else "bad",
            account.account_id.display_name or self.env._("Not mapped."),
            not mapped
            and self.env._("Map it under Accounts: payments are booked there."),
        )

    def _check_generic_item(self):
        item = self._generic_item()
        return self._line(
            self.env._("Item for lines without a product"),
            "good" if item else "bad",
            self.env._("Found.")
            if item
            else self.env._("QuickBooks has no service item."),
            not item and self.env._("Create a service in QuickBooks, then Sync Now."),
        )

    def _check_mapping(self):
        waiting = self.env["qbo.object"].search_count(
            [("backend_id", "=", self.id), ("state", "=", "waiting")]
        )
        rates = len(self._unmapped("TaxRate"))
        level = "bad" if waiting else "warning" if rates else "good"
        return self._line(
            self.env._("Mapping"),
            level,
            self.env._(
                "%(rates)s tax rates are not mapped, %(waiting)s objects wait.",
                rates=rates,
                waiting=waiting,
            ),
            level != "good"
            and self.env._("Open Accounts and Taxes and choose the twins."),
        )

    def _check_jobs(self):
        """Jobs that nobody takes mean that the job runner is not running."""
        late = fields.Datetime.now() - timedelta(minutes=2)
        stuck = (
            self.env["queue.job"]
            .sudo()
            .search_count(
                [
                    ("state", "=", "pending"),
                    ("channel", "in", ("root.qbo_import", "root.qbo_export")),
                    ("date_created", "<", late),
                    "|",
                    ("eta", "=", False),
                    ("eta", "<", late),
                ]
            )
        )
        return self._line(
            self.env._("Job runner"),
            "bad" if stuck else "good",
            self.env._("%s jobs wait for more than two minutes.", stuck)
            if stuck
            else self.env._("No job waits."),
            bool(stuck)
            and self.env._("Add queue_job to server_wide_modules and restart Odoo."),
        )

    def _check_token(self):
        left = self.token_expires_at and self.token_expires_at - fields.Datetime.now()
        soon = left and left < timedelta(days=14)
        return self._line(
            self.env._("Connection lifetime"),
            "warning" if soon else "good",
            self.env._("Reconnect within %s days.", left.days) if left else "",
            soon and self.env._("Press Reconnect before it ends."),
        )
