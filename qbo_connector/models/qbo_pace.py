import math
import time

from psycopg2.errors import SerializationFailure, UniqueViolation
from psycopg2.extras import Json

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client.errors import QboThrottled
from . import pace

#: Seconds that a call is waited for; who would wait longer comes again.
PATIENCE = 2.0
#: Batches that one push needs at most: invoices, payments, credits and their changes.
BATCHES_OF_A_PUSH = 4
#: How often a worker starts over because another one has just noted a call.
ATTEMPTS = 20


class QboPace(models.Model):
    """The latest calls to one company, by all workers: what QuickBooks' limits count.

    A table of its own, written in transactions of their own that last a millisecond:
    nothing waits for it, neither tokens nor the connection.
    """

    _name = "qbo.pace"
    _description = "QuickBooks Pace"

    # Not the connection: a new one may be called before it is committed.
    realm_id = fields.Char(required=True)
    log = fields.Json()

    _realm_unique = models.Constraint("UNIQUE(realm_id)", "A company has one pace.")


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def _pace(self, call):
        """Wait until a call is within QuickBooks' limits; nothing is locked meanwhile.

        :raise QboThrottled: that would take more than `PATIENCE` seconds.
        """
        wait = self._reserve(pace.kinds_of(call.operation))
        if wait > PATIENCE:
            raise QboThrottled(
                self.env._("QuickBooks takes no more calls for now."),
                retryable=True,
                retry_after=math.ceil(wait),
                entity=call.entity,
                operation=call.operation,
            )
        if wait > 0:
            time.sleep(wait)

    def _begin_push(self, documents):
        """A push that QuickBooks' limits would stop half-way begins later.

        :raise RetryableJobError: with the seconds until then.
        """
        wait = self._reserve(("batch",), BATCHES_OF_A_PUSH, note=False)
        if wait > PATIENCE:
            raise RetryableJobError(
                self.env._("QuickBooks takes 40 batches a minute."),
                seconds=math.ceil(wait),
                ignore_retry=True,
            )
        return super()._begin_push(documents)

    def _reserve(self, kinds, count=1, note=True):
        """Seconds until calls of these kinds may go.

        :param bool note: whether one is made then, if that is within `PATIENCE`.
        """

        def reserve(log, now):
            moment = pace.earliest(log, kinds, now, count)
            goes = note and moment - now <= PATIENCE
            return moment - now, pace.noted(log, kinds, moment) if goes else None

        return self._on_log(reserve, PATIENCE + 1)

    def _on_log(self, use, otherwise):
        """Use the log of calls, which all workers share, in a transaction of its own.

        :param use: (log, now in seconds) -> (result, the log to keep, or None).
        :param otherwise: the result where others were always faster.
        """
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    return self._use_log(cr, use)
            except (SerializationFailure, UniqueViolation):
                continue  # another worker has noted a call: a new transaction sees it
        return otherwise

    def _use_log(self, cr, use):
        """A conflict is no error here, so that Odoo does not log it as one."""
        select = "SELECT id, log FROM qbo_pace WHERE realm_id = %s FOR UPDATE"
        cr.execute(select, [self.realm_id], log_exceptions=False)
        row = cr.fetchone()
        if not row:
            insert = "INSERT INTO qbo_pace (realm_id, log) VALUES (%s, '{}')"
            cr.execute(
                f"{insert} RETURNING id, log", [self.realm_id], log_exceptions=False
            )
            row = cr.fetchone()
        pace_id, log = row
        # The database's clock, which all workers share.
        cr.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        result, kept = use(log, cr.fetchone()[0])
        if kept is not None:
            update = "UPDATE qbo_pace SET log = %s WHERE id = %s"
            cr.execute(update, [Json(kept), pace_id])
        return result
