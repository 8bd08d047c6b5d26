"""Clients written for QuickBooks Online work here once their addresses point here."""

import re
from html import unescape

import pytest
import requests

CALLBACK = "http://localhost:8069/cb"


@pytest.fixture
def connected(server, monkeypatch):
    """Intuit's own OAuth client, after a consent."""
    client = pytest.importorskip("intuitlib.client")
    enums = pytest.importorskip("intuitlib.enums")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    keys = server.credentials()
    auth = client.AuthClient(
        keys["client_id"],
        keys["client_secret"],
        CALLBACK,
        environment=f"{server.url}/.well-known/openid_configuration",
    )
    scopes = [enums.Scopes.ACCOUNTING, enums.Scopes.OPENID]
    address = auth.get_authorization_url(scopes)
    page = requests.get(address).text
    form = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    form = {name: unescape(value) for name, value in form}
    form.update(realm=server.realm_id, decision="connect")
    back = requests.post(address.partition("?")[0], data=form, allow_redirects=False)
    code = re.search("code=([^&]+)", back.headers["Location"])[1]
    auth.get_bearer_token(code, realm_id=server.realm_id)
    return auth


def test_intuits_oauth_client_connects_refreshes_and_revokes(connected):
    assert connected.get_user_info().json()["email"] == "sam@example.com"
    before = connected.refresh_token
    connected.refresh()
    assert connected.refresh_token != before
    assert connected.revoke() is True


def test_python_quickbooks_bills_and_receives(server, connected, invoice):
    quickbooks = pytest.importorskip("quickbooks")
    objects = pytest.importorskip("quickbooks.objects")
    books = quickbooks.QuickBooks(
        auth_client=connected,
        refresh_token=connected.refresh_token,
        company_id=server.realm_id,
    )
    books.sandbox_api_url_v3 = books.api_url_v3 = f"{server.url}/v3"
    customer = objects.Customer()
    customer.DisplayName = "Lib O'Brien"
    customer.save(qb=books)
    (found,) = objects.Customer.filter(DisplayName="Lib O'Brien", qb=books)
    assert found.Id == customer.Id
    payment = objects.Payment()
    payment.CustomerRef = objects.Customer.get(1, qb=books).to_ref()
    payment.TotalAmt = 30
    payment.save(qb=books)
    assert objects.Payment.get(payment.Id, qb=books).UnappliedAmt == 30
    objects.Payment.get(payment.Id, qb=books).void(qb=books)
    assert objects.Payment.get(payment.Id, qb=books).PrivateNote == "Voided"
