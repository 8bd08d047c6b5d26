from odoo import fields, models

from ..client import QboFault
from ..entities.payment_method import payment_method_payload
from ..entities.term import term_payload
from .qbo_backend_needs import DUPLICATE_NAME


class QboBackend(models.Model):
    """Payment terms and methods that a document needs in QuickBooks (B6)."""

    _inherit = "qbo.backend"

    create_lists = fields.Boolean(
        "Create Missing Terms and Methods in QuickBooks",
        help="An invoice whose payment term QuickBooks does not have, or a payment"
        " whose method it does not have, adds it to QuickBooks' lists. Off: the"
        " invoice goes with its due date only, the payment without a method.",
    )

    def _send_term(self, sending, move):
        """Make sure that a document's term is in QuickBooks, where a setting allows.

        Terms that QuickBooks cannot express stay out; the due date is sent anyway.
        """
        term = move.invoice_payment_term_id
        if not self.create_lists or not term or term in sending.refs.ids:
            return
        body = term_payload(term)
        if body:
            sending.answered("Term", self._take(sending, "Term", body, term), term)

    def _send_payment_method(self, sending, payment):
        """Make sure that a payment method is in QuickBooks, where a setting allows."""
        line = payment.payment_method_line_id
        if not self.create_lists or not line or payment in sending.refs.methods:
            return
        answer = sending.answer_for(line) or self._take(
            sending, "PaymentMethod", payment_method_payload(line), line
        )
        sending.answered("PaymentMethod", answer, line)
        sending.refs.methods[payment] = {"value": answer["Id"]}

    def _take(self, sending, entity, body, record):
        """The entry of QuickBooks' list that has this name; a new one where none has.

        :raise QboFault: an inactive entry has the name.
        """
        known = self._mirrored(entity, body["Name"])
        if known:
            return known.payload
        try:
            return self._send(sending, entity, body, record)
        except QboFault as fault:
            if fault.code != DUPLICATE_NAME:
                raise
            found = self._named(sending, entity, "Name", body["Name"])
            active = [entry for entry in found if entry.get("Active", True)]
            if not active:
                raise
            return active[0]
