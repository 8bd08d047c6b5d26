"""After the first sync, what customers owe is the same on both sides."""

from collections import Counter
from decimal import Decimal


def _cents(amount):
    return round(Decimal(str(amount)), 2)


def _balances_in_quickbooks(sandbox):
    customers = sandbox.query("select * from Customer maxresults 1000")
    return {row["Id"]: _cents(row["Balance"]) for row in customers}


def _receivables_in_odoo(odoo):
    """What each partner owes, by the partner named on the document itself."""
    lines = odoo.read(
        "account.move.line",
        [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")],
        ["move_id", "amount_residual"],
    )
    moves = odoo.read(
        "account.move",
        [("id", "in", [row["move_id"][0] for row in lines])],
        ["partner_id"],
    )
    partner = {row["id"]: row["partner_id"][0] for row in moves}
    owed = Counter()
    for row in lines:
        owed[partner[row["move_id"][0]]] += _cents(row["amount_residual"])
    return owed


def _partners_of_customers(odoo):
    links = odoo.read(
        "qbo.object", [("entity", "=", "Customer")], ["qbo_id", "res_model", "res_id"]
    )
    return {row["qbo_id"]: row["res_id"] for row in links if row["res_model"]}


def test_each_customer_owes_in_odoo_what_quickbooks_says(odoo, sandbox):
    balances = _balances_in_quickbooks(sandbox)
    owed = _receivables_in_odoo(odoo)
    partners = _partners_of_customers(odoo)
    assert len(balances) >= 40
    assert any(balances.values())
    assert {customer: owed[partners[customer]] for customer in balances} == balances


def test_no_partner_owes_anything_that_quickbooks_does_not_know(odoo):
    known = set(_partners_of_customers(odoo).values())
    owed = _receivables_in_odoo(odoo)
    assert {partner: sum_ for partner, sum_ in owed.items() if sum_} == {
        partner: owed[partner] for partner in known if owed[partner]
    }


def test_the_web_client_shows_the_imported_invoices(page, sandbox):
    newest = sandbox.query("select * from Invoice orderby TxnDate desc maxresults 1")[0]
    page.goto("/odoo/customer-invoices")
    page.fill(".o_searchview_input", newest["DocNumber"])
    page.press(".o_searchview_input", "Enter")
    row = page.locator(".o_data_row", has_text=newest["DocNumber"]).first
    row.wait_for()
    assert newest["CustomerRef"]["name"].split(":")[-1] in row.inner_text()
    assert row.locator(".badge", has_text="Succeeded").count() == 1
