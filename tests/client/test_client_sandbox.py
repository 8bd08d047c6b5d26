"""The client and the QuickBooks sandbox, over HTTP: what a user of it relies on."""

from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from client import (
    BatchItem,
    OAuth,
    QboAuthError,
    QboClient,
    QboFault,
    QboThrottled,
    QboUnavailable,
    condition,
    select,
)

from qbo_sandbox.testing import SandboxServer

SALE = {"DetailType": "SalesItemLineDetail", "Amount": 100.0}
SALE["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}}


@pytest.fixture(scope="module")
def server():
    server = SandboxServer.start(seed="empty")
    yield server
    server.stop()


@pytest.fixture
def tokens(server):
    """Hands out a good token; `rejected` holds those that came back."""

    class Tokens:
        current = server.control.token()
        rejected = []

        def __call__(self, rejected=None):
            if rejected is not None:
                self.rejected.append(rejected)
                self.current = server.control.token()
            return self.current

    return Tokens()


@pytest.fixture
def qbo(server, tokens, calls):
    realm = server.credentials()["realm_id"]
    return QboClient(server.url, realm, tokens, on_call=calls.append)


@pytest.fixture
def customer(qbo, request):
    return qbo.create("Customer", {"DisplayName": f"Amy's {request.node.name}"})


def invoice(qbo, customer, **more):
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [SALE], **more}
    return qbo.create("Invoice", body)


def ids_of(body):
    return {key: body[key] for key in ("Id", "SyncToken")}


def test_an_object_is_created_read_changed_and_found_by_its_apostrophe(qbo, customer):
    assert customer["SyncToken"] == "0"
    changed = qbo.update(
        "Customer", {**ids_of(customer), "sparse": True, "Title": "Ms"}
    )
    assert (changed["SyncToken"], changed["Title"]) == ("1", "Ms")
    assert qbo.read("Customer", customer["Id"]) == changed
    named = condition("DisplayName", "=", customer["DisplayName"])
    assert qbo.query(select("Customer", named)) == [changed]
    assert qbo.last_tid


def test_an_old_sync_token_is_a_conflict_worth_one_more_try(qbo, customer):
    body = {**ids_of(customer), "sparse": True}
    qbo.update("Customer", {**body, "Title": "Ms"})
    with pytest.raises(QboFault) as caught:
        qbo.update("Customer", {**body, "Title": "Dr"})
    error = caught.value
    assert (error.code, error.fault_class, error.retryable) == (
        "5010",
        "conflict",
        True,
    )
    assert error.intuit_tid and error.intuit_tid in str(error)
    assert (error.entity, error.operation) == ("Customer", "update")


def test_a_name_that_is_taken_is_a_conflict(qbo, customer):
    with pytest.raises(QboFault) as caught:
        qbo.create("Customer", {"DisplayName": customer["DisplayName"]})
    assert (caught.value.code, caught.value.fault_class) == ("6240", "conflict")


def test_an_invoice_is_voided_and_another_deleted(qbo, customer):
    voided = qbo.void("Invoice", invoice(qbo, customer))
    assert (voided["TotalAmt"], voided["Balance"]) == (0, 0)
    kept = invoice(qbo, customer)
    assert qbo.delete("Invoice", kept)["status"] == "Deleted"
    with pytest.raises(QboFault) as caught:
        qbo.read("Invoice", kept["Id"])
    assert (caught.value.code, caught.value.fault_class) == ("610", "mapping")


@pytest.mark.parametrize("whole", [True, False])
def test_a_payment_is_voided_by_its_ids_or_as_a_whole(qbo, customer, whole):
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 25.0}
    payment = qbo.create("Payment", body)
    voided = qbo.void("Payment", payment if whole else ids_of(payment))
    assert (voided["TotalAmt"], voided["UnappliedAmt"]) == (0, 0)


def test_all_pages_together_are_all_rows_once(qbo, calls):
    prefix = "Paged "
    items = [
        BatchItem(str(i), "create", "Customer", {"DisplayName": f"{prefix}{i}"})
        for i in range(25)
    ]
    made = {result.object["Id"] for result in qbo.batch(items)}
    where = condition("DisplayName", "LIKE", prefix + "%")
    assert qbo.count("Customer", where) == 25
    calls.clear()
    pages = list(qbo.pages("Customer", where, size=10))
    assert [len(page) for page in pages] == [10, 10, 5]
    found = [row["Id"] for page in pages for row in page]
    assert len(found) == 25 and set(found) == made
    assert len(calls) == 3


def test_cdc_shows_what_changed_and_stubs_of_what_was_deleted(qbo, customer):
    since = datetime.now(timezone.utc) - timedelta(minutes=1)
    kept, gone = invoice(qbo, customer), invoice(qbo, customer)
    qbo.delete("Invoice", gone)
    changes = qbo.cdc(["Invoice", "Customer", "Payment"], since)
    assert kept["Id"] in [row["Id"] for row in changes.changed["Invoice"]]
    assert customer["Id"] in [row["Id"] for row in changes.changed["Customer"]]
    assert gone["Id"] in [row["Id"] for row in changes.deleted["Invoice"]]
    assert gone["Id"] not in [row["Id"] for row in changes.changed["Invoice"]]
    assert changes.time > since
    assert not changes.truncated


def test_one_fault_in_a_batch_leaves_the_others_done(qbo, customer):
    void = invoice(qbo, customer)
    results = qbo.batch(
        [
            BatchItem("good", "create", "Customer", {"DisplayName": "Batched"}),
            BatchItem(
                "taken", "create", "Customer", {"DisplayName": customer["DisplayName"]}
            ),
            BatchItem("void", "void", "Invoice", void),
            BatchItem.query("query", select("Customer", size=1)),
        ]
    )
    good, taken, voided, queried = results
    assert good.object["DisplayName"] == "Batched"
    assert (taken.object, taken.error.code) == (None, "6240")
    assert voided.object["TotalAmt"] == 0
    assert len(queried.objects) == 1


def test_a_requestid_replays_the_first_answer_and_creates_nothing_new(qbo, customer):
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 25.0}
    first = qbo.create("Payment", body, requestid="once")
    assert qbo.create("Payment", body, requestid="once")["Id"] == first["Id"]
    mine = condition("CustomerRef", "=", customer["Id"])
    assert qbo.count("Payment", mine) == 1


def test_a_rejected_token_is_exchanged_once_and_the_write_happens_once(
    qbo, tokens, calls
):
    tokens.current = "stale"
    made = qbo.create("Customer", {"DisplayName": "After a refresh"})
    assert made["Id"]
    assert tokens.rejected == ["stale"]
    assert [call.status for call in calls] == [401, 200]


def test_a_write_whose_answer_was_lost_is_repeated_with_its_requestid(qbo, server):
    body = {"DisplayName": "Once only"}
    server.control.fail_next(method="POST", path="/customer", kind="drop-answer")
    with pytest.raises(QboUnavailable) as caught:
        qbo.create("Customer", body, requestid="lost-1")
    assert caught.value.outcome_unknown
    assert (
        qbo.create("Customer", body, requestid="lost-1")["DisplayName"] == "Once only"
    )
    assert qbo.count("Customer", condition("DisplayName", "=", "Once only")) == 1


@pytest.mark.parametrize(
    ("kind", "error_class", "fault_class", "retryable"),
    [
        ("429", QboThrottled, "throttle", True),
        ("429-retry-after", QboThrottled, "throttle", True),
        ("500", QboUnavailable, "transient", True),
        ("503", QboUnavailable, "transient", True),
        ("html", QboUnavailable, "transient", True),
        ("garbage", QboUnavailable, "transient", True),
        ("cut", QboUnavailable, "transient", True),
        ("stale", QboFault, "conflict", True),
        ("busy", QboFault, "transient", True),
        ("6190", QboFault, "account", False),
    ],
)
def test_each_kind_of_trouble_has_its_error(
    qbo, server, kind, error_class, fault_class, retryable
):
    server.control.fail_next(method="POST", path="/term", kind=kind)
    with pytest.raises(error_class) as caught:
        qbo.create("Term", {"Name": f"Trouble {kind}", "DueDays": 5})
    error = caught.value
    assert (error.fault_class, error.retryable) == (fault_class, retryable)
    assert bool(error.retry_after) == (kind == "429-retry-after")


def test_a_token_for_another_company_asks_for_a_person(server, tokens):
    with pytest.raises(QboAuthError) as caught:
        QboClient(server.url, "999999999999999", tokens).preferences()
    assert caught.value.reconnect


def test_company_and_preferences_are_read(qbo):
    assert qbo.company_info()["CompanyName"]
    assert "CurrencyPrefs" in qbo.preferences()


@pytest.fixture
def oauth(server):
    keys = server.credentials()
    return OAuth(
        keys["client_id"],
        keys["client_secret"],
        "http://localhost/qbo/callback",
        f"{server.url}/.well-known/openid_configuration",
    )


def consent(url, realm):
    """What a person's browser does: open the page, press Connect, come back."""
    assert requests.get(url, timeout=10).status_code == 200
    form = {**dict(parse_qsl(urlsplit(url).query)), "realm": realm}
    address = url.partition("?")[0]
    answer = requests.post(
        address, {**form, "decision": "connect"}, allow_redirects=False, timeout=10
    )
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def works(server, tokens):
    realm = server.credentials()["realm_id"]
    qbo = QboClient(server.url, realm, lambda rejected=None: tokens.access_token)
    return bool(qbo.company_info()["CompanyName"])


def test_a_consent_becomes_tokens_that_work_refresh_and_end(server, oauth):
    realm = server.credentials()["realm_id"]
    back = consent(oauth.authorization_url("st4te"), realm)
    assert (back["state"], back["realmId"]) == ("st4te", realm)
    first = oauth.exchange(back["code"])
    assert works(server, first)
    now = datetime.now(timezone.utc)
    assert abs(first.expires_at - now - timedelta(hours=1)) < timedelta(minutes=1)
    assert (first.refresh_expires_at - now).days in (99, 100, 101)

    second = oauth.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert works(server, second)

    oauth.revoke(second.refresh_token)
    with pytest.raises(QboAuthError):
        works(server, second)


def test_a_code_works_once(server, oauth):
    back = consent(oauth.authorization_url("s"), server.credentials()["realm_id"])
    oauth.exchange(back["code"])
    with pytest.raises(QboAuthError, match="invalid_grant"):
        oauth.exchange(back["code"])


@pytest.mark.parametrize("token", ["AB1-never-issued", None])
def test_a_dead_refresh_token_asks_for_a_person(server, oauth, token):
    if token is None:
        token = server.credentials()["refresh_token"]
        oauth.refresh(token)
    with pytest.raises(QboAuthError, match="invalid_grant") as caught:
        oauth.refresh(token)
    assert caught.value.reconnect
    assert token not in str(caught.value)
