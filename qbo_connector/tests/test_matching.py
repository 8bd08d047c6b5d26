from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.qbo_connector.entities import match_names

from . import green_acres
from .common import QboCase


class MatchingCase(QboCase):
    """The demo company, and the same firm made by hand in Odoo."""

    seed = "demo"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.objects = cls.env["qbo.object"]
        cls.partners = green_acres.create_partners(cls.env, cls.company)
        cls.products = green_acres.create_products(cls.env, cls.company)
        client = cls.backend._client()
        for entity in ("Customer", "Item"):
            for page in client.pages(entity):
                cls.objects._upsert(cls.backend, entity, page)
        cls.before = cls.odoo_records()

    @classmethod
    def odoo_records(cls):
        """What Odoo's customers and products are, to see whether any was written."""
        cls.env.invalidate_all()
        partners = cls.env["res.partner"].browse(p.id for p in cls.partners.values())
        products = cls.env["product.product"].browse(
            p.id for p in cls.products.values()
        )
        names = ["name", "email", "street", "parent_id", "is_company", "write_date"]
        return partners.read(names), products.read(["name", "list_price", "write_date"])

    def match(self):
        self.backend.action_match()
        self.run_jobs()
        self.env.invalidate_all()

    def rows(self, entity, *names):
        domain = [("backend_id", "=", self.backend.id), ("entity", "=", entity)]
        found = self.objects.search([*domain, ("match_state", "!=", False)])
        return found.filtered(lambda o: o.name in names) if names else found

    def customer(self, name):
        return self.rows("Customer", name)

    def mirrored(self, qbo_id, name, **payload):
        body = {
            "Id": qbo_id,
            "DisplayName": name,
            "FullyQualifiedName": name,
            **payload,
        }
        return self.objects._upsert(self.backend, "Customer", [body])

    def odoo_partner(self, name, **values):
        values = {"name": name, "is_company": True, **values}
        return self.env["res.partner"].create(values)


class TestProposals(MatchingCase):
    def assertProposals(self, entity, table, records, ambiguous, without):
        """Every row has the status that the firm made by hand owes it."""
        owed = green_acres.expected(table, records)
        rows = {row.name: row for row in self.rows(entity)}
        self.assertEqual(set(rows), {*owed, *ambiguous, *without})
        exact = [name for name, (status, _twin) in owed.items() if status == "linked"]
        right = [name for name in exact if rows[name]._twin() == owed[name][1]]
        self.assertGreaterEqual(len(right) / len(exact), 0.95, set(exact) - set(right))
        for name, row in rows.items():
            status, twin = owed.get(
                name, ("ambiguous" if name in ambiguous else "none", 0)
            )
            with self.subTest(name, reason=row.match_reason):
                self.assertEqual(row.match_state, status)
                if status in ("linked", "suggested"):
                    self.assertEqual(row._twin(), twin)
                else:
                    self.assertFalse(row._twin())
        return len(right), len(exact)

    def test_customers_of_the_demo_company_find_their_twins(self):
        self.match()
        figures = self.assertProposals(
            "Customer",
            green_acres.CUSTOMERS,
            self.partners,
            (),
            green_acres.NO_CUSTOMER,
        )
        self.assertEqual(figures, (22, 22))

    def test_products_of_the_demo_company_find_their_twins(self):
        self.match()
        figures = self.assertProposals(
            "Item",
            green_acres.ITEMS,
            self.products,
            green_acres.ALSO_AMBIGUOUS,
            green_acres.NO_ITEM,
        )
        self.assertEqual(figures, (15, 15))

    def test_proposals_link_nothing_and_write_nothing(self):
        self.match()
        rows = self.rows("Customer") + self.rows("Item")
        self.assertFalse(rows.filtered("match_decision"))
        self.assertFalse(rows.filtered("res_id"))
        self.assertEqual(self.odoo_records(), self.before)

    def test_an_ambiguous_row_names_its_candidates(self):
        self.match()
        row = self.customer("Kestrel Coffee")
        both = self.partners["Kestrel Coffee"] + self.partners["Kestrel coffee"]
        self.assertEqual(set(row.match_candidates), set(both.ids))
        for partner in both:
            self.assertIn(f"ID {partner.id}", row.match_reason)
        wanted_twice = self.rows("Item", "Sprinkler Heads")
        self.assertIn("other QuickBooks rows", wanted_twice.match_reason)

    def test_tax_ids_decide_where_names_differ(self):
        twin = self.odoo_partner("Grünwald Werkzeuge GmbH", vat="DE 129 273 398")
        row = self.mirrored("901", "Gruenwald Tools", BusinessNumber="DE129273398")
        self.match()
        self.assertEqual((row.match_rung, row.match_partner_id), ("tax", twin))

    def test_a_masked_tax_id_contradicts_nothing(self):
        self.odoo_partner("Zephyr Kites", vat="DE129273398")
        row = self.mirrored("901", "Zephyr Kites", PrimaryTaxIdentifier="XXXXXX3398")
        self.match()
        self.assertEqual(row.match_state, "linked")

    def test_the_same_name_with_another_tax_id_is_only_suggested(self):
        self.odoo_partner("Zephyr Kites", vat="DE129273398")
        row = self.mirrored("901", "Zephyr Kites", BusinessNumber="DE811907980")
        self.match()
        self.assertEqual(row.match_state, "suggested")
        self.assertIn("another tax ID", row.match_reason)

    def test_a_shared_email_is_ambiguous(self):
        for name in ("Zephyr North", "Zephyr South"):
            self.odoo_partner(name, email="books@zephyr.example")
        mail = {"Address": "BOOKS@zephyr.example"}
        row = self.mirrored("901", "Zephyr", PrimaryEmailAddr=mail)
        self.match()
        self.assertEqual((row.match_state, row.match_rung), ("ambiguous", "email"))

    def test_names_that_differ_by_a_number_are_not_close(self):
        self.odoo_partner("Evergreen Terrace, lot 13")
        row = self.mirrored("901", "Evergreen Terrace, lot 12")
        self.match()
        self.assertEqual(row.match_state, "none")

    def test_an_internal_reference_wins_over_the_name(self):
        product = self.env["product.product"].create(
            {"name": "Bark, shredded", "default_code": "BK-1"}
        )
        body = {
            "Id": "901",
            "Name": "Mulch fine",
            "Sku": "bk-1",
            "Type": "NonInventory",
        }
        row = self.objects._upsert(self.backend, "Item", [body])
        self.match()
        self.assertEqual((row.match_state, row.match_product_id), ("linked", product))

    def test_a_job_of_a_job_is_found_under_both(self):
        top = self.odoo_partner("Zephyr")
        middle = self.odoo_partner("North wing", parent_id=top.id)
        job = self.odoo_partner("Roof", parent_id=middle.id)
        parent = {"value": "900"}
        row = self.mirrored("901", "ZEPHYR:North Wing:Roof", ParentRef=parent)
        self.match()
        self.assertEqual((row.match_state, row.match_partner_id), ("linked", job))

    def test_a_job_is_found_where_people_wrote_both_names_in_one(self):
        parent = {"value": "900"}
        row = self.mirrored("901", "Zephyr Mills:North Wing", ParentRef=parent)
        for way in ("Zephyr Mills, North wing", "ZEPHYR MILLS: North wing"):
            twin = self.odoo_partner(way)
            self.match()
            with self.subTest(way):
                self.assertEqual(
                    (row.match_state, row.match_rung, row.match_partner_id),
                    ("linked", "name", twin),
                )
            twin.unlink()

    def test_a_job_in_both_ways_is_ambiguous(self):
        top = self.odoo_partner("Zephyr")
        both = self.odoo_partner("Roof", parent_id=top.id)
        both += self.odoo_partner("Zephyr, Roof")
        row = self.mirrored("901", "Zephyr:Roof", ParentRef={"value": "900"})
        self.match()
        self.assertEqual(row.match_state, "ambiguous")
        self.assertEqual(set(row.match_candidates), set(both.ids))

    def test_a_job_is_found_under_its_customer_whatever_that_is_called(self):
        top = self.odoo_partner("Tool Barn of Grünwald", vat="DE 129 273 398")
        middle = self.odoo_partner("North wing", parent_id=top.id)
        job = self.odoo_partner("Roof", parent_id=middle.id)
        self.odoo_partner("Roof", parent_id=self.odoo_partner("Somebody").id)
        self.mirrored("900", "Tool Barn", BusinessNumber="DE129273398")
        name = "Tool Barn:North Wing"
        nested = self.mirrored("901", name, ParentRef={"value": "900"})
        row = self.mirrored("902", f"{name}:Roof", ParentRef={"value": "901"})
        self.match()
        self.assertEqual(
            (nested + row).mapped("match_partner_id"), middle + job, row.match_reason
        )
        self.assertEqual(set((nested + row).mapped("match_rung")), {"parent"})
        self.assertEqual(row.match_state, "linked")

    def test_a_job_of_a_customer_that_is_only_suggested_is_suggested(self):
        top = self.odoo_partner("Jolly Rodger", email="hello@parrot.example")
        job = self.odoo_partner("Roof", parent_id=top.id)
        mail = {"Address": "hello@parrot.example"}
        self.mirrored("900", "Parrot Perches", PrimaryEmailAddr=mail)
        row = self.mirrored("901", "Parrot Perches:Roof", ParentRef={"value": "900"})
        self.match()
        self.assertEqual((row.match_state, row.match_partner_id), ("suggested", job))
        self.assertIn("not sure itself", row.match_reason)

    def test_records_of_another_company_and_taken_ones_are_left_out(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.odoo_partner("Zephyr Kites", company_id=other.id)
        taken = self.odoo_partner("Zephyr Mills")
        self.mirrored("900", "Old Zephyr")._link(taken)
        rows = self.mirrored("901", "Zephyr Kites") + self.mirrored(
            "902", "Zephyr Mills"
        )
        self.match()
        self.assertEqual(rows.mapped("match_state"), ["none", "none"])

    def test_what_is_linked_already_says_so(self):
        partner = self.partners["Mesquite Grill"]
        self.match()
        row = self.customer("Mesquite Grill")
        row._link(partner)
        self.match()
        self.assertEqual(row.match_decision, "known")
        self.assertEqual(row.match_partner_id, partner)

    def test_inactive_customers_and_categories_need_no_decision(self):
        row = self.mirrored("901", "Gone (deleted)", Active=False)
        body = {"Id": "901", "Name": "Garden", "Type": "Category"}
        category = self.objects._upsert(self.backend, "Item", [body])
        self.match()
        self.assertFalse(row.match_state or category.match_state)

    def test_the_number_of_queries_does_not_grow_with_the_rows(self):
        self.match()
        few = self._queries_of_matching()
        for number in range(60):
            self.odoo_partner(f"Zephyr {chr(97 + number % 26) * 4} {number}")
            self.mirrored(
                str(2000 + number), f"Zephyr {chr(97 + number % 26) * 4} {number}"
            )
        self.assertLessEqual(self._queries_of_matching(), few + 2)

    def _queries_of_matching(self):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        backend = self.backend.sudo()
        backend._job_match(backend._start_run("match").id, "Customer")
        return self.env.cr.sql_log_count - start

    def test_a_company_without_a_connection_is_told_so(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaisesRegex(UserError, "Elsewhere is not connected"):
            self.objects.with_company(other).action_match_again()

    def test_a_database_without_trigrams_says_what_to_do(self):
        self.patch(self.env.registry, "has_trigram", False)
        with self.assertRaisesRegex(UserError, "CREATE EXTENSION pg_trgm"):
            self.backend.action_match()

    def test_the_run_shows_what_was_found(self):
        self.match()
        run = self.backend.run_ids.filtered(lambda r: r.trigger == "match")
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual(run.read_count, run.applied_count + run.waiting_count)
        self.assertIn("compared", run.summary)
        self.assertEqual(self.backend._match_counts()["Customer"]["undecided"], 40)


class TestDecisions(MatchingCase):
    def setUp(self):
        super().setUp()
        self.match()

    def test_confirming_links_and_leaves_the_partner_as_it_is(self):
        rows = self.rows("Customer")
        rows.action_match_confirm()
        confirmed = rows.filtered(lambda o: o.match_decision == "paired")
        self.assertEqual(len(confirmed), 31)
        for row in confirmed:
            self.assertEqual(row._record(), row.match_partner_id)
        self.assertEqual(self.odoo_records(), self.before)

    def test_the_import_keeps_a_paired_partner_until_quickbooks_changes_it(self):
        row = self.customer("Mesquite Grill")
        row.action_match_confirm()
        partner = self.partners["Mesquite Grill"]
        self.change(row, Balance=12.0)
        self.assertFalse(partner.phone)
        self.change(row, PrimaryPhone={"FreeFormNumber": "555-0199"})
        self.assertEqual(partner.phone, "555-0199")

    def change(self, row, **fields):
        payload = {**row.payload, "SyncToken": str(row.sync_token + 1), **fields}
        self.objects._upsert(self.backend, row.entity, [payload])
        self.backend._apply(row)
        self.env.invalidate_all()

    def test_a_paired_job_remembers_what_it_was_once_its_customer_is_there(self):
        job = self.customer("Elm Court Apartments:Courtyard garden")
        job.action_match_confirm()
        self.assertEqual(job.state, "waiting")
        self.customer("Elm Court Apartments").action_match_confirm()
        self.backend._apply(job)
        self.assertEqual(job.state, "linked")
        self.assertEqual(self.odoo_records(), self.before)

    def test_ambiguous_rows_are_not_confirmed(self):
        row = self.customer("Kestrel Coffee")
        toast = row.action_match_confirm()
        self.assertFalse(row.match_decision or row.res_id)
        self.assertEqual(toast["params"]["type"], "warning")

    def test_a_choice_by_hand_is_confirmed_and_survives_a_comparison(self):
        row = self.customer("Kestrel Coffee")
        row.match_partner_id = self.partners["Kestrel coffee"]
        self.match()
        self.assertEqual(row.match_reason, "Chosen by hand")
        row.action_match_confirm()
        self.assertEqual(row._record(), self.partners["Kestrel coffee"])

    def test_two_rows_cannot_have_one_partner(self):
        rows = self.rows("Customer", "Mesquite Grill", "Hilltop Nursery")
        rows.match_partner_id = self.partners["Mesquite Grill"]
        rows.action_match_confirm()
        self.assertEqual(set(rows.mapped("match_state")), {"ambiguous"})
        self.assertFalse(rows.filtered("res_id"))

    def test_a_partner_that_is_taken_is_refused(self):
        first, second = (
            self.customer("Mesquite Grill"),
            self.customer("Hilltop Nursery"),
        )
        first.action_match_confirm()
        second.match_partner_id = first.match_partner_id
        second.action_match_confirm()
        self.assertEqual((second.match_state, second.res_id), ("ambiguous", 0))

    def test_two_people_cannot_confirm_one_partner_at_the_same_time(self):
        first, second = (
            self.customer("Mesquite Grill"),
            self.customer("Hilltop Nursery"),
        )
        first.action_match_confirm()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            second.match_partner_id = first.match_partner_id
            second.match_decision = "paired"
            second.flush_recordset()

    def test_what_a_sync_has_linked_since_is_left_alone(self):
        row = self.customer("Mesquite Grill")
        row._link(self.partners["Norton Family"])
        for press in ("confirm", "create", "ignore"):
            getattr(row, f"action_match_{press}")()
        self.assertFalse(row.match_decision)
        self.assertEqual(row._record(), self.partners["Norton Family"])

    def test_a_partner_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        row = self.customer("Hilltop Nursery")
        partner = self.odoo_partner("Hilltop", company_id=other.id)
        with self.assertRaisesRegex(UserError, "Hilltop"):
            row.match_partner_id = partner

    def test_create_makes_a_partner_of_its_own_despite_the_name(self):
        row = self.customer("Mesquite Grill")
        row.action_match_create()
        self.backend._apply(row)
        self.assertTrue(row._record())
        self.assertNotEqual(row._record(), self.partners["Mesquite Grill"])

    def test_an_ignored_customer_stays_out_when_it_changes(self):
        row = self.customer("Hilltop Nursery")
        row.action_match_ignore()
        self.change(row, Balance=99.0)
        self.assertEqual((row.state, row.res_id), ("ignored", 0))

    def test_documents_of_an_ignored_customer_wait_and_say_why(self):
        row = self.customer("Hilltop Nursery")
        row.action_match_ignore()
        body = {
            "Id": "9901",
            "CustomerRef": {"value": row.qbo_id},
            "TxnDate": "2026-10-05",
            "Line": [],
            "TotalAmt": 0,
        }
        invoice = self.objects._upsert(self.backend, "Invoice", [body])
        self.backend._apply(invoice)
        self.assertEqual(invoice.state, "waiting")
        self.assertIn("Hilltop Nursery is ignored on the matching", invoice.message)

    def test_undo_opens_a_decision_again(self):
        rows = self.rows(
            "Customer", "Mesquite Grill", "Hilltop Nursery", "Norton Family"
        )
        self.customer("Mesquite Grill").action_match_confirm()
        self.customer("Hilltop Nursery").action_match_ignore()
        self.customer("Norton Family").action_match_create()
        rows.action_match_undo()
        self.assertFalse(rows.filtered("match_decision"))
        self.assertEqual(set(rows.mapped("state")), {"new"})
        self.assertFalse(rows.filtered("res_id"))

    def test_undo_shows_what_was_proposed_without_comparing_again(self):
        names = "Mesquite Grill", "Eastside Brewing", "Kestrel Coffee"
        names += "Cactus Wren Cafe", "Hilltop Nursery"
        rows = self.rows("Customer", *names) + self.rows("Item", "Paver Stone")
        shown = ["match_state", "match_rung", "match_reason", "match_partner_id"]
        before = rows.read([*shown, "match_product_id"])
        for press in ("confirm", "create", "ignore"):
            getattr(rows, f"action_match_{press}")()
            self.assertTrue(rows.filtered("match_decision"))
            rows.action_match_undo()
            with self.subTest(press):
                self.assertEqual(rows.read([*shown, "match_product_id"]), before)

    def test_undo_proposes_no_partner_that_is_gone(self):
        row = self.customer("Mesquite Grill")
        row.action_match_ignore()
        self.partners["Mesquite Grill"].unlink()
        row.action_match_undo()
        self.assertEqual(row.match_state, "none")
        self.assertEqual(row.match_reason, "Nothing alike in Odoo")

    def test_a_decided_row_is_not_changed_by_hand(self):
        row = self.customer("Mesquite Grill")
        row.action_match_confirm()
        with self.assertRaisesRegex(UserError, "Mesquite Grill"):
            row.match_partner_id = self.partners["Norton Family"]

    def test_everything_is_decided_when_no_row_is_open(self):
        rows = self.rows("Customer") + self.rows("Item")
        rows.action_match_confirm()
        self.assertTrue(self._undecided())
        rows.action_match_create()
        self.assertFalse(self._undecided())

    def _undecided(self):
        counts = self.backend._match_counts().values()
        return sum(count["undecided"] for count in counts)

    def test_decisions_survive_another_comparison(self):
        rows = self.rows(
            "Customer", "Mesquite Grill", "Hilltop Nursery", "Norton Family"
        )
        rows[0].action_match_confirm()
        rows[1].action_match_ignore()
        before = rows.mapped("match_decision")
        self.match()
        self.assertEqual(rows.mapped("match_decision"), before)

    def test_a_plain_user_sees_the_rows_and_decides_nothing(self):
        user = new_test_user(
            self.env,
            "reader",
            "qbo_connector.group_qbo_user",
            company_id=self.company.id,
        )
        row = self.customer("Mesquite Grill").with_user(user)
        self.assertEqual(row.match_state, "linked")
        for press in ("confirm", "create", "ignore", "undo"):
            with self.subTest(press), self.assertRaises(AccessError):
                getattr(row, f"action_match_{press}")()
        with self.assertRaises(AccessError):
            self.backend.with_user(user).action_match()

    def test_a_manager_confirms(self):
        user = new_test_user(
            self.env,
            "mapper",
            "qbo_connector.group_qbo_manager",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        row = self.customer("Mesquite Grill").with_user(user)
        row.action_match_confirm()
        self.assertEqual(row.match_decision, "paired")


@tagged("post_install", "-at_install")
class TestNames(BaseCase):
    def test_blanks_and_case_do_not_matter(self):
        self.assertEqual(match_names.plain(" Blue\u00a0 HERON : Inn"), "blue heron:inn")

    def test_legal_forms_signs_and_accents_do_not_matter_for_likeness(self):
        for name in (
            "Café & Sons, L.L.C.",
            "CAFE and Sons Ltd.",
            "The Cafe & Sons Inc",
        ):
            self.assertEqual(match_names.bare(name), "cafe and sons")
        self.assertEqual(match_names.bare("Company Inc."), "company inc")
