"""Id tokens and the key that they are checked by (PyJWT on `cryptography`).

The libraries are imported when needed: only clients that ask for ``openid`` do.
"""

import json
import time

ISSUER = "https://oauth.platform.intuit.com/op/v1"  # clients compare it
KEY_ID = "sandbox"
USER = {
    "sub": "b053d994-07d5-468d-b7ee-22e349d2e739",
    "email": "sam@example.com",
    "emailVerified": True,
    "givenName": "Sam",
    "familyName": "Bookkeeper",
    "phoneNumber": "+1 5550100",
    "phoneNumberVerified": False,
}


def _private_key(connection):
    """The signing key, made when first needed and kept with the database."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    row = connection.execute("SELECT value FROM meta WHERE key='rsa'").fetchone()
    if row:
        return serialization.load_pem_private_key(row[0].encode(), None)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    connection.execute("INSERT INTO meta VALUES ('rsa', ?)", (pem.decode(),))
    return key


def key_set(connection):
    """The JWKS document."""
    from jwt.algorithms import RSAAlgorithm

    public = json.loads(RSAAlgorithm.to_jwk(_private_key(connection).public_key()))
    public.update(kid=KEY_ID, use="sig", alg="RS256")
    return {"keys": [public]}


def id_token(connection, client_id, realm, nonce=None):
    import jwt

    now = int(time.time())
    claims = {
        "sub": USER["sub"],
        "aud": [client_id],
        "realmid": realm,
        "auth_time": now,
        "iss": ISSUER,
        "exp": now + 3600,
        "iat": now,
    }
    if nonce:
        claims["nonce"] = nonce
    return jwt.encode(
        claims, _private_key(connection), algorithm="RS256", headers={"kid": KEY_ID}
    )
