"""Tokens, over HTTP."""

from base64 import b64encode
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest
from client import OAuth, QboAuthError, QboThrottled, QboUnavailable

ANSWER = {
    "token_type": "bearer",
    "access_token": "eyJ-access",
    "refresh_token": "AB1-refresh",
    "expires_in": 3600,
    "x_refresh_token_expires_in": 8640000,
    "x_refresh_token_hard_expires_in": 86400,
}
PATHS = {
    "authorization_endpoint": "/connect/oauth2",
    "token_endpoint": "/tokens",
    "revocation_endpoint": "/revoke",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks",
    "issuer": "/op/v1",
}


@pytest.fixture
def discovery(httpserver):
    document = {key: httpserver.url_for(path) for key, path in PATHS.items()}
    httpserver.expect_request("/discovery").respond_with_json(document)
    return httpserver.url_for("/discovery")


@pytest.fixture
def oauth(discovery):
    return OAuth("app", "s3cret", "http://localhost/callback", discovery, timeout=5)


def test_the_consent_address_carries_our_state(oauth, httpserver):
    url = urlsplit(oauth.authorization_url("st4te"))
    assert url.path == "/connect/oauth2"
    assert parse_qs(url.query) == {
        "client_id": ["app"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "redirect_uri": ["http://localhost/callback"],
        "state": ["st4te"],
    }


def test_a_code_becomes_tokens_with_times_and_a_silent_repr(oauth, httpserver):
    httpserver.expect_request("/tokens", method="POST").respond_with_json(ANSWER)
    before = datetime.now(timezone.utc)
    tokens = oauth.exchange("c0de")
    request = httpserver.log[-1][0]
    assert request.form.to_dict() == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": "http://localhost/callback",
    }
    assert request.headers["Authorization"] == (
        f"Basic {b64encode(b'app:s3cret').decode()}"
    )
    assert request.headers["x-include-refresh-token-hard-expires-in"] == "true"
    assert (tokens.access_token, tokens.refresh_token) == ("eyJ-access", "AB1-refresh")
    slack = timedelta(seconds=5)
    assert abs(tokens.expires_at - before - timedelta(hours=1)) < slack
    assert abs(tokens.refresh_expires_at - before - timedelta(days=1)) < slack
    assert "eyJ" not in repr(tokens) and "AB1" not in repr(tokens)


def test_a_refresh_sends_the_token_and_reads_discovery_only_once(oauth, httpserver):
    rolling = {**ANSWER, "x_refresh_token_hard_expires_in": None}
    httpserver.expect_request("/tokens").respond_with_json(rolling)
    now = datetime.now(timezone.utc)
    assert (oauth.refresh("AB1-old").refresh_expires_at - now).days in (99, 100)
    oauth.refresh("AB1-refresh")
    paths = [request.path for request, _answer in httpserver.log]
    assert paths == ["/discovery", "/tokens", "/tokens"]
    assert httpserver.log[1][0].form.to_dict() == {
        "grant_type": "refresh_token",
        "refresh_token": "AB1-old",
    }


@pytest.mark.parametrize(
    ("status", "code", "detail"),
    [
        (400, "invalid_grant", "Incorrect or invalid refresh token"),
        (400, "invalid_grant", None),
        (401, "invalid_client", None),
    ],
)
def test_a_refusal_keeps_intuits_words(oauth, httpserver, status, code, detail):
    body = {"error": code, **({"error_description": detail} if detail else {})}
    httpserver.expect_request("/tokens").respond_with_json(
        body, status=status, headers={"intuit_tid": "1-77"}
    )
    with pytest.raises(QboAuthError) as caught:
        oauth.refresh("AB1-old")
    error = caught.value
    assert error.reconnect and not error.retryable
    assert (error.code, error.detail, error.http_status) == (code, detail or "", status)
    assert str(error).endswith(f"(code {code}, intuit_tid 1-77)")
    assert "AB1" not in str(error) and "s3cret" not in str(error)


def test_trouble_at_intuit_is_no_reason_to_reconnect(oauth, httpserver):
    oauth.authorization_url("state")
    httpserver.expect_ordered_request("/tokens").respond_with_data("<html>", status=503)
    httpserver.expect_ordered_request("/tokens").respond_with_data(
        "", status=429, headers={"Retry-After": "9"}
    )
    httpserver.expect_ordered_request("/tokens").respond_with_data("<html>")
    httpserver.expect_ordered_request("/tokens").respond_with_json({})
    httpserver.expect_ordered_request("/tokens").respond_with_json(["x"])
    with pytest.raises(QboUnavailable) as caught:
        oauth.refresh("AB1-old")
    assert caught.value.outcome_unknown
    with pytest.raises(QboThrottled) as caught:
        oauth.refresh("AB1-old")
    assert caught.value.retry_after == 9
    for _answer in ("html", "empty", "list"):
        with pytest.raises(QboUnavailable) as caught:
            oauth.refresh("AB1-old")
        assert caught.value.retryable


def test_an_earlier_answer_does_not_pass_for_a_new_one(oauth, httpserver):
    oauth.authorization_url("state")
    httpserver.expect_ordered_request("/tokens").respond_with_json(ANSWER)
    httpserver.expect_ordered_request("/tokens").respond_with_json({})
    oauth.refresh("AB1-old")
    with pytest.raises(QboUnavailable):
        oauth.refresh("AB1-refresh")


def test_revoke_tells_intuit_which_token(oauth, httpserver):
    oauth.authorization_url("state")
    httpserver.expect_ordered_request(
        "/revoke", method="POST", json={"token": "AB1-old"}
    ).respond_with_data("")
    httpserver.expect_ordered_request("/revoke").respond_with_data("", status=400)
    oauth.revoke("AB1-old")
    with pytest.raises(QboAuthError):
        oauth.revoke("AB1-old")


@pytest.mark.parametrize("body", ["", "{}", "<html>"])
@pytest.mark.parametrize("status", [200, 401, 404, 500])
def test_without_a_discovery_document_nothing_is_asked(httpserver, status, body):
    httpserver.expect_request("/discovery").respond_with_data(body, status=status)
    oauth = OAuth("app", "s", "http://x", httpserver.url_for("/discovery"))
    with pytest.raises(QboUnavailable) as caught:
        oauth.refresh("AB1-old")
    assert caught.value.operation == "discovery"
    assert not caught.value.outcome_unknown


def test_a_silent_intuit_ends_in_a_time_out(raw_server):
    server = raw_server(None)
    oauth = OAuth("app", "s", "http://x", f"{server.url}/discovery", timeout=0.2)
    with pytest.raises(QboUnavailable, match="could not be reached"):
        oauth.authorization_url("state")


def test_an_environment_is_a_known_one_or_an_address():
    with pytest.raises(ValueError, match="prodution"):
        OAuth("app", "s", "http://x", "prodution")
