"""Answers in every form QuickBooks, its gateway and proxies give them."""

import json
import pickle
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from client import QboAuthError, QboFault, QboThrottled, QboUnavailable, answers
from requests import Response
from requests.structures import CaseInsensitiveDict

XML_429 = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<IntuitResponse time="2016-12-07T15:27:09Z" xmlns="http://schema.intuit.com/finance/v3">
  <Fault type="SERVICE"><Error code="3001">
    <Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message>
    <Detail>The request limit was reached.  Try again later</Detail>
  </Error></Fault>
</IntuitResponse>"""


def response(status, body, **headers):
    answer = Response()
    answer.status_code = status
    answer.headers = CaseInsensitiveDict(headers)
    answer._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return answer


def fault(code, message="Words", detail="", **more):
    error = {"Message": message, "Detail": detail, "code": code, **more}
    return {"Fault": {"Error": [error], "type": "ValidationFault"}}


def gateway(code, message, detail):
    error = {"message": message, "detail": detail, "code": code, "element": None}
    return {"fault": {"error": [error], "type": "AUTHENTICATION"}, "time": 1601391072}


def test_a_validation_fault_keeps_everything_quickbooks_said():
    body = fault("2500", "Invalid Reference Id", "Accounts element id 42", element="A")
    body["Fault"]["Error"].append({"Message": "Second", "code": "610"})
    error = answers.error_of(
        response(400, body, intuit_tid="1-5f73"), entity="Item", operation="create"
    )
    assert type(error) is QboFault
    assert (error.fault_class, error.retryable) == ("mapping", False)
    assert (error.code, error.element, error.http_status) == ("2500", "A", 400)
    assert (error.entity, error.operation) == ("Item", "create")
    assert [one.code for one in error.errors] == ["2500", "610"]
    assert str(error) == (
        "Invalid Reference Id: Accounts element id 42 (code 2500, intuit_tid 1-5f73)"
    )


def test_the_text_of_an_error_is_one_line_and_says_nothing_twice():
    body = fault("5010", "Stale Object Error", "Stale Object Error : You and\n  Amy")
    error = answers.error_of(response(400, body))
    assert str(error) == "Stale Object Error : You and Amy (code 5010)"


def test_the_gateways_small_letters_are_read():
    body = gateway("003100", "message=ApplicationAuthorizationFailed", "no")
    error = answers.error_of(response(403, body))
    assert type(error) is QboAuthError
    assert (error.code, error.fault_class, error.reconnect) == ("3100", "auth", True)


def test_a_code_that_is_a_word_is_kept_and_judged_by_the_status():
    error = answers.error_of(response(400, fault("MalformedRequest")))
    assert (error.code, error.fault_class) == ("MalformedRequest", "data")


def test_a_code_that_is_only_in_the_gateways_message_is_found():
    body = gateway(None, "message=AuthenticationFailed; errorCode=003200", "x")
    assert answers.error_of(response(401, body)).code == "3200"


@pytest.mark.parametrize("token", ["0a1b2c", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"])
def test_a_token_that_quickbooks_repeats_is_not_shown(token):
    body = gateway("3200", "message=AuthenticationFailed", f"Token expired: {token}")
    error = answers.error_of(response(401, body))
    assert token not in f"{error} {error.detail} {error.errors} {error!r}"
    assert "Token expired: ***" in str(error)


def test_a_throttle_in_xml_is_read_with_its_retry_after():
    error = answers.error_of(response(429, XML_429, **{"Retry-After": "17"}))
    assert type(error) is QboThrottled
    assert (error.code, error.retry_after, error.retryable) == ("3001", 17, True)
    assert error.detail == "The request limit was reached.  Try again later"


def test_the_old_throttle_with_http_403_is_a_throttle():
    assert type(answers.error_of(response(403, XML_429))) is QboThrottled


def test_retry_after_may_be_a_date():
    later = datetime.now(timezone.utc) + timedelta(seconds=90)
    assert answers.retry_after(format_datetime(later, usegmt=True)) in (88, 89, 90)


def test_a_retry_after_in_the_past_means_now():
    assert answers.retry_after("Wed, 21 Oct 2015 07:28:00 -0000") == 0


@pytest.mark.parametrize("value", [None, "", "soon"])
def test_a_retry_after_that_says_nothing_is_none(value):
    assert answers.retry_after(value) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html><body>Bad gateway</body></html>",
        b"<html><body>Bad gateway</html>",
        b"\xff\xfe garbage",
        b"[]",
        b"null",
        b'{"Fault": "none"}',
        b'{"Fault": {"Error": [1, "x"]}}',
        b'<!DOCTYPE x [<!ENTITY a "b">]><x><Fault><Error code="610"/></Fault></x>',
    ],
)
@pytest.mark.parametrize("status", [200, 302, 502, 503])
def test_an_unreadable_answer_is_unavailable_and_leaves_a_write_open(status, body):
    error = answers.error_of(response(status, body), write=True)
    assert type(error) is QboUnavailable
    assert (error.retryable, error.outcome_unknown) == (True, True)
    assert str(error) == f"QuickBooks answered HTTP {status} without a readable reason"
    assert not answers.error_of(response(status, body)).outcome_unknown


@pytest.mark.parametrize(
    ("status", "error_class"),
    [(400, QboFault), (401, QboAuthError), (404, QboFault), (429, QboThrottled)],
)
def test_an_empty_refusal_is_judged_by_its_status(status, error_class):
    error = answers.error_of(response(status, b""), write=True)
    assert type(error) is error_class
    assert not error.outcome_unknown


def test_a_system_failure_leaves_a_write_open():
    body = fault("10000", "An application error has occurred", "System Failure Error")
    for status, error_class in ((400, QboFault), (500, QboUnavailable)):
        error = answers.error_of(response(status, body), write=True)
        assert type(error) is error_class
        assert (error.retryable, error.outcome_unknown) == (True, True)


def test_a_single_error_that_is_not_in_a_list_is_read():
    body = {"Fault": {"Error": {"Message": "M", "code": 610}}}
    assert answers.read_fault(json.dumps(body).encode())[0].code == "610"


def test_an_error_survives_being_stored_and_loaded():
    error = answers.error_of(response(400, fault("6240", detail="taken")))
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.fault_class) == (str(error), "conflict")
