from odoo.tests import tagged

from .http_common import QboHttpCase
from .test_creation import CreationCase


@tagged("is_tour")
class TestMappingTour(QboHttpCase, CreationCase):
    """The mapping screens, in a browser."""

    def test_the_mapping_page_shows_both_sides_and_creates_what_is_missing(self):
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_mapping")
        self.assertEqual(self.backend.income_twin_id.name, "Sales of Services")
        self.assertTrue(self.backend.completeness_at)

    def test_the_health_check_leads_to_an_empty_slot(self):
        self.backend.payment_journal_id = False
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_health_leads_on")

    def test_the_list_of_accounts_tells_what_documents_use(self):
        row = self.env["qbo.object"].search(
            [("backend_id", "=", self.backend.id), ("name", "like", "Pest Control")]
        )
        row.account_id = False
        self.screen("qbo-accounts", "qbo_accounts_to_map")
