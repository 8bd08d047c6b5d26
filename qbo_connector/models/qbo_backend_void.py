from odoo import models

from ..client import BatchItem, QboAuthError, QboFault
from ..entities import twins
from .sending import Sending

#: QuickBooks voids these; others can only be deleted (its entity pages).
VOIDABLE = ("Invoice", "Payment")


class QboBackend(models.Model):
    """Void what was cancelled in Odoo; QuickBooks is asked first what it has."""

    _inherit = "qbo.backend"

    def _void(self, documents):
        """Void cancelled documents in QuickBooks, as one set; delete credit memos.

        A document that is gone or voided there already counts as done; one that
        QuickBooks refuses (deposited, closed books) or that has payments says so.

        :raise RetryableJobError: passing trouble; the set is tried again.
        """
        sending = Sending(self._client(), alone=len(documents) == 1)
        gone = documents.browse()
        try:
            _payments, credit_notes = documents._qbo_by_kind()
            self._send_credits(sending, credit_notes)
            gone = self._send_voids(sending, documents)
        except (QboAuthError, QboFault) as problem:
            self._stop_sending(sending, documents, problem)
        self._store_voids(sending, gone)

    def _store_voids(self, sending, gone):
        objects = self.env["qbo.object"]
        kept = []
        for entity, payload, document in sending.answers:
            gone += document
            if payload.get("status") == "Deleted":
                sending.gone.setdefault(entity, set()).add(payload["Id"])
            else:
                kept.append((entity, payload, document))
        objects._remember(self, kept)
        self._remember_credits(sending)
        gone._qbo_mark_gone()
        for document, sentence in sending.held.items():
            document._qbo_hold(sentence)
        for document, (sentence, cause) in sending.problems.items():
            document._qbo_refused(sentence, cause)
        self._delay_rest(sending)

    def _send_voids(self, sending, documents, once_more=True):
        """Void what QuickBooks still has.

        :param bool once_more: see `_send_documents`.
        :returns: the documents that were gone or voided there already.
        """
        items, requests, gone = [], [], documents.browse()
        for entity, some in documents.grouped(lambda doc: doc._qbo_entity()).items():
            ids = set(some.mapped("qbo_id"))
            rows = {row["Id"]: row for row in self._rows(sending, entity, "Id", ids)}
            for document in some - gone:
                there = rows.get(document.qbo_id)
                if not there or twins.is_voided(there):
                    gone += document
                elif document not in sending.problems and self._may_be_voided(
                    sending, document, there
                ):
                    verb = "void" if entity in VOIDABLE else "delete"
                    bid = str(document.id)
                    items.append((document, BatchItem(bid, verb, entity, there)))
                    variant = f"{verb}/{there['Id']}/{there['SyncToken']}"
                    requests.append(self._requestid(entity, document, variant))
        stale = self._send_batch(sending, items, requests, sending.answered, once_more)
        if stale:
            stale = documents.browse().union(*stale)
            gone |= self._send_voids(sending, stale, once_more=False)
        return gone

    def _may_be_voided(self, sending, document, there):
        """A document that something is applied to in QuickBooks is left alone (D5)."""
        entity = document._qbo_entity()
        rest = there.get("RemainingCredit" if entity == "CreditMemo" else "Balance")
        if entity == "Payment" or rest == there["TotalAmt"]:
            return True
        sending.problems[document] = (
            self.env._(
                "%(document)s is cancelled in Odoo, but %(applied)s of it are paid or"
                " applied in QuickBooks. Unapply that there, then press Export back to"
                " QuickBooks.",
                document=document.name,
                applied=f"{there['TotalAmt'] - (rest or 0.0):.2f}",
            ),
            "620",
        )
        return False
