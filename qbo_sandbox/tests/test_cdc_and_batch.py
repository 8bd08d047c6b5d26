"""Change data capture, batches, and repeating requests."""

import pytest

from .conftest import bill, pay, sold

LONG_AGO = "2026-01-01T00:00:00-08:00"


def changes(api, entities, since=LONG_AGO):
    answer = api.call(
        "GET", "cdc", params={"entities": entities, "changedSince": since}
    )
    assert answer.status_code == 200, answer.text
    (only,) = answer.json()["CDCResponse"]
    return only["QueryResponse"]


def test_changes_come_in_one_block_for_each_entity(control, api, customer, invoice):
    customers, payments, invoices = changes(api, "Customer,Payment,invoice")
    assert (customers["startPosition"], customers["maxResults"]) == (1, 1)
    assert payments == {}
    assert invoices["Invoice"] == [control.get("Invoice", invoice["Id"])]


def test_deleted_objects_come_as_stubs(control, api, customer, invoice):
    control.delete("Invoice", invoice["Id"])
    (block,) = changes(api, "Invoice")
    (stub,) = block["Invoice"]
    assert set(stub) == {"domain", "status", "Id", "MetaData"}
    assert stub["status"] == "Deleted" and set(stub["MetaData"]) == {"LastUpdatedTime"}
    assert "startPosition" not in block
    assert (block["maxResults"], block["totalCount"]) == (1, 1)


def test_only_what_changed_since_comes(control, api, customer):
    bill(control, customer, 1)
    control.set_clock("2030-06-01T12:00:00Z")
    late = bill(control, customer, 2)
    api.log_in()
    (block,) = changes(api, "Invoice", "2030-06-01T04:59:00-07:00")
    assert [each["Id"] for each in block["Invoice"]] == [late["Id"]]


def test_a_thousand_objects_at_most_and_nobody_says_so(control, api, running):
    with running.sandbox.writing(running.realm_id, deferred=True) as books:
        for number in range(1005):
            books.create("Customer", {"DisplayName": f"C{number}"})
    blocks = changes(api, "Customer,Item")
    assert blocks[0]["maxResults"] + blocks[1].get("maxResults", 0) == 1000


@pytest.mark.parametrize("entity", ["TaxCode", "TaxRate", "Nonsense"])
def test_entities_without_capture_are_refused(api, entity):
    answer = api.call(
        "GET", "cdc", params={"entities": entity, "changedSince": LONG_AGO}
    )
    assert answer.json()["Fault"]["Error"][0]["code"] == "2000"


def batch(api, *items, **arguments):
    body = {"BatchItemRequest": list(items)}
    return api.post("batch", body, **arguments)["BatchItemResponse"]


def test_a_batch_answers_item_by_item_in_order(control, api, customer, invoice):
    payment = pay(control, customer, 5)
    answers = batch(
        api,
        {"bId": "a", "operation": "create", "Vendor": {"DisplayName": "Boraski"}},
        {
            "bId": "b",
            "operation": "delete",
            "Invoice": {"Id": "12999", "SyncToken": "0"},
        },
        {
            "bId": "c",
            "operation": "update",
            "Invoice": {
                "Id": invoice["Id"],
                "SyncToken": "7",
                "sparse": True,
                "PrivateNote": "x",
            },
        },
        {"bId": "d", "Query": "select * from Customer"},
        {
            "bId": "e",
            "operation": "update",
            "optionsData": "void",
            "Payment": {"Id": payment["Id"], "SyncToken": "0", "sparse": True},
        },
    )
    assert [each["bId"] for each in answers] == list("abcde")
    assert answers[0]["Vendor"]["DisplayName"] == "Boraski"
    (missing,) = answers[1]["Fault"]["Error"]
    assert missing["code"] == "610" and missing["element"] == ""
    assert answers[2]["Fault"]["Error"][0]["code"] == "5010"
    assert answers[3]["QueryResponse"]["maxResults"] == 1
    assert answers[4]["Payment"]["PrivateNote"] == "Voided"


def test_a_batch_of_31_is_refused(api):
    items = [{"bId": str(n), "Query": "select * from Term"} for n in range(31)]
    assert api.refused("batch", {"BatchItemRequest": items})["code"] == "1040"
    assert len(batch(api, *items[:30])) == 30


def test_an_empty_batch_is_malformed(api):
    assert api.refused("batch", {"BatchItemRequest": []})["Message"] == (
        "MalformedRequest"
    )


def test_a_repeated_requestid_is_answered_with_the_first_answer(control, api, customer):
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 9}
    first = api.post("payment", body, requestid="r-1")["Payment"]
    assert api.post("payment", body, requestid="r-1")["Payment"] == first
    assert len(control.query("select * from Payment")) == 1


def test_the_replay_outlives_the_object(control, api, customer):
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 9}
    first = api.post("payment", body, requestid="r-2")["Payment"]
    control.delete("Payment", first["Id"])
    assert api.post("payment", body, requestid="r-2")["Payment"]["Id"] == first["Id"]
    assert control.query("select * from Payment") == []


def test_a_failed_request_may_be_repeated_with_its_requestid(api):
    bad, good = {"Notes": "x"}, {"DisplayName": "x"}
    assert api.refused("customer", bad, requestid="r-3")["code"] == "6080"
    assert api.post("customer", good, requestid="r-3")["Customer"]


def test_a_requestid_over_50_characters_is_refused(api):
    error = api.refused("customer", {"DisplayName": "x"}, requestid="x" * 51)
    assert error["code"] == "6000" and "which is 51 characters." in error["Detail"]


def test_a_batch_replays_by_requestid_and_bid(control, api, customer):
    item = {
        "bId": "1",
        "operation": "create",
        "Invoice": {"CustomerRef": {"value": customer["Id"]}, "Line": [sold(1)]},
    }
    (first,) = batch(api, item, requestid="job-7")
    (second,) = batch(api, item, requestid="job-7")
    (other,) = batch(api, {**item, "bId": "2"}, requestid="job-7")
    assert first == second != other
    assert len(control.query("select * from Invoice")) == 2
