"""Secrets at rest: encrypted when a key is set outside the database.

The key is `qbo_connector_key` in odoo.conf or the environment variable
QBO_CONNECTOR_KEY: one Fernet key, or several with commas between. The first one
encrypts, all of them decrypt; that is how keys are rotated. Without a key, secrets are
kept as they are, readable by whoever reads the database.
"""

import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo import _
from odoo.exceptions import UserError
from odoo.tools import config

#: What an encrypted value begins with; no token of Intuit's does.
MARK = "fernet:"


class UnreadableSecret(UserError):
    """A secret is encrypted with a key that this server does not have."""


def protect(text):
    """A secret as it is stored."""
    keys = _keys()
    if not (text and keys):
        return text
    return MARK + keys.encrypt(text.encode()).decode()


def reveal(env, stored):
    """A stored secret as it is used.

    :param env: environment whose user reads the error, if there is one
    :raise UnreadableSecret: it was encrypted with a key that is not configured.
    """
    if not (stored and stored.startswith(MARK)):
        return stored
    secret = _decrypted(stored)
    if secret is None:
        raise UnreadableSecret(
            env._(
                "The QuickBooks tokens and keys are encrypted with a key that this"
                " server does not have. Set qbo_connector_key in odoo.conf to it and"
                " restart Odoo. If that key is lost, open the connection and press"
                " Disconnect; then fill in the client secret under Intuit App, save,"
                " and press Connect."
            )
        )
    return secret


def _decrypted(stored):
    """The secret, or None without the right key."""
    keys = _keys()
    try:
        return keys.decrypt(_cipher(stored)).decode() if keys else None
    except InvalidToken:
        return None


def _cipher(stored):
    return stored.removeprefix(MARK).encode()


def is_current(stored):
    """Whether a stored secret is already as `protect` would store it today."""
    keys = _keys()
    if not (stored and keys):
        return True
    first = _key(_key_texts()[0])
    try:
        first.decrypt(_cipher(stored))
    except InvalidToken:
        return False
    return stored.startswith(MARK)


def _key_texts():
    text = config.get("qbo_connector_key") or os.environ.get("QBO_CONNECTOR_KEY") or ""
    return [key.strip() for key in text.split(",") if key.strip()]


def _keys():
    texts = _key_texts()
    return MultiFernet([_key(text) for text in texts]) if texts else None


def _key(text):
    """
    :raise UserError: it is no Fernet key.
    """
    try:
        return Fernet(text)
    except ValueError:
        # Not from it: neither words nor traceback may show what was configured.
        raise UserError(
            _(
                "qbo_connector_key in odoo.conf (or QBO_CONNECTOR_KEY) is no Fernet"
                " key: one has 44 characters, letters, digits, - and _, and ends with"
                " =; several have commas between. README, Installation, says how to"
                " make one. Correct it and restart Odoo."
            )
        ) from None
