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

    pending_count = fields.Integer(
        "To Sync",
        compute="_compute_counts",
        help="Invoices, credit notes and payments on their way to QuickBooks.",
    )
    payment_pending_count = fields.Integer(
        "Payments To Sync", compute="_compute_counts"
    )
    move_pending_count = fields.Integer("Invoices To Sync", compute="_compute_counts")
    payment_error_count = fields.Integer("Payments in Error", compute="_compute_counts")
    move_error_count = fields.Integer("Invoices in Error", compute="_compute_counts")
    object_error_count = fields.Integer("Not Taken Over", compute="_compute_counts")
    error_count = fields.Integer(
        "Errors",
        compute="_compute_counts",
        help="What is refused, not taken over, or not the same on both sides.",
    )
    unmapped_count = fields.Integer("To Map", compute="_compute_counts")
    linked_count = fields.Integer("Linked", compute="_compute_counts")
    next_sync_at = fields.Datetime(
        "Next Sync",
        compute="_compute_next_sync_at",
        help="When the schedule reads what changed. Empty: only with Sync Now.",
    )

    def _compute_next_sync_at(self):
        for backend in self:
            backend.next_sync_at = backend._next_sync()

    def _compute_counts(self):
        for backend in self:
            stored = backend._origin
            payments = stored._count_states("account.payment")
            moves = stored._count_states("account.move")
            objects = stored._count_objects()
            backend.payment_pending_count = payments.get("pending", 0)
            backend.move_pending_count = moves.get("pending", 0)
            backend.pending_count = (
                backend.payment_pending_count + backend.move_pending_count
            )
            backend.payment_error_count = payments.get("error", 0)
            backend.move_error_count = moves.get("error", 0)
            backend.object_error_count = sum(objects.get(state, 0) for state in TROUBLE)
            backend.linked_count = objects.get("linked", 0)
            backend.unmapped_count = stored._count_unmapped()
            backend.error_count = (
                backend.payment_error_count
                + backend.move_error_count
                + backend.object_error_count
                + payments.get("differs", 0)
                + moves.get("differs", 0)
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

    # --- Buttons ----------------------------------------------------------------------

    def action_refresh_accounts(self):
        """Read the chart of accounts again and say what is new."""
        return self._refresh_lists(("Account",))

    def action_refresh_taxes(self):
        """Read tax codes and rates again and say what is new."""
        return self._refresh_lists(("TaxRate", "TaxCode"))

    def _refresh_lists(self, names):
        """Read reference lists while a person waits; choices that were made stay.

        :param names: entities; the first is the one that people map.
        """
        self.ensure_one()
        self.check_access("write")
        client = self._talk(self._client)
        lists = {
            name: self._talk(lambda name=name: self._read_list(client, name))
            for name in names
        }
        changed = self._store(lists, {})
        self._settle_reference_lists()
        message = self.env._(
            "%(read)s entries read from QuickBooks, %(changed)s of them new or"
            " changed.",
            read=sum(map(len, lists.values())),
            changed=changed.total(),
        )
        left = len(self._unmapped(names[0]).filtered(is_needed))
        if left:
            message += " " + self.env._("%s are to be mapped.", left)
        return self._toast(message, "warning" if left else "success")

    def action_configure(self):
        """Open the settings of this connection."""
        self.ensure_one()
        return self._get_records_action(
            name=self.env._("Configure"),
            views=[
                (self.env.ref("qbo_connector.view_qbo_backend_configure").id, "form")
            ],
        )

    # --- Lists behind the numbers -----------------------------------------------------

    def action_open_payments_pending(self):
        return self._open_list(PAYMENTS, self._documents("pending"))

    def action_open_moves_pending(self):
        return self._open_list(INVOICES, self._documents("pending"))

    def action_open_payment_errors(self):
        return self._open_list(PAYMENTS, self._documents("error"))

    def action_open_move_errors(self):
        return self._open_list(INVOICES, self._documents("error"))

    def action_open_errors(self):
        return self._open_list(
            "qbo_connector.action_qbo_object", self._objects("state", TROUBLE)
        )

    def action_open_causes(self):
        """Everything in error on either side, by cause."""
        return self._open_list(
            "qbo_connector.action_qbo_error", Domain("backend_id", "in", self.ids)
        )

    def action_open_linked(self):
        """All that is linked to Odoo; of an archived connection, its history."""
        return self._open_list(
            "qbo_connector.action_qbo_object", self._objects("state", ("linked",))
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
