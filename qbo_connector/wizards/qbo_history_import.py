from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from ..client.query import condition
from ..models.qbo_preview import NAMED

#: What can be imported, in the order in which Odoo needs it -> the field that says so.
CHOICES = {
    "Customer": "customers",
    "Item": "products",
    "Invoice": "invoices",
    "CreditMemo": "credit_notes",
    "Payment": "payments",
}
#: QuickBooks can be asked for the balance of these, not of payments (entity pages).
WITH_BALANCE = ("Invoice", "CreditMemo")


class QboHistoryImport(models.TransientModel):
    """Import what QuickBooks had before the sync began: counted first, then read (G6).

    The import itself runs in the background, see `qbo_history_import_jobs`.
    """

    _name = "qbo.history.import"
    _description = "QuickBooks Historical Import"

    backend_id = fields.Many2one("qbo.backend", required=True, ondelete="cascade")
    customers = fields.Boolean()
    products = fields.Boolean()
    invoices = fields.Boolean(default=True)
    credit_notes = fields.Boolean(default=True)
    payments = fields.Boolean(default=True)
    which = fields.Selection(
        [("all", "Open and paid"), ("open", "Only open"), ("paid", "Only paid")],
        "Invoices and Credit Notes",
        default="all",
        required=True,
        help="Open: something is left to pay or to apply today.",
    )
    start = fields.Date("From")
    end = fields.Date("To", default=fields.Date.context_today)
    line_ids = fields.One2many("qbo.history.import.line", "wizard_id")
    warning = fields.Text(compute="_compute_warning")

    @api.depends("start", "backend_id")
    def _compute_warning(self):
        for wizard in self:
            limit = wizard.backend_id.start_date
            early = limit and (not wizard.start or wizard.start < limit)
            wizard.warning = early and self.env._(
                "The sync reads documents from %s on. Older ones are imported as they"
                " are now; what changes in them later is not read, unless Sync From is"
                " set to an earlier day.",
                format_date(wizard.env, limit),
            )

    @api.constrains("start", "end")
    def _check_days(self):
        for wizard in self:
            if wizard.start and wizard.end and wizard.start > wizard.end:
                raise ValidationError(
                    self.env._("The first day is after the last: swap the two.")
                )

    @api.onchange(*CHOICES.values(), "which", "start", "end")
    def _onchange_choice(self):
        """Another choice has other counts."""
        self.line_ids = [Command.clear()]

    def _queries(self):
        """[(entity, condition)] of what is chosen.

        :raise UserError: nothing is.
        """
        queries = [
            (entity, self._where(entity))
            for entity, field in CHOICES.items()
            if self[field]
        ]
        if not queries:
            raise UserError(self.env._("Choose at least one kind of records."))
        return queries

    def _where(self, entity):
        if entity in ("Customer", "Item"):
            return self.backend_id._where(entity)
        bounds = [("TxnDate", ">=", self.start), ("TxnDate", "<=", self.end)]
        if entity in WITH_BALANCE and self.which != "all":
            bounds.append(("Balance", ">" if self.which == "open" else "=", "0"))
        return " AND ".join(condition(*bound) for bound in bounds if bound[2])

    # --- Buttons ----------------------------------------------------------------------

    def action_count(self):
        """Ask QuickBooks how many there are: one call for each kind."""
        self.ensure_one()
        client = self.backend_id._talk(self.backend_id._client)
        lines = [Command.clear()]
        for entity, where in self._queries():
            count = self.backend_id._talk(
                lambda entity=entity, where=where: client.count(entity, where)
            )
            known = self._count_known(entity)
            lines.append(
                Command.create({"entity": entity, "count": count, "known": known})
            )
        self.line_ids = lines
        return self._show()

    def _count_known(self, entity):
        """How many of this kind and time are in Odoo already, open or paid."""
        domain = [
            ("backend_id", "=", self.backend_id.id),
            ("entity", "=", entity),
            ("state", "=", "linked"),
        ]
        if entity not in ("Customer", "Item"):
            days = (("txn_date", ">=", self.start), ("txn_date", "<=", self.end))
            domain += [bound for bound in days if bound[2]]
        return self.env["qbo.object"].search_count(domain)

    def action_import(self):
        """Start the import in the background and show it among the syncs.

        :raise UserError: the connection is not switched on, or a sync is running.
        """
        self.ensure_one()
        self.backend_id.check_access("write")
        self.backend_id._check_may_import()
        self.backend_id._start_history(
            self._queries(), sum(self.line_ids.mapped("count"))
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "qbo_connector.action_qbo_run"
        )
        return {**action, "domain": [("backend_id", "=", self.backend_id.id)]}

    def _show(self):
        return self._get_records_action(
            name=self.env._("Import History"), target="new", view_mode="form"
        )


class QboHistoryImportLine(models.TransientModel):
    _name = "qbo.history.import.line"
    _description = "QuickBooks Historical Import Line"

    wizard_id = fields.Many2one("qbo.history.import", required=True, ondelete="cascade")
    entity = fields.Selection(NAMED, "Object")
    count = fields.Integer("In QuickBooks")
    known = fields.Integer(
        "In Odoo Already",
        help="Linked ones of these days. They are not imported twice.",
    )


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def action_import_history(self):
        """Open the wizard of the historical import."""
        self.ensure_one()
        self.check_access("write")
        return self.env["qbo.history.import"].create({"backend_id": self.id})._show()
