import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import QboCase

INCOME = "Account: Sales of Product Income"


class TestProfile(QboCase):
    """Settings and mappings of one connection, taken over by another company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._connect_other_company()

    def setUp(self):
        super().setUp()
        bank = self.company_data["default_journal_bank"]
        checking = self.entry(self.backend, "Account", "Checking")
        rule = {"journal_id": bank.id, "object_id": checking.id}
        self.plan = self.env["account.analytic.plan"].create({"name": "Trades"})
        self.backend.write(
            {
                "customer_flow": "import",
                "changes_interval": 15,
                "start_date": "2026-01-01",
                "item_policy": "generic",
                "deposit_rule_ids": [Command.create(rule)],
                "class_plan_id": self.plan.id,
            }
        )
        income = self.entry(self.backend, "Account", "Sales of Product Income")
        self.special = self.account(self.company, "Garden sales", "400777")
        income.account_id = self.special

    def account(self, company, name, code):
        accounts = self.env["account.account"].with_company(company)
        values = {"name": name, "code": code, "account_type": "income"}
        return accounts.create({**values, "company_ids": company.ids})

    def entry(self, backend, entity, name):
        return backend.object_ids.filtered(
            lambda o: o.entity == entity and o.name == name
        )

    def profile(self, backend=None):
        """What a person downloads, as a file would keep it."""
        backend = backend or self.backend
        wizard = self.env["qbo.profile"].create({"backend_id": backend.id})
        return json.loads(base64.b64decode(wizard.download))

    def upload(self, profile, backend=None):
        content = profile
        if not isinstance(profile, bytes):
            content = json.dumps(profile).encode()
        wizard = self.env["qbo.profile"].create(
            {
                "backend_id": (backend or self.other_backend).id,
                "upload": base64.b64encode(content),
                "upload_name": "ours.json",
            }
        )
        wizard.action_compare()
        return wizard

    def lines(self, wizard):
        return {line.label: line for line in wizard.line_ids}

    def values(self, node):
        """All keys and values of a profile."""
        if isinstance(node, dict):
            for key, value in node.items():
                yield key
                yield from self.values(value)
        elif isinstance(node, list):
            for value in node:
                yield from self.values(value)
        else:
            yield node

    def test_a_profile_has_names_and_neither_ids_nor_secrets(self):
        profile = self.profile()
        found = set(self.values(profile))
        self.assertIn("Garden sales", found)
        self.assertNotIn(self.special.id, found)
        self.assertNotIn("id", found)
        text = json.dumps(profile)
        for secret in (
            *self.sandbox.credentials().values(),
            self.backend.base_url,
        ):
            self.assertNotIn(secret, text)

    def test_its_own_profile_changes_nothing(self):
        wizard = self.upload(self.profile(), self.backend)
        self.assertFalse(wizard.line_ids, wizard.line_ids.mapped("label"))
        self.assertGreater(wizard.same_count, 20)

    def test_settings_and_mappings_are_shown_before_they_are_written(self):
        twin = self.account(self.other, "Garden sales", "499000")
        before = self.profile(self.other_backend)
        wizard = self.upload(self.profile())
        lines = self.lines(wizard)
        flow = lines["Customers"]
        self.assertEqual(
            (flow.before, flow.after, flow.state),
            ("Both ways", "QuickBooks to Odoo", "change"),
        )
        self.assertIn("Garden sales", lines[INCOME].after)
        self.assertEqual(self.profile(self.other_backend), before)
        lines["Read Changes Every"].apply = False
        wizard.action_apply()
        other = self.other_backend
        self.assertEqual(other.customer_flow, "import")
        self.assertEqual(str(other.start_date), "2026-01-01")
        self.assertEqual(other.changes_interval, 5)
        self.assertEqual(other.class_plan_id, self.plan)
        row = self.entry(other, "Account", "Sales of Product Income")
        self.assertEqual((row.account_id, row.state), (twin, "linked"))
        rule = other.deposit_rule_ids
        self.assertEqual(rule.object_id, self.entry(other, "Account", "Checking"))
        self.assertEqual(rule.journal_id.company_id, self.other)
        self.assertIn("ours.json", other.message_ids[0].body)

    def test_there_and_back_is_the_same(self):
        self.account(self.other, "Garden sales", "400777")
        self.upload(self.profile()).action_apply()
        back = self.upload(self.profile(self.other_backend), self.backend)
        changed = back.line_ids.filtered(lambda line: line.state == "change")
        self.assertFalse(changed, changed.mapped("label"))

    def test_what_is_not_here_is_named_and_never_written(self):
        wizard = self.upload(self.profile())
        line = self.lines(wizard)[INCOME]
        self.assertEqual((line.state, line.apply), ("missing", False))
        row = self.entry(self.other_backend, "Account", "Sales of Product Income")
        before = row.account_id
        line.apply = True
        wizard.action_apply()
        self.assertEqual(row.account_id, before)

    def test_a_profile_changes_no_connection_and_starts_nothing(self):
        dangerous = {
            "base_url": "http://evil.example",
            "discovery_url": "http://evil.example",
            "realm_id": "1",
            "environment": "production",
            "client_secret": "x",
            "live": False,
            "auto_sync": True,
            "company_id": {"display_name": self.company.name},
            "cursor": "x",
            "customer_flow": "sideways",
            "changes_interval": "5",
            "start_date": "soon",
        }
        wizard = self.upload({**self.profile(), "settings": dangerous})
        states = {line.key: line.state for line in wizard.line_ids}
        for name in dangerous:
            self.assertEqual(states[json.dumps(["setting", name])], "unknown", name)
        wizard.line_ids.apply = True
        fields = ["base_url", "realm_id", "environment", "live", "auto_sync"]
        before = self.other_backend.read(fields)
        wizard.action_apply()
        self.assertEqual(self.other_backend.read(fields), before)

    def test_a_file_that_is_no_profile_is_refused_in_words(self):
        whole = self.profile()
        for content in (
            b"{",
            b"\xff\xfe",
            b"[]",
            {**whole, "version": 2},
            {**whole, "settings": []},
            {**whole, "mappings": [1]},
        ):
            with self.subTest(content), self.assertRaises(UserError):
                self.upload(content)
        odd = {**whole, "mappings": [{"entity": ["x"], "name": {}, "odoo": [1]}]}
        self.assertIn("missing", self.upload(odd).line_ids.mapped("state"))

    def test_only_managers_of_the_company_may(self):
        reader = new_test_user(
            self.env,
            "reader",
            "qbo_connector.group_qbo_user",
            company_id=self.company.id,
        )
        neighbour = new_test_user(
            self.env,
            "neighbour",
            "qbo_connector.group_qbo_manager",
            company_id=self.other.id,
            company_ids=self.other.ids,
        )
        for user in (reader, neighbour):
            with self.assertRaises(AccessError):
                self.backend.with_user(user).action_profile()
        with self.assertRaises(AccessError):
            wizards = self.env["qbo.profile"].with_user(neighbour)
            self.assertTrue(wizards.create({"backend_id": self.backend.id}).download)
