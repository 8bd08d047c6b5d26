from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.queue_job.exception import RetryableJobError

from ..models import pace, qbo_pace
from .test_export import ExportCase

RESERVE = qbo_pace.QboBackend._reserve


@tagged("post_install", "-at_install")
class TestPace(TransactionCase):
    """The rule, with a clock of our own."""

    def moments(self, operation, count, log=None, now=0.0):
        """When so many calls go, each made as soon as it may."""
        kinds, log, moments = pace.kinds_of(operation), log or {}, []
        for _call in range(count):
            now = pace.earliest(log, kinds, now)
            log = pace.noted(log, kinds, now)
            moments.append(now)
        return moments, log

    def assertWithin(self, moments, most, seconds):
        for moment in moments:
            window = [m for m in moments if moment <= m < moment + seconds]
            self.assertLessEqual(len(window), most)

    def test_calls_stay_within_ten_a_second(self):
        moments, _log = self.moments("query", 100)
        self.assertWithin(moments, 10, 1)
        self.assertLess(moments[-1], 14)

    def test_batches_stay_within_forty_a_minute(self):
        moments, _log = self.moments("batch", 120)
        self.assertWithin(moments, 40, 60)
        self.assertLess(moments[-1], 200)

    def test_few_calls_never_wait(self):
        moments, _log = self.moments("batch", 8)
        self.assertEqual(moments, [0.0] * 8)

    def test_batches_count_as_calls_too(self):
        _moments, log = self.moments("batch", 8)
        self.assertGreater(pace.earliest(log, ("call",), 0.0), 1)

    def test_what_is_long_ago_does_not_count(self):
        _moments, log = self.moments("batch", 38)
        self.assertEqual(pace.earliest(log, ("batch",), 1000.0), 1000.0)

    def test_several_batches_are_asked_for_at_once(self):
        log = {"batch": [float(second) for second in range(36)]}
        self.assertEqual(pace.earliest(log, ("batch",), 36.0, count=2), 36.0)
        self.assertEqual(pace.earliest(log, ("batch",), 36.0, count=4), 1.0 + 61)


class TestPacing(ExportCase):
    """QuickBooks is never asked more than it allows, by all workers together."""

    def setUp(self):
        super().setUp()
        self.sleeps = []
        self.startPatcher(patch.object(qbo_pace.QboBackend, "_reserve", RESERVE))
        self.startPatcher(
            patch.object(qbo_pace.time, "sleep", side_effect=self.sleeps.append)
        )

    def full(self, kind, ago=0.0):
        """QuickBooks' limit of a kind of calls is used up, since so many seconds."""
        most, _seconds = pace.LIMITS[kind]
        self.backend._reserve((kind,))
        self.cr.execute(
            "UPDATE qbo_pace SET log = jsonb_build_object(%s, to_jsonb(array_fill("
            " extract(epoch FROM clock_timestamp())::float8 - %s, ARRAY[%s])))",
            [kind, ago, most],
        )

    def test_a_call_waits_until_it_is_allowed(self):
        self.full("call")
        self.backend._client().company_info()
        self.assertEqual(len(self.sleeps), 1)
        self.assertLess(self.sleeps[0], 1.2)

    def test_a_push_that_had_to_stop_half_way_begins_later(self):
        self.full("batch", ago=20)
        payment = self.pay(80.0, self.invoices[0])
        self.sandbox.control.clear_log()
        with self.assertRaises(RetryableJobError) as raised:
            payment._job_qbo_push()
        self.assertIn(raised.exception.seconds, range(39, 42))
        self.assertTrue(raised.exception.ignore_retry)
        self.assertFalse(self.sandbox.control.log())
        self.assertEqual((payment.qbo_state, self.sleeps), ("pending", []))

    def test_the_pace_is_that_of_the_company_not_of_the_worker(self):
        for _call in range(pace.LIMITS["call"][0]):
            self.assertLessEqual(self.backend._reserve(("call",)), 0)
        self.env.invalidate_all()
        other = self.env["qbo.backend"].browse(self.backend.id)
        self.assertGreater(other._reserve(("call",)), 0.5)
