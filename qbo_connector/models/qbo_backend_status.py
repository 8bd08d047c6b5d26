from odoo import fields, models
from odoo.fields import Domain

from .qbo_backend_mapping import MAPPED, is_needed

#: States of an object that somebody should look at.
TROUBLE = ("error", "waiting")
PAYMENTS = "account.action_account_payments"
INVOICES = "account.action_move_out_invoice_type"


class QboBackend(models.Model):
    """The status page: how much waits or failed, each number with its list."""

    _inherit = "qbo.backend"

    pending_count = fields.Integer("To Sync", compute="_compute_counts")
    payment_error_count = fields.Integer("Payments in Error", compute="_compute_counts")
    move_error_count = fields.Integer("Invoices in Error", compute="_compute_counts")
    object_error_count = fields.Integer("Not Taken Over", compute="_compute_counts")
    error_count = fields.Integer("Errors", compute="_compute_counts")
    unmapped_count = fields.Integer("To Map", compute="_compute_counts")

    def _compute_counts(self):
        for backend in self:
            payments = backend._count_states("account.payment")
            moves = backend._count_states("account.move")
            objects = backend._count_objects()
            backend.pending_count = payments.get("pending", 0)
            backend.payment_error_count = payments.get("error", 0)
            backend.move_error_count = moves.get("error", 0)
            backend.object_error_count = sum(objects.get(state, 0) for state in TROUBLE)
            backend.unmapped_count = backend._count_unmapped()
            backend.error_count = (
                backend.payment_error_count
                + backend.move_error_count
                + backend.object_error_count
            )

    def _count_states(self, model):
        """{sync state: number of this company's documents}, for every reader.

        Only numbers leave here: who may not read invoices still sees that two failed.
        """
        domain = [("company_id", "=", self.company_id.id), ("qbo_state", "!=", False)]
        groups = self.env[model].sudo()._read_group(domain, ["qbo_state"], ["__count"])
        return dict(groups)

    def _count_objects(self):
        domain = [("backend_id", "=", self.id)]
        return dict(self.env["qbo.object"]._read_group(domain, ["state"], ["__count"]))

    def _count_unmapped(self):
        """Accounts and taxes that documents book on and that have no twin in Odoo."""
        return sum(len(self._unmapped(name).filtered(is_needed)) for name in MAPPED)

    # --- Lists behind the numbers -----------------------------------------------------

    def action_open_pending(self):
        return self._open_list(PAYMENTS, self._documents("pending"))

    def action_open_payment_errors(self):
        return self._open_list(PAYMENTS, self._documents("error"))

    def action_open_move_errors(self):
        return self._open_list(INVOICES, self._documents("error"))

    def action_open_errors(self):
        return self._open_list(
            "qbo_connector.action_qbo_object", self._objects("state", TROUBLE)
        )

    def action_open_accounts(self):
        return self._open_list(
            "qbo_connector.action_qbo_account_mapping",
            self._objects("entity", ("Account",)),
        )

    def action_open_taxes(self):
        return self._open_list(
            "qbo_connector.action_qbo_tax_mapping",
            self._objects("entity", ("TaxRate",)),
        )

    def _documents(self, state):
        own = Domain("company_id", "in", self.company_id.ids)
        return own & Domain("qbo_state", "=", state)

    def _objects(self, field, values):
        return Domain("backend_id", "in", self.ids) & Domain(field, "in", values)

    def _open_list(self, xmlid, domain):
        """A known screen, with these records only and none of its usual filters."""
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        context = {"default_move_type": "out_invoice"} if xmlid == INVOICES else {}
        return {**action, "domain": list(domain), "context": context}
