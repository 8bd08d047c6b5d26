from collections import Counter

from psycopg2.errors import SerializationFailure

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import APPLY_SIZE, ENTITIES, QUIET
from ..entities.lanes import LANES

#: Seconds until a job comes back whose work others are just doing.
BUSY = 2
#: Helpers run when no other job is due: alone, a worker needs none.
HELPER_PRIORITY = 15
#: The first key of the advisory locks, to which the lane is added; the second is the
#: connection's id.
LANE_LOCK = 0x71626F00


class QboRunShare(models.Model):
    """What a helper did for a sync, until the sync's own job adds it up.

    Rows are only ever added and taken away. Did a helper write on the row of the sync,
    which its own jobs write all the time, one of the two would lose its whole set.
    """

    _name = "qbo.run.share"
    _description = "QuickBooks Sync: Done by Helpers"
    _log_access = False

    run_id = fields.Many2one("qbo.run", required=True, ondelete="cascade", index=True)
    counts = fields.Json(required=True, help="By counter of the sync.")


class QboRun(models.Model):
    _inherit = "qbo.run"

    def _add_shares(self):
        """Add up what helpers did since the job before."""
        shares = self.env["qbo.run.share"].search([("run_id", "in", self.ids)])
        if shares:
            total = Counter()
            for share in shares:
                total.update(share.counts)
            shares.unlink()
            self._add(**total)


class QboBackend(models.Model):
    """What is applied next, and by which worker.

    A sync has one chain of jobs (`_job_apply`), which does everything that nobody else
    does. Where much is to be done, helpers take over sets as well, each in lanes of its
    own (`entities/lanes.py`) that it holds until its commit. Nothing depends on them:
    what a helper leaves, dead or alive, the chain finds.

    All objects of one entity come before those of the next: as long as a set of the
    former is not committed, everybody else still sees it as new.
    """

    _inherit = "qbo.backend"

    def _job_apply(self, run_id):
        """Take over the next set of objects; the following set is a job of its own.

        :raise RetryableJobError: helpers are at all that is left of this entity.
        """
        run = self.env["qbo.run"].browse(run_id)
        if not self.live:  # switched off, or archived, since this was queued
            return run._finish()
        run._add_shares()
        backend = self.with_company(self.company_id).with_context(**QUIET)
        stages = backend._stages()
        if not stages:
            return backend._end_applying(run)
        objects = backend._take_set(stages)
        if not objects:
            raise backend._busy()
        run._note_growth()
        run._add(**backend._take_over(objects))
        if _size(*stages.values()) - len(objects) > APPLY_SIZE:
            backend._delay_helpers(run)
        return run._delay_apply()

    def _job_help(self, run_id, number):
        """Take over a set beside the jobs of a sync, as long as there is one.

        :raise RetryableJobError: there will be work for it, but not yet.
        """
        run = self.env["qbo.run"].browse(run_id)
        if not (self.live and run.state == "running"):
            return None
        backend = self.with_company(self.company_id).with_context(**QUIET)
        stages = backend._stages()
        objects = backend._take_set(stages)
        if objects:
            counts = backend._take_over(objects)
            self.env["qbo.run.share"].create({"run_id": run.id, "counts": counts})
            return backend._delay_help(run, number)
        _current, *later = stages.values() or [{}]
        if _size(*later) > APPLY_SIZE:
            raise backend._busy()
        return None

    def _delay_helpers(self, run):
        """As many as may find a lane; how many run at once, the channel decides."""
        for number in range(1, LANES):
            self._delay_help(run, number)

    def _delay_help(self, run, number):
        # However often a set is lost to others' changes, the sync's own job tells.
        self._delay(
            self.env._("help to take over what was read"),
            priority=HELPER_PRIORITY,
            max_retries=0,
            identity_key=f"qbo_help:{self.id}:{number}",
        )._job_help(run.id, number)

    def _busy(self):
        words = self.env._("Other jobs are taking over what is to be done first.")
        return RetryableJobError(words, seconds=BUSY, ignore_retry=True)

    # --- The next set -----------------------------------------------------------------

    def _stages(self):
        """{entity: {lane: objects to apply}}, in ENTITIES' order.

        Lanes come in the order of their oldest object, so that none lags behind.
        """
        groups = self.env["qbo.object"]._read_group(
            [("backend_id", "=", self.id), ("state", "=", "new")],
            ["entity", "lane"],
            ["__count"],
            order="id:min",
        )
        stages = {}
        for entity, lane, count in sorted(groups, key=lambda g: ENTITIES.index(g[0])):
            stages.setdefault(entity, {})[lane] = count
        return stages

    def _take_set(self, stages):
        """Objects to apply of the first stage, in lanes that nobody else works in."""
        objects = self.env["qbo.object"]
        for entity, lanes in stages.items():
            objects = objects.search(
                [
                    ("backend_id", "=", self.id),
                    ("entity", "=", entity),
                    ("state", "=", "new"),
                    ("lane", "in", self._lock_lanes(lanes)),
                ],
                limit=APPLY_SIZE,
                order="id",
            )
            break
        return objects and self._hold(objects)

    def _lock_lanes(self, lanes):
        """Free lanes for one set, held until this job's end; none where all are taken.

        :param dict lanes: {lane: how many objects it has}
        """
        taken = {}
        for lane, count in lanes.items():
            if _size(taken) >= APPLY_SIZE:
                break
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", (LANE_LOCK + lane, self.id)
            )
            if self.env.cr.fetchone()[0]:
                taken[lane] = count
        return list(taken)

    def _hold(self, objects):
        """Those of these objects that nobody else writes on; nobody can from now on.

        :raise RetryableJobError: somebody did since this job began to look: who had
            the lane before has just left it.
        """
        try:
            self.env.cr.execute(
                "SELECT id FROM qbo_object WHERE id = ANY(%s)"
                " FOR NO KEY UPDATE SKIP LOCKED",
                [objects.ids],
                log_exceptions=False,
            )
        except SerializationFailure as error:
            raise self._busy() from error
        free = {row[0] for row in self.env.cr.fetchall()}
        return objects.filtered(lambda obj: obj.id in free)

    # --- The end ----------------------------------------------------------------------

    def _end_applying(self, run):
        if self._release_overtaken():
            return run._delay_apply()
        return self._job_compare(run.id)

    def _release_overtaken(self):
        """Let go on what began to wait just while another job settled its cause.

        Neither of the two saw the other. Whoever waits in vain is tried once more.
        """
        self.env["qbo.object"].flush_model()
        self.env.cr.execute(
            """
            SELECT DISTINCT waiting.waiting_for
              FROM qbo_object waiting
              JOIN qbo_object awaited
                ON awaited.backend_id = waiting.backend_id
               AND awaited.entity = split_part(waiting.waiting_for, ':', 1)
               AND awaited.qbo_id
                   = substr(waiting.waiting_for, strpos(waiting.waiting_for, ':') + 1)
             WHERE waiting.backend_id = %s
               AND waiting.waiting_for IS NOT NULL
               AND awaited.state IN ('linked', 'ignored')
               AND awaited.write_date > waiting.write_date
            """,
            [self.id],
        )
        causes = [row[0] for row in self.env.cr.fetchall()]
        return causes and self._release(causes)


def _size(*lanes):
    """How many objects there are in {lane: count}."""
    return sum(count for counts in lanes for count in counts.values())
