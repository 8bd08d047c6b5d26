from odoo.tests import tagged

from .http_common import QboHttpCase
from .test_matching import MatchingCase


@tagged("is_tour")
class TestMatchingScreen(QboHttpCase, MatchingCase):
    """The matching screens, in a browser."""

    def test_an_empty_screen_says_what_to_do_and_starts_it(self):
        self.screen("qbo-match-customers", "qbo_match_from_nothing")
        self.assertEqual(self.backend.run_ids.mapped("trigger").count("match"), 1)

    def test_customers_are_confirmed_chosen_created_and_ignored(self):
        self.match()
        self.screen("qbo-match-customers", "qbo_match_customers")
        rows = self.rows("Customer")
        decided = rows.grouped("match_decision")
        self.assertEqual(
            {decision: len(group) for decision, group in decided.items()},
            {"paired": 32, "create": 1, "ignore": 1, False: 6},
        )
        kestrel = self.customer("Kestrel Coffee")
        self.assertIn("kestrel", kestrel._record().name.lower())

    def test_products_open_from_the_connection_and_are_filtered(self):
        self.match()
        self.backend.write(
            {"live": False, "company_confirmed": True, "mapping_confirmed": True}
        )
        self.screen(f"qbo-backends/{self.backend.id}", "qbo_match_products")
