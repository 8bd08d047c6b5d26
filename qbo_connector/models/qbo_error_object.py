from odoo import api, fields, models

#: What an object waits for -> what leads there; anything else is an object itself.
REMEDIES = {
    "Account": "accounts",
    "TaxRate": "taxes",
    "TaxCode": "sync",
    "Term": "terms",
    "PaymentMethod": "sync",
    "Slot": "mapping",
    "Currency": "currencies",
}
#: Screens behind a remedy: methods of the connection.
SCREENS = {
    "accounts": "action_open_accounts",
    "taxes": "action_open_taxes",
    "terms": "action_open_terms",
    "mapping": "action_open_mapping",
    "sync": "action_sync",
}


class QboObject(models.Model):
    """What to press when an object of QuickBooks is not in Odoo (H1)."""

    _inherit = "qbo.object"

    qbo_remedy = fields.Selection(
        [
            ("accounts", "Map Accounts"),
            ("taxes", "Map Taxes"),
            ("terms", "Map Terms"),
            ("mapping", "Open Mapping"),
            ("currencies", "Activate Currency"),
            ("sync", "Sync Now"),
            ("object", "Open What It Waits For"),
            ("retry", "Retry"),
        ],
        "Next Step",
        compute="_compute_qbo_remedy",
    )

    @api.depends("state", "waiting_for")
    def _compute_qbo_remedy(self):
        for obj in self:
            remedy = False
            if obj.state in ("error", "waiting"):
                entity = (obj.waiting_for or "").partition(":")[0]
                remedy = REMEDIES.get(entity, "object") if entity else "retry"
            obj.qbo_remedy = remedy

    def action_qbo_remedy(self):
        """Go where the reason of an error is put right."""
        self.ensure_one()
        if self.qbo_remedy in SCREENS:
            return getattr(self.backend_id, SCREENS[self.qbo_remedy])()
        if self.qbo_remedy == "currencies":
            return self.env["ir.actions.act_window"]._for_xml_id(
                "base.action_currency_form"
            )
        if self.qbo_remedy == "object":
            return self._open_awaited()
        return self.action_retry()

    def _open_awaited(self):
        """What this waits for; where it was never read, a sync may bring it."""
        entity, _colon, qbo_id = self.waiting_for.partition(":")
        awaited = self._find(self.backend_id, entity, qbo_id)
        if not awaited:
            return self.backend_id.action_sync()
        return awaited._get_records_action()
