import json

from odoo import api, fields, models

from ..client import QboError, answers
from ..const import CLEAN_UP_SIZE, MANAGER

#: What of a payload is nobody's business who reads a log: cards, tax numbers.
PRIVATE = (
    "CreditCardPayment",
    "PrimaryTaxIdentifier",
    "SecondaryTaxIdentifier",
    "ResaleNum",
    "TaxExemptionReasonId",
)


class QboHistory(models.Model):
    """The log of a record: what was sent and answered, while it is kept (H6)."""

    _inherit = "qbo.history"

    fault_code = fields.Char(help="QuickBooks' code of what it refused.")
    intuit_tid = fields.Char(
        "intuit_tid", help="Intuit's support finds the call by this id."
    )
    sent = fields.Json("Sent (JSON)", groups=MANAGER)
    answered = fields.Json("Answered (JSON)", groups=MANAGER)
    sent_text = fields.Text("Sent", compute="_compute_texts", groups=MANAGER)
    answered_text = fields.Text("Answered", compute="_compute_texts", groups=MANAGER)

    @api.depends("sent", "answered")
    def _compute_texts(self):
        for entry in self:
            entry.sent_text = _readable(entry.sent)
            entry.answered_text = _readable(entry.answered)

    @api.autovacuum
    def _gc_history(self):
        """What is older than its connection keeps it; a part at a time.

        :returns: (how many were deleted, whether there are more).
        """
        deleted = 0
        backends = self.env["qbo.backend"].with_context(active_test=False).search([])
        for company, some in backends.grouped("company_id").items():
            if deleted == CLEAN_UP_SIZE:  # a search with a limit of 0 has none
                break
            days = max(some.mapped("history_days"))
            old = self.search(
                [
                    ("company_id", "=", company.id),
                    (
                        "create_date",
                        "<",
                        fields.Datetime.subtract(fields.Datetime.now(), days=days),
                    ),
                ],
                order="id",
                limit=CLEAN_UP_SIZE - deleted,
            )
            deleted += len(old)
            old.unlink()
        return deleted, deleted == CLEAN_UP_SIZE


class QboObject(models.Model):
    _inherit = "qbo.object"

    qbo_history_ids = fields.One2many(
        "qbo.history",
        "res_id",
        string="QuickBooks History",
        domain=[("res_model", "=", "qbo.object")],
        readonly=True,
    )

    def _fail(self, message):
        """Each failure is noted; what could be taken over tells of itself."""
        result = super()._fail(message)
        self.env["qbo.history"].sudo().create(
            [
                {
                    "res_model": self._name,
                    "res_id": obj.id,
                    "company_id": obj.company_id.id,
                    "direction": "in",
                    "outcome": "error",
                    "message": message,
                }
                for obj in self
            ]
        )
        return result


class QboBackend(models.Model):
    """A push notes what it sent and what QuickBooks answered."""

    _inherit = "qbo.backend"

    history_days = fields.Integer(
        "Keep the Log",
        default=90,
        required=True,
        help="Days that the history of documents, with what was sent and answered, and"
        " the list of syncs are kept.",
    )

    _history_days_positive = models.Constraint(
        "CHECK(history_days > 0)", "The log is kept for one day at least."
    )

    def _send_batch(self, sending, items, requests, answered, once_more=False):
        for document, item in items:
            exchange = sending.exchange(document)
            exchange["sent"] = redacted({item.operation: {item.entity: item.body}})

        def noting(entity, payload, document):
            exchange = sending.exchange(document)
            exchange["answered"] = redacted({entity: payload})
            exchange["intuit_tid"] = sending.client.last_tid
            answered(entity, payload, document)

        return super()._send_batch(sending, items, requests, noting, once_more)

    def _refuse(self, sending, document, problem):
        if isinstance(problem, QboError):
            exchange = sending.exchange(document)
            exchange["fault_code"] = problem.code
            exchange["intuit_tid"] = problem.intuit_tid
            exchange["answered"] = redacted(
                [error._asdict() for error in problem.errors]
            )
        return super()._refuse(sending, document, problem)

    def _store_sending(self, sending):
        newest = self._newest_history()
        result = super()._store_sending(sending)
        self._note_exchanges(sending, newest)
        return result

    def _store_voids(self, sending, gone):
        newest = self._newest_history()
        result = super()._store_voids(sending, gone)
        self._note_exchanges(sending, newest)
        return result

    def _newest_history(self):
        return self.env["qbo.history"].sudo().search([], limit=1).id or 0

    def _note_exchanges(self, sending, newest):
        """Add what was exchanged to the outcomes that were noted just now."""
        documents = list(sending.exchanges)
        found = (
            self.env["qbo.history"]
            .sudo()
            .search(
                [
                    ("res_model", "in", [each._name for each in documents]),
                    ("res_id", "in", [each.id for each in documents]),
                    ("id", ">", newest),
                ],
                order="id",
            )
        )
        entries = {(entry.res_model, entry.res_id): entry for entry in found}
        for document, exchange in sending.exchanges.items():
            entry = entries.get((document._name, document.id))
            if entry:
                entry.write(exchange)


def redacted(value):
    """A payload without cards, tax numbers and anything that looks like a token."""
    if isinstance(value, dict):
        return {
            key: "***" if key in PRIVATE else redacted(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [redacted(one) for one in value]
    return answers.without_secrets(value) if isinstance(value, str) else value


def _readable(payload):
    return json.dumps(payload, indent=2, ensure_ascii=False) if payload else False
