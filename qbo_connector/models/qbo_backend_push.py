import random
import uuid

from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import (
    BatchItem,
    QboAuthError,
    QboError,
    QboFault,
    condition,
    faults,
    select,
)
from ..entities import twins
from ..entities.payment import payment_payload
from .fault_words import explain
from .qbo_backend_closing import CLOSED
from .sending import Held, Refusal, Sending, cause_of

#: Seconds, from and to, until a document that met passing trouble is tried on its own.
PAUSE = (15, 30)
#: Seconds until a push is tried again that found another one of the company running.
BUSY = 3
#: "Stale object": its SyncToken is old. Once more at once, then it is for people.
STALE = "5010"
#: The first key of the advisory lock; the second is the connection's id.
PUSH_LOCK = 0x71626F


class QboBackend(models.Model):
    """Push: send documents, with all that they need, to QuickBooks.

    All calls come first, all writes last: nothing is locked while QuickBooks thinks.
    """

    _inherit = "qbo.backend"

    def _begin_push(self, documents):
        """One push of a company at a time, whatever the channel allows.

        Two would both look for a document, not find it, and both send it. Nobody waits:
        who comes second comes again. Open screens show *In progress*.

        :raise RetryableJobError: another worker is sending documents of this company.
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", (PUSH_LOCK, self.id)
        )
        if not self.env.cr.fetchone()[0]:
            raise RetryableJobError(
                self.env._("Another job is sending documents of this company."),
                seconds=BUSY,
                ignore_retry=True,
            )
        self._notify_sending(documents)

    def _push(self, documents):
        """Send documents of one model, with what they need.

        Each ends as synced, or in error with the reason, or waits and says for what.

        :param documents: posted invoices and credit notes, or payments.
        :raise RetryableJobError: passing trouble; the whole set is sent again, with the
            same request ids.
        """
        moves = documents._qbo_needed_moves()
        payments, credit_notes = documents._qbo_by_kind()
        refs = self._refs(moves | credit_notes, payments)
        sending = Sending(self._client(), refs, alone=len(documents) == 1)
        try:
            self._send_moves(sending, moves)
            self._send_payments(sending, payments)
            self._send_credits(sending, credit_notes)
            self._read_close_date(sending)
        except (QboAuthError, QboFault) as problem:
            self._stop_sending(sending, documents, problem)
        self._store_sending(sending)

    def _send_payments(self, sending, payments):
        bodies = {}
        for payment in payments:
            try:
                self._require_currency(payment)
                self._send_customer(sending, payment.partner_id, payment.currency_id)
                applications = self._applications(sending, payment)
                self._send_payment_method(sending, payment)
                self._remark_names(sending, payment)
                self._remark_written_off(sending, payment)
                body = payment_payload(payment, applications, sending.refs)
                bodies[payment] = self._in_open_books(sending, payment, body)
            except (Refusal, QboFault) as problem:
                self._refuse(sending, payment, problem)
            except RetryableJobError as trouble:
                self._send_later(sending, payment, trouble.__cause__)
        self._send_documents(sending, bodies)

    def _applications(self, sending, payment):
        """[(QuickBooks type, id, amount)] of what a payment pays.

        :raise Refusal: an invoice could not be sent.
        :raise RetryableJobError: an invoice met passing trouble.
        """
        applications = []
        for invoice, amount in payment._qbo_applied():
            known = sending.id_of(invoice)
            if not known and invoice in sending.later:
                self._retry_after(sending.later[invoice])
            if not known or invoice in sending.problems:
                raise Refusal(
                    self.env._(
                        "%(payment)s pays %(invoice)s, which is not in QuickBooks as it"
                        " should be. %(why)s",
                        payment=payment.name,
                        invoice=invoice.name,
                        why=self._why_missing(sending, invoice),
                    ),
                    cause_of(invoice),
                )
            applications.append(("Invoice", known, amount))
        return applications

    def _remark_written_off(self, sending, payment):
        """Say what QuickBooks does not know of: its payments settle what they bring."""
        for invoice, amount in payment._qbo_written_off().items():
            sending.remark(
                payment,
                self.env._(
                    "%(amount)s of %(invoice)s were written off in Odoo and stay open"
                    " in QuickBooks: write that off there, too, by a journal entry.",
                    amount=f"{amount:.2f}",
                    invoice=invoice.name,
                ),
            )

    def _why_missing(self, sending, invoice):
        """Why an invoice that others are applied to is not there, and what to do."""
        why, _cause = sending.problems.get(invoice, ("", ""))
        too_old = not why and invoice._qbo_too_old()
        if not too_old:
            return why
        return self.env._(
            "%(why)s Then press Export back to QuickBooks here. Or send this one on"
            " account: under Export Payments, with Auto Apply off.",
            why=too_old,
        )

    # --- Problems ---------------------------------------------------------------------

    def _refuse(self, sending, document, problem):
        """Note why a document cannot be sent, or not now."""
        if isinstance(problem, Held):
            sending.held[document] = str(problem)
        elif isinstance(problem, Refusal):
            sending.problems[document] = str(problem), problem.cause
        elif problem.code in CLOSED:
            self._refuse_closed(sending, document, problem)
        else:
            sentence = self._sentence(problem, document)
            sending.problems[document] = sentence, faults.cause_of(problem)

    def _stop_sending(self, sending, documents, problem):
        """QuickBooks refused a call that concerns all documents alike.

        Where the connection itself is gone, nothing is wrong with them: they wait, and
        go on by themselves once somebody has reconnected.
        """
        rest = [
            document
            for document in documents
            if not sending.answer_for(document) and document not in sending.problems
        ]
        if not isinstance(problem, QboAuthError):
            for document in rest:
                self._refuse(sending, document, problem)
            return
        self._ask_to_reconnect(problem)
        for document in rest:
            document._qbo_write(
                {
                    "qbo_message": self._sentence(problem, document),
                    "qbo_cause": faults.cause_of(problem),
                }
            )

    def _send_later(self, sending, document, error):
        """Passing trouble with one document must not hold back the others of its set.

        :raise RetryableJobError: it is alone already, or QuickBooks is busy or away,
            which concerns them all alike.
        """
        of_one = isinstance(error, QboFault) or error.code
        if not of_one or error.fault_class == "throttle":
            self._retry_after(error)
        self._set_aside(sending, document, error)

    def _set_aside(self, sending, document, error):
        """The others of the set go on without this document.

        :raise RetryableJobError: there are no others.
        """
        if sending.alone:
            self._retry_after(error)
        sending.later[document] = error

    def _sentence(self, problem, record):
        if isinstance(problem, QboError):
            return explain(self, problem, record.display_name)
        return str(problem)

    # --- Calls ------------------------------------------------------------------------

    def _send(self, sending, entity, body, record, variant=""):
        """Create one object; a repeated request gets the first one's answer."""
        requestid = self._requestid(entity, record, variant)
        return self._retrying(lambda: sending.client.create(entity, body, requestid))

    def _requestid(self, entity, record, variant=""):
        """The same for the same document and generation, in this database only.

        :param str variant: tells apart several requests for one document.
        """
        generation = record.qbo_generation if "qbo_generation" in record._fields else 0
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        name = f"{database}/{self.realm_id}/{entity}/{record.id}/{generation}/{variant}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    def _rows(self, sending, entity, field, values, where=""):
        """Objects of which a field has one of these values."""
        if not values:
            return []
        clause = condition(field, "IN", sorted(values)) + where
        statement = select(entity, clause, size=1000)
        return self._retrying(lambda: sending.client.query(statement))

    def _send_documents(self, sending, bodies, once_more=True):
        """Create or update documents of a set in as few calls as it takes.

        :param dict bodies: {document: what QuickBooks should have}
        :param bool once_more: read and send once more what somebody saves in
            QuickBooks between our reading and our writing.
        """
        if not bodies:
            return
        known = self._in_quickbooks(sending, bodies)
        items, requests = [], []
        for document, body in bodies.items():
            if document in sending.problems or sending.answer_for(document):
                continue
            entity, there = document._qbo_entity(), known.get(document)
            if there and twins.says_the_same(entity, there, body):
                sending.answered(entity, there, document)
                continue
            if there:
                self._note_overwritten(sending, document, there)
            operation, body, variant = twins.operation(entity, document, body, there)
            items.append((document, BatchItem(_bid(document), operation, entity, body)))
            requests.append(self._requestid(entity, document, variant))
        stale = self._send_batch(sending, items, requests, sending.answered, once_more)
        bodies = {document: bodies[document] for document in stale}
        self._send_documents(sending, bodies, once_more=False)

    def _send_batch(self, sending, items, requests, answered, once_more=False):
        """Send operations on documents, at most 30.

        :param list items: [(document, `BatchItem`)], with the request id of each.
        :param answered: called with entity, answer and document of what succeeded.
        :param bool once_more: whether the caller sends once more what is stale; else
            that is refused.
        :returns: [document] of what somebody has saved since it was read (5010).
        """
        if not items:
            return []
        requestid = str(uuid.uuid5(uuid.NAMESPACE_OID, "".join(requests)))
        batch = [item for _document, item in items]
        asked = sending.client.last_time
        results = self._retrying(lambda: sending.client.batch(batch, requestid))
        dead = self._dead_answers(sending, batch, results, asked)
        stale = []
        for (document, item), result in zip(items, results, strict=True):
            if result.bid in dead:
                self._refuse_dead(sending, document, item.entity, result.object)
            elif not result.error:
                answered(item.entity, result.object, document)
            elif result.error.code == STALE and once_more:
                stale.append(document)
            elif result.error.retryable and result.error.code != STALE:
                self._set_aside(sending, document, result.error)
            else:
                self._refuse(sending, document, result.error)
        return stale

    # --- Writing, at the end ----------------------------------------------------------

    def _store_sending(self, sending):
        """Remember what QuickBooks answered, and say what it refused."""
        objects = self.env["qbo.object"]
        objects._remember(self, sending.answers)
        self._remember_credits(sending)
        for _entity, payload, record in sending.answers:
            # Also where something else failed then: it is there, and ours.
            if "qbo_state" in record._fields:
                record._qbo_sent(
                    payload, sending.remarks.get(record), sending.moved.get(record)
                )
        for note in sending.done:
            left = (*sending.held, *sending.problems, *sending.later)
            if note.qbo_origin == "quickbooks" and note not in left:
                note._qbo_settled()
        for document, sentence in sending.overwritten.items():
            document.message_post(body=sentence)
        for document, sentence in sending.held.items():
            document._qbo_hold(sentence)
        for document, (sentence, cause) in sending.problems.items():
            document._qbo_refused(sentence, cause)
        self._delay_rest(sending)
        settled = [record for _entity, _payload, record in sending.answers]
        self._release_documents([cause_of(record) for record in settled])

    def _delay_rest(self, sending):
        """What met passing trouble is tried again, each in a job of its own."""
        for document in sending.later:
            if sending.answer_for(document):  # it is there, but not applied yet
                document._qbo_write({"qbo_state": "pending"})
            if document.qbo_state == "pending":
                document._qbo_delay_push(eta=random.randint(*PAUSE))


def _bid(document):
    """The name of a document in a batch of documents of one model."""
    return str(document.id)
