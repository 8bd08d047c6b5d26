import uuid

from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import (
    BatchItem,
    QboAuthError,
    QboError,
    QboFault,
    condition,
    select,
)
from ..entities.payment import payment_payload
from ..entities.sales_document import is_voided
from .fault_words import explain
from .sending import Refusal, Sending

#: Seconds until a payment that met passing trouble in a set is tried on its own.
PAUSE = 20


class QboBackend(models.Model):
    """Push: send payments, with all that they need, to QuickBooks.

    All calls come first, all writes last: nothing is locked while QuickBooks thinks.
    """

    _inherit = "qbo.backend"

    def _push_payments(self, payments):
        """Send payments as *Receive Payments*, with what they need.

        Each payment ends as synced, or in error with the reason.

        :raise RetryableJobError: passing trouble; the whole set is sent again, with the
            same request ids.
        """
        sending = Sending(self._client(), self._refs(payments))
        try:
            self._send_all(payments, sending)
        except QboAuthError as problem:
            # Nothing is wrong with the payments: they wait, and go on by themselves.
            payments.qbo_message = self._sentence(problem, payments[:1])
        self._store_sending(sending)

    def _send_all(self, payments, sending):
        """Customers, items and invoices one by one, then the payments in a batch."""
        bodies = {}
        for payment in payments:
            try:
                self._send_customer(sending, payment.partner_id)
                applications = [
                    ("Invoice", self._send_invoice(sending, invoice), amount)
                    for invoice, amount in payment._qbo_applied()
                ]
                self._send_payment_method(sending, payment)
                bodies[payment] = payment_payload(payment, applications, sending.refs)
            except (Refusal, QboFault) as problem:
                sending.problems[payment] = self._sentence(problem, payment)
        if bodies:
            self._send_payments(sending, bodies)

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

    # --- Payments ---------------------------------------------------------------------

    def _send_payments(self, sending, bodies):
        """Create or update the payments of a set in as few calls as it takes."""
        known = self._payments_in_quickbooks(sending, bodies)
        items, requests = [], []
        for payment, body in bodies.items():
            there = known.get(payment)
            if there and _says_the_same(there, body):
                sending.answered("Payment", there, payment)
                continue
            operation, body, variant = _operation(payment, body, there)
            items.append(
                (payment, BatchItem(str(payment.id), operation, "Payment", body))
            )
            requests.append(self._requestid("Payment", payment, variant))
        if items:
            self._send_batch(sending, items, requests)

    def _send_batch(self, sending, items, requests):
        requestid = str(uuid.uuid5(uuid.NAMESPACE_OID, "".join(requests)))
        batch = [item for _payment, item in items]
        results = self._retrying(lambda: sending.client.batch(batch, requestid))
        for (payment, _item), result in zip(items, results, strict=True):
            if not result.error:
                sending.answered("Payment", result.object, payment)
            elif result.error.retryable:
                self._send_again(payment, result.error, alone=len(items) == 1)
            else:
                sending.problems[payment] = self._sentence(result.error, payment)

    def _send_again(self, payment, error, alone):
        """Passing trouble with one payment must not hold back the others of its set.

        :raise RetryableJobError: it is alone already; its job is tried again.
        """
        if alone:
            raise RetryableJobError(str(error), seconds=error.retry_after) from error
        payment._qbo_delay_push(eta=PAUSE)

    def _payments_in_quickbooks(self, sending, bodies):
        """What QuickBooks has of these payments already.

        A former attempt may have been carried out although its answer was lost: a
        payment with this reference, customer and note is that one, and is adopted.
        """
        numbers = {body["PaymentRefNum"] for body in bodies.values()}
        ids = {payment.qbo_id for payment in bodies if payment.qbo_id}
        rows = self._rows(sending, "Payment", "PaymentRefNum", numbers)
        rows += self._rows(sending, "Payment", "Id", ids)
        known = {}
        for payment, body in bodies.items():
            for row in rows:
                mine = row["Id"] == payment.qbo_id or _is_the_same(row, body)
                if mine and not is_voided(row):
                    known[payment] = row
        return known

    # --- Writing, at the end ----------------------------------------------------------

    def _store_sending(self, sending):
        """Remember what QuickBooks answered, and say what it refused."""
        self.env["qbo.object"]._remember(self, sending.answers)
        for entity, payload, record in sending.answers:
            if entity in ("Invoice", "Payment"):
                record._qbo_sent(payload, sending.remarks.get(record))
        for payment, message in sending.problems.items():
            payment._qbo_refused(message)


def _operation(payment, body, there):
    """How to send a payment: operation, body, and what tells the request apart.

    A request id is answered with the first answer for ever: a payment that was deleted
    in QuickBooks needs another one, and so does each change.
    """
    if not there:
        return "create", body, f"create/{payment.qbo_id or ''}"
    token = there["SyncToken"]
    body = {**body, "Id": there["Id"], "SyncToken": token}
    return "update", body, f"update/{there['Id']}/{token}"


def _is_the_same(row, body):
    """Whether a QuickBooks payment is one that we sent: our note names the payment."""
    return (
        row.get("PaymentRefNum") == body["PaymentRefNum"]
        and row.get("PrivateNote") == body["PrivateNote"]
        and row.get("CustomerRef", {}).get("value") == body["CustomerRef"]["value"]
    )


def _says_the_same(row, body):
    """Whether QuickBooks has a payment just as we would send it."""
    plain = ("TotalAmt", "TxnDate", "PaymentRefNum")
    return (
        _is_the_same(row, body)
        and all(row.get(key) == body[key] for key in plain)
        and _links(row) == _links(body)
    )


def _links(payment):
    return sorted(
        (link["TxnType"], link["TxnId"], round(line["Amount"], 2))
        for line in payment.get("Line") or []
        for link in line.get("LinkedTxn") or []
    )
