"""Two job workers against one: the same import by real processes, and the same books.

A connected company with invoices and payments in the mirror is made once; each round
takes over a copy of that database, with Odoo, its workers and its job runner as they
run in production. No HTTP to QuickBooks: it is the apply jobs that are timed.
"""

import contextlib
import os
import sys
import time

import psycopg2

from . import house  # noqa: F401 - makes script/lib importable
from .books import Books, invoice, payment

#: A port of its own, and the two after it; another one by environment.
PORT = int(os.environ.get("ODOO_PORT", 8471))
TEMPLATE = "qbo_workers_made"


def run(size=1000, rounds=(1, 2)):
    from house import home  # script/lib
    from instance import Instance
    from processes import Processes

    instance = Instance(home(), "workers", PORT)
    with instance.owned(), Processes() as processes:
        server = instance.open(processes)
        instance.install(server, anew_if_broken=True)
        factory = _Factory(instance, server)
        factory.make(size)
        print(f"workers: {size} invoices of 3 lines with tax, {size} payments")
        results = [factory.import_with(workers) for workers in rounds]
    one = results[0]
    for workers, result in zip(rounds, results, strict=True):
        ratio = one.seconds / result.seconds
        print(f"  {workers} worker(s) {result.line()}  {ratio:5.2f} x as fast")
        for what, rows in result.books.items():
            assert rows == one.books[what], f"{what} differ"
    print("  the books are the same: " + ", ".join(one.books))


class _Factory:
    """Databases of an instance, and real workers on them."""

    def __init__(self, instance, server):
        self.instance, self.server = instance, server

    def make(self, size):
        """A company that has read its books and taken over nothing of them."""
        import odoo
        from odoo.modules.registry import Registry

        self._copy(self.instance.database, TEMPLATE)
        config = ["-c", str(self.instance.config), "--log-level=error"]
        odoo.tools.config.parse_config(config)
        with Registry(TEMPLATE).cursor() as cursor:
            env = odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {})
            books = Books(env)
            for entity, make in (("Invoice", invoice), ("Payment", payment)):
                books.mirror(entity, list(map(make, range(size))))
            books.backend._start_run("first")._delay_apply()
            env["queue.job"].search([("method_name", "!=", "_job_apply")]).unlink()
        odoo.sql_db.close_db(TEMPLATE)

    def import_with(self, workers):
        database = f"qbo_workers_{workers}"
        self._copy(TEMPLATE, database)
        with self._odoo(database, workers):
            return _Result(self, database)

    def _copy(self, source, target):
        import postgres  # script/lib

        postgres.drop_database(self.server, target)
        postgres.copy_database(self.server, source, target)

    @contextlib.contextmanager
    def connected(self, database):
        connection = psycopg2.connect(**self.server, dbname=database)
        connection.autocommit = True
        with contextlib.closing(connection):
            yield connection

    @contextlib.contextmanager
    def _odoo(self, database, workers):
        """Odoo with processes for jobs, of which the import may use so many at once."""
        from processes import Processes

        # Odoo starts itself once more for its bus, which "python -m" does not stand.
        script = self.instance.folder / "odoo-bin"
        script.write_text("from odoo.cli.command import main\nmain()\n")
        command = [sys.executable, script, "-c", self.instance.config, "-d", database]
        command += [f"--db-filter=^{database}$", "--workers", workers + 1]
        command += ["--gevent-port", PORT + 1, "--max-cron-threads", 0]
        channels = f"root:{workers + 1},root.qbo_import:{workers}"
        environment = {**os.environ, "ODOO_QUEUE_JOB_CHANNELS": channels}
        with Processes() as processes:
            log = self.instance.folder / f"{database}.log"
            log.unlink(missing_ok=True)
            processes.start("Odoo", command, log, env=environment)
            yield


class _Result:
    """One import: seconds from the first job's start to the end of the last one."""

    def __init__(self, factory, database):
        import imported_books  # script/lib

        with factory.connected(database) as connection:
            self._cursor = connection.cursor()
            while not self._rows("SELECT 1 FROM qbo_run WHERE state != 'running'"):
                time.sleep(0.2)
            while self._rows(
                "SELECT 1 FROM queue_job"
                " WHERE state != 'done' AND method_name != '_job_measure'"
            ):
                time.sleep(0.2)
            spent = "SELECT extract(epoch FROM max(date_done) - min(date_started))"
            self.seconds = float(self._rows(f"{spent} FROM queue_job")[0][0])
            self.jobs = self._rows("SELECT count(*) FROM queue_job")[0][0]
            self.books = imported_books.read(self._rows)
            count = "SELECT count(*) FROM qbo_object WHERE entity = 'Payment'"
            self.documents = 2 * self._rows(count)[0][0]

    def _rows(self, query):
        self._cursor.execute(query)
        return self._cursor.fetchall()

    def line(self):
        """To print."""
        each = 1000 * self.seconds / self.documents
        return f"{self.seconds:7.1f} s  {each:6.1f} ms a document  {self.jobs} jobs"
