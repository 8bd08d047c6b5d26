"""Recorded answers of the real QuickBooks, where they are at hand."""

import json

import pytest
import requests
from client import BatchItem, QboAuthError, QboFault, QboThrottled, answers, batch, cdc
from requests.structures import CaseInsensitiveDict


def error(recorded, status=None):
    recorded_status, headers, body = recorded
    response = requests.Response()
    response.status_code = recorded_status or status
    response.headers = CaseInsensitiveDict(
        {
            name.replace("Intuit-Tid", "intuit_tid"): text
            for name, text in headers.items()
        }
    )
    response._content = body
    return answers.error_of(response)


@pytest.mark.parametrize(
    ("name", "status", "error_class", "code", "fault_class"),
    [
        ("error_400_2010_unknown_property.json", None, QboFault, "2010", "data"),
        ("error_400_2030_invalid_id.json", None, QboFault, "2030", "mapping"),
        ("error_400_500_unsupported_operation.json", None, QboFault, "500", "data"),
        ("error_400_6240_duplicate_name.json", None, QboFault, "6240", "conflict"),
        ("error_401_token_expired.json", None, QboAuthError, "3200", "auth"),
        ("rb_customer_duplicate_error.xml", 400, QboFault, "6240", "conflict"),
        ("rb_tax_service_error_dup.json", 400, QboFault, "6240", "conflict"),
        ("rb_too_many_requests_error.xml", 429, QboThrottled, "3001", "throttle"),
    ],
)
def test_a_recorded_error_is_recognised(
    payload, name, status, error_class, code, fault_class
):
    found = error(payload(name), status)
    assert type(found) is error_class
    assert (found.code, found.fault_class) == (code, fault_class)
    assert found.message in str(found) or found.detail.startswith(found.message)
    assert "\n" not in str(found)


def test_a_recorded_intuit_tid_is_kept(payload):
    found = error(payload("error_400_6240_duplicate_name.json"))
    assert str(found).endswith(
        "(code 6240, intuit_tid 1-5f733d9a-1d4e21aa217ba43177113df4)"
    )


def test_a_recorded_fault_inside_a_success_is_read(payload):
    _status, _headers, body = payload("attachment_error.json")
    item = json.loads(body)["AttachableResponse"][0]
    found = answers.fault(answers.errors_in(item))
    assert (found.code, found.fault_class) == ("6000", "mapping")


def test_a_recorded_batch_is_taken_apart(payload):
    _status, _headers, body = payload("batch_mixed.json")
    items = [
        BatchItem("bid1", "create", "Vendor", {}),
        BatchItem("bid2", "delete", "Invoice", {"Id": "129", "SyncToken": "0"}),
        BatchItem("bid3", "update", "SalesReceipt", {}),
        BatchItem.query("bid4", "select * from SalesReceipt"),
    ]
    created, missing, stale, queried = batch.parse(json.loads(body), items)
    assert created.object["DisplayName"] == "Boraski Family Store"
    assert (missing.error.code, missing.error.fault_class) == ("610", "mapping")
    assert (stale.error.code, stale.error.retryable) == ("5010", True)
    assert [row["TotalAmt"] > 300 for row in queried.objects] == [True] * len(
        queried.objects
    )
    assert queried.objects


def test_a_recorded_cdc_answer_is_taken_apart(payload):
    _status, _headers, body = payload("cdc_estimate.json")
    changes = cdc.parse(json.loads(body), ["Estimate"])
    assert changes.changed["Estimate"][0]["Id"] == "48"
    assert changes.deleted == {"Estimate": []}
    assert changes.time.utcoffset().total_seconds() == 0
    assert not changes.truncated


@pytest.mark.parametrize(
    ("name", "rows"), [("query_page_maxresults2.json", 2), ("query_empty_page.json", 0)]
)
def test_a_recorded_page_is_read(payload, name, rows):
    _status, _headers, body = payload(name)
    assert len(batch.rows_of(json.loads(body)["QueryResponse"])) == rows
