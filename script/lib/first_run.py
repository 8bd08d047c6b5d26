"""Connect a new Odoo to the sandbox, the way that a person would, and sync once."""

import json
import subprocess
import sys
import time
from urllib.parse import urljoin

import lxml.html
import requests

from house import ROOT, Problem, say

SYNC_TIMEOUT = 600  # seconds
TIMEOUT = 60  # seconds that one page may take


def connect_and_sync(odoo, sandbox_url):
    """Do what is not done yet of: connection, consent, reading, mapping, first sync.

    :param OdooSession odoo: logged in as the administrator
    :raises Problem: when the consent or the sync does not end well
    """
    backend = connection(odoo, sandbox_url)
    if _field(odoo, backend, "state") != "connected":
        say("Connecting Odoo to the sandbox")
        consent(odoo, backend)
    confirm_company(odoo, backend)
    odoo.call("qbo.backend", "action_map_suggestions", [backend])
    odoo.call("qbo.backend", "action_create_missing", [backend])
    say("First sync")
    odoo.call("qbo.backend", "action_switch_on", [backend])
    wait_for_sync(odoo, backend)


def connection(odoo, sandbox_url):
    """ID of the connection; made with the sandbox's own application keys."""
    found = odoo.call("qbo.backend", "search", [])
    if found:
        return found[0]
    keys = _credentials(sandbox_url)
    values = {
        "name": "QuickBooks Sandbox",
        "environment": "custom",
        "base_url": sandbox_url,
        "discovery_url": f"{sandbox_url}/.well-known/openid_configuration",
        "client_id": keys["client_id"],
        "client_secret": keys["client_secret"],
    }
    return odoo.call("qbo.backend", "create", [values])[0]


def _credentials(sandbox_url):
    command = [sys.executable, "-m", "qbo_sandbox", "credentials", "--url", sandbox_url]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if shown.returncode:
        raise Problem(f"The sandbox shows no credentials: {shown.stderr.strip()}")
    return json.loads(shown.stdout)


def _field(odoo, backend, name):
    return odoo.call("qbo.backend", "read", [backend], [name])[0][name]


def consent(odoo, backend, realm=None):
    """Press Connect in Odoo and the consent page's button in QuickBooks.

    :param realm: ID of the company that is chosen there; the first one when None
    """
    start = odoo.call("qbo.backend", "action_connect", [backend])["url"]
    with requests.Session() as quickbooks:
        page = quickbooks.get(start, timeout=TIMEOUT)
        page.raise_for_status()
        back = _press_first_button(quickbooks, page, realm)
    landed = odoo.http.get(back, timeout=TIMEOUT)
    if _field(odoo, backend, "state") != "connected":
        text = " ".join(lxml.html.fromstring(landed.text).text_content().split())
        raise Problem(f"Odoo did not accept the consent: {text[:500]}")


def confirm_company(odoo, backend):
    """Say that the right company was chosen, and wait until its books are read."""
    if _field(odoo, backend, "step") == "company":
        say("Reading its books")
        odoo.call("qbo.backend", "action_confirm_company", [backend])
        wait_for_sync(odoo, backend)


def _press_first_button(browser, page, realm=None):
    """Submit the page's form by its first button; return where that redirects to."""
    form = lxml.html.fromstring(page.text).forms[0]
    fields = dict(form.form_values())
    if realm:
        fields["realm"] = realm
    buttons = form.xpath(".//button[@name] | .//input[@type='submit'][@name]")
    if buttons:
        fields[buttons[0].get("name")] = buttons[0].get("value")
    target = urljoin(page.url, form.get("action") or "")
    send = {"params" if form.method == "GET" else "data": fields}
    answer = browser.request(
        form.method, target, allow_redirects=False, timeout=TIMEOUT, **send
    )
    if "Location" not in answer.headers:
        raise Problem(
            f"The consent page {target} leads nowhere: it answered "
            f"{answer.status_code} {answer.text[:300]}"
        )
    return urljoin(target, answer.headers["Location"])


def wait_for_sync(odoo, backend):
    """Show how the newest sync of the connection goes on, until it has ended."""
    deadline = time.monotonic() + SYNC_TIMEOUT
    shown = None
    while time.monotonic() < deadline:
        fields = ["state", "summary", "progress", "message"]
        domain = [("backend_id", "=", backend)]
        run = odoo.read("qbo.run", domain, fields, order="id desc", limit=1)
        state, summary = (run[0]["state"], run[0]["summary"]) if run else ("", "")
        if summary != shown:
            say(f"  {summary}")
            shown = summary
        if state == "done":
            return
        if state == "failed":
            raise Problem(f"The first sync failed: {run[0]['message']} ({summary})")
        time.sleep(1)
    raise Problem(
        f"The first sync has not ended after {SYNC_TIMEOUT} s: {shown}. Look at Odoo's "
        "log and at Job Queue in Odoo; starting again goes on from here."
    )
