from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..client import QboError, faults
from .qbo_backend_slots import LATER, REQUIRED

LEVELS = [("good", "Good"), ("warning", "Look at it"), ("bad", "Fix it")]
#: Where a line's button leads: place -> method of the connection.
PLACES = {
    "mapping": "action_open_mapping",
    "accounts": "action_open_accounts",
    "taxes": "action_open_taxes",
    "products": "action_match_items",
}
#: So many names are told of what there are more of.
NAMED = 5


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
    name = fields.Text("Checked")
    level = fields.Selection(LEVELS)
    message = fields.Text("Result")
    fix = fields.Text("What to Do")
    place = fields.Selection([(name, name.title()) for name in PLACES])

    def action_open_place(self):
        """Where the line can be set right."""
        self.ensure_one()
        return getattr(self.health_id.backend_id, PLACES[self.place])()


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
                *self._check_slots(),
                self._check_mapping(),
                *self._check_products(),
                self._check_receivables(),
                self._check_jobs(),
                self._check_token(),
            ]
        return checks

    def _line(self, name, level, message, fix=False, place=False):
        line = {"name": name, "level": level, "message": message}
        return {**line, "fix": fix or False, "place": place or False}

    def _check_login(self):
        name = self.env._("Login and permissions")
        try:
            self._read_company()
        except QboError as error:
            return self._line(name, "bad", *self._words_for(error))
        except UserError as problem:  # it says what to do
            return self._line(name, "bad", str(problem))
        return self._line(
            name, "good", self.env._("%s answered.", self.company_name or self.realm_id)
        )

    def _words_for(self, error):
        """(what an error of QuickBooks means, what to do)."""
        _ = self.env._
        decision = faults.of_error(error)
        return (
            _(
                "%(meaning)s. QuickBooks says: “%(words)s”.",
                meaning=_(decision.meaning),
                words=error,
            ),
            _("%s, then press Check Again.", _(decision.remedy)),
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
        becomes = {
            "stop": self.env._("Documents dated on or before this day are refused."),
            "move": self.env._(
                "Documents dated on or before this day are dated on the first open day"
                " in QuickBooks."
            ),
            "hold": self.env._(
                "Documents dated on or before this day wait until the books are open."
            ),
        }
        return self._line(
            self.env._("Closed books"),
            "warning" if closed else "good",
            self.env._("Closed until %s.", closed)
            if closed
            else self.env._("Not closed."),
            closed and becomes[self.closed_books_policy],
        )

    def _check_slots(self):
        """A line for each slot: required ones that are empty say what waits for them"""
        empty = self._empty_slots()
        lines = [
            self._check_slot(slot, slot.field in empty)
            for slot in REQUIRED
            if slot.field in empty or self[slot.field]
        ]
        return lines + [self._check_later(field) for field in LATER if not self[field]]

    def _check_slot(self, slot, empty):
        name = self._slot_name(slot.field)
        if not empty:
            return self._line(name, "good", self[slot.field].display_name)
        kinds = ", ".join(self._flow_name(entity) for entity in self._in_need(slot))
        count = self._count_waiting_for(slot.field)
        return self._line(
            name,
            "bad",
            self.env._(
                "Not chosen. Needed to take over: %(kinds)s. %(count)s documents wait"
                " for it.",
                kinds=kinds,
                count=count,
            )
            if slot.way == "in"
            else self.env._(
                "Not chosen. Needed to send: %(kinds)s. %(count)s documents wait for"
                " it.",
                kinds=kinds,
                count=count,
            ),
            self.env._("Choose it on the Mapping page, or create it in QuickBooks."),
            "mapping",
        )

    def _check_later(self, field):
        return self._line(
            self._slot_name(field),
            "good",
            self.env._("Not chosen, and not used yet: what it is for is not sent."),
        )

    def _check_mapping(self):
        """Accounts and taxes that documents use, and what waits for whatever cause."""
        waiting = self.env["qbo.object"].search_count(
            [("backend_id", "=", self.id), ("state", "=", "waiting")]
        )
        accounts, rates = map(self._count_to_map, ("Account", "TaxRate"))
        level = "bad" if waiting else "warning" if accounts or rates else "good"
        return self._line(
            self.env._("Mapping"),
            level,
            self.env._(
                "%(accounts)s accounts and %(rates)s tax rates are not mapped;"
                " %(waiting)s objects wait.",
                accounts=accounts,
                rates=rates,
                waiting=waiting,
            ),
            level != "good"
            and self.env._("Open Accounts and Taxes and choose the twins."),
            level != "good" and ("taxes" if rates and not accounts else "accounts"),
        )

    def _check_products(self):
        """Products that were sold and that QuickBooks lacks, where none flow there."""
        sends = self._flows_out("Invoice") or self._flows_out("CreditMemo")
        if not sends or self.item_policy == "generic" or self._flows_out("Item"):
            return []
        missing = self._sold_without_item()
        message = self.env._("What was sold in the last 90 days is in QuickBooks.")
        if missing:
            message = self.env._(
                "%(count)s that were sold in the last 90 days are not in QuickBooks, so"
                " that their invoices are refused: %(names)s",
                count=len(missing),
                names=", ".join(missing[:NAMED].mapped("display_name")),
            )
        return [
            self._line(
                self._flow_name("Item"),
                "bad" if missing else "good",
                message,
                missing
                and self.env._(
                    "Match them with QuickBooks' items, or let products flow from Odoo"
                    " to QuickBooks under What Flows."
                ),
                missing and "products",
            )
        ]

    def _check_receivables(self):
        """Reports of both sides agree by account where these are mapped."""
        accounts = self.receivable_ids
        open_ones = accounts.filtered(lambda account: not account.account_id)
        return self._line(
            self.env._("Receivable accounts"),
            "warning" if open_ones else "good",
            ", ".join(open_ones.mapped("name"))
            if open_ones
            else self.env._("%s mapped.", len(accounts)),
            open_ones
            and self.env._("Map them, so that both sides' balances can be compared."),
            open_ones and "accounts",
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
