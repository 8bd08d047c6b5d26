from odoo.tests import tagged

from ..models import quiet
from .http_common import QboHttpCase
from .test_dimensions import DimensionCase


@tagged("is_tour")
class TestSettingScreens(QboHttpCase, DimensionCase):
    """Schedule, classes, settings as a file and customers, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("analytic.group_analytic_accounting")

    def form(self):
        return f"qbo-backends/{self.backend.id}"

    def test_the_schedule_says_its_minimum_and_what_needs_it(self):
        self.screen(self.form(), "qbo_schedule")
        self.assertEqual(self.backend.changes_interval, 10)
        self.assertTrue(self.backend.auto_sync)

    def test_a_pause_is_ended_and_quiet_hours_are_set(self):
        for _collision in range(quiet.MANY):
            self.backend._note_collision()
        self.screen(self.form(), "qbo_quiet")
        self.assertTrue(self.backend.quiet_hours)
        self.assertEqual(self.backend.quiet_from, 9.5)

    def test_classes_are_read_mapped_and_created(self):
        self.quickbooks.create("Class", {"Name": "Wholesale"})
        self.backend.class_plan_id = self.trades
        self.backend.location_plan_id = self.places
        self.backend._read_company()
        self.screen(self.form(), "qbo_classes")
        self.assertEqual(set(self.rows().mapped("state")), {"linked"})

    def test_a_profile_is_compared_and_taken_over(self):
        self.screen(self.form(), "qbo_profile")
        self.assertEqual(self.backend.customer_flow, "import")

    def test_a_customer_says_that_it_is_exempt(self):
        exempt = self.customer("Reseller", Taxable=False, ResaleNum="R-77")
        self.sync()
        partner = self.in_odoo("Customer", exempt)
        self.assertTrue(partner.with_company(self.company).qbo_tax_exempt)
        self.screen(f"res.partner/{partner.id}", "qbo_exempt_customer")
