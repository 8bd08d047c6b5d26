from odoo import api, fields, models
from odoo.exceptions import UserError

from ..client import QboError
from ..models.qbo_backend_push import PUSH_LOCK

#: Odoo's own settings, which hold for the books of any company.
KEPT_SETTINGS = (
    "income_account_id",
    "discount_account_id",
    "rounding_account_id",
    "bad_debt_account_id",
    "fee_account_id",
    "exempt_position_id",
    "class_plan_id",
    "location_plan_id",
)


class QboChangeCompany(models.TransientModel):
    """Guided *Change QuickBooks Company*: archive the links, then start anew (A7)."""

    _name = "qbo.change.company"
    _description = "Change QuickBooks Company"

    backend_id = fields.Many2one(
        "qbo.backend", "Connection", required=True, ondelete="cascade"
    )
    company_name = fields.Char(related="backend_id.company_name")
    realm_id = fields.Char(related="backend_id.realm_id")
    former_count = fields.Integer(related="backend_id.former_count")
    odoo_company_id = fields.Many2one(related="backend_id.company_id")
    former_id = fields.Many2one(
        "qbo.backend",
        "Go Back To",
        domain="[('company_id', '=', odoo_company_id), ('active', '=', False),"
        " ('realm_id', '!=', False)]",
        help="Its links to Odoo's documents are restored. Empty: a company that was"
        " never connected here.",
    )
    pending_count = fields.Integer(related="backend_id.pending_count")
    line_ids = fields.One2many("qbo.change.company.line", "change_id")

    @api.depends("backend_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._(
                "Change the company of %s", change.backend_id.name
            )

    def action_change(self):
        """Archive the connection with its links; open the one that takes its place.

        :raise UserError: a sync or an export is under way.
        """
        self.ensure_one()
        backend = self.backend_id
        backend._check_administrator()
        backend._check_at_rest()
        # The call to Intuit comes before anything is written.
        left = backend._end_at_intuit()
        chosen = self._former() if self.former_id else self._anew()
        if left:
            chosen.message_post(body=left)
        return {
            **chosen._get_records_action(view_mode="form"),
            "target": "main",
        }

    def _former(self):
        """The former connection that was chosen, in place of the present one."""
        backend, former = self.backend_id, self.former_id
        former._check_administrator()
        backend._archive_with_figures(self.line_ids)
        former.active = True
        former._credential(create=True)._take_keys(backend._credential())
        if not backend.realm_id:
            backend.unlink()
        return former

    def _anew(self):
        """A new connection with the settings of the archived one."""
        backend = self.backend_id
        settings = {field: backend[field].id for field in KEPT_SETTINGS}
        backend._archive_with_figures(self.line_ids)
        new = backend.copy({"active": True, "name": backend.name, **settings})
        new._credential(create=True)._take_keys(backend._credential())
        return new


class QboChangeCompanyLine(models.TransientModel):
    _name = "qbo.change.company.line"
    _description = "Change QuickBooks Company Line"

    change_id = fields.Many2one("qbo.change.company", required=True, ondelete="cascade")
    name = fields.Char("Kind")
    count = fields.Integer("Links")
    stays = fields.Char("What Stays")


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def action_change_company(self):
        """Show what changing the company does, in figures, before anything is done."""
        self.ensure_one()
        self._check_administrator()
        change = self.env["qbo.change.company"].create(
            {
                "backend_id": self.id,
                "line_ids": [(0, 0, line) for line in self._linked_figures()],
            }
        )
        return change._get_records_action(
            name=self.env._("Change QuickBooks Company"), target="new", view_mode="form"
        )

    def _linked_figures(self):
        """Lines of the wizard: how many links of each kind there are."""
        groups = self.env["qbo.object"]._read_group(
            [("backend_id", "=", self.id), ("state", "=", "linked")],
            ["entity"],
            ["__count"],
        )
        counts = dict(groups)
        return [
            {
                "name": name,
                "count": sum(counts.get(entity, 0) for entity in entities),
                "stays": stays,
            }
            for entities, name, stays in self._linked_kinds()
        ]

    def _linked_kinds(self):
        """(entities, their name, what stays), as people think of them."""
        documents = self.env._("The documents in Odoo, with number, payments, history.")
        return [
            (
                ("Customer",),
                self.env._("Customers"),
                self.env._("The contacts in Odoo, for the new company to match."),
            ),
            (
                ("Item",),
                self.env._("Products"),
                self.env._("The products in Odoo, for the new company to match."),
            ),
            (("Invoice",), self.env._("Invoices"), documents),
            (("CreditMemo",), self.env._("Credit notes"), documents),
            (("Payment",), self.env._("Payments"), documents),
            (
                ("Account", "TaxRate"),
                self.env._("Accounts and taxes"),
                self.env._(
                    "Your choices, as suggestions for entries of the same name."
                ),
            ),
        ]

    def _check_at_rest(self):
        """No job of this connection writes now, or begins to before this is done.

        :raise UserError: a sync or an export is under way.
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", (PUSH_LOCK, self.id)
        )
        nothing_is_sent = self.env.cr.fetchone()[0]
        if self._running() or not nothing_is_sent:
            raise UserError(
                self.env._(
                    "%s is being synchronised right now. Wait until Recent Syncs shows"
                    " that it has ended, then change the company.",
                    self.display_name,
                )
            )

    def _end_at_intuit(self):
        """Revoke the tokens; changing the company does not depend on it.

        :returns: what is left to do at Intuit, or None.
        """
        try:
            return self._revoke()
        except QboError as error:
            return self._words_for_left(error)

    def _archive_with_figures(self, lines):
        """Archive, and keep in the chatter what was linked."""
        figures = ", ".join(f"{line.count} {line.name}" for line in lines)
        self.message_post(body=self.env._("Links archived: %s", figures))
        self.active = False
