"""Odoo's web client in Chromium, for pictures and for the end-to-end tests."""

from contextlib import contextmanager

from playwright.sync_api import Error, sync_playwright

import chromium
from house import Problem


@contextmanager
def browser():
    """Chromium without a window; root may run it too."""
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox"]
        )
        yield chrome
        chrome.close()


def log_in(chrome, url, width=1440, height=900):
    """A page of the web client at `url`, logged in as the administrator.

    :raises Problem: when nothing answers there
    """
    page = chrome.new_page(
        viewport={"width": width, "height": height}, base_url=url, locale="en-US"
    )
    try:
        page.goto("/web/login")
    except Error as error:
        raise Problem(
            f"{url} does not answer. Start script/server first, or name the port that "
            "it has: ODOO_PORT=8069"
        ) from error
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    return page
