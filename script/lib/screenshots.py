"""Take the README's pictures anew, from a `script/server` that runs already."""

import ports
import web_client
from house import ROOT, main, say

FOLDER = ROOT / "docs/pictures"
ROW = ".o_data_row"
FORM = ".o_form_view .o_field_widget"
# (file, page of the web client, what is on it when it is complete)
PICTURES = (
    ("invoices", "/odoo/customer-invoices", ROW),
    ("payments", "/odoo/customer-payments", ROW),
    ("connection", "/odoo/qbo-backends/1", FORM),
    ("syncs", "/odoo/qbo-syncs", ROW),
    ("accounts", "/odoo/qbo-accounts", ROW),
)


def screenshots():
    """:raises Problem: when no server runs at the chosen port"""
    FOLDER.mkdir(parents=True, exist_ok=True)
    odoo_port, _sandbox_port = ports.chosen()
    with web_client.browser() as chrome:
        page = web_client.log_in(chrome, f"http://localhost:{odoo_port}", height=810)
        for name, path, complete in PICTURES:
            page.goto(path)
            page.wait_for_selector(complete)
            page.evaluate("document.fonts.ready")
            page.mouse.move(0, 0)
            page.screenshot(path=FOLDER / f"{name}.png")
            say(f"{FOLDER / name}.png")


if __name__ == "__main__":
    main(screenshots)
