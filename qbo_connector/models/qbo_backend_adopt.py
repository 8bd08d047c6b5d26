from datetime import timedelta, timezone
from itertools import chain

from odoo import models

from ..client import condition
from ..entities import twins

#: How far QuickBooks' clock may be behind ours.
SKEW = timedelta(hours=1)


class QboBackend(models.Model):
    """What QuickBooks has already of documents that are about to be sent."""

    _inherit = "qbo.backend"

    def _in_quickbooks(self, sending, bodies):
        """{document: object} of what QuickBooks has of these documents already.

        A former attempt may have been carried out although its answer was lost: an
        object of this customer whose note names it is that one, and is adopted.
        """
        known = {}
        entities = {document._qbo_entity() for document in bodies}
        for entity in sorted(entities):
            some = {d: b for d, b in bodies.items() if d._qbo_entity() == entity}
            rows = self._candidates(sending, entity, some)
            alive = [row for row in rows if not twins.is_voided(row)]
            owners = self._owners(entity, alive)
            for document, body in some.items():
                row = _twin_among(alive, owners, document, body)
                if row:
                    known[document] = row
                    self._keep_number(document, body, row)
            self._settle_numbers(sending, some, known, rows)
        return known

    def _owners(self, entity, rows):
        """{QuickBooks id: the Odoo record that it is linked to}."""
        objects = self.env["qbo.object"].search_fetch(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("qbo_id", "in", [row["Id"] for row in rows]),
            ],
            ["qbo_id", "res_model", "res_id"],
        )
        return {obj.qbo_id: record for obj, record in objects._records().items()}

    def _candidates(self, sending, entity, bodies):
        """Objects with the numbers or the ids of these documents.

        The number of a payment may be a memo that somebody changed since.
        """
        unsent = {
            document: body
            for document, body in bodies.items()
            if entity == "Payment" and not document.qbo_id
        }
        numbers = {
            number
            for document, body in bodies.items()
            if document not in unsent
            for number in twins.numbers(entity, document, body)
        }
        ids = {document.qbo_id for document in bodies if document.qbo_id}
        rows = self._rows(sending, entity, twins.NUMBER_FIELDS[entity], numbers)
        rows += self._rows(sending, entity, "Id", ids)
        rows += self._paid_since(sending, unsent)
        if self.number_collision == "quickbooks" and entity != "Payment":
            rows += self._numbered_there(sending, entity, bodies.values())
        return rows

    def _paid_since(self, sending, bodies):
        """QuickBooks' payments of these customers since the first of these was made."""
        if not bodies:
            return []
        customers = sorted({body["CustomerRef"]["value"] for body in bodies.values()})
        since = min(payment.create_date for payment in bodies) - SKEW
        since = since.replace(tzinfo=timezone.utc)
        where = f"{condition('CustomerRef', 'IN', customers)} AND "
        where += condition("MetaData.CreateTime", ">=", since)
        return self._retrying(
            lambda: list(chain(*sending.client.pages("Payment", where)))
        )

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


def _twin_among(rows, owners, document, body):
    """The object that is a document: the one that is known, or else one of ours.

    The note alone does not tell: who copies a payment in QuickBooks copies its note.
    """
    known = [row for row in rows if row["Id"] == document.qbo_id]
    ours = [
        row
        for row in rows
        if twins.is_ours(row, body, document.name)
        and owners.get(row["Id"], document) == document
    ]
    return next(chain(known, ours), None)
