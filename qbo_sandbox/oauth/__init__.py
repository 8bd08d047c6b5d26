"""OAuth 2 and OpenID as Intuit has them: consent, codes, rotating refresh tokens.

Every grant is one consent of one company for one app.
"""

from .consent import authorize
from .endpoints import as_json, discovery, jwks, revoke, token, userinfo
from .grants import (
    add_app,
    add_grant,
    add_token,
    admit,
    app,
    credentials,
    expire_all,
    expired,
    revoke_all,
)

__all__ = [
    "add_app",
    "add_grant",
    "add_token",
    "admit",
    "app",
    "as_json",
    "authorize",
    "credentials",
    "discovery",
    "expire_all",
    "expired",
    "jwks",
    "revoke",
    "revoke_all",
    "token",
    "userinfo",
]
