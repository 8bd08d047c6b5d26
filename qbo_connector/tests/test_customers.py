from .import_common import ImportCase


class TestCustomerChanges(ImportCase):
    def test_a_renamed_customer_is_renamed(self):
        self.sync()
        self.change("Customer", self.acme, DisplayName="Acme Parks", CompanyName="x")
        self.sync()
        self.assertEqual(self.in_odoo("Customer", self.acme).name, "Acme Parks")

    def test_a_deactivated_customer_is_archived_and_keeps_its_name_and_invoices(self):
        invoice = self.invoice(100)
        paid = self.payment(100, (invoice, 100))
        self.sync()
        self.change("Customer", self.acme, Active=False)
        self.sync()
        partner = self.in_odoo("Customer", self.acme)
        self.assertEqual((partner.active, partner.name), (False, "Acme Gardens"))
        edited = {**self.row("Invoice", invoice).payload, "SyncToken": "99"}
        edited["CustomerMemo"] = {"value": "Goodbye"}
        self.env["qbo.object"]._upsert(self.backend, "Invoice", [edited])
        self.apply()
        self.assertSettled()
        self.assertIn("Goodbye", self.in_odoo("Invoice", invoice).narration)
        self.assertEqual(self.assertSameFigures("Invoice", invoice).partner_id, partner)
        self.assertTrue(self.in_odoo("Payment", paid))

    def test_documents_of_an_inactive_customer_come_in(self):
        invoice = self.invoice(100)
        self.payment(100, (invoice, 100))
        self.change("Customer", self.acme, Active=False)
        self.sync()
        self.assertSettled()
        self.assertSameFigures("Invoice", invoice)

    def test_sub_customers_keep_addresses_and_balances_of_their_own(self):
        here = {"BillAddr": {"Line1": "1 Main St", "City": "Tucson"}}
        there = {"BillAddr": {"Line1": "2 Side St", "City": "Phoenix"}}
        parent = self.customer("Owner", **here)
        ref = {"ParentRef": {"value": parent["Id"]}, "Job": True}
        job = self.customer("House", **ref, **there)
        other = self.customer("House", Job=True, ParentRef={"value": self.acme["Id"]})
        invoice = self.invoice(100, customer=job)
        paid = self.payment(60, (invoice, 60), customer=parent)
        self.sync()
        self.assertSettled()
        partners = [self.in_odoo("Customer", each) for each in (parent, job, other)]
        self.assertEqual(
            [p.street for p in partners], ["1 Main St", "2 Side St", False]
        )
        self.assertEqual(partners[1].parent_id, partners[0])
        self.assertNotEqual(partners[1], partners[2])
        self.assertSameFigures("Invoice", invoice)
        self.assertEqual(self.on_account(paid), 0)
        self.change("Customer", job, BillAddr={"Line1": "3 New St", "City": "Mesa"})
        self.sync()
        self.assertEqual([p.street for p in partners[:2]], ["1 Main St", "3 New St"])

    def test_a_partner_of_the_same_name_is_linked_and_keeps_what_odoo_knows(self):
        known = self.env["res.partner"].create(
            {"name": "Acme Gardens", "email": "own@example.com", "is_company": True}
        )
        self.sync()
        self.assertEqual(self.in_odoo("Customer", self.acme), known)
        self.quickbooks.edit("Customer", self.acme["Id"])
        self.sync()
        self.assertEqual(known.email, "own@example.com")

    def known(self, **values):
        return self.env["res.partner"].create({"is_company": True, **values})

    def test_one_who_comes_later_is_known_by_name_email_or_tax_id(self):
        by_name = self.known(name="birch  LANE")
        by_email = self.known(name="Cedar Ltd.", email="Office@Cedar.example")
        by_code = self.known(name="Dogwood & Sons", vat="12-3456.789 X")
        named = self.customer("Birch Lane")
        mailed = self.customer(
            "Cedar", PrimaryEmailAddr={"Address": "office@cedar.example, b@x.example"}
        )
        coded = self.customer("Dogwood and Sons", BusinessNumber="123456789x")
        self.sync()
        for customer, partner in (
            (named, by_name),
            (mailed, by_email),
            (coded, by_code),
        ):
            with self.subTest(customer=customer["DisplayName"]):
                self.assertEqual(self.in_odoo("Customer", customer), partner)

    def test_an_email_of_two_or_under_quite_another_name_is_no_sign(self):
        mail = {"PrimaryEmailAddr": {"Address": "books@advisor.example"}}
        twice = self.known(name="Elm East", email="elm@elm.example")
        twice |= self.known(name="Elm West", email="elm@elm.example")
        other = self.known(name="Zenith Bakery", email="books@advisor.example")
        elm = self.customer("Elm", PrimaryEmailAddr={"Address": "elm@elm.example"})
        firm = self.customer("Quarry", **mail)
        self.sync()
        self.assertNotIn(self.in_odoo("Customer", elm), twice)
        self.assertNotEqual(self.in_odoo("Customer", firm), other)

    def test_two_partners_of_the_same_name_are_not_guessed_apart(self):
        twins = self.env["res.partner"].create([{"name": "Acme Gardens"}] * 2)
        self.sync()
        self.assertNotIn(self.in_odoo("Customer", self.acme), twins)

    def test_all_addresses_of_a_customer_are_kept_the_first_is_the_main_one(self):
        mails = {"Address": "a@example.com, b@example.com"}
        customer = self.customer("Mails", PrimaryEmailAddr=mails)
        self.sync()
        partner = self.in_odoo("Customer", customer)
        self.assertEqual(partner.email, "a@example.com, b@example.com")
        self.assertEqual(partner.email_normalized, "a@example.com")

    def test_all_phones_are_kept_the_ones_without_a_field_in_the_notes(self):
        customer = self.customer(
            "Phones",
            Mobile={"FreeFormNumber": "555-0101"},
            AlternatePhone={"FreeFormNumber": "555-0102"},
            Fax={"FreeFormNumber": "555-0103"},
            Notes="Rings twice",
        )
        self.sync()
        partner = self.in_odoo("Customer", customer)
        self.assertEqual(partner.phone, "555-0101")
        for words in ("Rings twice", "Other: 555-0102", "Fax: 555-0103"):
            self.assertIn(words, partner.comment)

    def test_terms_website_currency_and_resale_number_come_in(self):
        term = self.row("Term", {"Id": "3"})
        customer = self.customer(
            "Reseller",
            SalesTermRef={"value": "3"},
            WebAddr={"URI": "https://reseller.example"},
            ResaleNum="R-77",
            Taxable=False,
        )
        self.sync()
        partner = self.in_odoo("Customer", customer).with_company(self.company)
        self.assertEqual(partner.property_payment_term_id, term._record())
        self.assertEqual(partner.website, "https://reseller.example")
        self.assertEqual(partner.qbo_currency_id, self.company.currency_id)
        self.assertEqual(partner.qbo_resale_number, "R-77")
        self.assertTrue(partner.qbo_tax_exempt)

    def test_an_exempt_customer_gets_the_fiscal_position_that_takes_taxes_off(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.backend.exempt_position_id = position
        exempt = self.customer("Reseller", Taxable=False)
        taxed = self.customer("Consumer", Taxable=True)
        self.sync()
        partner = self.in_odoo("Customer", exempt).with_company(self.company)
        self.assertEqual(partner.property_account_position_id, position)
        tax = self.company_data["default_tax_sale"]
        self.assertFalse(partner.property_account_position_id.map_tax(tax))
        other = self.in_odoo("Customer", taxed).with_company(self.company)
        self.assertFalse(other.property_account_position_id or other.qbo_tax_exempt)

    def test_the_shipping_address_is_a_delivery_contact(self):
        customer = self.customer(
            "Shipped",
            BillAddr={"Line1": "1 Main St", "City": "Tucson"},
            ShipAddr={"Line1": "9 Dock Rd", "City": "Mesa"},
        )
        same = self.customer("Here", BillAddr={"City": "X"}, ShipAddr={"City": "X"})
        self.sync()
        partner = self.in_odoo("Customer", customer)
        delivery = partner.child_ids
        self.assertEqual((delivery.type, delivery.street), ("delivery", "9 Dock Rd"))
        self.assertEqual(partner.street, "1 Main St")
        self.assertFalse(self.in_odoo("Customer", same).child_ids)
        own = {"name": "Depot", "type": "delivery", "parent_id": partner.id}
        depot = self.env["res.partner"].create(own)
        self.change("Customer", customer, ShipAddr={"Line1": "5 Pier", "City": "Mesa"})
        self.sync()
        self.assertEqual(partner.child_ids - depot, delivery)
        self.assertEqual(delivery.street, "5 Pier")

    def test_what_quickbooks_says_nothing_of_stays_as_it_is(self):
        self.sync()
        partner = self.in_odoo("Customer", self.acme)
        partner.write({"comment": "Own words", "website": "https://acme.example"})
        self.change("Customer", self.acme, PrimaryPhone={"FreeFormNumber": "555-1"})
        self.sync()
        self.assertEqual(partner.phone, "555-1")
        self.assertEqual(partner.website, "https://acme.example")
        self.assertIn("Own words", partner.comment)


class TestArchiving(ImportCase):
    """C3: nothing is deleted on either side."""

    def setUp(self):
        super().setUp()
        self.item = self.quickbooks.create(
            "Item",
            {
                "Name": "Watering",
                "Type": "Service",
                "IncomeAccountRef": {"value": "1"},
            },
        )
        self.sync()

    def both(self):
        kinds = (("Customer", self.acme), ("Item", self.item))
        return [(entity, one, self.in_odoo(entity, one)) for entity, one in kinds]

    def test_inactive_is_archived_and_active_again_unarchived(self):
        for entity, payload, record in self.both():
            for active in (False, True):
                self.change(entity, payload, Active=active)
                self.sync()
                with self.subTest(entity, active=active):
                    self.assertEqual(record.active, active)
                    self.assertEqual(self.in_odoo(entity, payload), record)
            self.assertNotIn("deleted", record.name)

    def test_what_came_in_inactive_is_unarchived_too(self):
        gone = self.customer("Sleeper")
        self.change("Customer", gone, Active=False)
        self.sync()
        partner = self.in_odoo("Customer", gone)
        self.assertFalse(partner.active)
        self.change("Customer", gone, Active=True)
        self.sync()
        self.assertTrue(partner.active)

    def test_archived_in_odoo_changes_nothing_there_and_stays_archived(self):
        for entity, payload, record in self.both():
            record.action_archive()
            self.run_jobs()
            self.assertTrue(self.quickbooks.get(entity, payload["Id"])["Active"])
        self.change("Customer", self.acme, PrimaryPhone={"FreeFormNumber": "555-2"})
        self.change("Item", self.item, UnitPrice=7)
        self.sync()
        self.assertSettled()
        for entity, _payload, record in self.both():
            with self.subTest(entity):
                self.assertFalse(record.active)
        self.assertEqual(self.in_odoo("Customer", self.acme).phone, "555-2")
