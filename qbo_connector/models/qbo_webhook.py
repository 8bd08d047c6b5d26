import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import webhooks
from ..const import CDC_ENTITIES
from .secret import reveal

_logger = logging.getLogger(__name__)
WEBHOOK_PATH = "/qbo/webhook"
#: Seconds in which events gather before QuickBooks is asked what changed.
GATHER = 2
#: Seconds until a sync that is under way is looked at again.
LOOK_AGAIN = 3
#: Ids kept for one connection. Beyond it the call for changes must do; it tells of no
#: more than this either.
MAX_EVENTS = 1000
#: Names of entities in events, in any spelling.
NAMES = {name.lower(): name for name in CDC_ENTITIES}
#: Connections that a notification may be for.
CONNECTIONS = """
    SELECT backend.id, backend.realm_id,
           backend.live AND backend.auto_sync AND credential.state = 'connected',
           credential.verifier_token
      FROM qbo_credential credential
      JOIN qbo_backend backend ON backend.id = credential.backend_id
     WHERE backend.active AND credential.verifier_token IS NOT NULL
       AND backend.realm_id IS NOT NULL
"""
WAITING_JOB = """
    SELECT 1 FROM queue_job
     WHERE identity_key = %s AND state IN ('pending', 'enqueued') LIMIT 1
"""
INSERT = """
    INSERT INTO qbo_event (backend_id, entity, qbo_id, changed_at, gone, received_at)
    SELECT %(backend)s, event.*, %(now)s
      FROM unnest(%(entities)s, %(ids)s, %(times)s::timestamp[], %(gone)s) event
     LIMIT greatest(0, %(room)s - (
               SELECT count(*) FROM qbo_event WHERE backend_id = %(backend)s
           ))
"""


class QboEvent(models.Model):
    """An object that QuickBooks said has changed, until the next read.

    Rows are only ever added and taken away, never changed: requests that come at the
    same time do not wait for each other. Nobody reads them but the jobs.
    """

    _name = "qbo.event"
    _description = "QuickBooks Event"
    _log_access = False

    backend_id = fields.Many2one(
        "qbo.backend", required=True, ondelete="cascade", index=True
    )
    entity = fields.Char(required=True)
    qbo_id = fields.Char("QuickBooks ID", required=True)
    changed_at = fields.Datetime(help="As QuickBooks says (UTC); not always told.")
    gone = fields.Boolean()
    received_at = fields.Datetime(required=True)


class QboRun(models.Model):
    _inherit = "qbo.run"

    trigger = fields.Selection(
        selection_add=[("webhook", "QuickBooks called")],
        ondelete={"webhook": "cascade"},
    )


class QboBackend(models.Model):
    """Webhooks: QuickBooks says that something changed, and it is read at once.

    An event is never believed, it only starts a sync. Repeated, reordered and lost ones
    do no harm: the cursor decides what is read.
    """

    _inherit = "qbo.backend"

    webhook_url = fields.Char("Webhook Endpoint", compute="_compute_webhook_url")
    verifier_token = fields.Char(
        compute="_compute_verifier_token",
        inverse="_inverse_verifier_token",
        groups="qbo_connector.group_qbo_admin",
        help="From the Webhooks page of the app at Intuit. Stored when you save; it is"
        " never shown again.",
    )
    has_verifier = fields.Boolean(compute="_compute_has_verifier", compute_sudo=True)

    def _compute_webhook_url(self):
        for backend in self:
            backend.webhook_url = backend.get_base_url() + WEBHOOK_PATH

    def _compute_verifier_token(self):
        self.verifier_token = False

    def _inverse_verifier_token(self):
        for backend in self.filtered("verifier_token"):
            credential = backend._credential(create=True)
            credential.store_secret(backend.verifier_token, "verifier_token")

    @api.depends("credential_ids.verifier_token")
    def _compute_has_verifier(self):
        for backend in self:
            backend.has_verifier = bool(backend._credential().verifier_token)

    # --- A notification: plain SQL, because fifty a second are answered --------------

    @api.model
    def _signed_connections(self, body, signature):
        """The active connections of the app that signed these bytes.

        :returns: [(id, realm, whether its events start syncs)].
        """
        self.env.cr.execute(CONNECTIONS)
        return [
            (backend_id, realm, follows)
            for backend_id, realm, follows, stored in self.env.cr.fetchall()
            if self._has_signed(stored, body, signature)
        ]

    def _has_signed(self, stored, body, signature):
        try:
            token = reveal(self.env, stored)
        except UserError as error:
            _logger.error("Webhook: %s", error)
            return False
        return webhooks.is_signed(body, signature, token)

    @api.model
    def _receive_events(self, connections, events):
        """Note what changed in which of these companies, and have it read.

        A company that is not among them may be one of the app's that is not, or no
        longer, connected here: that is no error, and repeating it would not help.
        """
        known = {realm for _id, realm, _follows in connections}
        strange = {event.realm for event in events} - known
        if strange:
            _logger.info("Events of companies not known here: %s", strange)
        others = {event.entity for event in events} - NAMES.keys()
        if others:
            _logger.info("Events of %s are not followed", sorted(others))
        for backend_id, realm, follows in connections:
            own = [e for e in events if e.realm == realm and e.entity in NAMES]
            if own:
                self.browse(backend_id)._receive_own_events(own, follows)

    def _receive_own_events(self, events, follows):
        if not follows:
            return self._note_event()
        self._keep_events(events)
        if not self._has_events_job():
            self._delay_sync_on_events()
        return None

    def _has_events_job(self):
        self.env.cr.execute(WAITING_JOB, [self._events_key()])
        return bool(self.env.cr.fetchone())

    def _events_key(self):
        return f"qbo_connector.events.{self.id}"

    def _follows_events(self):
        return self.live and self.auto_sync and self.state == "connected"

    def _keep_events(self, events):
        """Add the ids to what is to be read, as far as there is room."""
        self.env.cr.execute(
            INSERT,
            {
                "backend": self.id,
                "entities": [NAMES[event.entity] for event in events],
                "ids": [event.id for event in events],
                "times": [event.at for event in events],
                "gone": [event.gone for event in events],
                "now": fields.Datetime.now(),
                "room": MAX_EVENTS,
            },
        )

    def _note_event(self):
        """That QuickBooks called, once a minute; nothing else happens.

        Where events start syncs, the sync writes it: jobs hold the row then.
        """
        now = fields.Datetime.now()
        _logger.info("Event for %s, which does not follow events", self.display_name)
        if not self.event_at or self.event_at < now - timedelta(minutes=1):
            self._progress().event_at = now

    # --- The sync ---------------------------------------------------------------------

    def _delay_sync_on_events(self):
        """One job for all that comes until it starts."""
        self._delay(
            self.env._("something changed"),
            identity_key=self._events_key(),
            eta=GATHER,
        )._job_sync_on_events()

    def _job_sync_on_events(self):
        """Start a sync, unless another one has read meanwhile what was told.

        :raise RetryableJobError: one is under way, and may have begun too early.
        """
        if not self._follows_events() or not self._events():
            return
        if self._running():
            raise RetryableJobError(
                "A sync is under way", seconds=LOOK_AGAIN, ignore_retry=True
            )
        self._start_sync("webhook")

    def _events(self):
        return self.env["qbo.event"].sudo().search([("backend_id", "=", self.id)])

    def _settle_events(self, events):
        """They were read; `events` are those that were there before the calls."""
        if events:
            self._progress().event_at = max(events.mapped("received_at"))
            # Not `unlink`, which writes every id to the log.
            self.env.cr.execute(
                "DELETE FROM qbo_event WHERE id = ANY(%s)", [events.ids]
            )
            events.invalidate_recordset()
