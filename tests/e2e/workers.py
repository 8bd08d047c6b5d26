"""Odoo with worker processes, of which a test kills one at a moment that it chooses."""

import contextlib
import os
import signal
import sys
import time

import psutil
import psycopg2
import requests

import postgres
from house import ROOT
from processes import Processes

from .stack import free_port

WORKERS = 4
PATIENCE = 60  # seconds
PUSH = "method_name = '_job_qbo_push'"


def until(condition, what, nudge=None, patience=PATIENCE):
    """Wait until a condition holds, and return what it gave."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        if nudge:
            nudge()
        time.sleep(0.05)
    return found


def copy(stack, database):
    """Copy the database of a stack that is stopped, under another name."""
    instance = stack.instance
    with instance.owned(), Processes() as processes:
        server = instance.open(processes)
        postgres.drop_database(server, database)
        postgres.copy_database(server, instance.database, database)


def drop(stack, database):
    """Remove a copy, while the stack is stopped."""
    with stack.instance.owned(), Processes() as processes:
        postgres.drop_database(stack.instance.open(processes), database)


class Workers:
    """The instance of a stack that is stopped, with `WORKERS` processes for its jobs.

    Two pushes may run at once; the job runner itself is a process of its own.

    :param imports: how many jobs of an import may run at once
    :param database: a copy of the instance's own, made by `copy`
    """

    def __init__(self, stack, imports=1, database=None):
        self._stack = stack
        self._instance = stack.instance
        self._imports = imports
        self._database = database or stack.instance.database
        self._processes = Processes()
        self._server = None
        self._killed = []

    def __enter__(self):
        with contextlib.ExitStack() as started:
            started.enter_context(self._instance.owned())
            started.enter_context(self._processes)
            self._server = self._instance.open(self._processes)
            self._start_sandbox()
            self._start_odoo()
            self._stop = started.pop_all()
        return self

    def __exit__(self, *error):
        return self._stop.__exit__(*error)

    def _start_sandbox(self):
        command = [sys.executable, "-m", "qbo_sandbox", "serve", "--seed", "demo"]
        command += ["--port", self._stack.sandbox_port]
        command += ["--db", self._instance.folder / "sandbox.db"]
        log = self._instance.folder / "sandbox.log"
        self._processes.start("The sandbox", command, log, cwd=ROOT)
        self._wait_for(f"{self._stack.sandbox_url}/_control/log")

    def _start_odoo(self):
        options = ["-d", self._database, f"--db-filter=^{self._database}$"]
        options += ["--workers", WORKERS]
        options += ["--gevent-port", free_port(), "--max-cron-threads", 0]
        channels = f"root:4,root.qbo_import:{self._imports},root.qbo_export:2"
        environment = {**os.environ, "ODOO_QUEUE_JOB_CHANNELS": channels}
        # Odoo starts itself once more for its bus, which "python -m" does not stand.
        script = self._instance.folder / "odoo-bin"
        script.write_text("from odoo.cli.command import main\nmain()\n")
        command = [sys.executable, script, "-c", self._instance.config, *options]
        log = self._instance.folder / "workers.log"
        self._processes.start("Odoo", command, log, env=environment)
        self._wait_for(f"{self._stack.odoo_url}/web/health")

    def _wait_for(self, url):
        def answers():
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(url, timeout=PATIENCE).ok

        until(answers, f"{url} does not answer")

    # --- Jobs -------------------------------------------------------------------------

    def sql(self, query, *values):
        """The rows that a query finds, in a transaction of its own."""
        with self._connected() as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def _connected(self):
        connection = psycopg2.connect(**self._server, dbname=self._database)
        return contextlib.closing(connection)

    def pass_time(self):
        """A minute later, for the jobs that wait, and those whose process is dead.

        The job runner looks at once, because rows of jobs change; the others stay as
        they are, or a running job could not write its own row.
        """
        self.sql(
            "UPDATE queue_job SET eta = NULL"
            " WHERE state = 'pending' AND eta IS NOT NULL"
        )
        self.sql(
            """
            UPDATE queue_job SET date_enqueued = date_enqueued - interval '1 minute'
            WHERE state = 'started' AND worker_pid = ANY(%s)
                AND date_enqueued > now() AT TIME ZONE 'utc' - interval '30 s'
                AND id IN (
                    SELECT queue_job_id FROM queue_job_lock
                    FOR NO KEY UPDATE SKIP LOCKED
                )
            """,
            self._killed,
        )

    def pushing(self):
        """Process ids of the workers that run a push."""
        return self.running(PUSH)

    def running(self, condition):
        """Process ids of the workers that run a job for which a condition holds."""
        query = "SELECT worker_pid FROM queue_job WHERE state = 'started' AND "
        return [row[0] for row in self.sql(query + condition)]

    def kill(self):
        """Kill the worker that runs the push, as the kernel does out of memory."""
        (pid,) = self.pushing()
        self.end(pid)

    def end(self, pid):
        os.kill(pid, signal.SIGKILL)
        until(lambda: not psutil.pid_exists(pid), f"{pid} lives")
        self._killed.append(pid)

    # --- Holding a worker in the database ---------------------------------------------

    @contextlib.contextmanager
    def lock(self, statement):
        """Hold a lock for as long as the test likes; a function that waits until
        somebody else waits for it."""
        with self._connected() as connection:
            connection.cursor().execute(statement)
            own = connection.info.backend_pid
            query = (
                "SELECT 1 FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
            )
            yield lambda: until(lambda: self.sql(query, own), "nobody waits")
