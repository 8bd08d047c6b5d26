from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..models import qbo_quiet, quiet
from .test_patience import PatienceCase

#: What QuickBooks answers while somebody adds a customer.
BUSY = "6000:busy"


@tagged("post_install", "-at_install")
class TestQuietRules(TransactionCase):
    """The rules, with a clock of our own."""

    def test_the_end_of_quiet_hours(self):
        day = datetime(2026, 11, 23)
        for hour, begin, end, expected in (
            (7.5, 8, 18, None),
            (8, 8, 18, 18),
            (17.9, 8, 18, 18),
            (18, 8, 18, None),
            (23, 22.5, 6, 30),  # over midnight
            (1, 22.5, 6, 6),
            (12, 22.5, 6, None),
            (12, 0, 24, 24),
            (12, 9, 9, 33),  # all day
        ):
            with self.subTest(hour=hour, begin=begin, end=end):
                found = quiet.end_of_hours(day + timedelta(hours=hour), begin, end)
                at = expected and day + timedelta(hours=expected)
                self.assertEqual(found, at)

    def test_hours_are_those_of_the_clock_when_it_is_set_back(self):
        berlin = ZoneInfo("Europe/Berlin")
        night = datetime(2026, 10, 24, 23, tzinfo=berlin)
        end = quiet.end_of_hours(night, 22, 6)
        self.assertEqual((end.hour, end.utcoffset()), (6, timedelta(hours=1)))

    def test_three_collisions_in_five_minutes_mean_that_somebody_is_there(self):
        log = {"call": [1.0]}
        for moment in (0.0, 250.0, 301.0):
            self.assertIsNone(quiet.end_of_presence(log))
            log = quiet.noted(log, moment)
        self.assertIsNone(quiet.end_of_presence(log), "the first is too long ago")
        log = quiet.noted(log, 310.0)
        self.assertEqual(quiet.end_of_presence(log), 310.0 + quiet.PAUSE)
        self.assertEqual(log["call"], [1.0])
        self.assertIsNone(quiet.end_of_presence(quiet.forgotten(log)))
        self.assertIsNone(quiet.end_of_presence(False))


class TestQuiet(PatienceCase):
    """Exports pause for people who work in QuickBooks, and go on by themselves."""

    def assertWaits(self, payment, *words):
        self.assertIsNone(self.perform(self.job_of(payment)))
        self.assertEqual(payment.qbo_state, "pending")
        for word in (payment.name, *words):
            self.assertIn(word, payment.qbo_message)
        self.assertFalse(payment.qbo_id)

    def collide(self, count=quiet.MANY):
        for _collision in range(count):
            self.backend._note_collision()
        self.env.invalidate_all()

    def begin_quiet_hours(self):
        """From an hour ago for three hours."""
        now = fields.Datetime.now()
        hour = now.hour + now.minute / 60
        self.backend.write(
            {
                "quiet_hours": True,
                "quiet_from": (hour - 1) % 24,
                "quiet_until": (hour + 2) % 24,
                "quiet_tz": "UTC",
            }
        )

    def test_collisions_with_people_pause_exports_until_they_are_left_alone(self):
        first = self.payments(["first"])
        self.sandbox.control.fail_next(n=99, path="/batch", fault=self.fault(BUSY))
        # The log of calls is not rolled back with a job, but in tests it would be.
        with patch.object(qbo_quiet.QboBackend, "_note_collision") as collision:
            for _try in range(quiet.MANY):
                self.assertTrue(self.perform(self.job_of(first)), "it is tried again")
        self.collide(collision.call_count)
        self.sandbox.control.clear_faults()
        self.sandbox.control.clear_log()
        self.assertWaits(first, "somebody is working in QuickBooks")
        job = self.job_of(first)
        pause = job.eta - fields.Datetime.now()
        self.assertTrue(timedelta(minutes=14) < pause < timedelta(minutes=16), pause)
        self.assertIn("somebody is working", self.backend.pause_words)
        self.cr.execute("UPDATE qbo_pace SET log = log - 'collisions'")  # time passes
        self.env.invalidate_all()
        self.perform(job)
        self.assertSynced(first)
        self.assertFalse(self.backend.pause_words)

    def test_what_somebody_saves_meanwhile_is_a_collision(self):
        payment = self.payments(["R"])
        self.collide(quiet.MANY - 1)
        self.assertFalse(self.backend._pause())
        self.run_jobs()
        payment.action_draft()
        payment.amount = 12.0
        payment.action_post()
        self.fail_item("R", "5010")
        self.run_jobs()
        self.assertSynced(payment)
        self.env.invalidate_all()
        self.assertTrue(self.backend._pause())

    def test_at_quiet_hours_nothing_is_sent_by_itself(self):
        self.begin_quiet_hours()
        payment = self.payments(["quiet"])
        self.assertWaits(payment, "quiet hours", "Export back to QuickBooks")
        pause = self.job_of(payment).eta - fields.Datetime.now()
        self.assertTrue(timedelta(hours=1) < pause <= timedelta(hours=2), pause)
        self.backend.quiet_hours = False
        self.perform(self.job_of(payment))
        self.assertSynced(payment)
        self.assertFalse(payment.qbo_message)

    def test_what_a_person_exports_goes_at_once(self):
        self.begin_quiet_hours()
        self.collide()
        payment = self.payments(["now"])
        self.assertWaits(payment)
        payment.action_qbo_export()
        asked = self.job_of(payment).sorted("priority")[0]
        self.perform(asked)
        self.assertSynced(payment)
        chosen = self.payments(["chosen"])
        self.assertWaits(chosen)
        chosen.qbo_export_chosen(auto_apply=True)
        asked = self.job_of(chosen).sorted("priority")[0]
        self.perform(asked)
        self.assertSynced(chosen)

    def test_send_now_ends_the_pause_and_sends_what_waits(self):
        self.collide()
        payment = self.payments(["held"])
        self.assertWaits(payment)
        self.backend.action_send_now()
        self.env.invalidate_all()
        self.assertFalse(self.backend.pause_words)
        self.run_jobs()
        self.assertSynced(payment)

    def test_while_switched_off_there_is_no_pause(self):
        self.collide()
        self.backend.live = False
        self.assertFalse(self.backend.pause_words)

    def test_reading_goes_on(self):
        self.begin_quiet_hours()
        self.collide()
        self.assertEqual(self.sync().state, "done")
