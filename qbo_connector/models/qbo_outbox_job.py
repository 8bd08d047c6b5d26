import random
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import QboError, faults
from .fault_words import explain, explain_waiting
from .qbo_backend_pull import TOLD
from .qbo_backend_push import STALE

#: Tries of one job, in about two minutes, that nobody sees.
QUICK_TRIES = 4
#: Minutes until the next try after those, with words on the document: five hours.
PAUSES = (5, 10, 15, 30, 60, 60, 60, 60)


class QboOutbox(models.AbstractModel):
    """The job that sends documents, and what it says of them.

    Passing trouble is tried again unseen, then with words, and at last left to people.
    """

    _inherit = "qbo.outbox"

    def _job_qbo_push(self, notify=False, asked=False, waited=0):
        """Send documents; while QuickBooks is busy or away, be patient.

        :param bool notify: tell the user who asked when it is done.
        :param bool asked: whether somebody asked for it.
        :param int waited: how many long pauses this push has made already.
        :raise RetryableJobError: it is too early to tell anyone; the job tries again.
        """
        try:
            with self.env.cr.savepoint():
                return self._qbo_push(notify)
        except RetryableJobError as trouble:
            error = trouble.__cause__
            if not isinstance(error, QboError):  # another push was running
                raise
            if not waited and self._qbo_tries() < QUICK_TRIES:
                raise
            return self._qbo_be_patient(error, notify, waited)

    def _qbo_push(self, notify):
        """Send those of these that are to sync to QuickBooks, as one set.

        While the connection is switched off they wait, and go on with *Switch On*.
        """
        todo = self.sudo().exists().filtered(lambda doc: doc.qbo_state == "pending")
        backend = self.env["qbo.backend"]._for_company(todo.company_id)
        backend = backend.filtered("live")
        backend = backend.with_company(backend.company_id)
        posted = todo.filtered(lambda doc: doc._qbo_is_posted())
        cancelled = todo.filtered(lambda doc: doc._qbo_is_cancelled() and doc.qbo_id)
        if backend and todo:
            backend._begin_push(todo)
        if backend and posted:
            backend._push(posted)
        if backend and cancelled:
            backend._void(cancelled)
        self._qbo_report(notify)

    def _qbo_report(self, notify):
        """Screens read these documents again; the user who asked gets a toast."""
        self.env["qbo.backend"]._notify_changed(self._name, self.ids)
        if notify:
            self.env.user._bus_send("simple_notification", self._qbo_outcome())

    def _qbo_outcome(self):
        failed = self.filtered(lambda doc: doc.qbo_state in ("error", "differs"))
        if failed:
            return {
                "type": "danger",
                "title": self.env._("QuickBooks refused %s", failed[0].display_name),
                "message": failed[0].qbo_message,
                "sticky": True,
            }
        waiting = self.filtered(lambda doc: doc.qbo_state == "pending")
        if waiting:
            return {
                "type": "info",
                "title": self.env._("QuickBooks"),
                "message": waiting[0].qbo_message
                or self.env._("%s waits and is sent soon.", waiting[0].display_name),
            }
        return {
            "type": "success",
            "title": self.env._("QuickBooks"),
            "message": self.env._(
                "Exported to QuickBooks: %s", ", ".join(self.mapped("display_name"))
            ),
        }

    # --- Passing trouble --------------------------------------------------------------

    def _qbo_tries(self):
        """Which try of the running job this is; 1 outside of jobs."""
        uuid = self.env.context.get("job_uuid")
        job = self.env["queue.job"].sudo().search([("uuid", "=", uuid)])
        return job.retry + 1

    def _qbo_be_patient(self, error, notify, waited):
        """Trouble lasts: the documents say so, and are tried again after a long pause.

        Where QuickBooks did answer, one document may be what it stumbles over: then
        each goes on its own, so that it holds back no other.
        """
        todo = self.sudo().exists().filtered(lambda doc: doc.qbo_state == "pending")
        backend = self.env["qbo.backend"]._for_company(todo.company_id)
        if waited == len(PAUSES) or error.code == STALE:
            for doc in todo:
                words = explain(backend, error, doc.display_name)
                doc._qbo_mark_error(words, faults.cause_of(error))
            return self._qbo_report(notify=True)
        pause = timedelta(minutes=PAUSES[waited] * random.uniform(1, 1.25))
        pause = max(pause, timedelta(seconds=error.retry_after or 0))
        again = fields.Datetime.now() + pause
        for doc in todo:
            words = explain_waiting(backend, error, doc.display_name, again)
            doc._qbo_write({"qbo_message": words})
        answered = error.code and error.fault_class != "throttle"
        for part in todo if answered else [todo]:
            part._qbo_delay_push(eta=again, notify=notify, waited=waited + 1)
        return self._qbo_report(notify)

    # --- Trouble that nobody foresaw --------------------------------------------------

    def _on_qbo_push_failed(self, exc_name="", exc_message=None, **_details):
        """A job ended in a way that nobody foresaw: its documents say so.

        Of several one may be the reason: then each is tried once more on its own.
        """
        todo = self.sudo().exists().filtered(lambda doc: doc.qbo_state == "pending")
        if len(todo) > 1:
            for doc in todo:
                doc._qbo_delay_push()
            return
        words = exc_message
        if exc_name.rpartition(".")[2] not in TOLD:
            words = self.env._(
                "Something unexpected happened here, not in QuickBooks (%s). If it"
                " happens again, show your administrator the failed job.",
                exc_name,
            )
        for doc in todo:
            doc._qbo_mark_error(
                self.env._(
                    "%(document)s was not sent: %(words)s Press Export back to"
                    " QuickBooks to try again.",
                    document=doc.display_name,
                    words=words,
                )
            )
        self._qbo_report(notify=True)


class QboBackend(models.Model):
    """A push that was killed again and again is told, too."""

    _inherit = "qbo.backend"

    @api.model
    def _cron_sync(self):
        self._tell_interrupted()
        return super()._cron_sync()

    def _tell_interrupted(self):
        """Documents whose job the job runner gave up: its process died every time."""
        dead = self._dead_jobs("_job_qbo_push")
        for job in dead:
            for doc in job.records.exists():
                if doc.qbo_state == "pending":
                    doc._qbo_mark_error(
                        self.env._(
                            "%s was not sent: the server was stopped each time it was"
                            " tried. Press Export back to QuickBooks to try again.",
                            doc.display_name,
                        )
                    )
        dead.button_cancelled()  # each is told once

    def _dead_jobs(self, method):
        """Jobs that the job runner gave up, of whose end nobody was told."""
        return (
            self.env["queue.job"]
            .sudo()
            .search(
                [
                    ("state", "=", "failed"),
                    ("exc_name", "=", "JobFoundDead"),
                    ("method_name", "=", method),
                ]
            )
        )
