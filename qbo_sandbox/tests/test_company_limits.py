"""Throttles, plans, other people, other companies, other apps."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from qbo_sandbox.faults import Fault
from qbo_sandbox.limits import Limits

from .conftest import Api, sold


@pytest.fixture(autouse=True)
def no_limits(control):
    yield
    control.limits(
        per_minute=None, per_second=None, batch_per_minute=None, concurrent=None
    )


def test_too_many_requests_in_a_minute_get_429_in_xml(control, api):
    control.limits(per_minute=3)
    answers = [api.call("GET", "preferences") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert '<Error code="3001">' in answers[3].text
    assert "The request limit was reached.  Try again later" in answers[3].text


def test_batches_have_a_limit_of_their_own(control, api):
    control.limits(batch_per_minute=1)
    body = {"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]}
    assert api.call("POST", "batch", json=body).status_code == 200
    assert api.call("POST", "batch", json=body).status_code == 429
    assert api.call("GET", "preferences").status_code == 200


def test_calls_at_the_same_time_are_limited_per_company():
    limits = Limits(concurrent=1)
    with limits.admit("1", batch=False):
        with pytest.raises(Fault, match="3001"):
            limits.admit("1", batch=False).__enter__()
        with limits.admit("2", batch=False):
            pass
    with limits.admit("1", batch=False):
        pass


def test_slow_calls_at_the_same_time_are_throttled(control, api):
    control.limits(concurrent=1)
    control.latency(0.5)
    with ThreadPoolExecutor(2) as both:
        answers = both.map(lambda _: Api(api.server).call("GET", "preferences"), "ab")
        assert sorted(each.status_code for each in answers) == [200, 429]


def test_an_unpaid_company_can_be_read_but_not_written(control, api):
    control.plan(status="EXPIRED")
    assert api.refused("customer", {"DisplayName": "x"})["code"] == "6190"
    assert api.call("GET", "preferences").status_code == 200
    parts = {"file_content_01": ("a.txt", b"text", "text/plain")}
    answer = api.call("POST", "upload", files=parts).json()
    (error,) = answer["AttachableResponse"][0]["Fault"]["Error"]
    assert error["code"] == "6190"


def test_a_small_plan_has_no_classes(control, api):
    control.plan(offering="QuickBooks Online Essentials")
    assert api.refused("class", {"Name": "x"})["code"] == "5030"


def test_somebody_adding_names_blocks_ours(control, api, customer):
    control.somebody_types()
    for path in ("customer", "vendor", "item"):
        error = api.refused(path, {"DisplayName": "x"})
        assert error["code"] == "6000" and "at a time. Please try" in error["Detail"]
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(1)]}
    api.post("invoice", body)


def test_two_companies_know_nothing_of_each_other(server, api):
    control = server.control
    realms = control.add_company("1234500000000009")
    assert realms == [server.realm_id, "1234500000000009"]
    api.post("customer", {"DisplayName": "Ann"})
    token = control.token("1234500000000009")
    answer = api.session.get(
        f"{server.url}/v3/company/1234500000000009/query",
        params={"query": "select count(*) from Customer"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json()["QueryResponse"] == {"totalCount": 0}


def test_a_second_app_has_keys_of_its_own(server):
    other = server.control.add_app("Other", ["https://other.example/cb"])
    assert other["client_id"] != server.credentials()["client_id"]
