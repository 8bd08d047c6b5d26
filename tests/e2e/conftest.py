"""Everything as a person has it: Odoo with its job runner, the sandbox, a browser."""

import sys

import chromium
import pytest
from house import home
from odoo_rpc import OdooSession
from playwright.sync_api import sync_playwright

from qbo_sandbox.control_client import Control

from .stack import Stack

WINDOW = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def kept():
    """Folder of what a failed run leaves to look at: pictures and logs."""
    folder = home() / "e2e"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    return folder


@pytest.fixture(scope="session")
def stack(kept):
    """A running `script/server` in its first run, connected and synchronised."""
    stack = Stack()
    try:
        stack.start()
        yield stack
    finally:
        if stack.running:
            stack.stop()
        stack.keep_logs(kept)
        stack.forget()


@pytest.fixture
def odoo(stack):
    """The administrator's session, over HTTP."""
    return OdooSession(stack.odoo_url, stack.instance.database)


@pytest.fixture
def sandbox(stack):
    """The QuickBooks company, its API and its control API."""
    return Control(stack.sandbox_url)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, stack, kept, request):
    """A page of the web client, logged in as the administrator."""
    page = browser.new_page(viewport=WINDOW, base_url=stack.odoo_url)
    page.goto("/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    yield page
    if request.node.stash.get(FAILED, False):
        page.screenshot(path=kept / f"{request.node.name}.png")
        print(f"picture: {kept / request.node.name}.png", file=sys.stderr)
    page.close()


FAILED = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
