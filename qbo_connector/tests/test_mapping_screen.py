from .common import QboCase


class TestMappingScreen(QboCase):
    """Accounts and taxes that a person maps, or lets be mapped."""

    def entries(self, entity, **values):
        return self.backend.object_ids.filtered(
            lambda o: o.entity == entity and all(o[k] == v for k, v in values.items())
        )

    def test_undeposited_funds_is_mapped_to_an_account_that_can_be_reconciled(self):
        row = self.entries("Account", kind="UndepositedFunds")
        self.assertEqual(row.account_id.account_type, "asset_current")
        self.assertTrue(row.account_id.reconcile)

    def test_a_tax_rate_is_mapped_to_a_sales_tax_of_its_percentage(self):
        for row in self.entries("TaxRate"):
            self.assertEqual(row.tax_id.amount, row.payload["RateValue"])
            self.assertEqual(row.tax_id.type_tax_use, "sale")

    def test_suggestions_take_an_account_of_the_same_name_and_type(self):
        row = self.entries("Account", name="Checking")
        row.account_id = False
        self.assertEqual(row.state, "unmapped")
        twin = self.env["account.account"].create(
            {"name": "checking", "code": "101777", "account_type": "asset_cash"}
        )
        others = self.env["account.account"].search(
            [("name", "=", "Checking"), ("id", "!=", twin.id)]
        )
        others.name = "Another"
        self.backend.action_map_suggestions()
        self.assertEqual((row.state, row.account_id), ("linked", twin))

    def test_two_accounts_that_match_are_left_to_a_person(self):
        row = self.entries("Account", name="Checking")
        row.account_id = False
        for code in ("101777", "101778"):
            self.env["account.account"].create(
                {"name": "Checking", "code": code, "account_type": "asset_cash"}
            )
        self.backend.action_map_suggestions()
        self.assertEqual(row.state, "unmapped")

    def _income_account(self, code):
        values = {"name": f"Sales {code}", "code": code, "account_type": "income"}
        return self.env["account.account"].create(values)

    def test_default_accounts_that_a_person_chose_stay(self):
        chosen = self._income_account("499999")
        self.backend.income_account_id = self.backend.discount_account_id = chosen
        self.backend.action_map_suggestions()
        self.backend.action_create_missing()
        defaults = self.backend.income_account_id + self.backend.discount_account_id
        self.assertEqual(defaults, chosen)

    def test_a_default_account_that_nobody_chose_becomes_a_mapped_one(self):
        mapped = self.backend.income_account_id
        first = self._income_account("000001")
        self.backend.write({"income_account_id": False, "discount_account_id": False})
        self.backend._prepare_journals()
        self.assertEqual(self.backend.income_account_id, first)
        self.backend.action_map_suggestions()
        self.assertEqual(self.backend.income_account_id, mapped)
        self.assertTrue(self.backend.discount_account_id)

    def test_a_tax_whose_name_is_taken_by_another_percentage_is_created_all_the_same(
        self,
    ):
        row = self.entries("TaxRate", qbo_id="3")
        row.tax_id.amount = 55
        row.tax_id = False
        self.backend.action_create_missing()
        self.assertEqual(row.tax_id.amount, 8)

    def test_a_mapping_survives_the_next_sync_of_its_account(self):
        row = self.entries("Account", name="Checking")
        twin = row.account_id
        self.sync()
        self.sandbox.control.edit("Account", row.qbo_id)
        self.sync()
        self.assertEqual((row.state, row.account_id), ("linked", twin))
