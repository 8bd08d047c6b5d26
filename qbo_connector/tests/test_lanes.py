from contextlib import closing, contextmanager
from unittest.mock import patch

from odoo.sql_db import db_connect

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ..entities.lanes import LANES, lane_of
from ..models import qbo_backend_lanes
from ..models.qbo_backend_lanes import LANE_LOCK
from .import_common import ImportCase

#: Objects of a set, in these tests.
SET = 2


class LanesCase(ImportCase):
    """A sync with sets so small that there is work for several workers."""

    def setUp(self):
        super().setUp()
        self.sync()
        self.startPatcher(patch.object(qbo_backend_lanes, "APPLY_SIZE", SET))

    def read_invoices(self, count):
        """Invoices in the mirror that are in lanes 0, 1, 0, 1, ..., not yet applied."""
        for number in range(count):
            self.invoice(10 + number, DocNumber=f"L-{number}")
        self.backend.action_sync()
        self.run_one("_job_pull_changes")
        # Their balances changed, which makes a stage of its own.
        self.backend.object_ids.filtered(lambda o: o.entity == "Customer").write(
            {"state": "linked"}
        )
        rows = self.env["qbo.object"].search(
            [("entity", "=", "Invoice"), ("state", "=", "new")], order="id"
        )
        for number, row in enumerate(rows):
            row.lane = number % 2
        self.env.flush_all()
        return rows

    def run_one(self, method):
        self._run(self.queued(method)[0])
        self.env.invalidate_all()

    def queued(self, method):
        """Jobs of this method that wait for a worker."""
        jobs = self.env["queue.job"].sudo()
        found = jobs.search(
            [("method_name", "=", method), ("state", "=", "pending")], order="id"
        )
        return [Job.load(jobs.env, row.uuid) for row in found]

    @contextmanager
    def taken(self, *lanes):
        """Another worker is at these lanes.

        They have other keys here: the test's own transaction keeps those that it had.
        """
        keys = LANE_LOCK + LANES
        with closing(db_connect(self.env.cr.dbname).cursor()) as other:
            for lane in lanes:
                other.execute(
                    "SELECT pg_try_advisory_xact_lock(%s, %s)",
                    (keys + lane, self.backend.id),
                )
                self.assertEqual(other.fetchall(), [(True,)])
            with patch.object(qbo_backend_lanes, "LANE_LOCK", keys):
                yield
            other.rollback()

    @property
    def latest(self):
        return self.backend.run_ids.sorted("id")[-1]


class TestLanes(LanesCase):
    """Several workers take over what one sync has read."""

    def test_payments_of_one_customer_are_in_one_lane(self):
        payments = [{"Id": f"{n}", "CustomerRef": {"value": "7"}} for n in range(40)]
        self.assertEqual(len({lane_of("Payment", each) for each in payments}), 1)

    def test_documents_of_one_number_are_in_one_lane(self):
        lanes = {lane_of("Invoice", {"Id": f"{n}", "DocNumber": "7"}) for n in range(9)}
        self.assertEqual(len(lanes), 1)

    def test_numbers_and_customers_spread_over_all_lanes(self):
        invoices = [{"Id": "1", "DocNumber": f"{n}"} for n in range(1000, 5000)]
        payments = [{"CustomerRef": {"value": f"{n}"}} for n in range(100)]
        for entity, payloads in (("Invoice", invoices), ("Payment", payments)):
            lanes = {lane_of(entity, payload) for payload in payloads}
            self.assertEqual(lanes, set(range(LANES)))

    def test_what_one_set_can_hold_is_one_set_of_all_lanes(self):
        rows = self.read_invoices(2)
        self.run_one("_job_apply")
        self.assertEqual(rows.mapped("state"), ["linked"] * 2)
        self.assertFalse(self.queued("_job_help"))

    def test_a_long_import_calls_for_help_and_the_books_are_complete(self):
        rows = self.read_invoices(9)
        self.run_one("_job_apply")
        self.assertEqual(len(self.queued("_job_help")), LANES - 1)
        self.run_one("_job_help")
        self.assertEqual(rows.mapped("state").count("linked"), 2 * SET)
        self.run_jobs()
        self.assertEqual(set(rows.mapped("state")), {"linked"})
        self.assertSameBalances()

    def test_the_sync_counts_what_helpers_did(self):
        rows = self.read_invoices(9)
        self.run_one("_job_apply")
        self.run_one("_job_help")
        self.assertEqual(self.latest.created_count, SET)
        self.run_jobs()
        self.assertEqual([self.latest.created_count, self.latest.state], [9, "done"])
        self.assertEqual(len(rows), 9)
        self.assertFalse(self.env["qbo.run.share"].sudo().search([]))

    def test_each_worker_takes_another_lane(self):
        rows = self.read_invoices(8)
        with self.taken(0):
            self.run_one("_job_apply")
        self.assertEqual(
            rows.filtered(lambda o: o.state == "linked").mapped("lane"), [1] * SET
        )

    def test_a_sync_waits_for_the_helpers_before_it_goes_on(self):
        """A payment must not come before an invoice that a helper is just booking."""
        rows = self.read_invoices(2)
        with self.taken(0, 1), self.assertRaises(RetryableJobError) as again:
            self.queued("_job_apply")[0].perform()
        self.assertTrue(again.exception.ignore_retry)
        self.assertEqual(rows.mapped("state"), ["new"] * 2)
        self.assertEqual(self.latest.state, "running")

    def test_a_helper_that_finds_no_lane_goes_away(self):
        self.read_invoices(5)
        self.run_one("_job_apply")
        with self.taken(0, 1):
            self.run_one("_job_help")
        self.assertEqual(len(self.queued("_job_help")), LANES - 2)

    def test_a_helper_comes_back_for_what_is_booked_later(self):
        invoice = self.invoice(100)
        for number in range(1, 5):
            self.payment(number, (invoice, number))
        self.read_invoices(5)
        self.run_one("_job_apply")
        with self.taken(*range(LANES)), self.assertRaises(RetryableJobError):
            self.queued("_job_help")[0].perform()

    def test_a_helper_of_a_sync_that_has_ended_does_nothing(self):
        rows = self.read_invoices(5)
        self.run_one("_job_apply")
        self.latest.sudo()._finish("failed", "A reason")
        before = rows.mapped("state")
        self.run_one("_job_help")
        self.assertEqual(rows.mapped("state"), before)

    def test_what_began_to_wait_too_late_goes_on_at_the_end_of_a_sync(self):
        """Another worker has settled its cause, which this one could not see yet."""
        invoice = self.invoice(100)
        payment = self.payment(60, (invoice, 60))
        self.sync()
        row = self.row("Payment", payment)
        row.write({"state": "waiting", "waiting_for": f"Invoice:{invoice['Id']}"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE qbo_object SET write_date = write_date - interval '1 second'"
            " WHERE id = %s",
            [row.id],
        )
        self.env.invalidate_all()
        self.apply()
        self.assertEqual([row.state, row.waiting_for], ["linked", False])

    def test_what_is_known_to_be_missing_is_not_tried_for_ever(self):
        payment = self.payment(60)
        self.sync()
        row = self.row("Payment", payment)
        row.write({"state": "waiting", "waiting_for": f"Customer:{self.acme['Id']}"})
        self.env.flush_all()
        self.env.invalidate_all()
        self.apply()
        self.assertEqual(row.state, "waiting")

    def test_changed_invoices_are_taken_over_one_set_at_a_time(self):
        """Payments of any customer may be undone by them."""
        invoice = self.invoice(100, DocNumber="L-900")
        self.sync()
        self.row("Invoice", invoice).lane = 3
        self.env.flush_all()
        self.change("Invoice", invoice, DueDate="2026-12-24")
        self.sync()
        self.assertEqual(self.row("Invoice", invoice).lane, 0)

    def test_a_partner_that_odoo_had_needs_no_write_by_its_first_invoices(self):
        """Two workers that raised its rank from zero would lose a set each time."""
        partner = self.env["res.partner"].create({"name": "Birch & Co"})
        self.assertEqual(partner.customer_rank, 0)
        customer = self.customer("Birch & Co")
        self.sync()
        self.assertEqual(self.in_odoo("Customer", customer), partner)
        self.assertEqual(partner.customer_rank, 1)
