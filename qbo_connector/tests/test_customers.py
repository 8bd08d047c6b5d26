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
