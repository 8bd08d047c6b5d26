from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from odoo.addons.qbo_connector.entities import class_department
from odoo.addons.qbo_connector.entities.books import Books
from odoo.addons.qbo_connector.entities.sales_lines import line_values

from .import_common import ImportCase

TRACKED = {"ClassTrackingPerTxnLine": True, "TrackDepartments": True}


class DimensionCase(ImportCase):
    """Books with classes and locations, and analytic plans for them."""

    def setUp(self):
        super().setUp()
        self.quickbooks.set_preferences(AccountingInfoPrefs=TRACKED)
        self.retail = self.quickbooks.create("Class", {"Name": "Retail"})
        parent = {"ParentRef": {"value": self.retail["Id"]}}
        self.nursery = self.quickbooks.create("Class", {"Name": "Nursery", **parent})
        self.north = self.quickbooks.create("Department", {"Name": "North"})
        plans = self.env["account.analytic.plan"].create(
            [{"name": "Trades"}, {"name": "Places"}]
        )
        self.trades, self.places = plans
        below = {"name": "Retail", "parent_id": self.trades.id}
        self.below = self.env["account.analytic.plan"].create(below)
        self.in_retail = self.analytic("retail ", self.trades)
        self.in_nursery = self.analytic("Nursery", self.below)
        self.in_north = self.analytic("NORTH", self.places)

    def analytic(self, name, plan):
        return self.env["account.analytic.account"].create(
            {"name": name, "plan_id": plan.id, "company_id": self.company.id}
        )

    def switch_on(self):
        self.backend.class_plan_id = self.trades
        self.backend.location_plan_id = self.places
        return self.backend.action_read_dimensions()

    def rows(self):
        return self.backend.object_ids.filtered(
            lambda o: o.entity in ("Class", "Department")
        )


class TestDimensionMapping(DimensionCase):
    def test_nothing_is_read_unless_a_plan_is_chosen(self):
        toast = self.backend.action_read_dimensions()
        self.assertIn("Choose a plan", toast["params"]["message"])
        self.sync()
        self.assertFalse(self.rows())

    def test_nothing_is_read_where_quickbooks_does_not_track_it(self):
        off = dict.fromkeys(TRACKED, False)
        self.quickbooks.set_preferences(AccountingInfoPrefs=off)
        toast = self.switch_on()
        self.assertIn("does not track", toast["params"]["message"])
        self.sync()
        self.assertFalse(self.rows())

    def test_entries_are_mapped_by_their_full_names(self):
        self.quickbooks.create("Class", {"Name": "Wholesale"})
        twice = self.quickbooks.create("Class", {"Name": "Design"})
        for _number in range(2):
            self.analytic("Design", self.trades)
        action = self.switch_on()
        self.assertEqual(action["res_model"], "qbo.object")
        mapped = {row.name: row.analytic_account_id for row in self.rows()}
        self.assertEqual(mapped.pop("Retail"), self.in_retail)
        self.assertEqual(mapped.pop("Retail:Nursery"), self.in_nursery)
        self.assertEqual(mapped.pop("North"), self.in_north)
        self.assertEqual(set(mapped), {"Wholesale", twice["FullyQualifiedName"]})
        self.assertFalse(any(mapped.values()))

    def test_what_has_no_account_is_created_on_request_in_its_plan(self):
        self.quickbooks.create("Class", {"Name": "Wholesale"})
        self.switch_on()
        self.rows().action_create_analytic_accounts()
        made = self.rows().filtered(lambda o: o.name == "Wholesale").analytic_account_id
        self.assertEqual((made.name, made.plan_id), ("Wholesale", self.trades))
        self.assertEqual(made.company_id, self.company)

    def test_a_choice_by_hand_survives_reading_again(self):
        self.switch_on()
        row = self.row("Class", self.retail)
        row.analytic_account_id = self.in_nursery
        self.switch_on()
        self.change("Class", self.retail, Name="Shop")
        self.sync()
        self.assertEqual(row.analytic_account_id, self.in_nursery)
        self.assertEqual((row.name, row.state), ("Shop", "linked"))

    def test_one_plan_cannot_be_both(self):
        self.backend.class_plan_id = self.trades
        with self.assertRaisesRegex(ValidationError, "Trades"):
            self.backend.location_plan_id = self.trades


class TestDimensionsOfDocuments(DimensionCase):
    def test_classes_and_locations_come_in_as_analytic_distribution(self):
        self.switch_on()
        lines = [
            self.line(70, ClassRef={"value": self.nursery["Id"]}),
            self.line(30),
        ]
        where = {"DepartmentRef": {"value": self.north["Id"]}}
        invoice = self.invoice(Line=lines, **where)
        self.sync()
        found = self.in_odoo("Invoice", invoice).invoice_line_ids
        both = {f"{self.in_nursery.id},{self.in_north.id}": 100.0}
        self.assertEqual(
            found.mapped("analytic_distribution"), [both, {str(self.in_north.id): 100}]
        )
        booked = self.env["account.analytic.line"].search(
            [("move_line_id", "in", found.ids)]
        )
        self.assertEqual(sum(booked.mapped("amount")), 100.0)

    def test_off_leaves_lines_as_they_were(self):
        ref = {"value": self.nursery["Id"]}
        invoice = self.invoice(Line=[self.line(70, ClassRef=ref)])
        self.sync()
        lines = self.in_odoo("Invoice", invoice).invoice_line_ids
        self.assertFalse(lines.analytic_distribution)

    def sell(self, *distributions):
        """An invoice of Odoo, sent; each line is 100 times its number."""
        self.sync()
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.in_odoo("Customer", self.acme).id,
                "invoice_date": "2026-10-02",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "price_unit": 100.0 * number,
                            "tax_ids": [],
                            "analytic_distribution": {
                                ",".join(str(account.id) for account in accounts): share
                                for accounts, share in distribution
                            },
                        }
                    )
                    for number, distribution in enumerate(distributions, 1)
                ],
            }
        )
        move.action_post()
        self.run_jobs()
        self.assertEqual(move.qbo_state, "synced", move.qbo_message)
        there = self.books.read("Invoice", move.qbo_id)
        details = [
            (line["SalesItemLineDetail"].get("ClassRef") or {}).get("value")
            for line in there["Line"]
            if "SalesItemLineDetail" in line
        ]
        return move, there, details

    def test_lines_go_out_with_their_class_and_the_document_with_its_location(self):
        self.switch_on()
        both = self.in_retail | self.in_north
        move, there, details = self.sell([(both, 100)], [(self.in_nursery, 100)], [])
        self.assertEqual(details, [self.retail["Id"], self.nursery["Id"], None])
        self.assertEqual(there["DepartmentRef"]["value"], self.north["Id"])
        self.assertFalse(move.qbo_message)
        self.sync()
        self.assertEqual(move.qbo_state, "synced")

    def test_the_largest_share_is_taken_and_the_others_are_told(self):
        self.switch_on()
        shares = [(self.in_retail, 40), (self.in_nursery, 60)]
        move, _there, details = self.sell(shares)
        self.assertEqual(details, [self.nursery["Id"]])
        self.assertIn("Nursery has the largest share, before retail", move.qbo_message)

    def test_a_document_with_one_class_takes_the_one_of_most_value(self):
        self.quickbooks.set_preferences(
            AccountingInfoPrefs={
                "ClassTrackingPerTxnLine": False,
                "ClassTrackingPerTxn": True,
            }
        )
        self.switch_on()
        _move, there, details = self.sell(
            [(self.in_retail, 100)], [(self.in_nursery, 100)]
        )
        self.assertEqual(there["ClassRef"]["value"], self.nursery["Id"])
        self.assertEqual(details, [None, None])

    def test_an_account_without_a_class_is_left_out_and_told(self):
        self.switch_on()
        other = self.analytic("Design", self.trades)
        move, _there, details = self.sell([(other, 100)])
        self.assertEqual(details, [None])
        self.assertIn("Design has no class in QuickBooks", move.qbo_message)

    def test_off_sends_no_class(self):
        move, there, details = self.sell([(self.in_retail | self.in_north, 100)])
        self.assertEqual(details, [None])
        self.assertNotIn("DepartmentRef", there)
        self.assertFalse(move.qbo_message)


@tagged("post_install", "-at_install")
class TestDimensionNames(BaseCase):
    def test_accounts_of_plans_below_are_full_names_too(self):
        paths = class_department.account_paths(" Nursery", ["Retail", "City"])
        self.assertEqual(paths, {"nursery", "retail:city:nursery"})
        self.assertEqual(
            class_department.plain_path("Retail : NURSERY"), "retail:nursery"
        )

    def test_a_class_of_the_document_counts_for_lines_without_one(self):
        detail = {"ItemRef": {"value": "1"}}
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": 5.0,
            "SalesItemLineDetail": detail,
        }
        own = {**line, "SalesItemLineDetail": {**detail, "ClassRef": {"value": "2"}}}
        books = Books(accounts={"income": 1})
        payload = {"Line": [line, own], "ClassRef": {"value": "1"}}
        self.assertNotIn("analytic_distribution", line_values(payload, books)[0])
        books.dimensions = {("Class", "1"): 11, ("Class", "2"): 12}
        found = [row["analytic_distribution"] for row in line_values(payload, books)]
        self.assertEqual(found, [{"11": 100.0}, {"12": 100.0}])
