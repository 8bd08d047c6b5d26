"""OAuth 2 with Intuit: the consent address, tokens, refresh, revoke.

On Intuit's own `intuit-oauth`, which knows the endpoints (it reads them from the
discovery document) and the requests; it lacks time-outs and typed errors, which are
added here.

Rules of Intuit to live by: an access token lasts an hour; each refresh may return
another refresh token, and then the old one is dead - save it before using it, and never
refresh twice at once; a refresh token lasts 100 days after its last use, and 5 years
in all (Intuit blog, 2025-11-12).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from . import answers, errors


@dataclass(frozen=True)
class Tokens:
    """One set of tokens; times are aware, in UTC. `repr` shows no secret.

    `refresh_expires_at` is the earlier of the two ends of a refresh token's life,
    None when Intuit named neither.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime | None


class OAuth:
    """One Intuit app.

    :param str environment: "production", "sandbox", or a discovery document's URL
    :param float timeout: seconds, per request, to connect and between two packets
    """

    def __init__(self, client_id, client_secret, redirect_uri, environment, timeout=20):
        if environment not in ("production", "sandbox") and "//" not in environment:
            raise ValueError(f"{environment!r} is no environment and no URL")
        self._settings = (client_id, client_secret, redirect_uri, environment)
        self._timeout = timeout
        self._client = None

    def authorization_url(self, state):
        """Where to send the person who consents.

        :param str state: unguessable; Intuit hands it back, and you compare it
        :raises errors.QboUnavailable: when the discovery document cannot be read
        """
        return self._connect().get_authorization_url([Scopes.ACCOUNTING], state)

    def exchange(self, code):
        """Turn the code of the callback into tokens; a code works once.

        :raises errors.QboAuthError: the code or the app's keys were refused
        :raises errors.QboUnavailable, errors.QboThrottled: try again
        :rtype: Tokens
        """
        return self._tokens("exchange", lambda client: client.get_bearer_token(code))

    def refresh(self, refresh_token):
        """New tokens. Save them at once: the old refresh token may be dead now.

        :raises errors.QboAuthError: refused for good; a person has to reconnect
        :raises errors.QboUnavailable, errors.QboThrottled: try again; when
            `outcome_unknown`, the refresh token may have changed unseen
        :rtype: Tokens
        """
        return self._tokens("refresh", lambda client: client.refresh(refresh_token))

    def revoke(self, token):
        """Disconnect, by a refresh or access token.

        :raises errors.QboAuthError: Intuit does not know the token (any more)
        """
        client = self._connect()
        _asked("revoke", lambda: client.revoke(token))

    def _tokens(self, operation, ask):
        client = self._connect()
        # The client keeps what it is told; nothing old may pass for an answer.
        client.access_token = client.refresh_token = client.expires_in = None
        client.x_refresh_token_expires_in = None
        client.x_refresh_token_hard_expires_in = None
        now = datetime.now(timezone.utc).replace(microsecond=0)
        _asked(operation, lambda: ask(client))
        if not (client.access_token and client.refresh_token and client.expires_in):
            raise _garbage(operation)
        lives = (
            client.x_refresh_token_expires_in,
            client.x_refresh_token_hard_expires_in,
        )
        ends = [now + timedelta(seconds=int(life)) for life in lives if life]
        return Tokens(
            access_token=client.access_token,
            refresh_token=client.refresh_token,
            expires_at=now + timedelta(seconds=int(client.expires_in)),
            refresh_expires_at=min(ends, default=None),
        )

    def _connect(self):
        """Intuit's client; making it reads the discovery document."""
        if self._client is None:
            make = lambda: _TimedClient(self._timeout, *self._settings)  # noqa: E731
            self._client = _asked("discovery", make)
            self._client.include_refresh_token_hard_expires_in = True
        return self._client


class _TimedClient(AuthClient):
    def __init__(self, timeout, *settings):
        self._timeout = timeout
        super().__init__(*settings)

    def send(self, request, **options):
        options["timeout"] = options.get("timeout") or self._timeout
        return super().send(request, **options)


def _asked(operation, ask):
    """What `ask()` returns, its failures as our errors."""
    try:
        return ask()
    except AuthClientError as error:
        raise _refusal(operation, error.response) from error
    except requests.RequestException as error:
        raise errors.QboUnavailable(
            f"Intuit could not be reached for {operation} ({type(error).__name__})",
            retryable=True,
            operation=operation,
            outcome_unknown=operation in ("exchange", "refresh"),
        ) from error
    except (KeyError, TypeError) as error:
        raise _garbage(operation) from error


def _refusal(operation, response):
    payload = answers.parse_json(response.content) or {}
    status = response.status_code
    code = str(payload.get("error", ""))
    refused = status in (400, 401, 403) and operation != "discovery"
    error_class = errors.QboAuthError if refused else errors.QboUnavailable
    if status == 429:
        error_class = errors.QboThrottled
    detail = answers.without_secrets(str(payload.get("error_description", "")))
    return error_class(
        f"Intuit refused {operation} with HTTP {status}",
        code=code,
        detail=detail,
        intuit_tid=answers.intuit_tid(response),
        http_status=status,
        operation=operation,
        retry_after=answers.retry_after(response.headers.get("Retry-After")),
        retryable=not refused,
        outcome_unknown=status >= 500 and operation in ("exchange", "refresh"),
    )


def _garbage(operation):
    return errors.QboUnavailable(
        f"Intuit answered {operation} with something else",
        retryable=True,
        operation=operation,
        outcome_unknown=operation in ("exchange", "refresh"),
    )
