"""Discovery, tokens, revocation, user, keys.

Refreshing gives a new refresh token, and the one before stops working; Intuit does that
about once a day and gives the same one back in between, see `Sandbox.rotation`.
"""

import base64
import json
import secrets

from werkzeug.wrappers import Response

from . import openid
from .grants import ACCESS_LIFE, HARD_LIFE, REFRESH_LIFE, add_token

SCOPES = ("openid", "email", "profile", "address", "phone")


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
        return as_json(refused.body, refused.status)
    return as_json(body)


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
    code = request.form.get("code")
    grant, _expires = _valid(sandbox, connection, code, "code", client_id)
    _use_up(connection, code)
    redirect = connection.execute(
        "SELECT redirect FROM grants WHERE id=?", (grant,)
    ).fetchone()[0]
    if request.form.get("redirect_uri") != redirect:
        raise Refused("invalid_grant", "Redirect URI does not match")
    return _tokens(sandbox, connection, request, grant, first=True)


def _refresh(sandbox, connection, request, client_id):
    given = request.form.get("refresh_token")
    grant, expires = _valid(sandbox, connection, given, "refresh", client_id)
    left = int(expires - sandbox.clock.now())
    if REFRESH_LIFE - left < sandbox.rotation:
        return _tokens(sandbox, connection, request, grant, (given, left))
    _use_up(connection, given)
    return _tokens(sandbox, connection, request, grant)


def _valid(sandbox, connection, text, kind, client_id):
    """Grant and end of life of a code or refresh token.

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
    return grant, expires


def _use_up(connection, text):
    connection.execute("UPDATE tokens SET used=1 WHERE token=?", (text,))


def _tokens(sandbox, connection, request, grant, kept=None, first=False):
    """The answer with an access token and a refresh token.

    :param kept: (refresh token, seconds it has left) that is given back
    """
    now = sandbox.clock.now()
    refresh, left = kept or (
        add_token(connection, now, grant, "refresh"),
        REFRESH_LIFE,
    )
    body = {
        "token_type": "bearer",
        "access_token": add_token(connection, now, grant, "access"),
        "refresh_token": refresh,
        "expires_in": ACCESS_LIFE,
        "x_refresh_token_expires_in": left,
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
            row = connection.execute(
                "SELECT grant_id FROM tokens WHERE token=?", (_named_token(request),)
            ).fetchone()
            if row is None:
                raise Refused("invalid_request", "Unknown token")
            connection.execute("UPDATE grants SET revoked=1 WHERE id=?", row)
    except Refused as refused:
        return as_json(refused.body, refused.status)
    return Response("", 200)


def _named_token(request):
    """The token to revoke, from JSON or a form."""
    body = request.get_json(silent=True) or request.form
    return str(body.get("token")) if hasattr(body, "get") else ""


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
        return as_json({"error": "invalid_token"}, 401)
    if "openid" not in row[0].split():
        return as_json({"error": "insufficient_scope"}, 403)
    return as_json(openid.USER)


def jwks(sandbox, request):
    with sandbox.transaction() as connection:
        return as_json(openid.key_set(connection))


def as_json(body, status=200):
    return Response(json.dumps(body), status, content_type="application/json")
