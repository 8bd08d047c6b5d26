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
