from .common import QboCase


class TestDemoImport(QboCase):
    """The first sync of a whole company."""

    seed = "demo"

    def test_every_customer_owes_in_odoo_what_quickbooks_says(self):
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        problems = self.backend.object_ids.filtered(
            lambda o: o.state in ("error", "waiting", "new")
        )
        self.assertFalse(problems, problems.mapped("message"))
        theirs = {
            row["Id"]: row["Balance"]
            for page in self.books.pages("Customer", "Active IN (true, false)")
            for row in page
        }
        ours = self._receivable_by_customer()
        self.assertEqual(
            {key: f"{value:.2f}" for key, value in theirs.items()},
            {key: f"{ours.get(key, 0.0):.2f}" for key in theirs},
        )

    def _receivable_by_customer(self):
        links = self.backend.object_ids.filtered(lambda o: o.entity == "Customer")
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ],
            ["partner_id"],
            ["amount_residual:sum"],
        )
        residual = {partner.id: amount for partner, amount in groups}
        return {link.qbo_id: residual.get(link.res_id, 0.0) for link in links}
