"""What no client should send: it gets QuickBooks' fault all the same."""

import pytest
import requests

from .conftest import bill, sold


def codes(answer):
    return [each["Fault"]["Error"][0]["code"] for each in answer["BatchItemResponse"]]


def test_batch_items_of_another_shape_are_faults(api):
    items = [
        {"bId": {"a": 1}, "operation": 5, "Customer": {"DisplayName": "x"}},
        {"operation": ["create"], "Customer": {"DisplayName": "x"}},
        {"optionsData": {"a": 1}, "Customer": 5},
        {"Query": None},
    ]
    answer = api.post("batch", {"BatchItemRequest": items})
    assert codes(answer) == ["500", "500", "2010", "4000"]


@pytest.mark.parametrize(
    "block",
    [
        {"OtherPrefs": "x"},
        {"OtherPrefs": {"NameValue": 5}},
        {"SalesFormsPrefs": {"CustomField": "x"}},
        {"SalesFormsPrefs": {"DefaultTerms": {"x": 1}}},
        {"TaxPrefs": {"TaxGroupCodeRef": "x"}},
        {"ReportPrefs": 5},
        {"ProductAndServicesPrefs": [1]},
    ],
)
def test_preferences_of_another_shape_are_refused(api, block):
    token = api.call("GET", "preferences").json()["Preferences"]["SyncToken"]
    body = {"Id": "1", "SyncToken": token, "sparse": True, **block}
    assert api.refused("preferences", body)["code"] == "2010"


def test_a_preference_for_an_account_that_is_not_there_is_passed_over(
    control, customer
):
    control.set_preferences(SalesFormsPrefs={"DefaultShippingAccount": "99999"})
    line = sold(5, item="SHIPPING_ITEM_ID")
    made = bill(control, customer, 0, Line=[sold(10), line])
    assert made["TotalAmt"] == 15
    rows = control.query("select * from Account where AccountSubType='ShippingIncome'")
    assert len(rows) == 1


@pytest.mark.parametrize("detail", [{"DueDays": 999}, {"DayOfMonthDue": 31}])
def test_nothing_is_due_after_the_year_9999(control, customer, detail):
    term = control.create("Term", {"Name": "Some day", **detail})
    more = {"TxnDate": "9999-12-31", "SalesTermRef": {"value": term["Id"]}}
    assert bill(control, customer, 10, **more)["DueDate"] == "9999-12-31"


def test_a_term_has_its_days_in_the_next_month(api):
    body = {"Name": "Some day", "DayOfMonthDue": 1, "DueNextMonthDays": 10**9}
    assert api.refused("term", body)["code"] == "2090"


def test_a_rate_is_asked_for_by_a_date(api):
    arguments = {"sourcecurrencycode": "EUR", "asofdate": "<x>"}
    answer = api.call("GET", "exchangerate", params=arguments)
    assert answer.json()["Fault"]["Error"][0]["code"] == "2060"


@pytest.mark.parametrize("body", [["x"], {"token": {"a": 1}}, {"token": None}, 5])
def test_only_a_token_is_revoked(server, control, body):
    keys = control.credentials()
    answer = requests.post(
        f"{server.url}/v2/oauth2/tokens/revoke",
        json=body,
        auth=(keys["client_id"], keys["client_secret"]),
        timeout=30,
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize("target", ["http://[", "http://localhost/\r\nX: 1"])
def test_nobody_is_sent_to_an_address_that_is_none(server, control, target):
    asked = {
        "client_id": control.credentials()["client_id"],
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": target,
        "decision": "connect",
    }
    answer = requests.post(f"{server.url}/connect/oauth2", data=asked, timeout=30)
    assert answer.status_code == 400
    assert "Wrong redirect URI" in answer.text


@pytest.mark.parametrize("time", [5, "0001-01-01T00:00:00Z", "tomorrow"])
def test_the_clock_takes_only_times(control, api, time):
    with pytest.raises(RuntimeError):
        control.set_clock(time)
    assert api.call("GET", "preferences").status_code == 200


def test_customers_with_sub_customers_are_not_merged(control, customer):
    parent = control.create("Customer", {"DisplayName": "Parent"})
    child = {"DisplayName": "Child", "ParentRef": {"value": parent["Id"]}}
    child = control.create("Customer", child)
    bill(control, child, 10)
    with pytest.raises(RuntimeError, match="sub-customers"):
        control.merge("Customer", keep=customer["Id"], absorb=parent["Id"])
    control.merge("Customer", keep=customer["Id"], absorb=child["Id"])
    assert control.get("Customer", parent["Id"])["BalanceWithJobs"] == 0
    assert bill(control, parent, 5)["Balance"] == 5


def test_references_to_parents_show_their_new_names(control):
    parent = control.create("Class", {"Name": "North"})
    reference = {"value": parent["Id"], "type": "Class"}
    child = control.create("Class", {"Name": "One", "ParentRef": reference})
    control.update("Class", {**parent, "Name": "South"})
    assert control.get("Class", child["Id"])["ParentRef"]["name"] == "South"
