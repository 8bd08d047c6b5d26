"""OAuth 2: consent, codes, rotation, revocation, and what the API says without it."""

import time
from datetime import datetime, timedelta, timezone

import pytest
import requests

CALLBACK = "http://localhost:8069/qbo/callback"
SCOPE = "com.intuit.quickbooks.accounting"


@pytest.fixture
def endpoints(server):
    return requests.get(f"{server.url}/.well-known/openid_configuration").json()


@pytest.fixture
def keys(server):
    return server.credentials()


def consent(endpoints, keys, decision="connect", scope=SCOPE, **more):
    """Press a button of the consent page; returns the URL redirected to."""
    form = {
        "client_id": keys["client_id"],
        "response_type": "code",
        "scope": scope,
        "redirect_uri": CALLBACK,
        "state": "s t/1",
        "realm": keys["realm_id"],
        "decision": decision,
        **more,
    }
    url = endpoints["authorization_endpoint"]
    return requests.post(url, data=form, allow_redirects=False)


def arguments(response):
    location = requests.utils.urlparse(response.headers["Location"])
    return dict(
        requests.compat.unquote_plus(p).split("=", 1) for p in location.query.split("&")
    )


def exchange(endpoints, keys, headers=None, **form):
    return requests.post(
        endpoints["token_endpoint"],
        auth=(keys["client_id"], keys["client_secret"]),
        data=form,
        headers=headers,
    )


def refresh(endpoints, keys, token, headers=None):
    return exchange(
        endpoints, keys, headers, grant_type="refresh_token", refresh_token=token
    )


def test_a_consent_gives_a_code_that_buys_tokens_once(server, endpoints, keys):
    back = arguments(consent(endpoints, keys))
    assert back["state"] == "s t/1"
    assert back["realmId"] == server.realm_id
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": CALLBACK,
    }
    tokens = exchange(endpoints, keys, **form).json()
    assert tokens["expires_in"] == 3600
    read = requests.get(
        f"{server.url}/v3/company/{server.realm_id}/companyinfo/{server.realm_id}",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )
    assert read.status_code == 200
    again = exchange(endpoints, keys, **form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_the_consent_page_names_the_company_and_has_a_connect_button(endpoints, keys):
    page = requests.get(
        endpoints["authorization_endpoint"],
        params={
            "client_id": keys["client_id"],
            "response_type": "code",
            "scope": SCOPE,
            "redirect_uri": CALLBACK,
            "state": "x",
        },
    ).text
    assert "Sandbox Company" in page and 'value="connect"' in page


def test_cancelling_comes_back_with_access_denied(endpoints, keys):
    back = arguments(consent(endpoints, keys, decision="cancel"))
    assert back == {"error": "access_denied", "state": "s t/1"}


def test_an_unknown_scope_comes_back_as_invalid_scope(endpoints, keys):
    assert arguments(consent(endpoints, keys, scope="world.domination"))["error"] == (
        "invalid_scope"
    )


def test_a_redirect_elsewhere_must_be_registered(endpoints, keys):
    answer = consent(endpoints, keys, redirect_uri="https://evil.example/cb")
    assert answer.status_code == 400 and "Location" not in answer.headers


def test_refreshing_rotates_and_the_old_token_stops(endpoints, keys):
    first = refresh(endpoints, keys, keys["refresh_token"]).json()
    assert first["refresh_token"] != keys["refresh_token"]
    old = refresh(endpoints, keys, keys["refresh_token"])
    assert (old.status_code, old.json()["error"]) == (400, "invalid_grant")
    assert "intuit_tid" in old.headers
    assert refresh(endpoints, keys, first["refresh_token"]).status_code == 200


def test_the_same_refresh_token_may_come_back_for_a_day(server, endpoints, keys):
    server.control.rotation(24)
    first = keys["refresh_token"]
    answer = refresh(endpoints, keys, first).json()
    assert answer["refresh_token"] == first
    tomorrow = datetime.now(timezone.utc) + timedelta(hours=25)
    server.control.set_clock(tomorrow.isoformat())
    later = refresh(endpoints, keys, first).json()
    assert later["refresh_token"] != first
    assert later["x_refresh_token_expires_in"] == 8_726_400
    assert refresh(endpoints, keys, first).json()["error"] == "invalid_grant"


def test_one_client_refreshing_does_not_disturb_another(server, endpoints):
    one, two = server.credentials(), server.credentials()
    assert refresh(endpoints, one, one["refresh_token"]).status_code == 200
    assert refresh(endpoints, two, two["refresh_token"]).status_code == 200


def test_the_hard_expiry_shows_only_when_asked_for(endpoints, keys):
    asked = {"x-include-refresh-token-hard-expires-in": "true"}
    first = refresh(endpoints, keys, keys["refresh_token"], asked).json()
    assert 157_000_000 < first["x_refresh_token_hard_expires_in"] <= 157_680_000
    second = refresh(endpoints, keys, first["refresh_token"]).json()
    assert "x_refresh_token_hard_expires_in" not in second


def test_a_refresh_token_dies_after_101_days_of_silence(server, endpoints, keys):
    server.control.set_clock(
        time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 102 * 86400))
    )
    assert refresh(endpoints, keys, keys["refresh_token"]).status_code == 400


def test_a_wrong_secret_is_invalid_client(endpoints, keys):
    answer = refresh(endpoints, {**keys, "client_secret": "no"}, keys["refresh_token"])
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_revoking_ends_both_tokens(server, endpoints, keys):
    tokens = refresh(endpoints, keys, keys["refresh_token"]).json()
    answer = requests.post(
        endpoints["revocation_endpoint"],
        auth=(keys["client_id"], keys["client_secret"]),
        json={"token": tokens["refresh_token"]},
    )
    assert (answer.status_code, answer.text) == (200, "")
    assert refresh(endpoints, keys, tokens["refresh_token"]).status_code == 400
    read = requests.get(
        f"{server.url}/v3/company/{server.realm_id}/preferences",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    )
    assert read.status_code == 401


def test_an_id_token_is_signed_by_the_published_key(endpoints, keys):
    jwt = pytest.importorskip("jwt")
    back = arguments(consent(endpoints, keys, scope=f"{SCOPE} openid"))
    tokens = exchange(
        endpoints,
        keys,
        grant_type="authorization_code",
        code=back["code"],
        redirect_uri=CALLBACK,
    ).json()
    key = jwt.PyJWKClient(endpoints["jwks_uri"]).get_signing_key_from_jwt(
        tokens["id_token"]
    )
    claims = jwt.decode(
        tokens["id_token"], key, algorithms=["RS256"], audience=keys["client_id"]
    )
    assert claims["realmid"] == keys["realm_id"]
    user = requests.get(
        endpoints["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    ).json()
    assert user["sub"] == claims["sub"]


def test_an_expired_access_token_gets_the_lower_case_envelope(server, api):
    server.control.expire_tokens()
    answer = api.call("GET", "customer/1")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="Intuit", error="invalid_token"'
    )
    (error,) = answer.json()["fault"]["error"]
    assert error["code"] == "3200" and error["detail"].startswith("Token expired")
    assert answer.json()["fault"]["type"] == "AUTHENTICATION"


def test_a_token_of_another_company_gets_403_code_3100(server, api):
    answer = api.session.get(f"{server.url}/v3/company/1234567890/preferences")
    assert answer.status_code == 403
    assert answer.json()["fault"]["error"][0]["code"] == "3100"


def test_no_token_at_all_gets_401(server):
    url = f"{server.url}/v3/company/{server.realm_id}/preferences"
    assert requests.get(url).status_code == 401
