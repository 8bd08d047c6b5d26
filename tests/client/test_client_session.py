"""What goes over the wire, against a server that answers what the test says."""

from datetime import datetime, timezone

import pytest
from client import (
    BatchItem,
    QboAuthError,
    QboClient,
    QboFault,
    QboThrottled,
    QboUnavailable,
)
from werkzeug import Response

REALM = "4620816365000000001"
BASE = f"/v3/company/{REALM}"
TIDS = {"intuit_tid": "1-5f73"}
UNAUTHORIZED = {
    "fault": {
        "error": [{"message": "m", "detail": "Token expired: x", "code": "3200"}],
        "type": "AUTHENTICATION",
    }
}


@pytest.fixture
def qbo(httpserver, calls):
    """A client of a server that answers what the test tells it to."""
    return QboClient(
        httpserver.url_for(""),
        REALM,
        lambda rejected=None: "first" if rejected is None else "second",
        timeout=(5, 5),
        on_call=calls.append,
    )


def log(httpserver):
    """(request, answer) of all exchanges."""
    return [request for request, _answer in httpserver.log]


def test_a_read_asks_for_json_and_unwraps_the_object(qbo, httpserver, calls):
    httpserver.expect_request(f"{BASE}/creditmemo/12").respond_with_json(
        {"CreditMemo": {"Id": "12", "TotalAmt": 362.07}, "time": "t"}, headers=TIDS
    )
    assert qbo.read("CreditMemo", 12) == {"Id": "12", "TotalAmt": 362.07}
    (request,) = log(httpserver)
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Authorization"] == "Bearer first"
    assert request.args.to_dict() == {"minorversion": "75"}
    assert qbo.last_tid == "1-5f73"
    (call,) = calls
    assert call[:4] == ("GET", "CreditMemo", "read", 200)
    assert 0 < call.duration < 5
    assert call.intuit_tid == "1-5f73"


def test_company_info_and_preferences_have_their_own_paths(qbo, httpserver):
    httpserver.expect_request(f"{BASE}/companyinfo/{REALM}").respond_with_json(
        {"CompanyInfo": {"CompanyName": "Craig's"}}
    )
    httpserver.expect_request(f"{BASE}/preferences").respond_with_json(
        {"Preferences": {"Id": "1"}}
    )
    assert qbo.company_info() == {"CompanyName": "Craig's"}
    assert qbo.preferences() == {"Id": "1"}


WRITES = [
    ("create", "Invoice", {"Line": []}, {}, {"Line": []}),
    ("update", "Item", {"Id": "1", "Name": "ü"}, {}, {"Id": "1", "Name": "ü"}),
    ("delete", "Invoice", {"x": 1}, {"operation": "delete"}, {}),
    ("void", "Invoice", {"x": 1}, {"operation": "void"}, {}),
    (
        "void",
        "Payment",
        {"x": 1},
        {"operation": "update", "include": "void"},
        {"x": 1},
    ),
    (
        "void",
        "SalesReceipt",
        {},
        {"operation": "update", "include": "void"},
        {"sparse": True},
    ),
]


@pytest.mark.parametrize(("method", "entity", "more", "params", "sent"), WRITES)
def test_a_write_goes_to_the_address_quickbooks_has_for_it(
    qbo, httpserver, calls, method, entity, more, params, sent
):
    ids = {"Id": "1", "SyncToken": "0"} if method in ("delete", "void") else {}
    httpserver.expect_request(
        f"{BASE}/{entity.lower()}",
        method="POST",
        json={**ids, **sent},
        query_string={"minorversion": "75", "requestid": "R-1", **params},
    ).respond_with_json({entity: {"Id": "1", "status": "x"}})
    write = getattr(qbo, method)
    assert write(entity, {**ids, **more}, requestid="R-1")["Id"] == "1"
    assert calls[0].kind == "write"


def test_writes_that_would_do_something_else_are_not_sent(qbo, httpserver):
    with pytest.raises(ValueError, match="Id"):
        qbo.update("Customer", {"DisplayName": "new?"})
    with pytest.raises(ValueError, match="cannot void Deposit"):
        qbo.void("Deposit", {"Id": "1", "SyncToken": "0"})
    with pytest.raises(ValueError, match="requestid"):
        qbo.create("Customer", {}, requestid="r" * 51)
    with pytest.raises(ValueError, match="name"):
        qbo.read("../admin", 1)
    assert not httpserver.log


def test_a_short_statement_goes_by_get_and_a_long_one_by_post(qbo, httpserver, calls):
    httpserver.expect_request(f"{BASE}/query").respond_with_json(
        {"QueryResponse": {"Term": [{"Id": "3"}], "startPosition": 1, "maxResults": 1}}
    )
    short = "SELECT * FROM Term WHERE MetaData.CreateTime > '2026-01-01T00:00:00+02:00'"
    long = f"SELECT * FROM Term WHERE Name IN ({', '.join(['é'] * 1000)})"
    assert qbo.query(short) == qbo.query(long) == [{"Id": "3"}]
    get, post = log(httpserver)
    assert (get.method, get.args["query"]) == ("GET", short)
    assert (post.method, post.content_type) == ("POST", "application/text")
    assert post.get_data().decode() == long
    assert [call.kind for call in calls] == ["read", "read"]


def test_pages_go_on_until_one_is_not_full(qbo, httpserver):
    rows = [{"Id": str(number)} for number in range(1, 6)]

    def answer(request):
        words = request.args["query"].split()
        start = int(words[words.index("STARTPOSITION") + 1]) - 1
        size = int(words[words.index("MAXRESULTS") + 1])
        page = rows[start : start + size]
        body = {"Item": page, "maxResults": len(page)} if page else {}
        return Response(f'{{"QueryResponse": {body}}}'.replace("'", '"'))

    httpserver.expect_request(f"{BASE}/query").respond_with_handler(answer)
    sizes = [len(page) for page in qbo.pages("Item", "Active = true", size=2)]
    assert sizes == [2, 2, 1]
    assert log(httpserver)[1].args["query"] == (
        "SELECT * FROM Item WHERE Active = true ORDERBY Id STARTPOSITION 3 MAXRESULTS 2"
    )
    assert [len(page) for page in qbo.pages("Item", size=5)] == [5]
    assert len(log(httpserver)) == 5
    assert list(qbo.pages("Item", start=99)) == []


def test_count_reads_the_total(qbo, httpserver):
    httpserver.expect_request(f"{BASE}/query").respond_with_json(
        {"QueryResponse": {"totalCount": 41}}
    )
    assert qbo.count("Vendor", "Active = false") == 41


def test_cdc_asks_with_an_offset_and_refuses_to_guess(qbo, httpserver, calls):
    httpserver.expect_request(f"{BASE}/cdc").respond_with_json(
        {"CDCResponse": [{"QueryResponse": [{}]}], "time": "2026-09-02T09:12:25Z"}
    )
    since = datetime(2026, 9, 1, tzinfo=timezone.utc)
    assert qbo.cdc(["Invoice", "Payment"], since).changed == {
        "Invoice": [],
        "Payment": [],
    }
    assert log(httpserver)[0].args.to_dict() == {
        "entities": "Invoice,Payment",
        "changedSince": "2026-09-01T00:00:00+00:00",
        "minorversion": "75",
    }
    assert calls[0].kind == "read"
    with pytest.raises(ValueError, match="time zone"):
        qbo.cdc(["Invoice"], datetime(2026, 9, 1))


def test_a_batch_that_only_reads_is_a_read(qbo, httpserver, calls):
    httpserver.expect_request(f"{BASE}/batch").respond_with_json(
        {
            "BatchItemResponse": [
                {"bId": "1", "QueryResponse": {}},
                {"bId": "2", "Term": {"Id": "9"}},
            ]
        }
    )
    query = BatchItem.query("1", "select * from Term")
    assert qbo.batch([query])[0].objects == []
    write = BatchItem("2", "create", "Term", {"Name": "T"})
    assert qbo.batch([query, write], requestid="R")[1].object == {"Id": "9"}
    assert [call.kind for call in calls] == ["read", "write"]
    assert log(httpserver)[1].args["requestid"] == "R"


def test_an_empty_batch_needs_no_call(qbo, httpserver):
    assert qbo.batch([]) == []
    assert not httpserver.log


def test_after_a_401_the_token_is_refreshed_once_and_the_call_repeated(qbo, httpserver):
    httpserver.expect_request(
        f"{BASE}/term", headers={"Authorization": "Bearer first"}
    ).respond_with_json(UNAUTHORIZED, status=401)
    httpserver.expect_request(
        f"{BASE}/term", headers={"Authorization": "Bearer second"}
    ).respond_with_json({"Term": {"Id": "1"}})
    assert qbo.create("Term", {"Name": "T"}, requestid="R") == {"Id": "1"}
    first, second = log(httpserver)
    assert (first.get_data(), first.url) == (second.get_data(), second.url)


def test_a_second_401_asks_for_a_person(qbo, httpserver):
    httpserver.expect_request(f"{BASE}/term/1").respond_with_json(
        UNAUTHORIZED, status=401, headers=TIDS
    )
    with pytest.raises(QboAuthError) as caught:
        qbo.read("Term", 1)
    assert len(httpserver.log) == 2
    assert caught.value.reconnect
    assert str(caught.value) == "m: Token expired: *** (code 3200, intuit_tid 1-5f73)"


def test_a_throttle_is_not_repeated(qbo, httpserver):
    httpserver.expect_request(f"{BASE}/term/1").respond_with_data(
        "", status=429, headers={"Retry-After": "30"}
    )
    with pytest.raises(QboThrottled) as caught:
        qbo.read("Term", 1)
    assert caught.value.retry_after == 30
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    "body", ["<html>login</html>", "{}", '{"Other": 1}', "[]", '{"QueryResponse": []}']
)
def test_a_success_that_is_something_else_is_unavailable(qbo, httpserver, body):
    httpserver.expect_request(f"{BASE}/term").respond_with_data(body)
    httpserver.expect_request(f"{BASE}/query").respond_with_data(body)
    with pytest.raises(QboUnavailable) as caught:
        qbo.create("Term", {})
    assert caught.value.outcome_unknown
    assert (caught.value.entity, caught.value.operation) == ("Term", "create")
    with pytest.raises(QboUnavailable) as caught:
        qbo.query("SELECT * FROM Term")
    assert not caught.value.outcome_unknown


def test_a_fault_inside_a_success_is_a_fault(qbo, httpserver):
    body = {"Fault": {"Error": [{"Message": "Object Not Found", "code": "610"}]}}
    httpserver.expect_request(f"{BASE}/term/1").respond_with_json(body)
    with pytest.raises(QboFault) as caught:
        qbo.read("Term", 1)
    assert caught.value.code == "610"


def test_a_client_without_a_listener_works(httpserver):
    httpserver.expect_request(f"{BASE}/term/1").respond_with_json({"Term": {}})
    qbo = QboClient(httpserver.url_for("/"), REALM, lambda rejected=None: "t")
    assert qbo.read("Term", 1) == {}


def test_a_redirect_is_not_followed_with_the_token(qbo, httpserver):
    httpserver.expect_request(f"{BASE}/term/1").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/login")}
    )
    with pytest.raises(QboUnavailable):
        qbo.read("Term", 1)
    assert len(httpserver.log) == 1


def test_a_netrc_file_does_not_replace_the_token(
    qbo, httpserver, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {httpserver.host} login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    httpserver.expect_request(f"{BASE}/term/1").respond_with_json({"Term": {}})
    qbo.read("Term", 1)
    assert log(httpserver)[0].headers["Authorization"] == "Bearer first"
