"""Reading change data capture and batch answers; writing batch items."""

from datetime import datetime, timezone

import pytest
from client import BatchItem, batch, cdc

CDC = {
    "CDCResponse": [
        {
            "QueryResponse": [
                {"Customer": [{"Id": "1"}], "startPosition": 1, "maxResults": 1},
                {
                    "Payment": [
                        {"Id": "150"},
                        {"domain": "QBO", "status": "Deleted", "Id": "151"},
                    ],
                    "totalCount": 5,
                },
                {},
            ]
        }
    ],
    "time": "2026-09-02T09:12:25.123-07:00",
}


def test_changes_and_deletions_are_kept_apart_per_entity():
    changes = cdc.parse(CDC, ["Customer", "Payment", "Invoice"])
    assert changes.changed == {
        "Customer": [{"Id": "1"}],
        "Payment": [{"Id": "150"}],
        "Invoice": [],
    }
    assert [row["Id"] for row in changes.deleted["Payment"]] == ["151"]
    assert changes.deleted["Customer"] == []
    assert changes.time == datetime(2026, 9, 2, 16, 12, 25, tzinfo=timezone.utc)
    assert not changes.truncated


@pytest.mark.parametrize(("rows", "truncated"), [(999, False), (1000, True)])
def test_a_full_answer_is_taken_as_truncated(rows, truncated):
    half = rows // 2
    blocks = [
        {"Item": [{"Id": str(i)} for i in range(half)]},
        {"Bill": [{"Id": str(i), "status": "Deleted"} for i in range(half, rows)]},
    ]
    payload = {"CDCResponse": [{"QueryResponse": blocks}], "time": CDC["time"]}
    assert cdc.parse(payload, ["Item", "Bill"]).truncated is truncated


def test_times_are_read_with_and_without_fraction_and_never_without_a_zone():
    second = datetime(2026, 9, 2, 16, 12, 25, tzinfo=timezone.utc)
    for text in (
        "2026-09-02T16:12:25Z",
        "2026-09-02T16:12:25.9Z",
        "2026-09-02T09:12:25-07:00",
    ):
        assert cdc.moment(text) == second
    with pytest.raises(ValueError):
        cdc.moment("2026-09-02T16:12:25")


def test_answers_are_matched_by_bid_and_put_in_the_order_of_the_items():
    items = [
        BatchItem("a", "create", "Customer", {"DisplayName": "A"}),
        BatchItem("b", "delete", "Invoice", {"Id": "129", "SyncToken": "0"}),
        BatchItem.query("c", "select * from Term"),
        BatchItem("d", "create", "Term", {"Name": "T"}),
    ]
    fault = {"Error": [{"Message": "Object Not Found", "code": "610", "element": ""}]}
    answer = {
        "BatchItemResponse": [
            {"bId": "c", "QueryResponse": {"Term": [{"Id": "3"}], "maxResults": 1}},
            {"bId": "b", "Fault": fault},
            {"bId": "a", "Customer": {"Id": "71"}},
        ]
    }
    created, failed, queried, lost = batch.parse(answer, items, "tid-1")
    assert [r.bid for r in (created, failed, queried, lost)] == ["a", "b", "c", "d"]
    assert (created.object, created.error) == ({"Id": "71"}, None)
    assert (failed.object, failed.error.code) == (None, "610")
    assert (failed.error.entity, failed.error.operation) == ("Invoice", "delete")
    assert str(failed.error) == "Object Not Found (code 610, intuit_tid tid-1)"
    assert queried.objects == [{"Id": "3"}]
    assert lost.error.retryable and lost.error.outcome_unknown


def test_an_item_says_what_quickbooks_wants_to_hear():
    body = {"Id": "1", "SyncToken": "2", "TotalAmt": 5}
    assert BatchItem("1", "delete", "Payment", body).request() == {
        "bId": "1",
        "operation": "delete",
        "Payment": {"Id": "1", "SyncToken": "2"},
    }
    short = {"Id": "1", "SyncToken": "2"}
    assert BatchItem("1", "void", "Payment", short).request() == {
        "bId": "1",
        "operation": "update",
        "Payment": {**short, "sparse": True},
        "optionsData": "void",
    }
    assert BatchItem("1", "void", "Payment", body).request()["Payment"] == body
    bill = BatchItem("1", "create", "Bill", {}, "allowduplicatedocnum").request()
    assert bill["optionsData"] == "allowduplicatedocnum"


def items(*bids, operation="create"):
    return [BatchItem(bid, operation, "Term", {}) for bid in bids]


@pytest.mark.parametrize(
    ("wrong", "requestid"),
    [
        (items(*map(str, range(31))), None),
        (items("1"), "r" * 37),
        (items("b" * 11), None),
        (items(""), None),
        (items("1", "1"), None),
        (items("1", operation="merge"), None),
    ],
)
def test_a_batch_quickbooks_would_refuse_or_mix_up_is_not_sent(wrong, requestid):
    with pytest.raises(ValueError):
        batch.check(wrong, requestid)


def test_the_largest_batch_quickbooks_takes_passes():
    batch.check(items(*(f"{i:010}" for i in range(30))), "r" * 36)
