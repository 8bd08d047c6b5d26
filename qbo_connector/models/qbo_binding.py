from odoo import api, fields, models

from .qbo_linked import ORIGINS

STATES = [
    ("pending", "To sync"),
    ("synced", "Succeeded"),
    ("differs", "Differs"),
    ("error", "Error"),
    ("hidden", "Hidden"),
]


class QboBinding(models.AbstractModel):
    """The fields that tie an Odoo document to its QuickBooks twin."""

    _name = "qbo.binding"
    _inherit = "qbo.linked"
    _description = "QuickBooks Binding"

    qbo_id = fields.Char(
        "QuickBooks ID", copy=False, readonly=True, index="btree_not_null"
    )
    qbo_sync_token = fields.Char("QuickBooks SyncToken", copy=False, readonly=True)
    qbo_state = fields.Selection(
        STATES, "QuickBooks Status", copy=False, readonly=True, index="btree_not_null"
    )
    qbo_message = fields.Text("QuickBooks Message", copy=False, readonly=True)
    qbo_cause = fields.Char(
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="What an error comes from, as a key: a record of Odoo (account.tax,12) or"
        " a code of QuickBooks (6210). When the record changes, the document is sent"
        " again.",
    )
    qbo_posted_on = fields.Date(
        "Date in QuickBooks",
        copy=False,
        readonly=True,
        help="Only where it is another than here, because the books were closed.",
    )
    qbo_synced_at = fields.Datetime("Last Synced", copy=False, readonly=True)
    qbo_number = fields.Char(
        "QuickBooks Number", copy=False, readonly=True, index="btree_not_null"
    )
    qbo_origin = fields.Selection(
        ORIGINS,
        "Began In",
        copy=False,
        readonly=True,
        help="The side where a document began owns it.",
    )
    qbo_generation = fields.Integer(
        copy=False,
        readonly=True,
        help="Counts deliberate new starts: QuickBooks answers a repeated request with"
        " its first answer, even when the object is gone.",
    )

    @api.depends("qbo_id", "company_id")
    def _compute_qbo_url(self):
        backends = {
            company: self.env["qbo.backend"]._for_company(company)
            for company in self.company_id
        }
        for record in self:
            backend = backends.get(record.company_id)
            linked = backend and record.qbo_id
            record.qbo_url = linked and backend._object_url(
                record._qbo_entity(), record.qbo_id
            )

    def _qbo_entity(self):
        """QuickBooks' name for what this document is."""
        raise NotImplementedError()

    def _qbo_write(self, values):
        """Write the binding's own fields."""
        self.write(values)

    # --- Results ----------------------------------------------------------------------

    @api.model
    def _qbo_synced_values(self, payload):
        return {
            "qbo_id": payload["Id"],
            "qbo_sync_token": payload.get("SyncToken"),
            "qbo_state": "synced",
            "qbo_message": False,
            "qbo_cause": False,
            "qbo_synced_at": fields.Datetime.now(),
        }

    @api.model
    def _qbo_imported_values(self, payload, number_field):
        """Binding of a document that QuickBooks began."""
        return {
            **self._qbo_synced_values(payload),
            "qbo_number": payload.get(number_field) or False,
            "qbo_origin": "quickbooks",
        }

    def _qbo_note_token(self, payload):
        """QuickBooks told of this document again: it stands as it is there.

        One that is to be sent stays so: what Odoo has to say is not there yet. Nor does
        an error or a difference end with that; what is compared later decides.
        """
        values = self._qbo_synced_values(payload)
        if self.qbo_state in ("pending", "error", "differs"):
            values = {key: values[key] for key in ("qbo_id", "qbo_sync_token")}
        self._qbo_write(values)

    def _qbo_mark_error(self, message, cause=False, state="error"):
        self._qbo_write(
            {"qbo_state": state, "qbo_message": message, "qbo_cause": cause}
        )

    def _qbo_sent(self, payload, remark=None, day=False):
        """QuickBooks took the document.

        :param remark: what was changed to fit.
        :param day: the date that it has there, where that is another.
        """
        self._qbo_write(
            {
                **self._qbo_synced_values(payload),
                "qbo_posted_on": self._qbo_moved_to(payload, day),
                "qbo_message": remark or False,
                "qbo_origin": self.qbo_origin or "odoo",
                "qbo_number": payload.get("PaymentRefNum") or payload.get("DocNumber"),
                "qbo_compare_due": True,
            }
        )
        # A payment's answer tells what was applied; a document's is older than those.
        self._qbo_compare(payload, settled=self._qbo_entity() == "Payment")

    def _qbo_moved_to(self, payload, day):
        """The other date that closed books gave it, as long as QuickBooks has that."""
        moved = day or self.qbo_posted_on
        there = fields.Date.to_date(payload.get("TxnDate"))
        return moved if there == moved != self._qbo_date() else False

    def _qbo_settled(self):
        """There was nothing more to send."""
        self._qbo_write(
            {
                "qbo_state": "synced",
                "qbo_message": False,
                "qbo_cause": False,
                "qbo_synced_at": fields.Datetime.now(),
                "qbo_compare_due": True,
            }
        )

    def _qbo_hold(self, message):
        """By policy the document waits until QuickBooks' books are open."""
        self._qbo_mark_error(message, "closed_books", state="pending")

    def _qbo_refused(self, message, cause=False):
        """QuickBooks refused the document; the next try is a new request to it."""
        self._qbo_mark_error(message, cause)
        for record in self:
            record._qbo_write({"qbo_generation": record.qbo_generation + 1})

    def _qbo_mark_gone(self):
        self._qbo_write(
            {
                "qbo_state": "synced",
                "qbo_message": self.env._("Voided or deleted in QuickBooks."),
                "qbo_cause": False,
                "qbo_synced_at": fields.Datetime.now(),
            }
        )
