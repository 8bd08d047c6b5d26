from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo import fields

from .import_common import ImportCase


class RunCase(ImportCase):
    def setUp(self):
        super().setUp()
        self.sync()
        self.messages = []

    def run_by_itself(self, trigger="schedule", **counts):
        run = self.backend._start_run(trigger)
        run.write(counts)
        run._finish()
        return run

    def age(self, run, **back):
        moment = fields.Datetime.now() - timedelta(**back)
        self.env.cr.execute(
            "UPDATE qbo_run SET create_date = %s WHERE id = %s", [moment, run.id]
        )
        run.invalidate_recordset()


class TestRecentSyncs(RunCase):
    """*Recent Syncs* stays short, and tells how each one ended."""

    def test_quiet_syncs_of_a_day_share_the_row_of_the_latest(self):
        busy = self.run_by_itself(call_count=1, read_count=4, applied_count=4)
        first = self.run_by_itself(call_count=1)
        second = self.run_by_itself(call_count=2)
        third = self.run_by_itself(call_count=1)
        self.assertFalse((first + second).exists())
        self.assertEqual((third.repeat_count, third.call_count), (3, 4))
        self.assertTrue(busy.exists())

    def test_each_kind_and_each_day_has_a_row_of_its_own(self):
        yesterday = self.run_by_itself()
        self.age(yesterday, days=1)
        webhook = self.run_by_itself("webhook")
        today = self.run_by_itself()
        self.assertEqual(len((yesterday + webhook + today).exists()), 3)

    def test_what_failed_or_was_asked_for_keeps_its_row(self):
        failed = self.backend._start_run("schedule")
        failed._finish("failed", "QuickBooks was away.")
        asked = self.run_by_itself("manual")
        self.run_by_itself()
        self.run_by_itself()
        self.assertEqual(len((failed + asked).exists()), 2)

    def test_a_hundred_quiet_schedules_and_calls_leave_two_rows(self):
        before = len(self.backend.run_ids)
        for _each in range(50):
            self.backend._start_sync("schedule")
            self.backend._start_sync("webhook")
            self.run_jobs()
        self.env.invalidate_all()
        new = self.backend.run_ids.sorted("id")[before:]
        self.assertEqual(new.mapped("repeat_count"), [50, 50])
        self.assertEqual(sum(new.mapped("call_count")), 100)

    def test_old_syncs_go_with_the_log(self):
        self.backend.history_days = 10
        old, running, young = (self.run_by_itself("manual") for _each in range(3))
        running.state = "running"
        self.age(old, days=11)
        self.age(running, days=11)
        self.age(young, days=9)
        self.env["qbo.run"].sudo()._gc_runs()
        self.assertEqual((old + running + young).exists(), running + young)

    def test_a_sync_opens_what_it_read(self):
        self.invoice(100)
        run = self.sync()
        found = self.env["qbo.object"].search(run.action_open_records()["domain"])
        self.assertIn("Invoice", found.mapped("entity"))
        self.env.cr.execute(
            "UPDATE qbo_object SET write_date = write_date - interval '1 hour'"
        )
        found.invalidate_recordset()
        later = self.sync()
        self.assertFalse(
            self.env["qbo.object"].search(later.action_open_records()["domain"])
        )

    def test_what_waits_since_an_earlier_sync_is_not_counted_again(self):
        invoice = self.invoice(100)
        self.sync()
        row = self.row("Invoice", invoice)
        row.write({"state": "waiting", "waiting_for": "Customer:99999"})
        objects = self.env["qbo.object"]
        for age, waiting in (("0 hours", 1), ("1 hour", 0)):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE qbo_object SET write_date = write_date - %s::interval"
                " WHERE id = %s",
                [age, row.id],
            )
            self.env.invalidate_all()
            run = self.run_by_itself("manual")
            listed = objects.search(run.action_open_errors()["domain"])
            self.assertEqual((run.waiting_count, len(listed)), (waiting, waiting))

    def test_a_sync_says_which_kinds_it_read(self):
        paid = self.invoice(100)
        self.invoice(60)
        self.payment(100, (paid, 100))
        run = self.sync()
        self.assertIn("Invoices 2, Payments 1", run.objects)
        self.assertEqual(sum(run.read_by_entity.values()), run.read_count)
        self.assertFalse(self.run_by_itself().objects)

    def test_the_page_of_the_connection_shows_the_latest_only(self):
        for _each in range(12):
            latest = self.run_by_itself("manual")
        shown = self.backend.recent_run_ids
        self.assertEqual((len(shown), shown[0]), (10, latest))


class TestAnswer(RunCase):
    """Who pressed *Sync Now* hears how it ended."""

    def outcome(self):
        run = self.sync()
        return run._outcome()

    def test_nothing_new_is_said_in_words(self):
        answer = self.outcome()
        self.assertEqual(answer["type"], "success")
        self.assertIn("Nothing has changed", answer["message"])

    def test_what_came_is_counted(self):
        self.invoice(100)
        answer = self.outcome()
        self.assertEqual(answer["type"], "success")
        self.assertIn("1 created", answer["message"])

    def test_what_could_not_be_taken_over_is_a_warning(self):
        self.company.sale_lock_date = "2026-10-31"
        self.invoice(100)
        answer = self.outcome()
        self.assertEqual(answer["type"], "warning")
        self.assertIn("See Errors", answer["message"])

    def test_a_sync_that_stopped_says_why(self):
        run = self.backend._start_run("manual")
        run._finish("failed", "QuickBooks was away.")
        answer = run._outcome()
        self.assertEqual((answer["type"], answer["sticky"]), ("danger", True))
        self.assertIn("QuickBooks was away.", answer["message"])

    def test_only_who_asked_is_told(self):
        told = []
        users = type(self.env["res.users"])
        self.patch(users, "_bus_send", lambda user, *words: told.append((user, words)))
        self.backend.action_sync()
        self.run_jobs()
        self.backend._start_sync("schedule")
        self.run_jobs()
        toasts = [user for user, words in told if words[0] == "simple_notification"]
        self.assertEqual(toasts, [self.env.user])


class TestCharts(RunCase):
    """The charts of the connection: a figure for each of thirty days."""

    def series(self, chart):
        self.env.invalidate_all()
        value = self.backend[chart]
        for series in value["series"]:
            self.assertEqual(len(series["data"]), len(value["labels"]))
        return {series["label"]: series["data"] for series in value["series"]}

    def test_syncs_are_counted_by_day_and_outcome(self):
        before = self.series("sync_chart")
        self.assertEqual(len(before["Done"]), 30)
        for _each in range(3):
            self.run_by_itself()
        failed = self.backend._start_run("schedule")
        failed._finish("failed", "QuickBooks was away.")
        self.age(failed, days=2)
        read = self.run_by_itself(read_count=7, applied_count=7)
        after = self.series("sync_chart")
        self.assertEqual(after["Done"][-1] - before["Done"][-1], 4)
        self.assertEqual(after["Failed"][-3], 1)
        objects = after["Objects read"][-1] - before["Objects read"][-1]
        self.assertEqual(objects, read.read_count)

    def test_calls_are_counted_by_day_and_kind(self):
        before = self.series("call_chart")
        self.count_calls(fields.Datetime.now() - timedelta(days=4))
        after = self.series("call_chart")
        self.assertEqual(set(after), set(before))
        for counts in after.values():
            self.assertEqual(counts[-5], 5)

    def count_calls(self, moment):
        """Five reads and five writes at a moment in UTC."""
        usage = self.env["qbo.api.usage"].sudo()
        values = {"backend_id": self.backend.id, "day": moment.date(), "calls": 5}
        rows = usage.create([{**values, "kind": kind} for kind in ("read", "write")])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE qbo_api_usage SET create_date = %s WHERE id IN %s",
            [moment, rows._ids],
        )
        self.env.invalidate_all()

    def test_days_are_those_of_the_reader_on_both_charts(self):
        """Ten in the evening in Honolulu is the next morning in UTC."""
        evening = datetime(2026, 10, 20, 22, tzinfo=ZoneInfo("Pacific/Honolulu"))
        with freeze_time(evening.astimezone(timezone.utc).replace(tzinfo=None)):
            self.backend = self.backend.with_context(tz="Pacific/Honolulu")
            before = self.series("call_chart")
            reads = self.backend.reads_today
            now = fields.Datetime.now()
            self.count_calls(now)
            self.count_calls(now - timedelta(hours=9))  # one in the afternoon
            self.assertEqual(self.backend.reads_today - reads, 10)
            after = self.series("call_chart")
            for kind, counts in after.items():
                self.assertEqual(counts[-1] - before[kind][-1], 10)
            labels = [
                self.backend[name]["labels"] for name in ("call_chart", "sync_chart")
            ]
            self.assertEqual([each[-1] for each in labels], ["Oct 20", "Oct 20"])


class TestProgress(RunCase):
    """People and jobs do not write on the same row."""

    def test_a_sync_writes_nothing_on_the_connection(self):
        self.invoice(100)
        self.backend.auto_sync = True
        self.env.flush_all()
        before = self.versions()
        hour_ago = datetime.now(timezone.utc) - timedelta(hours=1)
        cursor, synced = hour_ago.isoformat(), self.backend.last_sync_at
        self.backend._progress().cursor = cursor
        self.env["qbo.event"].sudo().create(
            {
                "backend_id": self.backend.id,
                "entity": "Invoice",
                "qbo_id": "1",
                "received_at": fields.Datetime.now(),
            }
        )
        self.backend._start_sync("webhook")
        self.backend._measure()
        self.run_jobs()
        self.env.flush_all()
        self.assertEqual(self.versions(), before)
        self.assertTrue(self.backend.event_at)
        self.assertNotEqual(self.backend.cursor, cursor)
        self.assertGreaterEqual(self.backend.last_sync_at, synced)

    def test_a_full_pass_writes_what_has_changed_of_the_company(self):
        self.env.flush_all()
        before = self.versions()
        self.full_pass()
        self.backend._start_sweep()
        self.run_jobs()
        self.env.flush_all()
        self.assertEqual(self.versions(), before)
        self.quickbooks.close_books("2026-06-30")
        self.full_pass()
        self.assertEqual(str(self.backend.book_close_date), "2026-06-30")

    def full_pass(self):
        self.backend._start_full_pass()
        self.run_jobs()
        self.env.flush_all()

    def versions(self):
        """Each update of a row gives it another place in its table."""
        self.env.cr.execute("SELECT id, ctid FROM qbo_backend")
        return self.env.cr.fetchall()
