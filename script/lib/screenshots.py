"""Take the README's pictures anew, from a `script/server` that runs already.

All of them, or those named: `script/screenshots matching preview` of a connection that
is not switched on yet, which alone has these two.
"""

import sys

import ports
import web_client
from house import ROOT, Problem, main, say

FOLDER = ROOT / "docs/pictures"
ROW = ".o_data_row"
FORM = ".o_form_view .o_field_widget"
WINDOW = ".modal .o_data_row"
CONNECTIONS = "/odoo/qbo-backends"
OPEN = f"{ROW} td[name=name]"
# (page of the web client, what is pressed there, what is on it when it is complete)
PICTURES = {
    "invoices": ("/odoo/customer-invoices", (), ROW),
    "payments": ("/odoo/customer-payments", (), ROW),
    "connection": (CONNECTIONS, (OPEN,), FORM),
    "health": (CONNECTIONS, (OPEN, "button[name=action_test_connection]"), WINDOW),
    "syncs": ("/odoo/qbo-syncs", (), ROW),
    "accounts": ("/odoo/qbo-accounts", (), ROW),
}
ONBOARDING = {
    "matching": ("/odoo/qbo-match-customers", (), ROW),
    "preview": (CONNECTIONS, (OPEN, "button[name=action_preview]"), WINDOW),
}


def screenshots(names):
    """:raises Problem: for an unknown name, or when no server runs at the port"""
    known = PICTURES | ONBOARDING
    if unknown := set(names) - set(known):
        raise Problem(f"No such picture: {', '.join(unknown)}. There are {[*known]}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    odoo_port, _sandbox_port = ports.chosen()
    with web_client.browser() as chrome:
        page = web_client.log_in(chrome, f"http://localhost:{odoo_port}", height=810)
        for name in names or PICTURES:
            _take(page, *known[name], FOLDER / f"{name}.png")


def _take(page, path, presses, complete, file):
    page.goto(path)
    for press in presses:
        page.click(press)
    page.wait_for_selector(complete)
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    page.screenshot(path=file)
    say(file)


if __name__ == "__main__":
    main(lambda: screenshots(sys.argv[1:]))
