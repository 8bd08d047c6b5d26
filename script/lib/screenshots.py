"""Take all pictures of docs/pictures anew, from a set-up of their own.

A new Odoo and a new sandbox are started, connected and switched on as a person would,
with a picture at each step. That takes some minutes; `script/screenshots connection
payments` takes the same way and keeps these two only.
"""

import datetime
import re
import sys

import first_run
import ports
import web_client
from house import ROOT, Problem, home, main, say
from instance import Instance
from processes import Processes
from qbo_sandbox.control_client import Control
from server import bring_up

FOLDER = ROOT / "docs/pictures"
FORM = ".o_form_view .o_field_widget"
ROW = ".o_data_row"
WINDOW = ".modal .modal-footer"
CONNECTIONS = "/odoo/qbo-backends"
SETTINGS = "/odoo/action-account.action_account_config"
#: What Odoo has before the two are connected: the same, alike, twice.
PARTNERS = (
    {"name": "Alder Street Dental"},
    {"name": "Blue  heron inn"},
    {"name": "Brightwater Schools"},
    {"name": "Cactus Wren Café"},
    {"name": "Cedar Hill Home Owners"},
    {"name": "Copper Canyon Realty"},
    {"name": "Copper Canyon Realty"},
    {"name": "Dahlia Flower Shop"},
)
#: Pages of the connection's form.
TABS = (
    ("app", "Intuit App"),
    ("exports", "Exports"),
    ("flow", "What Flows"),
)
#: What the web client asks when a button is pressed.
ANSWER = re.compile("/web/dataset/call_button/")


class Walk:
    """One way through all screens, from the keys to the change of the company."""

    def __init__(self, page, odoo, sandbox, wanted):
        self.page, self.odoo, self.sandbox, self.wanted = page, odoo, sandbox, wanted
        self.taken = []
        self.backend = None

    def all(self):
        """Take every picture, in the order in which a person meets the screens."""
        for step in (self.connect, self.map, self.match, self.switch_on):
            step()
        self.work()
        self.look()

    # --- The way ----------------------------------------------------------------------

    def connect(self):
        self.odoo.call("res.partner", "create", list(PARTNERS))
        self.backend = first_run.connection(self.odoo, self.sandbox.url)
        self.open()
        self.picture("keys")
        first_run.consent(self.odoo, self.backend)
        self.open()
        self.picture("company")
        self.press("action_confirm_company")
        first_run.wait_for_sync(self.odoo, self.backend)

    def map(self):
        self.open()
        self.picture("mapping")
        self.show("accounts", "/odoo/qbo-accounts", ROW)
        self.open()
        self.press("action_map_suggestions")
        self.open()
        self.press("action_create_missing", confirm=True)
        self.show("taxes", "/odoo/qbo-taxes", ROW)
        self.open()
        self.press("action_confirm_mapping")
        first_run.wait_for_sync(self.odoo, self.backend)

    def match(self):
        self.show("matching", "/odoo/qbo-match-customers", ROW)
        rows = [("backend_id", "=", self.backend)]
        close = [*rows, ("match_state", "=", "suggested")]
        found = self.odoo.call("qbo.object", "search", close)
        self.odoo.call("qbo.object", "action_match_confirm", found)
        twice = [*rows, ("match_state", "=", "ambiguous")]
        found = self.odoo.call("qbo.object", "search", twice)
        self.odoo.call("qbo.object", "action_match_create", found)
        self.open()
        self.press("action_confirm_matching")

    def switch_on(self):
        self.open()
        self.press("action_preview")
        self.page.wait_for_selector(f".modal {ROW}")
        self.picture("preview")
        with self.page.expect_response(ANSWER):
            self.page.click(".modal button[name=action_switch_on]")
        first_run.wait_for_sync(self.odoo, self.backend)
        self.odoo.call("qbo.backend", "write", [self.backend], {"auto_sync": True})

    def work(self):
        """One payment arrives in QuickBooks, one is refused: the books are closed."""
        invoices = self._open_invoices()
        self._pay(invoices[0], "CHECK 1042")
        self.sandbox.close_books(datetime.date.today().isoformat())
        self._pay(invoices[1], "CHECK 1043")
        self.sandbox.close_books(None)
        self.odoo.call("qbo.backend", "action_refresh", [self.backend])

    def look(self):
        """Everything that is there once it runs."""
        self.open()
        self.picture("connection")
        for name, tab in TABS:
            self.open(tab)
            self.picture(name)
        self.open()
        self.press("action_open_mapping")
        self.page.wait_for_selector("button[name=action_open_creation]:visible")
        self.picture("slots")
        self.open()
        self.press("action_configure")
        self.page.wait_for_selector(".o_notebook .active:has-text('Settings')")
        self._scroll_to(".o_notebook")
        self.picture("configure")
        self.window("health", "action_test_connection")
        self.import_history()
        self.window("change-company", "action_change_company")
        self.open("Settings")
        self.press("action_profile")
        self.page.wait_for_selector(WINDOW)
        self.picture("profile")
        self.show("errors", "/odoo/qbo-errors", ROW)
        self.show("invoices", "/odoo/customer-invoices", ROW)
        self.show("payments", "/odoo/customer-payments", ROW)
        self.page.locator(ROW, has_text="Error").first.locator("td[name=name]").click()
        self.page.wait_for_selector(".alert-danger:visible")
        self.picture("refused")
        self.show("export-payments", "/odoo/qbo-export-payments", ROW)
        self.read_payments()
        self.show("syncs", "/odoo/qbo-syncs", ROW)
        self.page.goto(SETTINGS)
        self._scroll_to("h2:has-text('QuickBooks')")
        self.picture("settings")
        self.page.goto(self.sandbox.url)
        self.picture("sandbox-home")

    def import_history(self):
        """What QuickBooks had before, counted and not yet imported."""
        self.open()
        self.press("action_import_history")
        self.press("action_count")
        self.page.wait_for_selector(".modal .o_field_widget[name=line_ids] .o_data_row")
        self.picture("import-history")

    def read_payments(self):
        """The screen that lists QuickBooks' payments before they are imported."""
        self.page.goto("/odoo/qbo-import-payments")
        self.page.wait_for_selector(".o_list_view")
        self.picture("import-payments")

    # --- What a person does -----------------------------------------------------------

    def open(self, tab=None):
        self.page.goto(f"{CONNECTIONS}/{self.backend}")
        self.page.wait_for_selector(FORM)
        if tab:
            self.page.get_by_role("tab", name=tab).click()
            self._scroll_to(".o_notebook")

    def _scroll_to(self, selector):
        self.page.locator(selector).first.evaluate(
            "element => element.scrollIntoView()"
        )

    def press(self, name, confirm=False):
        """Press a button, confirm what it asks, and wait for Odoo's answer."""
        with self.page.expect_response(ANSWER):
            self.page.locator(f"button[name={name}]:visible").first.click()
            if confirm:
                self.page.click(".modal .btn-primary")

    def window(self, name, button):
        self.open()
        self.press(button)
        self.page.wait_for_selector(WINDOW)
        self.picture(name)

    def show(self, name, path, complete):
        self.page.goto(path)
        self.page.wait_for_selector(complete)
        self.picture(name)

    def picture(self, name):
        self.taken.append(name)
        if self.wanted and name not in self.wanted:
            return
        self.page.wait_for_selector(".o_loading_indicator", state="detached")
        self.page.evaluate("document.fonts.ready")
        self.page.mouse.move(0, 0)
        self.page.screenshot(path=FOLDER / f"{name}.png")
        say(FOLDER / f"{name}.png")

    def _open_invoices(self):
        domain = [("payment_state", "=", "not_paid"), ("qbo_id", "!=", False)]
        domain += [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        return self.odoo.call("account.move", "search", domain, limit=2)

    def _pay(self, invoice, memo):
        """Register a payment and wait until its sync has ended."""
        context = {"active_model": "account.move", "active_ids": [invoice]}
        register = "account.payment.register"
        values = [{"communication": memo}]
        wizard = self.odoo.call(register, "create", values, context=context)
        self.odoo.call(register, "action_create_payments", wizard, context=context)
        domain = [("memo", "=", memo)]
        payment = self.odoo.read("account.payment", domain, ["name"])[0]
        self.page.goto("/odoo/customer-payments")
        row = self.page.locator(ROW, has_text=payment["name"])
        ended = re.compile("Succeeded|Error")
        row.locator("td[name=qbo_state]", has_text=ended).wait_for()


def screenshots(names):
    """:raises Problem: for an unknown name, or when a port is taken"""
    ports.check_free()
    odoo_port, sandbox_port = ports.chosen()
    FOLDER.mkdir(parents=True, exist_ok=True)
    instance = Instance(home(), "pictures", odoo_port)
    with instance.owned():
        instance.forget()
        with Processes() as processes:
            odoo, sandbox_url = bring_up(instance, sandbox_port, processes)
            taken = _walk(odoo, Control(sandbox_url), names)
        instance.forget()
    if unknown := set(names) - set(taken):
        raise Problem(f"No such picture: {', '.join(unknown)}. There are {taken}.")


def _walk(odoo, sandbox, names):
    with web_client.browser() as chrome:
        page = web_client.log_in(chrome, odoo.url, height=810)
        walk = Walk(page, odoo, sandbox, names)
        walk.all()
        return walk.taken


if __name__ == "__main__":
    main(lambda: screenshots(sys.argv[1:]))
