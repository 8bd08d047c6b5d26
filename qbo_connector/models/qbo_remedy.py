import re

from odoo import api, fields, models

from ..client import QboFault, faults
from ..entities import twins
from .qbo_backend_closing import HELD
from .qbo_backend_documents import NUMBER_TAKEN
from .sending import Sending

#: What is waited for -> what leads there: models of Odoo, and causes of our own.
REMEDIES = {
    "account.account": "accounts",
    "account.tax": "taxes",
    "account.move": "document",
    "account.payment": "document",
    "slot": "mapping",
    HELD: "open",
    NUMBER_TAKEN: "configure",
}
#: Screens behind a remedy: methods of the connection.
SCREENS = {
    "reconnect": "get_formview_action",
    "configure": "action_configure",
    "accounts": "action_open_accounts",
    "taxes": "action_open_taxes",
    "mapping": "action_open_mapping",
    "customers": "action_match_customers",
    "items": "action_match_items",
}
#: How QuickBooks says which document has a number (6140); the words around differ.
HOLDER = re.compile(r"TxnId=(\d+)")


class QboOutbox(models.AbstractModel):
    """What to press when a document is not in QuickBooks as it should be (H1)."""

    _inherit = "qbo.outbox"

    qbo_remedy = fields.Selection(
        [
            ("export", "Export back to QuickBooks"),
            ("accounts", "Map Accounts"),
            ("taxes", "Map Taxes"),
            ("mapping", "Open Mapping"),
            ("customers", "Link Customers"),
            ("items", "Link Products"),
            ("customer", "Open Customer"),
            ("document", "Open What It Waits For"),
            ("reconnect", "Reconnect"),
            ("configure", "Configure"),
            ("link", "Link Existing"),
            ("hide", "Hide"),
            ("open", "Open in QuickBooks"),
        ],
        "What to Do",
        compute="_compute_qbo_remedy",
    )

    @api.depends("qbo_state", "qbo_cause")
    def _compute_qbo_remedy(self):
        for doc in self:
            doc.qbo_remedy = doc._qbo_remedy_of_cause()

    def _qbo_remedy_of_cause(self):
        cause = self.qbo_cause or ""
        if self.qbo_state not in ("error", "differs") and not cause:
            return False
        decision = faults.of_cause(cause)
        return decision.button if decision else REMEDIES.get(_kind(cause), "export")

    # --- Buttons ----------------------------------------------------------------------

    def action_qbo_remedy(self):
        """Go where the reason of an error is put right."""
        self.ensure_one()
        self.check_access("read")
        remedy = self.qbo_remedy
        if remedy in SCREENS:
            backend = self.env["qbo.backend"]._for_company(self.company_id)
            return getattr(backend.sudo(False), SCREENS[remedy])()
        return getattr(self, f"_qbo_remedy_{remedy or 'export'}")()

    def _qbo_remedy_export(self):
        return self.action_qbo_export()

    def _qbo_remedy_customer(self):
        return self.partner_id.commercial_partner_id.get_formview_action()

    def _qbo_remedy_document(self):
        """Open the document that this one cannot go without."""
        model, _comma, id_ = self.qbo_cause.partition(",")
        return self.env[model].browse(int(id_)).get_formview_action()

    def _qbo_remedy_hide(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "qbo_connector.action_qbo_hide"
        )
        context = {"active_model": self._name, "active_ids": self.ids}
        return {**action, "context": context}

    def _qbo_remedy_open(self):
        """Its twin in QuickBooks; its customer there, where it has no twin yet."""
        backend = self.env["qbo.backend"]._for_company(self.company_id)
        customer = self.env["qbo.object"]._id_of(
            backend, self.partner_id.commercial_partner_id
        )
        url = self.qbo_url or (
            backend._object_url("Customer", customer) if customer else backend._ui_url()
        )
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def _qbo_remedy_link(self):
        """Take the document of QuickBooks that has this number, if it is the same.

        It is read while the person waits, and stays as it is; what it has otherwise is
        told, as of all that is linked.
        """
        self.check_access("write")
        found = HOLDER.search(self.qbo_message or "")
        backend = self.env["qbo.backend"]._for_company(self.company_id)
        other = found and backend._read_alike(self, found[1])
        if not other:
            return self._qbo_toast(
                self.env._(
                    "What has this number in QuickBooks is not the same: another kind,"
                    " customer or total than %s. Change one of the two numbers.",
                    self.display_name,
                ),
                "warning",
            )
        backend._link_now(self, other)
        if not self.qbo_id:
            return self._qbo_toast(self.qbo_message, "warning")
        return self._qbo_toast(
            self.env._(
                "%(ours)s is linked to %(entity)s %(number)s of QuickBooks.",
                ours=self.display_name,
                entity=self.env["qbo.object"]._entity_name(self._qbo_entity()),
                number=other.get("DocNumber") or other["Id"],
            ),
            "success",
        )


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def _go_on_after_reconnecting(self):
        """What only a new sign-in could heal goes on with it."""
        result = super()._go_on_after_reconnecting()
        keys = faults.DECISIONS.items()
        self._release_documents([k for k, d in keys if d.button == "reconnect"])
        return result

    def _link_now(self, document, other):
        """Link a document to what QuickBooks has, or say on it why not."""
        sending = Sending(client=None)
        self._link_there(sending, document, other)
        self.sudo()._store_sending(sending)

    def _read_alike(self, document, qbo_id):
        """QuickBooks' object of this id, if it can be a document's twin; else None.

        :raise UserError: QuickBooks did not answer.
        """
        client = self._talk(self._client)
        there = self._talk(lambda: _read(client, document._qbo_entity(), qbo_id))
        if not there:
            return None
        customer = self.env["qbo.object"]._id_of(
            self, document.partner_id.commercial_partner_id
        )
        alike = (
            not twins.is_voided(there)
            and there["CustomerRef"]["value"] == customer
            and not document.currency_id.compare_amounts(
                there.get("TotalAmt") or 0.0, document._qbo_total()
            )
        )
        return there if alike else None


def _read(client, entity, qbo_id):
    """The object of this id, or None where that is something else."""
    try:
        return client.read(entity, qbo_id)
    except QboFault:
        return None


def _kind(cause):
    return cause.partition(",")[0]
