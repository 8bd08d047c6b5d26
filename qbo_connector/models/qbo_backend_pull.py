import random
from collections import Counter
from datetime import datetime, timedelta, timezone

from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import QboAuthError, QboError, QboFault
from ..client.query import condition
from ..const import CDC_ENTITIES, ENTITIES, NAME_LISTS, PAGE_SIZE, REFERENCE_LISTS
from ..entities.books import references

#: Change capture looks back 30 days at most (Intuit's page on CDC); stay inside.
CURSOR_LIFETIME = timedelta(days=29)
#: Changes are read again this far back: QuickBooks may list one a little late.
CURSOR_OVERLAP = timedelta(minutes=5)
#: What change capture does not serve (Intuit's page on CDC).
TAX_LISTS = ("TaxRate", "TaxCode")
#: Every job of a sync writes its run; one that says nothing so long was killed.
STALLED = timedelta(minutes=30)
#: "Object not found": what a read answers for a deleted object.
NOT_FOUND = "610"
#: Seconds to wait where QuickBooks is asked too often and does not say how long
#: (Intuit's page on throttling).
THROTTLED = 60
#: Exceptions whose text is made for people.
TOLD = (
    "UserError",
    "QboFault",
    "QboAuthError",
    "QboThrottled",
    "QboUnavailable",
    "FailedJobError",
)


class QboBackend(models.Model):
    """Pull: read from QuickBooks into `qbo.object`; the cursor moves with the rows."""

    _inherit = "qbo.backend"

    # --- Sync Now ---------------------------------------------------------------------

    def action_sync(self):
        """Read what changed and take it over; says what it started, or why not."""
        self.ensure_one()
        refusal = self._refusal_to_sync()
        if refusal:
            return refusal
        self._start_sync()
        return self._toast(self.env._("Sync started."), kind="info")

    def _refusal_to_sync(self):
        """Why no sync can start now, to be shown; None when one can."""
        if self.state != "connected":
            words = self.env._(
                "%(backend)s is not connected: press %(button)s first.",
                backend=self.name,
                button=self._connect_button(),
            )
            return self._toast(words, kind="warning")
        running = self._running()[:1]
        if not running:
            return None
        since = fields.Datetime.context_timestamp(self, running.create_date)
        words = self.env._("A sync is running since %s.", f"{since:%H:%M:%S}")
        return self._toast(words, kind="info")

    def _running(self):
        """Syncs under way. One whose job was killed is ended, or none would start."""
        running = self._runs_under_way()
        oldest = fields.Datetime.now() - STALLED
        dead = running.filtered(lambda run: run.write_date < oldest)
        dead.sudo()._finish("failed", self.env._("It was interrupted. Sync again."))
        return running - dead

    def _runs_under_way(self):
        """Looked for anew each time: a connection has thousands of runs in the end."""
        return self.env["qbo.run"].search(
            [("backend_id", "in", self.ids), ("state", "=", "running")]
        )

    def _start_sync(self, trigger="manual"):
        """Enqueue an incremental sync, or a full one where no cursor can be used."""
        self.ensure_one()
        if self._cursor_is_usable():
            run = self._start_run(trigger)
            self._delay_pull_changes(run)
        else:
            run = self._start_run("first")
            self._delay_pull_all(run)
        return run

    def _start_run(self, trigger):
        self.sudo()._release_currencies()
        values = {"backend_id": self.id, "trigger": trigger}
        return self.env["qbo.run"].sudo().create(values)

    def _delay(self, what, **options):
        description = self.env._(
            "QuickBooks, %(name)s: %(what)s", name=self.name, what=what
        )
        return self.sudo().with_delay(description=description, **options)

    def _cursor_is_usable(self):
        since = self._cursor_time()
        return since and fields.Datetime.now() - _naive(since) < CURSOR_LIFETIME

    def _cursor_time(self):
        return datetime.fromisoformat(self.cursor) if self.cursor else None

    # --- Everything, page by page -----------------------------------------------------

    def _delay_pull_all(self, run, entity=ENTITIES[0], start=1, since=None, seen=0):
        self._delay(self.env._("read %s", entity))._job_pull_all(
            run.id, entity, start, since, seen
        )

    def _job_pull_all(self, run_id, entity, start, since, seen=0):
        """Read one page of one entity; the next page is a job of its own.

        :param int start: row of the page, from 1.
        :param str since: when this pass began (QuickBooks' clock): the next cursor.
        :param int seen: how many objects of earlier pages the mirror had before.
        """
        run = self.env["qbo.run"].browse(run_id)
        if run.state != "running":  # it was given up, and another one reads
            return
        calls = []
        client = self._client(calls)
        if not since:
            since = self._quickbooks_now(client)
            self._note_newest(run)
        page = self._reading(
            lambda: client.page(entity, self._where(entity), start, PAGE_SIZE)
        )
        changed = self.env["qbo.object"]._upsert(self, entity, page)
        run._add_read({entity: len(changed)}, call_count=len(calls))
        seen += self._count_known(run, entity, page)
        if len(page) == PAGE_SIZE:
            self._delay_pull_all(run, entity, start + PAGE_SIZE, since, seen)
        else:
            self._look_for_deleted(run, entity, since, seen)

    def _pull_next(self, run, entity, since):
        """Go on after all of an entity was read; after the last one, take it over."""
        following = self._next_entity(entity)
        if following:
            self._delay_pull_all(run, following, 1, since)
        else:
            self._move_cursor(run, since)
            run._delay_apply()

    def _next_entity(self, entity):
        """The entity that is read after this one; none after the last."""
        rest = ENTITIES[ENTITIES.index(entity) + 1 :]
        return next(filter(self._flows_in, rest), None)

    def _quickbooks_now(self, client):
        """QuickBooks' clock; ours may differ, and theirs is what the cursor means."""
        now = datetime.now(timezone.utc)
        return self._reading(
            lambda: client.cdc(self._cdc_entities(), now)
        ).time.isoformat()

    def _cdc_entities(self):
        return [name for name in CDC_ENTITIES if self._flows_in(name)]

    def _where(self, entity):
        """Which rows of an entity are read: inactive names too, none before the start.

        Transactions have no Active flag; name lists hide inactive rows unless asked.
        """
        if entity in NAME_LISTS:
            return "Active IN (true, false)"
        return condition("TxnDate", ">=", self.start_date) if self.start_date else ""

    def _pull_reference_lists(self):
        """Read accounts, taxes, terms and methods at once: a person waits for them."""
        client = self._client()
        self._store(self._read_lists(client), {})
        self._settle_reference_lists()

    # --- What changed since -----------------------------------------------------------

    def _delay_pull_changes(self, run):
        self._delay(self.env._("read changes"))._job_pull_changes(run.id)

    def _job_pull_changes(self, run_id):
        """Read everything that changed since the cursor, in one call.

        Where QuickBooks cut the answer off (1,000 objects) everything is read again,
        page by page; rows that are known already cost nothing further.
        """
        run = self.env["qbo.run"].browse(run_id)
        if run.state != "running":
            return None
        if not self._cursor_is_usable():  # it was when this was queued
            return self._delay_pull_all(run)
        calls = []
        client = self._client(calls)
        since = self._cursor_time() - CURSOR_OVERLAP
        entities = self._cdc_entities()
        events = self._events()
        answer = self._reading(lambda: client.cdc(entities, since))
        answer = self._with_events(client, answer, events)
        # All calls come first: nothing is locked while QuickBooks answers.
        gone, more = self._confirm_some_deleted(client, answer.deleted)
        changed = {
            entity: [row for row in answer.changed[entity] if self._is_wanted(row)]
            for entity in entities
        }
        changed |= self._read_unknown_taxes(client, changed)
        preferences = self._preferences_if_held(client)
        run._add_read(self._store(changed, gone), call_count=len(calls))
        self._settle_events(events)
        if preferences:
            self._note_close_date(preferences)
        if answer.truncated or more and not any(gone.values()):
            return self._delay_pull_all(run)
        if more:  # those of this time are marked and not asked for again
            return self._delay_pull_changes(run)
        self._move_cursor(run, answer.time.isoformat())
        return run._delay_apply()

    def _store(self, changed, gone):
        """Keep what was read; returns {entity: how many are new, changed or gone}."""
        objects = self.env["qbo.object"]
        counts = Counter()
        for entity, rows in changed.items():
            counts[entity] += len(objects._upsert(self, entity, rows))
        for entity, ids in gone.items():
            counts[entity] += len(objects._mark_deleted(self, entity, ids))
        return counts

    def _read_unknown_taxes(self, client, changed):
        """{entity: rows} of both tax lists when a document uses an entry unknown here.

        Change capture does not tell of new tax codes and rates.
        """
        wanted = {
            key
            for entity, rows in changed.items()
            for row in rows
            for key in references(entity, row)
            if key[0] in TAX_LISTS
        }
        known = self.env["qbo.object"].search_fetch(
            [("backend_id", "=", self.id), ("entity", "in", TAX_LISTS)],
            ["entity", "qbo_id"],
        )
        if wanted <= {(row.entity, row.qbo_id) for row in known}:
            return {}
        return {
            entity: self._reading(lambda name=entity: self._read_list(client, name))
            for entity in TAX_LISTS
        }

    def _read_lists(self, client):
        """{entity: rows} of the lists that people map."""
        return {name: self._read_list(client, name) for name in REFERENCE_LISTS}

    def _read_list(self, client, entity):
        pages = client.pages(entity, self._where(entity))
        return [row for page in pages for row in page]

    def _is_wanted(self, row):
        date = row.get("TxnDate")
        return not (date and self.start_date and date < self.start_date.isoformat())

    def _confirm_deleted(self, client, entity, ids):
        """Those of these ids that QuickBooks, asked for each, no longer has."""
        return [
            qbo_id
            for qbo_id in ids
            if self._reading(lambda i=qbo_id: _is_gone(client, entity, i))
        ]

    def _known_ids(self, entity, ids):
        """Those of these ids that are in the mirror, and not deleted there."""
        known = self.env["qbo.object"].search_fetch(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("qbo_id", "in", ids),
                ("deleted", "=", False),
            ],
            ["qbo_id"],
        )
        return known.mapped("qbo_id")

    def _move_cursor(self, run, time):
        progress = self._progress()
        progress.last_sync_at = fields.Datetime.now()
        if run.id > progress.narrow_run_id:
            progress.cursor = time
        self._go_on_if_it_waits_for_nothing()

    def _read_all_again(self):
        """Let the next sync read everything; one under way has begun too early."""
        newest = self.env["qbo.run"].sudo().search([], order="id desc", limit=1)
        values = {"cursor": False, "narrow_run_id": newest.id}
        self._progress().write(values)

    # --- Errors -----------------------------------------------------------------------

    def _retrying(self, call):
        """Call QuickBooks from a job: passing trouble is tried again later.

        :raise RetryableJobError: throttled, unavailable, or a passing fault.
        :raise QboError: everything else.
        """
        try:
            return call()
        except QboError as error:
            if error.retryable:
                self._retry_after(error)
            raise

    def _reading(self, call):
        """As `_retrying`, for jobs that only read: nothing of theirs waits for people.

        It happens that a call is refused twice with good tokens; that passes, too.
        """
        try:
            return self._retrying(call)
        except QboAuthError as error:
            if self._credential()._is_usable(rejected=None):
                self._retry_after(error)
            raise

    def _retry_after(self, error):
        """Let the job be tried again, no sooner than QuickBooks asked for.

        Those who were told the same time do not all come back at the same moment.

        :raise RetryableJobError: always; without a time, the job's own pattern decides.
        """
        seconds = error.retry_after
        if error.fault_class == "throttle":
            seconds = seconds or THROTTLED
        if seconds:
            seconds = random.randint(seconds, seconds + max(2, seconds // 4))
        raise RetryableJobError(str(error), seconds=seconds or None) from error

    def _on_import_failed(self, exc_name=None, exc_message=None, exc_info=None):
        """A job of a sync ended for good: say so where people look.

        QuickBooks' words are shown as they are; what went wrong in our own code is for
        those who read the job.
        """
        words = exc_message
        if exc_name.rpartition(".")[2] not in TOLD:
            words = self.env._(
                "Something unexpected happened here, not in QuickBooks (%s). Press Sync"
                " Now; if it happens again, show your administrator the failed job.",
                exc_name,
            )
        self._runs_of_failed_job(exc_info)._finish("failed", words)

    def _runs_of_failed_job(self, exc_info):
        """The run of the job that just failed, while it is running.

        The job runner does not tell which job that was, but it has just stored it.
        """
        job = (
            self.env["queue.job"]
            .sudo()
            .search(
                [
                    ("model_name", "=", self._name),
                    ("state", "=", "failed"),
                    ("exc_info", "=", exc_info),
                ],
                order="date_started desc, id desc",
                limit=1,
            )
        )
        run_id = job.args and job.args[0]
        return self._runs_under_way().filtered(lambda run: run.id == run_id)


def _is_gone(client, entity, qbo_id):
    try:
        found = client.read(entity, qbo_id)
    except QboFault as fault:
        if fault.code == NOT_FOUND:
            return True
        raise
    return found.get("status") == "Deleted"


def _naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
