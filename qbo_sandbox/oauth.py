"""OAuth 2 and OpenID as Intuit has them: consent, codes, rotating refresh tokens.

Every grant is one consent of one company for one app; refreshing gives a new refresh
token and the one before stops working.
"""

import base64
import json
import secrets
import time
from urllib.parse import urlencode, urlsplit

from markupsafe import escape
from werkzeug.utils import redirect as redirect_to
from werkzeug.wrappers import Response

from . import openid
from .faults import Fault

ACCESS_LIFE = 3600  # seconds
REFRESH_LIFE = 8_726_400  # rolling: 101 days
HARD_LIFE = 157_680_000  # since the consent: five years
CODE_LIFE = 600
ACCOUNTING = "com.intuit.quickbooks.accounting"
SCOPES = ("openid", "email", "profile", "address", "phone")
LIVES = {"access": ACCESS_LIFE, "refresh": REFRESH_LIFE, "code": CODE_LIFE}


def discovery(root):
    """The discovery document; ``root`` is this server's address."""
    return {
        "issuer": openid.ISSUER,
        "authorization_endpoint": f"{root}/connect/oauth2",
        "token_endpoint": f"{root}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{root}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{root}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{root}/op/v1/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": list(SCOPES),
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
        ],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }


# -- apps, grants and tokens -------------------------------------------------------


def add_app(connection, name="Sandbox app", redirects=()):
    """Register an app; returns its client id."""
    client_id = "AB" + secrets.token_hex(24)
    connection.execute(
        "INSERT INTO apps VALUES (?,?,?,?,?,?)",
        (
            client_id,
            secrets.token_hex(20),
            name,
            json.dumps(list(redirects)),
            secrets.token_hex(18),
            json.dumps({}),
        ),
    )
    return client_id


def app(connection, client_id=None):
    """(client id, secret, name, redirects, verifier, webhook) of an app, the first one
    when None; None when there is no such app."""
    where = "WHERE client_id=?" if client_id else ""
    return connection.execute(
        f"SELECT * FROM apps {where} ORDER BY rowid LIMIT 1",
        (client_id,) if client_id else (),
    ).fetchone()


def add_grant(
    connection, now, client_id, realm, scope=ACCOUNTING, redirect="", nonce=None
):
    cursor = connection.execute(
        "INSERT INTO grants (client_id, realm, scope, redirect, nonce, created)"
        " VALUES (?,?,?,?,?,?)",
        (client_id, realm, scope, redirect, nonce, now),
    )
    return cursor.lastrowid


def add_token(connection, now, grant, kind):
    """A new token's text; ``kind`` is access, refresh or code."""
    if kind == "access":
        token = "eyJ" + secrets.token_urlsafe(300)
    else:
        token = ("AB11" if kind == "refresh" else "XAB11") + secrets.token_hex(20)
    connection.execute(
        "INSERT INTO tokens (token, kind, grant_id, expires) VALUES (?,?,?,?)",
        (token, kind, grant, now + LIVES[kind]),
    )
    return token


def credentials(connection, now, realm, client_id=None):
    """What a client needs to come in, on a grant of its own."""
    client_id, secret, _name, _redirects, verifier, _hook = app(connection, client_id)
    grant = add_grant(connection, now, client_id, realm)
    return {
        "client_id": client_id,
        "client_secret": secret,
        "realm_id": realm,
        "refresh_token": add_token(connection, now, grant, "refresh"),
        "verifier_token": verifier,
    }


def admit(sandbox, request, realm):
    """
    :raises Fault: 3200 or 3202 (401) without a valid access token, 3100 (403) when it
        is not for this company
    """
    header = request.headers.get("Authorization", "")
    scheme, _, token = header.partition(" ")
    if not header:
        raise _refused("Missing Authorization header", "3202")
    if scheme.lower() != "bearer" or len(token) < 10:
        raise _refused("Malformed bearer token: too short or too long")
    with sandbox.lock:
        row = sandbox.connection.execute(
            "SELECT t.expires, g.realm, g.scope, g.revoked, t.used FROM tokens t"
            " JOIN grants g ON g.id = t.grant_id WHERE t.token=? AND t.kind='access'",
            (token.strip(),),
        ).fetchone()
    if row is None:
        raise _refused("Malformed bearer token: unknown token")
    expires, own_realm, scope, revoked, used = row
    if revoked or used:
        raise _refused("Token revoked: the app was disconnected")
    if expires <= sandbox.clock.now():
        raise _refused("Token expired: the token is older than one hour")
    if own_realm != realm or ACCOUNTING not in scope.split():
        raise Fault(
            "3100",
            "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
            "The token is not for this company.",
            kind="AUTHORIZATION",
            status=403,
        )


def _refused(detail, code="3200"):
    name = "AuthenticationFailed" if code == "3200" else "EmptyField"
    return Fault(
        code,
        f"message={name}; errorCode=00{code}; statusCode=401",
        detail,
        kind="AUTHENTICATION",
        status=401,
    )


# -- the endpoints -----------------------------------------------------------------


class Refused(Exception):
    """An OAuth error answer."""

    def __init__(self, error, description=None, status=400):
        super().__init__(error)
        self.body = {"error": error}
        if description:
            self.body["error_description"] = description
        self.status = status


def token(sandbox, request):
    """``POST /oauth2/v1/tokens/bearer``"""
    try:
        with sandbox.transaction() as connection:
            client_id = _client(connection, request)
            grants = {
                "authorization_code": _redeem_code,
                "refresh_token": _refresh,
            }
            exchange = grants.get(request.form.get("grant_type"))
            if exchange is None:
                raise Refused("unsupported_grant_type")
            body = exchange(sandbox, connection, request, client_id)
    except Refused as refused:
        return _json(refused.body, refused.status)
    return _json(body)


def _client(connection, request):
    """The app that authenticates, by header or by form.

    :raises Refused: invalid_client
    """
    client_id = request.form.get("client_id", "")
    secret = request.form.get("client_secret", "")
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(value).decode().partition(":")
        except ValueError:
            raise Refused("invalid_client", status=401) from None
    row = connection.execute(
        "SELECT secret FROM apps WHERE client_id=?", (client_id,)
    ).fetchone()
    if row is None or not secrets.compare_digest(row[0].encode(), secret.encode()):
        raise Refused("invalid_client", status=401)
    return client_id


def _redeem_code(sandbox, connection, request, client_id):
    grant = _spend(sandbox, connection, request.form.get("code"), "code", client_id)
    redirect = connection.execute(
        "SELECT redirect FROM grants WHERE id=?", (grant,)
    ).fetchone()[0]
    if request.form.get("redirect_uri") != redirect:
        raise Refused("invalid_grant", "Redirect URI does not match")
    return _tokens(sandbox, connection, request, grant, first=True)


def _refresh(sandbox, connection, request, client_id):
    given = request.form.get("refresh_token")
    grant = _spend(sandbox, connection, given, "refresh", client_id)
    return _tokens(sandbox, connection, request, grant)


def _spend(sandbox, connection, text, kind, client_id):
    """Use a code or refresh token up; returns its grant.

    :raises Refused: invalid_grant
    """
    if not text:
        raise Refused("invalid_request")
    row = connection.execute(
        "SELECT t.grant_id, t.expires, t.used, g.revoked, g.client_id, g.created"
        " FROM tokens t JOIN grants g ON g.id = t.grant_id"
        " WHERE t.token=? AND t.kind=?",
        (text, kind),
    ).fetchone()
    if row is None:
        raise Refused("invalid_grant", "Incorrect or invalid refresh token")
    grant, expires, used, revoked, owner, created = row
    now = sandbox.clock.now()
    if owner != client_id:
        raise Refused("invalid_grant", "Incorrect Token type or clientID")
    if used or revoked or expires <= now or created + HARD_LIFE <= now:
        raise Refused("invalid_grant", "Token has been expired or revoked")
    connection.execute("UPDATE tokens SET used=1 WHERE token=?", (text,))
    return grant


def _tokens(sandbox, connection, request, grant, first=False):
    now = sandbox.clock.now()
    body = {
        "token_type": "bearer",
        "access_token": add_token(connection, now, grant, "access"),
        "refresh_token": add_token(connection, now, grant, "refresh"),
        "expires_in": ACCESS_LIFE,
        "x_refresh_token_expires_in": REFRESH_LIFE,
    }
    row = connection.execute(
        "SELECT client_id, realm, scope, nonce, created FROM grants WHERE id=?",
        (grant,),
    ).fetchone()
    if request.headers.get("x-include-refresh-token-hard-expires-in") == "true":
        body["x_refresh_token_hard_expires_in"] = int(row[4] + HARD_LIFE - now)
    if first and "openid" in row[2].split():
        body["id_token"] = openid.id_token(connection, *row[:2], nonce=row[3])
    return body


def revoke(sandbox, request):
    """``POST /v2/oauth2/tokens/revoke``: either token ends the whole grant."""
    try:
        with sandbox.transaction() as connection:
            _client(connection, request)
            body = request.get_json(silent=True) or request.form
            row = connection.execute(
                "SELECT grant_id FROM tokens WHERE token=?", (body.get("token"),)
            ).fetchone()
            if row is None:
                raise Refused("invalid_request", "Unknown token")
            connection.execute("UPDATE grants SET revoked=1 WHERE id=?", row)
    except Refused as refused:
        return _json(refused.body, refused.status)
    return Response("", 200)


def userinfo(sandbox, request):
    """``GET /v1/openid_connect/userinfo``"""
    header = request.headers.get("Authorization", "").partition(" ")[2]
    with sandbox.lock:
        row = sandbox.connection.execute(
            "SELECT g.scope, t.expires, g.revoked FROM tokens t JOIN grants g"
            " ON g.id = t.grant_id WHERE t.token=? AND t.kind='access'",
            (header,),
        ).fetchone()
    if row is None or row[2] or row[1] <= sandbox.clock.now():
        return _json({"error": "invalid_token"}, 401)
    if "openid" not in row[0].split():
        return _json({"error": "insufficient_scope"}, 403)
    return _json(openid.USER)


def jwks(sandbox, request):
    with sandbox.transaction() as connection:
        return _json(openid.key_set(connection))


# -- consent -----------------------------------------------------------------------


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
    parts = urlsplit(uri)
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


def _json(body, status=200):
    return Response(json.dumps(body), status, content_type="application/json")


def expire_all(connection):
    """Let every access token be too old."""
    connection.execute(
        "UPDATE tokens SET expires=? WHERE kind='access'", (time.time() - 1e9,)
    )


def revoke_all(connection):
    """Disconnect every app from every company."""
    connection.execute("UPDATE grants SET revoked=1")
