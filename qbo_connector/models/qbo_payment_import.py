from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import BOOKKEEPERS

#: States of a row that is in Odoo already, or never will be.
SETTLED = ("linked", "ignored")


class QboObject(models.Model):
    """*Import Payments*: QuickBooks' payments as a list to choose from.

    `listed` rows were read to be shown; a sync does not apply them. `chosen` rows are
    the queue of the import: whatever happens to its job, they say what is still to do.
    """

    _name = "qbo.object"
    _inherit = ["qbo.object", "qbo.linked"]

    currency_id = fields.Many2one(
        "res.currency", compute="_compute_money", compute_sudo=True
    )
    unapplied = fields.Monetary(
        compute="_compute_money", compute_sudo=True, groups=BOOKKEEPERS
    )
    deposit_account = fields.Char(
        compute="_compute_deposit_account",
        compute_sudo=True,
        help="Where QuickBooks put the money.",
    )

    @api.depends("payload")
    def _compute_money(self):
        codes = {obj: _value(obj, "CurrencyRef") for obj in self}
        wanted = [("name", "in", list(set(codes.values())))]
        currencies = self.env["res.currency"].with_context(active_test=False)
        known = {each.name: each for each in currencies.search(wanted)}
        for obj, code in codes.items():
            obj.currency_id = known.get(code, obj.company_id.currency_id)
            obj.unapplied = (obj.payload or {}).get("UnappliedAmt") or 0.0

    @api.depends("payload")
    def _compute_deposit_account(self):
        """Without an account of its own, money lies in *Undeposited Funds*."""
        accounts = self.search_fetch(
            [("backend_id", "in", self.backend_id.ids), ("entity", "=", "Account")],
            ["backend_id", "qbo_id", "name"],
        )
        names = {(each.backend_id, each.qbo_id): each.name for each in accounts}
        defaults = {
            backend: backend._undeposited_funds().qbo_id for backend in self.backend_id
        }
        for obj in self:
            account = _value(obj, "DepositToAccountRef") or defaults.get(obj.backend_id)
            obj.deposit_account = names.get((obj.backend_id, account), account)

    @api.depends("entity", "qbo_id")
    def _compute_qbo_url(self):
        for obj in self:
            backend = obj.backend_id.sudo()
            url = obj.qbo_id and backend._object_url(obj.entity, obj.qbo_id)
            obj.qbo_url = url

    # --- Read from QuickBooks ---------------------------------------------------------

    @api.model
    def action_read_payments(self, start=False, end=False):
        """*Read from QuickBooks*: list the payments of these days, import none.

        :param str start: first day, 2026-11-01; False: as far back as the sync goes.
        :param str end: last day, included; False: no end.
        :returns: what has started, in words.
        """
        self.check_access("read")
        backends = self._connected()
        days = fields.Date.to_date(start), fields.Date.to_date(end)
        for backend in backends:
            backend._start_listing(*days)
        return self.env._(
            "Reading QuickBooks' payments. They appear here as they come."
        )

    def _connected(self):
        """Connections of the companies that are chosen at the top of the screen.

        :raise UserError: none of them has one.
        """
        backends = self.env["qbo.backend"].union(
            *(
                self.env["qbo.backend"]._for_company(company)
                for company in self.env.companies
            )
        )
        if not backends:
            raise UserError(
                self.env._(
                    "%s is not connected to QuickBooks yet. Make a connection under"
                    " Accounting > QuickBooks > Connections first.",
                    self.env.company.display_name,
                )
            )
        return backends

    # --- Import Selected --------------------------------------------------------------

    def action_import_payments(self):
        """*Import Selected*: queue these payments; each ends in Odoo or says why not.

        :returns: how many are on their way, and a sentence about the others.
        """
        self.check_access("read")
        self.env["account.payment"].check_access("create")
        payments = self.sudo().filtered(lambda obj: obj.entity == "Payment")
        live = payments.filtered(lambda obj: obj.backend_id.live)
        chosen = live.filtered(lambda obj: obj.state not in ("chosen", *SETTLED))
        chosen.write({"state": "chosen", "message": False, "waiting_for": False})
        for backend in chosen.backend_id:
            backend._delay_import_chosen()
        return {"count": len(chosen), "message": self._why_not_imported(live, chosen)}

    def _why_not_imported(self, live, chosen):
        """A sentence about those that were left out; False when there are none."""
        if len(live) < len(self):
            return self.env._(
                "The QuickBooks connection is not switched on yet: open it and go"
                " through the remaining steps."
            )
        left = len(self) - len(chosen)
        if not left:
            return False
        return self.env._("Left out: %s. They are in Odoo, or on their way.", left)


def _value(obj, reference):
    """The id that a payload refers to, or None."""
    return ((obj.payload or {}).get(reference) or {}).get("value")
