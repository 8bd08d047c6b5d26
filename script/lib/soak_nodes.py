"""Two Odoo servers on one database, and the sandbox beside them."""

import contextlib
import os
import signal
import sys
import threading
import time

import psycopg2
import requests

from house import ROOT, Problem, tail
from odoo_rpc import OdooSession
from processes import Processes

START_TIMEOUT = 180  # seconds
WORKERS = 2
CHANNELS = "root:2,root.qbo_import:1,root.qbo_export:1"
OUR_CRONS = (
    "SELECT res_id FROM ir_model_data WHERE module = 'qbo_connector'"
    " AND model = 'ir.cron'"
)
OVER = "('done', 'failed', 'cancelled')"


class Node:
    """One Odoo server with processes for requests, cron and jobs."""

    def __init__(self, name, port, bus_port):
        self.name, self.port, self.bus_port = name, port, bus_port
        self.url = f"http://localhost:{port}"
        self.alive = False
        self.process = None


class Nodes:
    """An instance that was connected once, run by two nodes; the first can be killed.

    :param instance: `Instance` with its database; nobody else may own it
    :param ports: five that are free: sandbox, then each node's own and its bus'
    """

    def __init__(self, instance, ports):
        sandbox, *rest = ports
        self.instance = instance
        self.sandbox_port = sandbox
        self.sandbox_url = f"http://localhost:{sandbox}"
        self.nodes = [Node("one", *rest[:2]), Node("two", *rest[2:])]
        self._processes = Processes()
        self._server = None

    def __enter__(self):
        with contextlib.ExitStack() as started:
            started.enter_context(self.instance.owned())
            started.enter_context(self._processes)
            self._server = self.instance.open(self._processes)
            self._start_sandbox()
            for node in self.nodes:
                self._start(node)
            self._stop = started.pop_all()
        return self

    def __exit__(self, *error):
        return self._stop.__exit__(*error)

    def _start_sandbox(self):
        command = [sys.executable, "-m", "qbo_sandbox", "serve", "--seed", "demo"]
        command += ["--port", self.sandbox_port]
        command += ["--db", self.instance.folder / "sandbox.db"]
        log = self.instance.folder / "sandbox.log"
        self._processes.start("The sandbox", command, log, cwd=ROOT)
        self._wait_for(f"{self.sandbox_url}/_control/log", log)

    def _start(self, node):
        # Odoo starts itself once more for its bus, which "python -m" does not stand.
        script = self.instance.folder / "odoo-bin"
        script.write_text("from odoo.cli.command import main\nmain()\n")
        command = [sys.executable, script, "-c", self.instance.config]
        command += ["-d", self.instance.database, "--workers", WORKERS]
        command += ["--http-port", node.port, "--gevent-port", node.bus_port]
        command += ["--max-cron-threads", 1]
        environment = {
            **os.environ,
            "ODOO_QUEUE_JOB_CHANNELS": CHANNELS,
            "ODOO_QUEUE_JOB_PORT": str(node.port),
        }
        log = self.log(node)
        log.unlink(missing_ok=True)
        node.process = self._processes.start(
            f"Node {node.name}", command, log, env=environment
        )
        self._wait_for(f"{node.url}/web/health", log)
        node.alive = True

    def _wait_for(self, url, log):
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            self._processes.check()
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(url, timeout=START_TIMEOUT).ok:
                    return
            time.sleep(0.2)
        raise Problem(f"{url} does not answer. The end of {log}:\n{tail(log)}")

    def log(self, node):
        return self.instance.folder / f"node-{node.name}.log"

    def kill_first(self):
        """All processes of the first node at once, as a machine dies."""
        first = self.nodes[0]
        first.alive = False
        os.killpg(first.process.pid, signal.SIGKILL)
        first.process.wait()

    def living(self):
        return [node for node in self.nodes if node.alive]

    # --- The database ----------------------------------------------------------------

    def sql(self, query, *values, database=None):
        """The rows that a query finds, in a transaction of its own."""
        where = {**self._server, "dbname": database or self.instance.database}
        with contextlib.closing(psycopg2.connect(**where)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def open_jobs(self):
        """[(method, state)] of the jobs that are not over."""
        return self.sql(
            f"SELECT method_name, state FROM queue_job WHERE state NOT IN {OVER}"
        )

    def pass_time(self):
        """The moment has come that waiting jobs wait for: hours fit into minutes."""
        self.sql(
            "UPDATE queue_job SET eta = NULL WHERE state = 'pending'"
            " AND eta IS NOT NULL"
        )
        self.sql("UPDATE qbo_pace SET log = log - 'collisions'")

    def start_crons(self):
        """The connector's crons are due now; their processes hear of it as they do."""
        self.sql(
            "INSERT INTO ir_cron_trigger (cron_id, call_at)"
            f" SELECT res_id, now() AT TIME ZONE 'UTC' FROM ({OUR_CRONS}) ours"
        )
        told = self.instance.database
        self.sql("SELECT pg_notify('cron_trigger', %s)", told, database="postgres")


class Sessions:
    """One person's sessions, on whichever node answers; of one thread only."""

    def __init__(self, nodes, random):
        self._nodes, self._random, self._open = nodes, random, {}

    def any(self):
        """A session on one of the living nodes."""
        node = self._random.choice(self._nodes.living())
        if node not in self._open:
            database = self._nodes.instance.database
            self._open[node] = OdooSession(node.url, database)
        return self._open[node]


def repeat(act, stop, random, pauses):
    """Do something again and again in a thread of its own, until told to stop.

    :param pauses: seconds between two times, from and to
    """

    def live():
        while not stop.is_set():
            act()
            stop.wait(random.uniform(*pauses))

    thread = threading.Thread(target=live, name=type(act.__self__).__name__)
    thread.start()
    return thread
