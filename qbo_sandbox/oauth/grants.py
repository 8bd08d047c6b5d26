"""Apps, the consents given to them (grants), and the tokens of those."""

import json
import secrets
import time

from ..faults import Fault

ACCESS_LIFE = 3600  # seconds
REFRESH_LIFE = 8_726_400  # rolling: 101 days
HARD_LIFE = 157_680_000  # since the consent: five years
CODE_LIFE = 600
ACCOUNTING = "com.intuit.quickbooks.accounting"
LIVES = {"access": ACCESS_LIFE, "refresh": REFRESH_LIFE, "code": CODE_LIFE}


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


def expire_all(connection):
    """Let every access token be too old."""
    connection.execute(
        "UPDATE tokens SET expires=? WHERE kind='access'", (time.time() - 1e9,)
    )


def revoke_all(connection):
    """Disconnect every app from every company."""
    connection.execute("UPDATE grants SET revoked=1")


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
        raise expired()
    if own_realm != realm or ACCOUNTING not in scope.split():
        raise Fault(
            "3100",
            "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
            "The token is not for this company.",
            kind="AUTHORIZATION",
            status=403,
        )


def expired():
    """The fault of an access token that is too old."""
    return _refused("Token expired: the token is older than one hour")


def _refused(detail, code="3200"):
    name = "AuthenticationFailed" if code == "3200" else "EmptyField"
    return Fault(
        code,
        f"message={name}; errorCode=00{code}; statusCode=401",
        detail,
        kind="AUTHENTICATION",
        status=401,
    )
