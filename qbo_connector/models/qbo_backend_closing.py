from datetime import timedelta

from odoo import fields, models

from .sending import Held

#: "Account period closed", with a password and without.
CLOSED = ("6200", "6210")
#: The cause of documents that wait until the books are open again.
HELD = "closed_books"
#: Models of documents that are sent.
DOCUMENTS = ("account.move", "account.payment")


class QboBackend(models.Model):
    """Books closed in QuickBooks (H2): nothing moves to another day unasked."""

    _inherit = "qbo.backend"

    closed_books_policy = fields.Selection(
        [
            ("stop", "Stop with an error"),
            ("move", "Post on the first open day"),
            ("hold", "Hold until the books are open"),
        ],
        "If the Books Are Closed",
        default="stop",
        required=True,
        help="QuickBooks refuses changes dated in a closed period. Odoo's own date"
        " stays as it is whatever you choose.",
    )

    def _in_open_books(self, sending, document, body):
        """A body whose date QuickBooks takes, as far as its closing date is known.

        With the policy to stop, QuickBooks decides: its words say it best. What it has
        already keeps its date there: that day was open, or nobody may change it.

        :raise Held: by policy the document waits.
        """
        if not self._in_closed_books(document, body):
            return body
        day = document.qbo_id and self._date_in_quickbooks(document)
        if not day:
            day = self._first_open_day()
            sending.remark(
                document,
                self.env._(
                    "QuickBooks' books are closed until %(closed)s: it is dated %(day)s"
                    " there.",
                    closed=self.book_close_date,
                    day=day,
                ),
            )
        sending.moved[document] = day
        return _dated(body, day)

    def _in_closed_books(self, document, body):
        """Whether the policy has something to say of the date of a body.

        :raise Held: that the document waits.
        """
        closed, date = self.book_close_date, fields.Date.to_date(body["TxnDate"])
        if not closed or date > closed or self.closed_books_policy == "stop":
            return False
        if self.closed_books_policy == "hold":
            raise Held(self._words_for_held(document))
        return True

    def _first_open_day(self):
        return self.book_close_date + timedelta(days=1)

    def _date_in_quickbooks(self, document):
        """The date that a document had there when it was last seen, or None."""
        seen = self.env["qbo.object"]._of_documents(self, document)
        there = seen.get(document.qbo_id) or {}
        return fields.Date.to_date(there.get("TxnDate"))

    def _joined_in_open_books(self, note, body):
        """The same for a payment of zero, which is new and has no twin in Odoo."""
        if not self._in_closed_books(note, body):
            return body
        return _dated(body, self._first_open_day())

    def _warn_of_closed_books(self, draft):
        """What becomes of a draft that is dated in the closed period, or False."""
        closed, date = self.book_close_date, draft._qbo_date()
        if not (closed and date and date <= closed):
            return False
        if not self._sends(self.company_id, draft._qbo_entity(), date):
            return False
        words = self.env._(
            "QuickBooks' books are closed until %(closed)s.", closed=closed
        )
        what = {
            "stop": self.env._(
                "QuickBooks will refuse this document: change its date, or have the"
                " books reopened."
            ),
            "move": self.env._("It will be dated on the first open day there."),
            "hold": self.env._("It will wait here until they are open."),
        }
        return f"{words} {what[self.closed_books_policy]}"

    def _words_for_held(self, document):
        return self.env._(
            "%(document)s waits: QuickBooks' books are closed until %(closed)s. It is"
            " sent by itself once they are open.",
            document=document.display_name,
            closed=self.book_close_date,
        )

    def _refuse_closed(self, sending, document, problem):
        """QuickBooks says that its books are closed: it is asked until when."""
        sending.closed = True
        sentence = self._sentence(problem, document)
        if self.closed_books_policy == "stop":
            sending.problems[document] = sentence, HELD
        else:
            sending.held[document] = sentence

    def _read_close_date(self, sending):
        """After a refusal the closing date that is known here is read again."""
        if sending.closed:
            preferences = self._retrying(sending.client.preferences)
            self._note_close_date(preferences)

    def _note_close_date(self, preferences):
        info = preferences.get("AccountingInfoPrefs", {})
        date = fields.Date.to_date(info.get("BookCloseDate") or False)
        if date != (self.book_close_date or None):
            self.book_close_date = date

    def write(self, vals):
        """What waits for another closing date is sent again when it changes."""
        before = {backend: backend.book_close_date for backend in self}
        result = super().write(vals)
        for backend, date in before.items():
            if backend.book_close_date != date:
                backend._release_held()
        return result

    def _preferences_if_held(self, client):
        """QuickBooks' Preferences where documents wait for open books, else None."""
        if not any(self._waiting_documents([HELD])):
            return None
        return self._retrying(client.preferences)

    # --- Documents that wait ----------------------------------------------------------

    def _waiting_documents(self, causes):
        """Documents of this company that wait for one of these causes, by model."""
        return [
            self.env[model].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("qbo_cause", "in", causes),
                    ("qbo_state", "in", ("pending", "error")),
                ]
            )
            for model in DOCUMENTS
        ]

    def _release_held(self):
        """Send what was held; what stopped with an error is for a person to send."""
        for documents in self._waiting_documents([HELD]):
            documents.filtered(lambda doc: doc.qbo_state == "pending")._qbo_enqueue()

    def _release_documents(self, causes):
        """Send again what stopped because of something that is settled now.

        :param list causes: keys of records, see `sending.cause_of`.
        """
        if causes:
            for documents in self._waiting_documents(causes):
                documents._qbo_enqueue()


def _dated(body, day):
    """A body with another date; it is not due before that."""
    dates = {"TxnDate": day.isoformat()}
    if "DueDate" in body:
        dates["DueDate"] = max(body["DueDate"], dates["TxnDate"])
    return {**body, **dates}
