from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import DIMENSIONS
from ..entities.dimensions import Dimension
from ..entities.entity import entity_model

SCREEN = "qbo_connector.action_qbo_dimension_mapping"
PLANS = {"Class": "class_plan_id", "Department": "location_plan_id"}


class QboObject(models.Model):
    """Classes and locations with the analytic accounts that they are."""

    _inherit = "qbo.object"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        compute="_compute_analytic_account_id",
        inverse="_inverse_analytic_account_id",
        check_company=True,
    )
    analytic_plan_id = fields.Many2one(
        "account.analytic.plan", compute="_compute_analytic_plan_id"
    )

    @api.depends("res_model", "res_id")
    def _compute_analytic_account_id(self):
        for record in self:
            record.analytic_account_id = record._linked_id("account.analytic.account")

    def _inverse_analytic_account_id(self):
        self._map_to("analytic_account_id")

    @api.depends("backend_id.class_plan_id", "backend_id.location_plan_id")
    def _compute_analytic_plan_id(self):
        for record in self:
            plan = PLANS.get(record.entity)
            record.analytic_plan_id = plan and record.backend_id[plan]

    def action_create_analytic_accounts(self):
        """Create analytic accounts for the selected rows that have none."""
        self.check_access("write")
        created = self.filtered(lambda o: o.state == "unmapped" and o.analytic_plan_id)
        for obj in created:
            model = entity_model(self.env, obj.entity)
            obj._link(model._create_twin(obj.backend_id, obj, obj.analytic_plan_id))
        return self.backend_id[:1]._toast(
            self.env._("%s analytic accounts created and mapped.", len(created))
        )


class QboBackend(models.Model):
    """Classes and locations: off unless an analytic plan is chosen for them."""

    _inherit = "qbo.backend"

    class_plan_id = fields.Many2one(
        "account.analytic.plan",
        "Plan for Classes",
        domain="[('parent_id', '=', False)]",
        copy=False,
        help="The analytic plan whose accounts are QuickBooks' classes. Empty: classes"
        " are neither read nor sent.",
    )
    location_plan_id = fields.Many2one(
        "account.analytic.plan",
        "Plan for Locations",
        domain="[('parent_id', '=', False)]",
        copy=False,
        help="The analytic plan whose accounts are QuickBooks' locations, which its"
        " API calls departments. Empty: locations are neither read nor sent.",
    )
    class_tracking = fields.Selection(
        [
            ("off", "Off in QuickBooks"),
            ("document", "One for each document"),
            ("line", "One for each line"),
        ],
        "Classes in QuickBooks",
        readonly=True,
        copy=False,
    )
    location_tracking = fields.Boolean(
        "Locations in QuickBooks", readonly=True, copy=False
    )

    @api.constrains("class_plan_id", "location_plan_id")
    def _check_plans(self):
        for backend in self:
            if backend.class_plan_id and backend.class_plan_id == (
                backend.location_plan_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(backend)s: classes and locations need a plan each; both are"
                        " %(plan)s.",
                        backend=backend.display_name,
                        plan=backend.class_plan_id.display_name,
                    )
                )

    # --- What is on -------------------------------------------------------------------

    @api.model
    def _company_values(self, info, preferences):
        accounting = preferences.get("AccountingInfoPrefs", {})
        tracking = "off"
        if accounting.get("ClassTrackingPerTxnLine"):
            tracking = "line"
        elif accounting.get("ClassTrackingPerTxn"):
            tracking = "document"
        return {
            **super()._company_values(info, preferences),
            "class_tracking": tracking,
            "location_tracking": accounting.get("TrackDepartments", False),
        }

    def _dimensions_on(self):
        """{entity: root analytic plan} of what is tracked there and mapped here."""
        tracked = {
            "Class": self.class_tracking in ("document", "line"),
            "Department": self.location_tracking,
        }
        return {
            entity: self[plan]
            for entity, plan in PLANS.items()
            if tracked[entity] and self[plan]
        }

    def _flows_in(self, entity):
        if entity in DIMENSIONS:
            return entity in self._dimensions_on()
        return super()._flows_in(entity)

    # --- Reading and mapping ----------------------------------------------------------

    def _read_lists(self, client):
        lists = super()._read_lists(client)
        on = self._dimensions_on()
        return lists | {name: self._read_list(client, name) for name in on}

    def action_read_dimensions(self):
        """Read classes and locations, map those of the same name, show them."""
        self.ensure_one()
        self.check_access("write")
        self._talk(self._read_company)
        on = self._dimensions_on()
        if not on:
            return self._toast(self._why_no_dimensions(), "warning")
        client = self._client()
        lists = self._talk(lambda: {name: self._read_list(client, name) for name in on})
        self._store(lists, {})
        self._map_dimensions(on)
        domain = [("backend_id", "=", self.id), ("entity", "in", list(on))]
        return self._open_list(SCREEN, domain)

    def _why_no_dimensions(self):
        if not (self.class_plan_id or self.location_plan_id):
            return self.env._("Choose a plan for classes or locations and save first.")
        return self.env._(
            "QuickBooks does not track classes or locations. Switch that on there under"
            " Account and settings > Advanced > Categories, then press this again."
        )

    def _map_dimensions(self, on):
        rows = self.env["qbo.object"].search(
            [("backend_id", "=", self.id), ("entity", "in", list(on))]
        )
        for entity, plan in on.items():
            model = entity_model(self.env, entity)
            mine = rows.filtered(lambda o, e=entity: o.entity == e)
            mine.filtered(lambda o: o.state == "new")._settle_mapping()
            open_rows = mine.filtered(lambda o: o.state == "unmapped")
            taken = mine.analytic_account_id
            for obj, account in model._suggest(self, open_rows, plan).items():
                if account not in taken:
                    obj._link(account)

    # --- For documents ----------------------------------------------------------------

    def _mapped_dimensions(self):
        """Classes and locations that have an analytic account, if any are on."""
        on = self._dimensions_on()
        if not on:
            return self.env["qbo.object"]
        return self.env["qbo.object"].search_fetch(
            [
                ("backend_id", "=", self.id),
                ("entity", "in", list(on)),
                ("res_model", "=", "account.analytic.account"),
                ("res_id", "!=", False),
            ],
            ["entity", "qbo_id", "res_model", "res_id", "payload", "deleted"],
        )

    def _books(self, objects):
        books = super()._books(objects)
        books.dimensions = {
            (row.entity, row.qbo_id): account.id
            for row, account in self._mapped_dimensions()._records().items()
        }
        return books

    def _refs(self, *documents):
        refs = super()._refs(*documents)
        rows = self._mapped_dimensions().filtered(
            lambda row: not row.deleted and row.payload.get("Active", True)
        )
        ids = {}
        for row, account in rows._records().items():
            ids.setdefault(row.entity, {})[account] = row.qbo_id
        return refs._replace(
            dimensions=tuple(
                Dimension(
                    entity,
                    plan,
                    ids.get(entity, {}),
                    entity == "Class" and self.class_tracking == "line",
                )
                for entity, plan in self._dimensions_on().items()
            )
        )

    def _remark_cuts(self, sending, move):
        """Say where QuickBooks takes one class or location of several, or none."""
        result = super()._remark_cuts(sending, move)
        lines = move.invoice_line_ids
        for dimension in sending.refs.dimensions:
            for each in lines if dimension.by_line else [lines]:
                sentence = self._dimension_remark(dimension, each)
                if sentence:
                    sending.remark(move, sentence)
        return result

    def _dimension_remark(self, dimension, lines):
        account, others = dimension.chosen(lines)
        if not account:
            return None
        kind = self.env["qbo.object"]._entity_name(dimension.entity)
        if account not in dimension.ids:
            return self.env._(
                "%(account)s has no %(list)s in QuickBooks and was left out.",
                account=account.name,
                list=kind,
            )
        return others and self.env._(
            "QuickBooks takes one %(list)s: %(account)s has the largest share, before"
            " %(others)s.",
            list=kind,
            account=account.name,
            others=", ".join(others.mapped("name")),
        )
