from odoo import models

from ..client import condition
from ..entities import twins


class QboBackend(models.Model):
    """What QuickBooks has already of documents that are about to be sent."""

    _inherit = "qbo.backend"

    def _in_quickbooks(self, sending, bodies):
        """{document: object} of what QuickBooks has of these documents already.

        A former attempt may have been carried out although its answer was lost: an
        object with this number, customer and note is that one, and is adopted.
        """
        known = {}
        entities = {document._qbo_entity() for document in bodies}
        for entity in sorted(entities):
            some = {d: b for d, b in bodies.items() if d._qbo_entity() == entity}
            rows = self._candidates(sending, entity, some)
            for document, body in some.items():
                for row in rows:
                    mine = row["Id"] == document.qbo_id
                    if (mine or twins.is_ours(entity, row, body)) and (
                        not twins.is_voided(row)
                    ):
                        known[document] = row
                        self._keep_number(document, body, row)
            self._settle_numbers(sending, some, known, rows)
        return known

    def _candidates(self, sending, entity, bodies):
        """Objects with the numbers or the ids of these documents."""
        numbers = {
            number
            for document, body in bodies.items()
            for number in twins.numbers(entity, document, body)
        }
        ids = {document.qbo_id for document in bodies if document.qbo_id}
        rows = self._rows(sending, entity, twins.NUMBER_FIELDS[entity], numbers)
        rows += self._rows(sending, entity, "Id", ids)
        if self.number_collision == "quickbooks" and entity != "Payment":
            rows += self._numbered_there(sending, entity, bodies.values())
        return rows

    def _numbered_there(self, sending, entity, bodies):
        """What one may be that QuickBooks has numbered: of its customer and its day."""
        days = [body["TxnDate"] for body in bodies]
        where = f" AND {condition('TxnDate', '>=', min(days))}"
        where += f" AND {condition('TxnDate', '<=', max(days))}"
        customers = {body["CustomerRef"]["value"] for body in bodies}
        return self._rows(sending, entity, "CustomerRef", customers, where)

    def _note_overwritten(self, sending, document, there):
        """Odoo owns a document: what somebody changed in QuickBooks is shown, not lost.

        Compared with what was last seen there, so that our own former version and the
        side effects of payments are no change.
        """
        before = self.env["qbo.object"]._of_documents(self, document).get(there["Id"])
        changes = before and twins.changes(document._qbo_entity(), before, there)
        if changes:
            sending.overwritten[document] = self.env._(
                "QuickBooks had been changed too: %(changes)s. This document began in"
                " Odoo, so what Odoo says was sent.",
                changes="; ".join(f"{k}: {old} → {new}" for k, old, new in changes),
            )
