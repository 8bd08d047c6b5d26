from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..client import QboClient
from .test_export import ExportCase
from .test_oauth import OAuthCase

OTHER = "9130357000000002"


@tagged("post_install", "-at_install")
class TestChangeCompany(OAuthCase, ExportCase):
    """Two QuickBooks companies after each other in one Odoo company (A7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox.control.add_company(OTHER)
        cls.snapshot = cls.sandbox.control.snapshot()

    # --- What a person does -----------------------------------------------------------

    def change(self, former=None):
        """Press *Change QuickBooks Company* and its button.

        :returns: the connection that opens.
        """
        action = self.backend.action_change_company()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.former_id = former
        opened = wizard.action_change()
        self.assertEqual(opened["res_model"], "qbo.backend")
        self.env.flush_all()
        self.backend = self.env["qbo.backend"].browse(opened["res_id"])
        return self.backend

    def connect_to(self, realm):
        return self.land(**self.consent(self.start(), realm=realm))

    def switch_on(self):
        """Go through the steps of the onboarding."""
        self.env.invalidate_all()
        if self.backend.step == "company":
            self.backend.action_confirm_company()
            self.run_jobs()
        self.backend.action_map_suggestions()
        self.backend.action_create_missing()
        self.backend.action_switch_on()
        self.run_jobs()

    def move_to_other(self):
        """The same Odoo company, connected to the other QuickBooks company."""
        former = self.backend
        self.change()
        self.assertEqual(self.connect_to(OTHER).status_code, 303)
        self.switch_on()
        return former

    def move_back(self, former):
        self.change(former)
        self.assertEqual(self.connect_to(former.realm_id).status_code, 303)
        self.switch_on()

    def other_books(self):
        token = self.sandbox.control.token(OTHER)
        return QboClient(self.sandbox.url, OTHER, lambda rejected=None: token)

    def sell_there(self, amount):
        """A customer and an invoice in the other company, with the first free ids."""
        books = self.other_books()
        customer = books.create("Customer", {"DisplayName": "Cool Cars"}, "cool")
        item = books.query("select * from Item where Type = 'Service'")[0]
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
        }
        body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
        return books.create("Invoice", body, f"sell {amount}")

    def linked(self):
        own = Domain("company_id", "=", self.company.id) & Domain("qbo_id", "!=", False)
        return self.env["account.move"].search(own)

    # --- The guard --------------------------------------------------------------------

    def test_signing_in_to_another_company_is_refused_with_the_way_to_change(self):
        before = self.tokens()
        answer = self.connect_to(OTHER)
        self.assertRefused(answer, "You signed in to another QuickBooks company")
        self.assertRefused(answer, f"ID {OTHER}")
        self.assertRefused(answer, self.backend.company_name)
        self.assertRefused(answer, "Change QuickBooks Company")
        self.assertEqual(self.tokens(), before)
        self.assertEqual(self.backend.realm_id, self.sandbox.realm_id)

    def test_books_that_a_former_connection_knows_want_that_connection(self):
        former = self.backend
        self.change()
        answer = self.connect_to(former.realm_id)
        self.assertRefused(answer, "was connected before")
        self.assertRefused(answer, "go back")
        self.assertEqual(self.backend.state, "disconnected")
        self.assertFalse(self.backend.realm_id)

    # --- What the wizard says ---------------------------------------------------------

    def test_the_wizard_says_in_figures_what_is_archived(self):
        self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        action = self.backend.action_change_company()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        figures = {line.name: line.count for line in wizard.line_ids}
        self.assertEqual(figures["Customers"], 1)
        self.assertEqual(figures["Invoices"], 2)
        self.assertEqual(figures["Payments"], 1)
        self.assertEqual(figures["Credit notes"], 0)
        self.assertGreater(figures["Accounts and taxes"], 3)
        self.assertTrue(all(wizard.line_ids.mapped("stays")))
        former = self.backend
        wizard.action_change()
        self.assertIn("2 Invoices", former.message_ids[0].body)

    def test_only_an_administrator_changes_the_company(self):
        manager = new_test_user(self.env, "manager", "qbo_connector.group_qbo_manager")
        backend = self.backend.with_user(manager)
        with self.assertRaises(AccessError):
            backend.action_change_company()
        with self.assertRaises(AccessError):
            backend.env["qbo.change.company"].create({"backend_id": backend.id})
        with self.assertRaises(AccessError):
            backend.active = False

    def test_nothing_is_changed_while_a_sync_runs(self):
        self.backend._start_run("manual")
        with self.assertRaisesRegex(UserError, "being synchronised right now"):
            self.change()
        self.assertTrue(self.backend.active)

    def test_intuit_need_not_answer_and_the_new_connection_says_so(self):
        self.sandbox.control.fail_next(9, path="revoke", kind="503")
        self.change()
        self.assertIn("Disconnect the app there too", self.backend.message_ids[0].body)

    # --- Two companies, one after the other -------------------------------------------

    def test_the_new_connection_has_keys_and_settings_and_no_links(self):
        self.backend.write({"payment_flow": "import", "start_date": "2026-01-01"})
        income = self.backend.income_account_id
        former = self.backend
        self.change()
        self.assertEqual((former.active, former.live), (False, False))
        self.assertEqual(former.state, "disconnected")
        self.assertEqual(self.backend.payment_flow, "import")
        self.assertEqual(str(self.backend.start_date), "2026-01-01")
        self.assertEqual(self.backend.income_account_id, income)
        self.assertEqual(self.backend.step, "connect")
        self.assertEqual(self.backend.client_id, former.client_id)
        self.assertFalse(self.backend.object_ids)
        self.assertTrue(former.object_ids)

    def test_the_new_connection_keeps_what_is_odoos_own(self):
        account = self.company_data["default_account_expense"]
        plans = self.env["account.analytic.plan"].create(
            [{"name": "Department"}, {"name": "Shop"}]
        )
        position = self.env["account.fiscal.position"].create({"name": "Exempt"})
        kept = {
            "bad_debt_account_id": account.id,
            "fee_account_id": account.id,
            "exempt_position_id": position.id,
            "class_plan_id": plans[0].id,
            "location_plan_id": plans[1].id,
        }
        self.backend.write(kept)
        self.change()
        self.assertEqual({field: self.backend[field].id for field in kept}, kept)

    def test_the_same_ids_in_other_books_are_other_documents(self):
        there = self.sell_there(45.0)
        ids = {row["Id"] for row in self.theirs}
        while there["Id"] not in ids:
            there = self.sell_there(45.0)
        before = self.invoices.read(["amount_total", "payment_state", "name"])
        self.move_to_other()
        imported = self.linked().filtered(lambda move: move.qbo_id == there["Id"])
        self.assertEqual(imported.amount_total, 45.0)
        self.assertFalse(imported & self.invoices)
        self.assertEqual(
            self.invoices.read(["amount_total", "payment_state", "name"]), before
        )

    def test_former_documents_keep_their_number_and_say_whose_they_are(self):
        former = self.move_to_other()
        self.assertFalse(any(self.invoices.mapped("qbo_id")))
        self.assertTrue(all(self.invoices.mapped("qbo_number")))
        self.assertEqual(set(self.invoices.mapped("qbo_state")), {"hidden"})
        for move in self.invoices:
            self.assertIn(former.company_name, move.qbo_message)
            self.assertFalse(move.qbo_url)
        history = former.object_ids.filtered(lambda o: o.entity == "Invoice")
        self.assertEqual(
            {obj._record() for obj in history},
            set(self.invoices),
        )

    def test_a_payment_of_a_former_invoice_is_not_sent_to_the_other_company(self):
        self.move_to_other()
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        self.assertIn(self.invoices[0].name, payment.qbo_message)
        self.assertIn("connected before", payment.qbo_message)
        invoices = self.other_books().query("select * from Invoice")
        self.assertFalse(invoices)
        self.assertEqual(self.invoices[0].qbo_state, "hidden")

    def test_a_payment_that_was_not_sent_goes_to_the_company_switched_on_next(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.partner_a.id,
                "amount": 5.0,
                "date": "2026-10-15",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.change()
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "pending")
        self.connect_to(OTHER)
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "pending")
        self.switch_on()
        self.assertSynced(payment)
        sent = self.other_books().read("Payment", payment.qbo_id)
        self.assertEqual(sent["TotalAmt"], 5.0)

    def test_a_former_payment_is_not_sent_again(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertSynced(payment)
        self.move_to_other()
        toast = payment.action_qbo_export()["params"]
        self.assertEqual(toast["type"], "warning")
        self.run_jobs()
        self.assertFalse(self.other_books().query("select * from Payment"))

    def test_what_a_person_mapped_before_is_the_suggestion(self):
        sales = self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.detail == "Income" and o.account_id
        )[0]
        chosen = self.env["account.account"].create(
            {"name": "Bird seed", "code": "410999", "account_type": "income"}
        )
        sales.account_id = chosen
        self.move_to_other()
        again = self.backend.object_ids.filtered(
            lambda o: o.entity == "Account" and o.name == sales.name
        )
        self.assertEqual(again.account_id, chosen)

    # --- And back ---------------------------------------------------------------------

    def test_going_back_restores_the_links_and_reads_nothing_twice(self):
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        documents = self.invoices.mapped("qbo_id"), payment.qbo_id
        count = len(self.linked())
        former = self.move_to_other()
        other = self.backend
        self.sell_there(45.0)
        self.sync()
        self.move_back(former)
        self.assertEqual(self.backend, former)
        self.assertFalse(other.active)
        self.assertEqual((self.invoices.mapped("qbo_id"), payment.qbo_id), documents)
        self.assertSynced(payment)
        self.assertEqual(len(self.linked()), count)
        self.assertFalse(payment.qbo_message)

    def test_a_document_that_was_in_error_is_so_again(self):
        self.invoices[0]._qbo_mark_error("The two sides differ.")
        former = self.backend
        self.change()
        self.assertEqual(self.invoices[0].qbo_state, "hidden")
        self.change(former)
        self.assertEqual(
            self.invoices.mapped("qbo_state"),
            ["error", "synced"],
        )
        self.assertEqual(self.invoices[0].qbo_message, "The two sides differ.")

    # --- History stays history --------------------------------------------------------

    def test_former_objects_are_on_no_screen_but_their_own_connections(self):
        former = self.move_to_other()
        for name in ("object", "account_mapping", "tax_mapping", "match_customers"):
            action = self.env.ref(f"qbo_connector.action_qbo_{name}")
            rows = self.env["qbo.object"].search(safe_eval(action.domain))
            self.assertFalse(rows & former.object_ids, name)
        history = former.action_open_linked()["domain"]
        self.assertTrue(self.env["qbo.object"].search(history))

    def test_an_archived_connection_is_neither_connected_nor_switched_on(self):
        former = self.backend
        self.change()
        for action in ("action_connect", "action_switch_on"):
            with self.subTest(action), self.assertRaisesRegex(UserError, "history"):
                getattr(former, action)()

    def test_a_connection_with_links_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.backend.unlink()

    def test_archiving_and_unarchiving_by_hand_does_the_same(self):
        ids = self.invoices.mapped("qbo_id")
        self.backend.action_archive()
        self.assertFalse(any(self.invoices.mapped("qbo_id")))
        self.assertEqual(self.backend.state, "disconnected")
        self.backend.action_unarchive()
        self.assertEqual(self.invoices.mapped("qbo_id"), ids)
