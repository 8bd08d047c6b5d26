import logging
from datetime import timedelta, timezone

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..client import OAuth, QboAuthError
from .secret import is_current, protect, reveal

_logger = logging.getLogger(__name__)
#: A token that ends sooner than this is renewed before it is used.
EXPIRY_MARGIN = timedelta(minutes=2)
#: How often a reader starts over because another worker has just stored new tokens.
REFRESH_ATTEMPTS = 5
#: Fields that are encrypted when a key is configured.
SECRETS = ("client_secret", "verifier_token", "access_token", "refresh_token")


class QboCredential(models.Model):
    """The app's keys and the tokens of one connection, in a table of their own.

    Tokens are renewed in a transaction of their own, and that must never wait for a row
    that a job or a person holds.
    """

    _name = "qbo.credential"
    _description = "QuickBooks Credentials"

    backend_id = fields.Many2one(
        "qbo.backend", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    client_id = fields.Char(copy=False)
    client_secret = fields.Char(copy=False, groups=fields.NO_ACCESS)
    verifier_token = fields.Char(copy=False, groups=fields.NO_ACCESS)
    access_token = fields.Char(copy=False, groups=fields.NO_ACCESS)
    refresh_token = fields.Char(copy=False, groups=fields.NO_ACCESS)
    access_expires_at = fields.Datetime(copy=False)
    refresh_expires_at = fields.Datetime(copy=False)
    state = fields.Selection(
        [
            ("disconnected", "Not connected"),
            ("connected", "Connected"),
            ("reconnect", "Reconnect required"),
        ],
        default="disconnected",
        required=True,
        copy=False,
    )

    _backend_unique = models.Constraint(
        "UNIQUE(backend_id)", "A connection has one set of credentials."
    )

    @api.depends("backend_id")
    def _compute_display_name(self):
        for credential in self:
            credential.display_name = credential.backend_id.display_name

    # --- What the rest of the connector asks for -------------------------------------

    @api.private
    def oauth(self):
        """The OAuth client for this connection's environment.

        :raise UserError: the app's client ID or secret is missing.
        """
        self.ensure_one()
        sudo = self.sudo()
        if not (sudo.client_id and sudo.client_secret):
            raise UserError(
                self.env._(
                    "%(backend)s has no client ID and secret yet. Copy both from the"
                    " Keys page of your app on developer.intuit.com, save, and press"
                    " Connect again.",
                    backend=self.backend_id.display_name,
                )
            )
        return OAuth(
            sudo.client_id,
            reveal(self.env, sudo.client_secret),
            self.backend_id._redirect_uri(),
            self.backend_id._oauth_environment(),
        )

    @api.private
    def access_token_for_call(self, rejected=None):
        """An access token that QuickBooks should accept now.

        :param str rejected: a token that QuickBooks has just refused.
        :raise QboAuthError: the connection needs its owner (*Reconnect*).
        :raise QboUnavailable: Intuit's token service did not answer.
        """
        self.ensure_one()
        if self.state != "connected":
            backend = self.backend_id.sudo()
            raise QboAuthError(
                self.env._(
                    "%(backend)s is not connected to QuickBooks. Press %(button)s on"
                    " the connection; every setting and mapping is kept.",
                    backend=backend.display_name,
                    button=backend._connect_button(),
                )
            )
        if self._is_usable(rejected):
            return reveal(self.env, self.sudo().access_token)
        return self._renew(rejected)

    @api.private
    def store_tokens(self, tokens):
        """Keep what Intuit's token endpoint answered (a `client.Tokens`)."""
        self.ensure_one()
        self._lock()
        self.sudo().write(
            {
                "access_token": protect(tokens.access_token),
                "refresh_token": protect(tokens.refresh_token),
                "access_expires_at": _naive_utc(tokens.expires_at),
                "refresh_expires_at": _naive_utc(tokens.refresh_expires_at),
                "state": "connected",
            }
        )

    @api.private
    def forget_tokens(self, state):
        self.sudo().write(
            {
                "access_token": False,
                "refresh_token": False,
                "access_expires_at": False,
                "refresh_expires_at": False,
                "state": state,
            }
        )

    @api.private
    def store_secret(self, secret, field="client_secret"):
        """Keep the app's secret, or another field of `SECRETS`."""
        self._lock()
        self.sudo()[field] = protect(secret)

    @api.private
    def revoke(self):
        """End the connection at Intuit; where it has ended there already, so be it.

        :raise QboError: Intuit did not answer.
        """
        token = reveal(self.env, self.sudo().refresh_token)
        if not token:
            return
        try:
            self.oauth().revoke(token)
        except QboAuthError:
            _logger.info("Intuit knew no connection of %s any more", self.display_name)

    @api.private
    def _take_keys(self, other):
        """Be the same app at Intuit as another connection, unless it has keys."""
        if other and not self.sudo().client_secret:
            names = ("client_id", "client_secret", "verifier_token")
            self.sudo().write({name: other.sudo()[name] for name in names})

    @api.model
    @api.private
    def protect_all(self):
        """Encrypt all secrets with the first configured key (after a rotation).

        :returns: how many values were stored anew.
        """
        count = 0
        for credential in self.sudo().search([]):
            for field in SECRETS:
                if not is_current(credential[field]):
                    credential[field] = protect(reveal(self.env, credential[field]))
                    count += 1
        return count

    def _lock(self):
        """Be the one transaction that writes this row.

        Two that write at once fail here, where Odoo logs a statement without secrets,
        and not at the one that stores them.

        :raise SerializationFailure: another one has just written.
        """
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT id FROM qbo_credential WHERE id = %s FOR UPDATE", [self.id]
        )
        self.invalidate_recordset()

    # --- Renewal: one worker at a time, in a transaction of its own ------------------

    def _is_usable(self, rejected):
        sudo = self.sudo()
        return bool(
            sudo.access_token
            and reveal(self.env, sudo.access_token) != rejected
            and sudo.access_expires_at
            and sudo.access_expires_at > fields.Datetime.now() + EXPIRY_MARGIN
        )

    def _renew(self, rejected):
        for _attempt in range(REFRESH_ATTEMPTS):
            try:
                return self._renew_once(rejected)
            except SerializationFailure:
                # Another worker stored new tokens while this one waited for the row:
                # a new transaction sees them.
                continue
        raise QboAuthError(
            self.env._("The QuickBooks tokens are being renewed; try again.")
        )

    def _renew_once(self, rejected):
        """Renew under a lock on this one row; the HTTP call is what the lock is for.

        The new refresh token is committed before anyone uses it: Intuit may stop
        accepting the former one at once.
        """
        refused = None
        with self.env.registry.cursor() as cr:
            own = self.with_env(self.env(cr=cr)).sudo()
            own._lock()
            if own._is_usable(rejected):
                return reveal(self.env, own.access_token)
            try:
                tokens = own.oauth().refresh(reveal(self.env, own.refresh_token))
            except QboAuthError as error:
                own.forget_tokens("reconnect")
                own.backend_id._ask_to_reconnect(error)
                refused = error
            else:
                own.store_tokens(tokens)
        self.invalidate_recordset()
        if refused:
            raise refused
        return tokens.access_token


def _naive_utc(moment):
    """Odoo stores naive UTC; tokens carry aware times."""
    return moment and moment.astimezone(timezone.utc).replace(tzinfo=None)
