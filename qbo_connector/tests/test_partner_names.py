from odoo.fields import Command

from odoo.addons.qbo_connector.entities.customer import _continues

from .test_export import ExportCase


class TestPartnerNames(ExportCase):
    def test_a_job_is_shown_with_the_customer_whose_it_is(self):
        job = self.sandbox.control.create(
            "Customer",
            {
                "DisplayName": "Aviary",
                "Job": True,
                "ParentRef": {"value": self.amy["Id"]},
            },
        )
        self.sync()
        partner = self.env["qbo.object"]._find(self.backend, "Customer", job["Id"])
        partner = partner._record()
        self.assertEqual(partner.name, "Aviary")
        self.assertEqual(partner.display_name, "Amy's Bird Sanctuary, Aviary")
        partner.parent_id.name = "Amy's Birds"
        self.assertEqual(partner.display_name, "Amy's Birds, Aviary")


class TestNamesOfNewCustomers(ExportCase):
    """C2: a customer of Odoo whose name QuickBooks does not take as it is."""

    def send(self, name, **values):
        """Sell something to a new partner; the customer that QuickBooks has then."""
        partner = self.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )
        line = {"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}
        self.move = self.invoice(partner, [line])
        payment = self.pay(50.0, self.move)
        self.run_jobs()
        self.assertSynced(payment)
        customer = self.sent(payment)["CustomerRef"]["value"]
        return self.books.read("Customer", customer)

    def in_quickbooks(self, entity, name, **fields):
        return self.sandbox.control.create(entity, {"DisplayName": name, **fields})

    def test_blanks_and_case_make_no_other_customer(self):
        ours = {
            "  King   Groceries ": "king groceries",
            "BLUE\u00a0HERON inn": "Blue Heron Inn",
        }
        for name, theirs in ours.items():
            king = self.in_quickbooks("Customer", theirs)
            with self.subTest(name):
                self.assertEqual(self.send(name)["Id"], king["Id"])

    def test_a_vendor_or_employee_of_the_name_in_other_case_gives_a_suffix(self):
        self.in_quickbooks("Vendor", "KING groceries")
        self.in_quickbooks("Employee", "Jane Doe", GivenName="Jane", FamilyName="Doe")
        for name in ("King Groceries", "jane doe"):
            with self.subTest(name):
                theirs = self.send(name)["DisplayName"]
                self.assertEqual(theirs, f"{name} (customer)")
                self.assertIn(theirs, self.move.qbo_message)

    def test_where_the_suffix_is_taken_too_a_number_follows(self):
        self.in_quickbooks("Vendor", "King Groceries")
        self.in_quickbooks("Vendor", "King Groceries (customer)")
        theirs = self.send("King Groceries", ref="K-1")["DisplayName"]
        self.assertEqual(theirs, "King Groceries (K-1)")

    def test_an_inactive_customer_that_kept_its_plain_name_is_taken(self):
        king = self.in_quickbooks("Customer", "King Groceries")
        change = {"Id": king["Id"], "SyncToken": "0", "sparse": True, "Active": False}
        self.sandbox.control.update("Customer", change)
        there = self.send("King Groceries")
        self.assertTrue(there["Active"])
        self.assertEqual(there["DisplayName"], "King Groceries")

    def test_two_partners_of_one_name_in_one_push_are_two_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": "King Groceries", "ref": ref} for ref in ("K-1", "K-2", "K-3")]
        )
        line = {"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}
        moves = self.env["account.move"].union(
            *(self.invoice(partner, [line]) for partner in partners)
        )
        moves._job_qbo_push()
        self.assertEqual(set(moves.mapped("qbo_state")), {"synced"})
        theirs = [self.books.read("Invoice", move.qbo_id) for move in moves]
        self.assertEqual(
            [there["CustomerRef"]["name"] for there in theirs],
            ["King Groceries", "King Groceries (customer)", "King Groceries (K-3)"],
        )
        for partner, there in zip(partners, theirs, strict=True):
            row = self.env["qbo.object"]._find(
                self.backend, "Customer", there["CustomerRef"]["value"]
            )
            self.assertEqual(row._record(), partner)

    def test_a_customer_that_is_read_already_is_taken_by_one_partner_only(self):
        king = self.in_quickbooks("Customer", "King Groceries")
        self.backend.customer_flow = "export"
        self.sync()
        partners = self.env["res.partner"].create([{"name": "King Groceries"}] * 2)
        self.env["qbo.object"]._upsert(self.backend, "Customer", [king])
        line = {"name": "Work", "quantity": 1, "price_unit": 50.0, "tax_ids": []}
        moves = self.invoice(partners[0], [line]) | self.invoice(partners[1], [line])
        moves._job_qbo_push()
        theirs = [self.books.read("Invoice", move.qbo_id) for move in moves]
        ids = [there["CustomerRef"]["value"] for there in theirs]
        self.assertEqual(ids[0], king["Id"])
        self.assertNotEqual(ids[1], king["Id"])

    def test_a_reference_behind_the_name_is_cleaned_and_cut(self):
        for name in ("King Groceries", "King Groceries (customer)"):
            self.in_quickbooks("Vendor", name)
        theirs = self.send("King Groceries", ref="K:1\t" + "9" * 200)["DisplayName"]
        self.assertEqual(theirs, f"King Groceries (K 1 {'9' * 26})")

    def test_where_the_reference_is_taken_too_the_number_of_odoo_follows(self):
        for suffix in ("", " (customer)", " (K-1)"):
            self.in_quickbooks("Vendor", f"King Groceries{suffix}")
        theirs = self.send("King Groceries", ref="K-1")["DisplayName"]
        partner = self.move.partner_id
        self.assertEqual(theirs, f"King Groceries ({partner.id})")

    def test_forbidden_characters_become_blanks(self):
        there = self.send("King: Groceries:\tNorth\nShop")
        self.assertEqual(there["DisplayName"], "King Groceries North Shop")

    def test_long_names_of_any_script_are_cut_between_characters(self):
        family = "👩\u200d👩\u200d👧"
        for name in (
            "株式会社" * 40,
            "e\u0301" * 120,
            family * 40,
            "नमस्ते" * 30,
            "x" * 99 + "e\u0301" + "y",
        ):
            with self.subTest(name):
                theirs = self.send(name)["DisplayName"]
                self.assertLessEqual(len(theirs), 100)
                self.assertTrue(name.startswith(theirs))
                rest = name[len(theirs)]
                self.assertFalse(_continues(rest) or theirs.endswith("\u200d"), rest)
                self.assertIn(theirs, self.move.qbo_message)

    def test_two_long_names_that_are_cut_alike_stay_two_customers(self):
        first = self.send("ё" * 100 + " North", ref="N")
        second = self.send("ё" * 100 + " South", ref="S")
        self.assertNotEqual(first["Id"], second["Id"])
        self.assertEqual(len(second["DisplayName"]), 100)

    def test_what_quickbooks_would_refuse_is_left_out_or_cut_at_an_address(self):
        mails = [f"accounts.payable.{n}@king-groceries.example" for n in range(4)]
        there = self.send(
            "King Groceries",
            email="; ".join(["n/a", *mails]),
            website="https://king.example",
            qbo_tax_exempt=True,
            qbo_resale_number="R-1",
        )
        self.assertEqual(there["PrimaryEmailAddr"]["Address"], ", ".join(mails[:2]))
        self.assertEqual(there["WebAddr"]["URI"], "https://king.example")
        self.assertEqual((there["Taxable"], there["ResaleNum"]), (False, "R-1"))

    def test_the_delivery_address_is_the_shipping_address(self):
        depot = Command.create({"type": "delivery", "street": "9 Dock Rd"})
        there = self.send("King Groceries", street="1 Main St", child_ids=[depot])
        self.assertEqual(there["BillAddr"]["Line1"], "1 Main St")
        self.assertEqual(there["ShipAddr"]["Line1"], "9 Dock Rd")
