"""Two Odoo companies on two QuickBooks companies, in one database, at the same time."""

import time
from datetime import datetime

import pytest

import first_run
from odoo_rpc import OdooError, OdooSession
from qbo_sandbox.control_client import Control

from .stack import Stack

#: Two imports and two exports may run at once; script/server has one of each.
CHANNELS = "root:4,root.qbo_import:2,root.qbo_export:2"
OTHER_REALM = "9130357000000002"
OWN_GROUPS = ("qbo_connector.group_qbo_admin", "account.group_account_manager")
#: Seconds that QuickBooks thinks about each call of the first company's payments: the
#: other's are registered meanwhile, also on a busy machine.
LATENCY = 5
WITHIN = 120  # seconds
CLERK = "clerk"


class Firm:
    """One Odoo company, its connection and its books in QuickBooks."""

    def __init__(self, odoo, company, backend, books):
        self.odoo, self.company, self.backend = odoo, company, backend
        self.books = books

    def call(self, model, method, *arguments, **named):
        context = {"allowed_company_ids": [self.company], **named.pop("context", {})}
        return self.odoo.call(model, method, *arguments, **named, context=context)

    def documents(self, model, fields):
        domain = [("company_id", "=", self.company), ("qbo_id", "!=", False)]
        return self.call(model, "search_read", domain, fields)

    def last_run(self):
        found = self.call(
            "qbo.run",
            "search_read",
            [("backend_id", "=", self.backend)],
            ["state", "message"],
            order="id desc",
            limit=1,
        )
        return found[0]


@pytest.fixture(scope="module")
def own_stack(kept):
    """A first run of its own, whose job runner takes two jobs of a kind at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ODOO_QUEUE_JOB_CHANNELS", CHANNELS)
        with Stack.running_for(kept) as stack:
            yield stack


@pytest.fixture(scope="module")
def first(own_stack):
    odoo = OdooSession(own_stack.odoo_url, own_stack.instance.database)
    backend = odoo.read("qbo.backend", [], ["company_id", "realm_id"])[0]
    books = Control(own_stack.sandbox_url, backend["realm_id"])
    return Firm(odoo, backend["company_id"][0], backend["id"], books)


@pytest.fixture(scope="module")
def second(own_stack, first):
    """Another company with books of its own, whose ids are those of the first, too."""
    books = Control(own_stack.sandbox_url, OTHER_REALM)
    Control(own_stack.sandbox_url).add_company(OTHER_REALM)
    customers = [
        books.create("Customer", {"DisplayName": f"Harbour Client {number}"})
        for number in range(5)
    ]
    for number, customer in enumerate(customers * 4):
        books.create("Invoice", _sale(books, customer, 1000 + number))
    company = _new_company(first.odoo)
    firm = Firm(first.odoo, company, _connect(first, company, books), books)
    firm.call("qbo.backend", "action_map_suggestions", [firm.backend])
    firm.call("qbo.backend", "action_create_missing", [firm.backend])
    return firm


def _sale(books, customer, amount):
    item = books.query("select * from Item where Type = 'Service'")[0]
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
    }
    return {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}


def _new_company(odoo):
    """A company with a chart of accounts, that the administrator works in as well."""
    country = odoo.call("res.country", "search", [("code", "=", "US")])[0]
    values = {"name": "Harbour Ltd.", "country_id": country}
    company = odoo.call("res.company", "create", [values])[0]
    odoo.call("res.users", "write", [odoo.uid], {"company_ids": [(4, company)]})
    context = {"allowed_company_ids": [company]}
    settings = odoo.call(
        "res.config.settings",
        "create",
        [{"chart_template": "generic_coa"}],
        context=context,
    )
    odoo.call("res.config.settings", "execute", settings, context=context)
    return company


def _connect(first, company, books):
    [former] = first.call("qbo.backend", "read", [first.backend])
    keys = books.credentials()
    values = {
        "name": "Harbour in QuickBooks",
        "company_id": company,
        "environment": "custom",
        "base_url": former["base_url"],
        "discovery_url": former["discovery_url"],
        "client_id": keys["client_id"],
        "client_secret": keys["client_secret"],
    }
    backend = first.odoo.call("qbo.backend", "create", [values])[0]
    first_run.consent(first.odoo, backend, OTHER_REALM)
    first_run.confirm_company(first.odoo, backend)
    return backend


@pytest.fixture(scope="module")
def worked(first, second):
    """Both companies read all their books and send payments, at the same time.

    :returns: the calls that QuickBooks got meanwhile
    """
    control = Control(first.books.url)
    control.clear_log()
    first.call("qbo.backend", "action_sync", [first.backend])
    second.call("qbo.backend", "action_switch_on", [second.backend])
    _until(lambda: _ended(first) and _ended(second))
    control.latency(LATENCY)
    payments = {firm: _pay_three(firm) for firm in (first, second)}
    _until(lambda: all(_sent(firm, ids) for firm, ids in payments.items()))
    control.latency(0)
    return control.log()


def _ended(firm):
    run = firm.last_run()
    assert run["state"] != "failed", run["message"]
    return run["state"] == "done"


def _until(ready):
    deadline = time.monotonic() + WITHIN
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def _pay_three(firm):
    """Register a payment of each of three open invoices."""
    domain = [
        ("company_id", "=", firm.company),
        ("move_type", "=", "out_invoice"),
        ("payment_state", "=", "not_paid"),
        ("qbo_id", "!=", False),
    ]
    invoices = firm.call("account.move", "search", domain, limit=3)
    assert len(invoices) == 3
    context = {"active_model": "account.move", "active_ids": invoices}
    register = "account.payment.register"
    wizard = firm.call(register, "create", [{}], context=context)
    action = firm.call(register, "action_create_payments", wizard, context=context)
    return firm.call("account.payment", "search", action["domain"])


def _sent(firm, payments):
    rows = firm.call("account.payment", "read", payments, ["qbo_state", "qbo_message"])
    assert "error" not in [row["qbo_state"] for row in rows], rows
    return all(row["qbo_state"] == "synced" for row in rows)


def test_jobs_of_both_ran_at_the_same_time(worked, first, second):
    spans = {firm: _spans(worked, firm.books.realm_id) for firm in (first, second)}
    together = [
        (one, other)
        for one in spans[first]
        for other in spans[second]
        if one[0] < other[1] and other[0] < one[1]
    ]
    assert together


def _spans(log, realm):
    """(begin, end) of the calls to one company, in seconds."""
    mine = [row for row in log if f"/company/{realm}/" in row["path"]]
    ends = [datetime.fromisoformat(row["at"]).timestamp() for row in mine]
    return [(end - row["duration"], end) for row, end in zip(mine, ends, strict=True)]


def test_each_company_has_exactly_its_own_invoices(worked, first, second):
    for firm in (first, second):
        there = {
            row["Id"]: round(row["TotalAmt"], 2)
            for row in firm.books.query("select * from Invoice maxresults 1000")
        }
        moves = firm.documents("account.move", ["qbo_id", "amount_total", "move_type"])
        invoices = [row for row in moves if row["move_type"] == "out_invoice"]
        assert {row["qbo_id"]: row["amount_total"] for row in invoices} == there
        assert len(invoices) == len(there) >= 20


def test_the_same_id_is_another_document_in_the_other_books(worked, first, second):
    ids = [
        {row["qbo_id"] for row in firm.documents("account.move", ["qbo_id"])}
        for firm in (first, second)
    ]
    assert ids[0] & ids[1]


def test_each_payment_is_in_its_own_books_only(worked, first, second):
    for firm in (first, second):
        for row in firm.documents(
            "account.payment", ["qbo_id", "amount", "qbo_number"]
        ):
            there = firm.books.get("Payment", row["qbo_id"])
            assert there["TotalAmt"] == row["amount"]
        mine = {r["qbo_id"] for r in firm.documents("account.payment", ["qbo_id"])}
        there = firm.books.query("select * from Payment maxresults 1000")
        assert mine == {row["Id"] for row in there if row["TotalAmt"]}


# --- What a user of one company sees of the other -------------------------------------


@pytest.fixture(scope="module")
def clerk(own_stack, first, second, worked):
    """A QuickBooks administrator of the second company only."""
    groups = [
        first.odoo.call("ir.model.data", "check_object_reference", *name.split("."))[1]
        for name in OWN_GROUPS
    ]
    values = {
        "name": "Clerk",
        "login": CLERK,
        "password": CLERK,
        "company_id": second.company,
        "company_ids": [(6, 0, [second.company])],
        "group_ids": [(4, group) for group in groups],
    }
    first.odoo.call("res.users", "create", [values])
    return OdooSession(
        own_stack.odoo_url, own_stack.instance.database, login=CLERK, password=CLERK
    )


def _models(odoo):
    domain = [("model", "=like", "qbo.%"), ("abstract", "=", False)]
    domain += [("transient", "=", False), ("field_id.name", "=", "company_id")]
    domain += [("access_ids.perm_read", "=", True)]  # some are for nobody at all
    return [row["model"] for row in odoo.read("ir.model", domain, ["model"])]


def test_lists_show_ones_own_company_only(first, second, clerk):
    models = [*_models(first.odoo), "account.move", "account.payment"]
    for model in models:
        seen = clerk.read(model, [], ["company_id"])
        assert {row["company_id"][0] for row in seen} <= {second.company}, model
    assert clerk.read("qbo.object", [], ["id"])


def test_nothing_of_the_other_company_is_found_by_name(first, clerk):
    names = first.call(
        "qbo.object", "search_read", [("backend_id", "=", first.backend)], ["name"]
    )
    own = {row["name"] for row in clerk.read("qbo.object", [], ["name"])}
    foreign = {row["name"] for row in names} - own
    assert len(foreign) > 30
    for name in sorted(foreign)[:20]:
        assert clerk.call("qbo.object", "name_search", name, operator="=") == []
    found = clerk.call("qbo.backend", "name_search", "")
    assert [row[1] for row in found] == ["Harbour in QuickBooks"]


def _is_refused(clerk, model, method, *arguments):
    try:
        answer = clerk.call(model, method, *arguments)
    except OdooError:
        return True
    raise AssertionError(f"{model}.{method} answered {answer}")


def test_nothing_of_the_other_company_is_read_exported_or_deleted(first, clerk):
    for model in [*_models(first.odoo), "account.move", "account.payment"]:
        domain = [("company_id", "=", first.company)]
        ids = first.odoo.call(model, "search", domain, limit=3)
        for method, arguments in (
            ("read", [ids, ["company_id"]]),
            ("web_read", [ids, {"company_id": {}}]),
            ("export_data", [ids, ["company_id"]]),
            ("unlink", [ids]),
        ):
            assert not ids or _is_refused(clerk, model, method, *arguments)


def test_no_button_of_the_other_connection_does_anything(first, clerk):
    for action in (
        "action_connect",
        "action_disconnect",
        "action_sync",
        "action_refresh",
        "action_refresh_accounts",
        "action_change_company",
        "action_test_connection",
        "action_preview",
        "action_switch_off",
    ):
        assert _is_refused(clerk, "qbo.backend", action, [first.backend])
    state = first.call("qbo.backend", "read", [first.backend], ["state", "live"])[0]
    assert (state["state"], state["live"]) == ("connected", True)
