from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from odoo import fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ..client import faults
from . import quiet

#: "You can only add or edit one name at a time."
BUSY_NAMES = "6000:busy"
DOCUMENTS = ("account.move", "account.payment")


class QboBackend(models.Model):
    """People in QuickBooks come first: exports pause at quiet hours, or when they
    collide with somebody's work again and again, and go on by themselves (G7).

    What a person exports goes at once. Collisions are kept with the log of calls, in
    transactions of their own: the job that meets one is rolled back.
    """

    _inherit = "qbo.backend"

    quiet_hours = fields.Boolean(
        help="Nothing is sent to QuickBooks by itself between these hours, so that"
        " nobody at work there is disturbed. What somebody exports by hand goes at"
        " once, and reading goes on.",
    )
    quiet_from = fields.Float("Quiet From", default=8.0)
    quiet_until = fields.Float("Quiet Until", default=18.0)
    quiet_tz = fields.Selection(
        _tz_get,
        "Time Zone of the Hours",
        default=lambda self: self.env.user.tz or "UTC",
        required=True,
    )
    pause_words = fields.Char(compute="_compute_pause_words")

    _quiet_hours_of_a_day = models.Constraint(
        "CHECK(quiet_from >= 0 AND quiet_from < 24"
        " AND quiet_until >= 0 AND quiet_until <= 24)",
        "Quiet hours are hours of a day, from 00:00 to 24:00.",
    )

    def _compute_pause_words(self):
        for backend in self:
            pause = backend.live and backend._pause()
            backend.pause_words = pause and self.env._(
                "Nothing is sent by itself until %(time)s: %(reason)s.",
                time=self._clock(pause[0]),
                reason=pause[1],
            )

    # --- Whether, and until when ------------------------------------------------------

    def _pause(self):
        """(naive UTC until when nothing is sent by itself, why), or None."""
        reasons = {
            self._end_of_hours(): self.env._("these are the quiet hours"),
            self._end_of_presence(): self.env._("somebody is working in QuickBooks"),
        }
        now = fields.Datetime.now()
        ends = [end for end in reasons if end and end > now]
        return (max(ends), reasons[max(ends)]) if ends else None

    def _end_of_hours(self):
        if not self.quiet_hours:
            return None
        local = datetime.now(ZoneInfo(self.quiet_tz))
        end = quiet.end_of_hours(local, self.quiet_from, self.quiet_until)
        return end and end.astimezone(timezone.utc).replace(tzinfo=None)

    def _end_of_presence(self):
        pace = self.env["qbo.pace"].sudo().search([("realm_id", "=", self.realm_id)])
        end = quiet.end_of_presence(pace.log)
        return end and datetime.fromtimestamp(end, timezone.utc).replace(tzinfo=None)

    def _clock(self, moment):
        """The time of day of a naive UTC moment, for the reader."""
        local = fields.Datetime.context_timestamp(self, moment)
        return local.strftime("%H:%M %Z")

    # --- Collisions -------------------------------------------------------------------

    def _note_collision(self):
        self._on_log(lambda log, now: (None, quiet.noted(log, now)), None)

    def _retry_after(self, error):
        if faults.cause_of(error) == BUSY_NAMES:
            self._note_collision()
        return super()._retry_after(error)

    def _send_batch(self, sending, items, requests, answered, once_more=False):
        stale = super()._send_batch(sending, items, requests, answered, once_more)
        if stale:
            self._note_collision()
        return stale

    # --- Going on ---------------------------------------------------------------------

    def action_send_now(self):
        """Send what waits, whoever is in the books."""
        self.ensure_one()
        self.check_access("write")
        self._on_log(lambda log, now: (None, quiet.forgotten(log)), None)
        waiting = [
            self.env[model].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("qbo_state", "=", "pending"),
                ]
            )
            for model in DOCUMENTS
        ]
        for documents in waiting:
            documents._qbo_enqueue(notify=True)
        return self._toast(
            self.env._("%s documents are on their way.", sum(map(len, waiting))), "info"
        )


class QboOutbox(models.AbstractModel):
    _inherit = "qbo.outbox"

    def _job_qbo_push(self, notify=False, asked=False, waited=0):
        todo = self.sudo().exists().filtered(lambda doc: doc.qbo_state == "pending")
        backend = self.env["qbo.backend"]._for_company(todo.company_id)
        pause = not asked and backend.live and backend._pause()
        if not pause:
            return super()._job_qbo_push(notify, asked, waited)
        return todo._qbo_keep_quiet(backend, *pause, waited=waited)

    def _qbo_keep_quiet(self, backend, until, reason, waited):
        """Say for what these wait, and go on then."""
        for doc in self:
            doc._qbo_write(
                {
                    "qbo_message": self.env._(
                        "%(document)s waits until %(time)s: %(reason)s. It is sent by"
                        " itself then; Export back to QuickBooks sends it at once.",
                        document=doc.display_name,
                        time=backend._clock(until),
                        reason=reason,
                    )
                }
            )
        self._qbo_delay_push(eta=until, waited=waited)
        return self._qbo_report(notify=False)
