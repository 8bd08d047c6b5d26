"""Everything as a person has it: Odoo with its job runner, the sandbox, a browser."""

import sys

import pytest

import web_client
from house import home
from odoo_rpc import OdooSession
from qbo_sandbox.control_client import Control

from .stack import Stack


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
    with Stack.running_for(kept) as stack:
        yield stack


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
    with web_client.browser() as browser:
        yield browser


@pytest.fixture
def page(browser, stack, kept, request):
    """A page of the web client, logged in as the administrator."""
    page = web_client.log_in(browser, stack.odoo_url)
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
