from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import QboCase

SECRETS = ("client_secret", "access_token", "refresh_token")
#: What each group may do with the records of its company.
RIGHTS = {
    "qbo.backend": {"nobody": "", "user": "r", "manager": "rw", "admin": "rwcu"},
    "qbo.credential": {"nobody": "", "user": "", "manager": "", "admin": "rwcu"},
    "qbo.object": {"nobody": "", "user": "r", "manager": "rw", "admin": "rw"},
    "qbo.run": {"nobody": "", "user": "r", "manager": "r", "admin": "r"},
}
#: Who may read what documents say, besides those who may see that there are some.
BOOKKEEPERS, MANAGERS = ("clerk", "manager", "admin"), ("manager", "admin")
READERS = {
    "qbo.object": {
        "message": BOOKKEEPERS,
        "customer": BOOKKEEPERS,
        "total": BOOKKEEPERS,
        "unapplied": BOOKKEEPERS,
        "match_amount": BOOKKEEPERS,
        "payload": MANAGERS,
    },
    "qbo.history": {"message": BOOKKEEPERS, "sent": MANAGERS, "answered": MANAGERS},
}
#: Screens that whoever works with the connection can open.
SCREENS = (
    ("qbo_connector.view_qbo_object_list", "list"),
    ("qbo_connector.view_qbo_object_form", "form"),
    ("qbo_connector.view_qbo_object_search", "search"),
    ("qbo_connector.view_qbo_import_payments_list", "list"),
    ("qbo_connector.view_qbo_import_payments_search", "search"),
    ("qbo_connector.view_qbo_account_mapping_list", "list"),
    ("qbo_connector.view_qbo_match_customer_list", "list"),
    ("qbo_connector.view_qbo_history_list", "list"),
    ("qbo_connector.view_qbo_history_form", "form"),
    ("qbo_connector.view_qbo_error_list", "list"),
)
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class SecurityCase(QboCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "qbo_connector.group_qbo_"
        cls.users = {
            "nobody": cls._user("nobody", "base.group_user"),
            "user": cls._user("reader", f"{group}user"),
            "clerk": cls._user("clerk", "account.group_account_invoice"),
            "manager": cls._user("manager", f"{group}manager"),
            "admin": cls._user("boss", f"{group}admin,base.group_system"),
        }

    @classmethod
    def _user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            f"{groups},base.group_allow_export",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def as_user(self, who, records=None):
        records = self.backend if records is None else records
        return records.with_user(self.users[who]).with_context(allowed_company_ids=[])


class TestRights(SecurityCase):
    def test_each_group_may_what_its_name_says(self):
        for model, groups in RIGHTS.items():
            for who, rights in groups.items():
                records = self.env[model].with_user(self.users[who])
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, who=who, operation=operation):
                        may = records.has_access(operation)
                        self.assertEqual(may, letter in rights)

    def test_who_works_on_invoices_sees_quickbooks(self):
        clerk = self.users["clerk"]
        self.assertTrue(clerk.has_group("qbo_connector.group_qbo_user"))
        self.assertFalse(clerk.has_group("qbo_connector.group_qbo_manager"))

    def test_a_reader_sees_the_status_page(self):
        backend = self.as_user("user")
        fields = ["state", "company_name", "pending_count", "error_count"]
        self.assertEqual(backend.read(fields)[0]["state"], "connected")

    def test_a_reader_may_retry_an_object(self):
        obj = self.backend.object_ids[0]
        obj._fail("A reason")
        self.as_user("user", obj).action_retry()
        self.assertEqual(obj.state, "new")

    def test_a_reader_may_sync_when_what_waits_can_go_on(self):
        obj = self.backend.object_ids[0]
        obj.write({"state": "waiting", "waiting_for": "Currency:EUR"})
        self.env.ref("base.EUR").active = True
        self.as_user("user").action_sync()
        self.assertEqual(obj.state, "new")

    def test_where_the_tokens_go_is_the_administrators(self):
        for field, value in (
            ("base_url", "http://127.0.0.1:9"),
            ("discovery_url", "http://127.0.0.1:9"),
            ("environment", "production"),
            ("realm_id", "1"),
        ):
            with self.subTest(field), self.assertRaises(AccessError):
                self.as_user("manager").write({field: value})
        self.as_user("manager").write({"start_date": "2026-01-01"})

    def test_buttons_refuse_who_does_not_see_them(self):
        for who, names in (
            ("user", ("action_connect", "action_disconnect", "action_refresh")),
            ("user", ("action_switch_on", "action_map_suggestions")),
            ("user", ("action_open_creation", "action_measure")),
            ("user", ("action_confirm_company", "action_reject_company")),
            ("manager", ("action_connect", "action_disconnect")),
            ("manager", ("action_reject_company",)),
        ):
            for name in names:
                with self.subTest(who=who, name=name), self.assertRaises(AccessError):
                    getattr(self.as_user(who), name)()
        self.assertEqual(self.backend.state, "connected")

    def test_a_reader_retries_what_a_sync_brings(self):
        row = self.backend.object_ids[:1]
        row.write({"state": "waiting", "waiting_for": "TaxCode:99"})
        toast = self.as_user("user", row).action_qbo_remedy()["params"]
        self.assertIn("Sync started", toast["message"])

    def test_the_form_shows_a_reader_no_button_that_writes(self):
        form = "qbo_connector.view_qbo_backend_form"
        view = self.env.ref(form).id
        for who, shown in (("user", self.assertNotIn), ("manager", self.assertIn)):
            arch = self.as_user(who).get_view(view, "form")["arch"]
            for name in ("action_preview", "action_sync", "action_confirm_company"):
                with self.subTest(who=who, name=name):
                    shown(f'name="{name}"', arch)


class TestSecrecy(SecurityCase):
    """No way of reading by RPC gives a secret, to nobody."""

    def credential(self, who):
        return self.as_user(who, self.backend._credential().sudo(False))

    def test_no_reading_method_gives_a_secret(self):
        for who in self.users:
            for field in SECRETS:
                for read in self._readers(self.credential(who), field):
                    with (
                        self.subTest(who=who, field=field),
                        self.assertRaises(AccessError),
                    ):
                        read()

    def _readers(self, credential, field):
        """Every way in which RPC reads a field, directly and through the connection."""
        through = f"credential_ids.{field}"
        backends = credential.env["qbo.backend"]
        return [
            *self._own_readers(credential, field),
            lambda: credential.search([(field, "=like", "A%")]),
            lambda: credential.search([], order=field),
            lambda: credential.formatted_read_group([], [field], ["__count"]),
            lambda: credential.formatted_read_group([], [], [f"{field}:count"]),
            lambda: credential.write({field: "stolen"}),
            lambda: backends.search([(through, "=like", "A%")]),
            lambda: self.backend.with_env(credential.env).export_data(
                [f"credential_ids/{field}"]
            ),
        ]

    def _own_readers(self, records, field):
        return [
            lambda: records.read([field]),
            lambda: records.web_read({field: {}}),
            lambda: records.search_read([], [field]),
            lambda: records.export_data([field]),
        ]

    def test_what_documents_say_is_for_those_who_may_see_them(self):
        obj = self.backend.object_ids[0]
        obj._fail("Amy owes 80.00")
        for records in (obj, obj.qbo_history_ids):
            for field, readers in READERS[records._name].items():
                for who in ("user", *BOOKKEEPERS):
                    for read in self._own_readers(self.as_user(who, records), field):
                        with self.subTest(field=field, who=who):
                            self.assertEqual(self._may(read), who in readers)

    def _may(self, read):
        try:
            read()
        except AccessError:
            return False
        return True

    def test_every_role_opens_its_screens_with_what_it_may_read(self):
        self.backend.object_ids[0]._fail("Amy owes 80.00")
        for who in ("user", *BOOKKEEPERS):
            for name, kind in SCREENS:
                with self.subTest(who=who, screen=name):
                    self._open(who, self.env.ref(name), kind)

    def _open(self, who, view, kind):
        """Ask for a screen and read its rows, as the web client does."""
        records = self.env[view.model].with_user(self.users[who])
        arch = etree.fromstring(records.get_view(view.id, kind)["arch"])
        if kind == "search":
            contexts = map(safe_eval, arch.xpath("//filter/@context"))
            self.assertLessEqual(
                {context["group_by"] for context in contexts}, set(records.fields_get())
            )
            return
        names = arch.xpath("//field[not(ancestor::field)]/@name")
        found = records.web_search_read([], {name: {} for name in names}, limit=9)
        self.assertTrue(found["records"])

    def test_reading_everything_leaves_secrets_out(self):
        values = self.credential("admin").read()[0]
        self.assertIn("client_id", values)
        self.assertFalse(set(SECRETS) & values.keys())

    def test_the_form_never_shows_the_stored_secret(self):
        self.assertFalse(self.as_user("admin").client_secret)
        with self.assertRaises(AccessError):
            self.as_user("manager").read(["client_secret"])
        with self.assertRaises(AccessError):
            self.as_user("manager").read(["client_id"])

    def test_a_copy_of_a_connection_has_no_keys(self):
        other = self.env["res.company"].create({"name": "Another"})
        copy = self.backend.copy({"company_id": other.id})
        self.assertFalse(copy.realm_id)
        self.assertFalse(copy._credential())


class TestTwoCompanies(SecurityCase):
    """Two companies, two QuickBooks companies: neither sees the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._connect_other_company()
        cls.other_run = cls.other_backend._start_run("manual")
        groups = "qbo_connector.group_qbo_admin,account.group_account_manager"
        cls.users["neighbour"] = cls._user("neighbour", groups)

    def test_lists_show_ones_own_company_only(self):
        for model in RIGHTS:
            with self.subTest(model):
                records = self.env[model].with_user(self.users["neighbour"]).search([])
                self.assertLessEqual(records.company_id, self.company)
                everything = self.env[model].sudo().search([])
                self.assertIn(self.other, everything.company_id)

    def test_nothing_of_the_other_company_can_be_read(self):
        for records in (
            self.other_backend,
            self.other_backend.object_ids,
            self.other_backend._credential().sudo(False),
            self.other_run.sudo(False),
        ):
            with self.subTest(records._name), self.assertRaises(AccessError):
                self.as_user("neighbour", records).read(["display_name"])

    def test_nothing_of_the_other_company_can_be_done(self):
        backend = self.as_user("neighbour", self.other_backend)
        for name in (
            "action_connect",
            "action_disconnect",
            "action_refresh",
            "action_sync",
            "action_switch_on",
            "action_map_suggestions",
            "action_create_missing",
            "action_open_creation",
            "action_measure",
            "action_test_connection",
            "action_preview",
            "action_refresh_accounts",
            "action_change_company",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(backend, name)()
        with self.assertRaises(AccessError):
            self.as_user("neighbour", self.other_backend.object_ids).action_retry()
        self.assertEqual(self.other_backend.state, "connected")

    def test_a_record_cannot_be_mapped_to_the_other_companys_account(self):
        foreign = self.env["account.account"].search(
            [("company_ids", "=", self.other.id), ("account_type", "=", "income")],
            limit=1,
        )
        obj = self.backend.object_ids.filtered(lambda o: o.entity == "Account")[0]
        with self.assertRaises(UserError):
            obj.account_id = foreign
