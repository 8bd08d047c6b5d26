"""The page where a person connects an app to a company."""

import json
from urllib.parse import urlencode, urlsplit

from markupsafe import escape
from werkzeug.utils import redirect as redirect_to
from werkzeug.wrappers import Response

from .endpoints import SCOPES
from .grants import ACCOUNTING, add_grant, add_token, app


def authorize(sandbox, request):
    """``/connect/oauth2``: the consent page, and what its buttons do."""
    values = request.values
    with sandbox.transaction() as connection:
        known = values.get("client_id") and app(connection, values["client_id"])
        if not known:
            return _page("Unknown app", "No app has this client_id.", 400)
        target = values.get("redirect_uri", "")
        if not _registered(target, json.loads(known[3])):
            return _page(
                "Wrong redirect URI", "The app did not register this redirect_uri.", 400
            )
        problem = _problem(values)
        if problem:
            return _back(target, values, error=problem)
        if request.method == "GET":
            return _consent(sandbox, known[2], values)
        if values.get("decision") != "connect":
            return _back(target, values, error="access_denied")
        return _granted(sandbox, connection, values, target)


def _problem(values):
    if values.get("response_type") != "code":
        return "invalid_request"
    asked = values.get("scope", "").split()
    known = [s for s in asked if s in SCOPES or s.startswith("com.intuit.")]
    return None if asked and known == asked else "invalid_scope"


def _registered(uri, registered):
    """Loopback addresses need no registration (any port)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if any(ord(each) < 33 for each in uri):  # blanks and line ends
        return False
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return uri in registered or (parts.scheme in ("http", "https") and loopback)


def _granted(sandbox, connection, values, target):
    scope = values["scope"]
    realm = values.get("realm") if ACCOUNTING in scope.split() else None
    if realm is not None and realm not in sandbox.realms:
        return _page("Unknown company", "No company has this id.", 400)
    now = sandbox.clock.now()
    grant = add_grant(
        connection, now, values["client_id"], realm, scope, target, values.get("nonce")
    )
    code = add_token(connection, now, grant, "code")
    answer = {"code": code}
    if realm:
        answer["realmId"] = realm
    return _back(target, values, **answer)


def _back(target, values, **answer):
    if values.get("state") is not None:
        answer["state"] = values["state"]
    joint = "&" if "?" in target else "?"
    return redirect_to(target + joint + urlencode(answer))


def _consent(sandbox, name, values):
    companies = []
    for realm in sandbox.realms:
        company = sandbox.reading(realm).find("CompanyInfo", "1")["CompanyName"]
        shown = f"{escape(company)} ({escape(realm)})"
        companies.append(f'<option value="{escape(realm)}">{shown}</option>')
    hidden = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in values.items()
        if key not in ("realm", "decision")
    )
    return _page(
        f"Connect {name}",
        "The app asks to read and write the books of a company.",
        form=f'<form method="post" action="/connect/oauth2">{hidden}'
        f'<p><label>Company <select name="realm">{"".join(companies)}</select></label>'
        '</p><p><button name="decision" value="connect" id="connect">Connect</button> '
        '<button name="decision" value="cancel" id="cancel">Cancel</button></p></form>',
    )


def _page(title, text, status=200, form=""):
    return Response(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body><h1>{escape(title)}</h1>"
        f"<p>{escape(text)}</p>{form}</body></html>",
        status,
        content_type="text/html; charset=utf-8",
    )
