from contextlib import suppress

from ..client import QboError
from .test_export import ExportCase


class TestUsage(ExportCase):
    def test_reads_and_writes_of_a_day_are_counted(self):
        self.env.cr.precommit.run()
        before = (self.backend.reads_today, self.backend.writes_today)
        self.sandbox.control.clear_log()
        self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.env.cr.precommit.run()
        self.backend.invalidate_recordset()
        log = self.sandbox.control.log()
        reads = [row for row in log if row["method"] == "GET"]
        self.assertEqual(self.backend.reads_today - before[0], len(reads))
        self.assertEqual(self.backend.writes_today - before[1], len(log) - len(reads))
        self.assertGreater(len(log) - len(reads), 0)

    def test_calls_of_a_transaction_that_is_undone_are_counted_too(self):
        self.env.cr.precommit.run()
        self.env.flush_all()
        before = self.backend.reads_today
        self.sandbox.control.clear_log()
        self.sandbox.control.fail_next(path="preferences", n=9, kind="429")
        with suppress(QboError), self.env.registry.cursor() as cr:
            self.backend.with_env(self.env(cr=cr))._read_company()
        self.backend.invalidate_recordset()
        log = self.sandbox.control.log()
        self.assertGreater(len(log), 1)
        self.assertEqual(self.backend.reads_today - before, len(log))

    def test_calls_are_counted_once_where_the_end_of_a_transaction_fails(self):
        self.env.cr.precommit.run()
        self.env.flush_all()
        before = self.backend.reads_today
        with suppress(ZeroDivisionError), self.env.registry.cursor() as cr:
            self.backend.with_env(self.env(cr=cr))._read_company()
            cr.flush()  # a commit that fails has come that far
            raise ZeroDivisionError
        self.backend.invalidate_recordset()
        self.assertEqual(self.backend.reads_today - before, 2)
