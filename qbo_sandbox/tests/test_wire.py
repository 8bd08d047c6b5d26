"""Headers, envelopes, and requests that make no sense."""

import pytest


def test_answers_carry_intuits_headers(api):
    answer = api.call("GET", "preferences")
    assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
    assert answer.headers["intuit_tid"].startswith("1-")
    assert "no-cache" in answer.headers["Cache-Control"]


def test_without_accept_the_answer_is_xml(api, customer):
    api.session.headers["Accept"] = "*/*"
    answer = api.call("GET", f"customer/{customer['Id']}")
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert "<DisplayName>Amy's Bird Sanctuary</DisplayName>" in answer.text
    assert '<CurrencyRef name="United States Dollar">USD</CurrencyRef>' in answer.text
    fault = api.call("GET", "customer/99")
    assert '<Error code="610"' in fault.text


@pytest.mark.parametrize("value", ["4", "75", "999"])
def test_any_numeric_minorversion_is_taken(api, value):
    answer = api.call("GET", "preferences", params={"minorversion": value})
    assert answer.status_code == 200


def test_a_minorversion_that_is_no_number_is_a_system_fault(api):
    answer = api.call("GET", "preferences", params={"minorversion": "4?requestid"})
    (error,) = answer.json()["Fault"]["Error"]
    assert error["code"] == "10000" and "NumberFormatException" in error["Detail"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "customer/1/5", "500"),
        ("GET", "nonsense/1", "500"),
        ("GET", "customer", "500"),
        ("PUT", "customer", "500"),
        ("DELETE", "customer/1", "500"),
        ("GET", "", "500"),
        ("GET", "customer/1.5", "2030"),
        ("GET", "customer/4711", "610"),
        ("GET", "customer/99999999999999999999999", "2030"),
    ],
)
def test_wrong_paths_are_faults_not_404(api, method, path, code):
    answer = api.call(method, path)
    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == code


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"",
        b"[]",
        b'"x"',
        b"null",
        b'{"DisplayName": NaN}',
        b"[" * 5000,
        b'{"DisplayName":"\\ud800"}',
    ],
)
def test_a_body_that_is_no_object_is_2010(api, data):
    answer = api.call("POST", "customer", data=data)
    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == "2010"


def test_a_body_that_is_not_utf8_says_malformed(api):
    answer = api.call("POST", "customer", data=b'{"DisplayName":"\xff"}')
    (error,) = answer.json()["Fault"]["Error"]
    assert error["code"] == "500" and "MalformedByteSequence" in error["Detail"]


def test_names_in_every_script_come_back_as_sent(control):
    name = 'Łódź – 東京 🚀 "quoted"'
    made = control.create("Customer", {"DisplayName": name})
    assert control.get("Customer", made["Id"])["DisplayName"] == name


def test_the_company_is_read_by_its_realm(api, server):
    body = api.call("GET", f"companyinfo/{server.realm_id}").json()["CompanyInfo"]
    assert body["Id"] == "1" and body["Country"] == "US"
    assert "CompanyInfo" in api.query("select * from CompanyInfo")
