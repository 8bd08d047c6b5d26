"""The strings behind the scene: faults on order, clock, log, snapshots."""

import time
from pathlib import Path

import pytest
import requests

from qbo_sandbox import control as control_api

from .conftest import bill, pay


def test_the_next_calls_that_match_get_the_fault(control, api, customer):
    control.fail_next(
        n=2,
        method="POST",
        path=r"/invoice\?.*requestid=x",
        fault={
            "code": "6240",
            "message": "M",
            "detail": "D",
            "type": "ValidationFault",
        },
    )
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": []}
    for _ in range(2):
        error = api.refused("invoice", body, requestid="x")
        assert (error["code"], error["Message"], error["Detail"]) == ("6240", "M", "D")
    assert api.refused("invoice", body, requestid="x")["code"] == "2020"


def test_a_fault_may_wait_for_words_in_the_body(control, api):
    control.fail_next(body="Bill", kind="busy")
    api.post("customer", {"DisplayName": "Ann"})
    error = api.refused("customer", {"DisplayName": "Bill"})
    assert error["code"] == "6000" and "one name at a time" in error["Detail"]


@pytest.mark.parametrize(
    ("kind", "status", "content"),
    [
        ("429", 429, "ThrottleExceeded"),
        ("500", 500, "10000"),
        ("503", 503, "<html>"),
        ("html", 200, "<html>"),
        ("garbage", 200, '{"QueryResponse":'),
        ("stale", 400, "5010"),
        ("6190", 400, "6190"),
    ],
)
def test_answers_of_a_service_in_trouble(control, api, kind, status, content):
    control.fail_next(kind=kind)
    answer = api.call("GET", "preferences")
    assert answer.status_code == status and content in answer.text
    assert api.call("GET", "preferences").status_code == 200


def test_only_one_kind_of_429_says_when_to_come_back(control, api):
    control.fail_next(kind="429")
    assert "Retry-After" not in api.call("GET", "preferences").headers
    control.fail_next(kind="429-retry-after")
    assert api.call("GET", "preferences").headers["Retry-After"] == "2"


def test_a_cut_connection_did_nothing(control, api):
    control.fail_next(kind="cut")
    with pytest.raises(requests.ConnectionError):
        api.call("POST", "customer", json={"DisplayName": "Ann"})
    assert control.query("select * from Customer") == []


def test_a_dropped_answer_was_committed(control, api):
    control.fail_next(kind="drop-answer", method="POST")
    with pytest.raises(requests.ConnectionError):
        api.call("POST", "customer", json={"DisplayName": "Ann"})
    assert len(control.query("select * from Customer")) == 1


def test_an_unknown_kind_of_fault_is_refused(control):
    with pytest.raises(RuntimeError, match="kind must be one of"):
        control.fail_next(kind="explosion")


def test_latency_is_waited_for(control, api):
    control.latency(0.2, kind="metered")
    started = time.perf_counter()
    api.call("GET", "preferences")
    assert time.perf_counter() - started >= 0.2


def test_the_log_tells_reads_from_writes_and_counts(control, api, customer):
    control.clear_log()
    api.query("select * from Customer")
    api.post("customer", {"DisplayName": "Ann"}, requestid="r9")
    api.call("GET", "customer/999")
    items = [{"bId": str(n), "Query": "select * from Term"} for n in range(3)]
    api.post("batch", {"BatchItemRequest": items})
    kinds = [(each["kind"], each["status"]) for each in control.log()]
    assert kinds == [("metered", 200), ("write", 200), ("read", 400), ("write", 200)]
    assert control.log()[1]["requestid"] == "r9"
    assert control.counters() == {"requests": 4, "read": 1, "write": 2, "metered": 4}
    assert len(control.log(since=control.log()[2]["number"])) == 1


def test_a_snapshot_brings_everything_back(control, api, customer, invoice):
    point = control.snapshot()
    pay(
        control,
        customer,
        60,
        {"Amount": 60, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]},
    )
    control.restore(point)
    assert control.get("Invoice", invoice["Id"]) == invoice
    assert control.query("select * from Payment") == []
    assert control.get("Account", 4)["CurrentBalance"] == 0
    assert api.call("GET", "preferences").status_code == 200


def test_a_restore_takes_milliseconds(control):
    point = control.snapshot()
    started = time.perf_counter()
    control.restore(point)
    assert time.perf_counter() - started < 0.25


def test_somebody_elses_edit_bumps_the_token_only(control, invoice):
    after = control.edit("Invoice", invoice["Id"])
    assert after["SyncToken"] == "1"
    assert after["Line"] == invoice["Line"]


def test_the_clock_goes_on_from_where_it_is_set(control, customer):
    control.set_clock("2031-03-04T23:30:00Z")
    made = bill(control, customer, 1)
    assert made["TxnDate"] == "2031-03-04"
    assert made["MetaData"]["CreateTime"].startswith("2031-03-04T15:30")
    assert made["MetaData"]["CreateTime"].endswith("-08:00")


def test_the_companys_day_is_pacific(control, customer):
    control.set_clock("2031-07-04T06:30:00Z")
    made = bill(control, customer, 1)
    assert made["TxnDate"] == "2031-07-03"
    assert made["MetaData"]["CreateTime"].endswith("-07:00")


def test_revoking_everything_ends_all_tokens(server, api):
    keys = server.credentials()
    server.control.revoke_tokens()
    assert api.call("GET", "preferences").status_code == 401
    answer = requests.post(
        f"{server.url}/oauth2/v1/tokens/bearer",
        auth=(keys["client_id"], keys["client_secret"]),
        data={"grant_type": "refresh_token", "refresh_token": keys["refresh_token"]},
    )
    assert answer.json()["error"] == "invalid_grant"


def test_a_reset_keeps_apps_connected(server, api):
    server.control.reset("demo")
    assert api.query("select count(*) from Invoice") == {"totalCount": 150}
    server.control.reset("empty")
    assert api.query("select count(*) from Invoice") == {"totalCount": 0}


def refreshed(server, keys):
    return requests.post(
        f"{server.url}/oauth2/v1/tokens/bearer",
        auth=(keys["client_id"], keys["client_secret"]),
        data={"grant_type": "refresh_token", "refresh_token": keys["refresh_token"]},
    )


def test_the_token_endpoint_fails_when_its_path_is_named(server, api):
    keys = server.credentials()
    server.control.fail_next(kind="503")
    assert refreshed(server, keys).status_code == 200
    keys = server.credentials()
    server.control.clear_faults()
    server.control.fail_next(kind="503", path="tokens/bearer")
    assert refreshed(server, keys).status_code == 503
    assert refreshed(server, keys).status_code == 200


def test_a_lost_answer_of_the_token_endpoint_has_rotated_the_token(server, api):
    keys = server.credentials()
    server.control.fail_next(kind="drop-answer", path="tokens/bearer")
    with pytest.raises(requests.ConnectionError):
        refreshed(server, keys)
    assert refreshed(server, keys).json()["error"] == "invalid_grant"


def test_the_readme_names_every_control_call():
    readme = (Path(control_api.__file__).parent / "README.md").read_text("utf-8")
    missing = [
        f"{method} {name}"
        for method, name in control_api._ACTIONS
        if f"`{method} {name}`" not in readme
    ]
    assert missing == []


def test_merging_moves_everything_to_the_one_that_is_kept(control, api, customer):
    other = control.create("Customer", {"DisplayName": "Amy twice"})
    invoice = bill(control, other, 25)
    paid = pay(control, customer, 10)
    control.merge("Customer", keep=customer["Id"], absorb=other["Id"])
    moved = control.get("Invoice", invoice["Id"])["CustomerRef"]
    assert moved == {"value": customer["Id"], "name": "Amy's Bird Sanctuary"}
    kept = control.get("Customer", customer["Id"])
    assert (kept["Balance"], kept["SyncToken"]) == (15.0, "1")
    answer = api.call("GET", f"customer/{other['Id']}")
    assert answer.json()["Fault"]["Error"][0]["code"] == "610"
    found = api.query(f"select * from Invoice where CustomerRef = '{customer['Id']}'")
    assert found["maxResults"] == 1
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    line = {"Amount": 10, "LinkedTxn": [link]}
    assert control.update("Payment", {**paid, "Line": [line]})["UnappliedAmt"] == 0


# -- which calls, and how often ------------------------------------------------------


def test_the_nth_call_fails(control, api):
    control.fail_next(kind="500", skip=2, method="GET")
    statuses = [api.call("GET", "preferences").status_code for _ in range(4)]
    assert statuses == [200, 200, 500, 200]


def statuses(control, api, **order):
    control.clear_faults()
    control.fail_next(kind="503", **order)
    return [api.call("GET", "preferences").status_code for _ in range(100)]


def test_calls_fail_by_chance_and_the_same_ones_again(control, api):
    first = statuses(control, api, probability=0.2, seed=7)
    assert 8 <= first.count(503) <= 35
    (order,) = control.faults()
    assert (order["kind"], order["hits"]) == ("503", first.count(503))
    assert statuses(control, api, probability=0.2, seed=7) == first
    assert statuses(control, api, probability=0.2, seed=8) != first


def test_chance_ends_after_a_number_of_hits(control, api):
    assert statuses(control, api, probability=0.5, n=3).count(503) == 3


def test_orders_may_be_about_an_entity(control, api, customer):
    control.fail_next(n=2, kind="6190", entity="Payment")
    api.post("term", {"Name": "Net 7", "DueDays": 7})
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 1}
    assert api.refused("payment", body)["code"] == "6190"
    answer = api.call("GET", "payment/1")
    assert answer.json()["Fault"]["Error"][0]["code"] == "6190"
    assert api.call("GET", f"customer/{customer['Id']}").status_code == 200


def batched(*bodies):
    return {
        "BatchItemRequest": [
            {"bId": str(number), "operation": "create", **body}
            for number, body in enumerate(bodies)
        ]
    }


def test_in_a_batch_a_fault_hits_items_by_themselves(control, api, customer):
    """And with the same requestid, what failed is done and the rest replayed."""
    owner = {"value": customer["Id"]}
    payments = [
        {"Payment": {"CustomerRef": owner, "TotalAmt": total}} for total in (1, 2, 3)
    ]
    items = [{"Term": {"Name": "Net 7", "DueDays": 7}}, *payments]
    control.fail_next(kind="stale", entity=["Payment", "Invoice"], skip=1)
    first = api.post("batch", batched(*items), requestid="r")["BatchItemResponse"]
    assert ["Fault" in item for item in first] == [False, False, True, False]
    assert first[2]["Fault"]["Error"][0]["code"] == "5010"
    again = api.post("batch", batched(*items), requestid="r")["BatchItemResponse"]
    assert [again[n] for n in (0, 1, 3)] == [first[n] for n in (0, 1, 3)]
    assert again[2]["Payment"]["TotalAmt"] == 2.0
    assert len(control.query("select * from Payment")) == 3


def test_a_dropped_answer_befalls_the_batch_that_has_such_an_item(control, api):
    control.fail_next(kind="drop-answer", entity="Term")
    api.post("batch", batched({"Class": {"Name": "North"}}))
    with pytest.raises(requests.ConnectionError):
        api.post("batch", batched({"Term": {"Name": "Net 7", "DueDays": 7}}))
    assert control.query("select * from Term where Name = 'Net 7'")


def test_a_token_may_seem_expired(control, api):
    control.fail_next(kind="401")
    answer = api.call("GET", "preferences")
    assert answer.status_code == 401
    assert answer.json()["fault"]["error"][0]["code"] == "3200"
    assert api.call("GET", "preferences").status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"kind": "500", "fault": {"code": "1"}},
        {"kind": "500", "probability": 0},
        {"kind": "500", "probability": 2},
        {"kind": "500", "entity": "Payments"},
        {"kind": "500", "path": "("},
        {"kind": "500", "colour": "red"},
        {"fault": {"code": "1", "http": "often"}},
        {"fault": "6000"},
        {"kind": "500", "n": "many"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(control, api, order):
    with pytest.raises(RuntimeError, match="sandbox control fail"):
        control.fail_next(**order)
    assert api.call("GET", "preferences").status_code == 200
