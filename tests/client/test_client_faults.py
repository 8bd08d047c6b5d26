"""One table decides what each code is, and has words for each."""

import pytest
from client import errors, fault_table, faults
from client.errors import FAULT_CLASSES

BY_CLASS = {
    "auth": [100, 110, 120, 3100, 3200, 3202, 10200],
    "throttle": [3001, 3002],
    "transient": [130, 4002, 10000],
    "conflict": [600, 630, 5010, 6140, 6240],
    "mapping": [
        *(610, 700, 2030, 2500, 6100, 6160, 6170, 6230, 6250, 6290, 6300, 6310),
        *(6430, 6440, 6470),
    ],
    "policy": [
        *(620, 800, 6110, 6120, 6130, 6200, 6210, 6220, 6280, 6400, 6450, 6460),
        *(6480, 6540),
    ],
    "account": [140, 150, 5020, 5030, 6190],
    "data": [
        *(500, 900, 1000, 1010, 1020, 1040, 1050, 2000, 2010, 2020, 2040, 2050),
        *range(2060, 2190, 10),
        *(2190, 2200, 2210, 2220, 2230, 2240, 2250, 2260, 2270, 2280, 2290, 2300),
        *(2380, 2600, 3000, 4000, 4001, 5000, 6000, 6010, 6020, 6030, 6040, 6041),
        *(6050, 6060, 6070, 6080, 6090, 6150, 6180, 6270, 6320, 6330, 6340, 6350),
        *(6360, 6370, 6380, 6390, 6420, 6490, 6500, 6510, 6520, 6530, 6560, 6580),
        *(6690, 6830, 10100),
    ],
}
RETRYABLE = {130, 140, 150, 3001, 3002, 4002, 5010, 10000}
BUTTONS = {
    *("reconnect", "export", "link", "hide", "open", "accounts", "taxes"),
    *("customers", "items", "customer", "configure"),
}
CODES = [(code, name) for name, codes in BY_CLASS.items() for code in codes]


@pytest.mark.parametrize(("code", "fault_class"), CODES)
def test_each_code_has_its_class_and_says_whether_time_helps(code, fault_class):
    decision = faults.decide(str(code), http_status=400)
    assert decision[:2] == (fault_class, code in RETRYABLE)


def test_no_code_is_in_the_table_without_being_tested():
    known = {int(key) for key in faults.DECISIONS if key.isdecimal()}
    assert known == {code for code, _class in CODES}
    classes = {decision.fault_class for decision in faults.DECISIONS.values()}
    assert classes == set(FAULT_CLASSES) == set(faults.DECISIONS) & classes


def test_no_key_is_in_the_table_twice():
    keys = [key for row in fault_table.ROWS for key in row[1].split()]
    assert len(keys) == len(set(keys)) == len(faults.DECISIONS)


@pytest.mark.parametrize("decision", faults.DECISIONS.values(), ids=lambda d: d.key)
def test_each_row_says_what_it_means_what_to_do_and_what_to_press(decision):
    assert decision.meaning and decision.remedy
    assert not decision.meaning.endswith(".") and not decision.remedy.endswith(".")
    assert decision.button in BUTTONS


def test_each_key_of_6000_is_found_by_words_of_quickbooks():
    named = {key for key in faults.DECISIONS if key.startswith("6000:")}
    assert {key for _words, key in faults.DETAILS_OF_6000} == named


@pytest.mark.parametrize(
    ("code", "fault_class"),
    [
        ("1", "data"),
        ("199", "auth"),
        ("510", "data"),
        ("1999", "data"),
        ("2999", "data"),
        ("3299", "auth"),
        ("5999", "data"),
        ("9999", "data"),
        ("10999", "transient"),
    ],
)
def test_an_unknown_code_is_judged_by_its_range(code, fault_class):
    assert faults.decide(code).fault_class == fault_class


@pytest.mark.parametrize(
    ("detail", "decision"),
    [
        ("You can only add or edit one name at a time. Please try again.", "transient"),
        ("You can only edit one product or service at a time.", "transient"),
        ("We're sorry, QuickBooks encountered an error while calculating tax.", "t"),
        ("An unexpected error occurred while accessing or saving your data.", "t"),
        ("The entity Invoice 7 that you are trying to link does not exist.", "mapping"),
        ("You must set a transaction amount.", "data"),
        ("Unexpected Internal Error. (-30003)", "data"),
    ],
)
def test_6000_is_judged_by_its_words(detail, decision):
    found = faults.decide("6000", f"Business Validation Error: {detail}")
    assert found.fault_class.startswith(decision)
    assert found.retryable == (found.fault_class == "transient")


@pytest.mark.parametrize(
    ("status", "fault_class", "retryable"),
    [
        (200, "transient", True),
        (302, "transient", True),
        (400, "data", False),
        (401, "auth", False),
        (403, "account", False),
        (404, "data", False),
        (408, "transient", True),
        (413, "data", False),
        (429, "throttle", True),
        (500, "transient", True),
        (503, "transient", True),
        (None, "data", False),
    ],
)
def test_without_a_code_the_http_status_decides(status, fault_class, retryable):
    assert faults.decide("", http_status=status)[:2] == (fault_class, retryable)
    assert faults.decide("MalformedRequest", http_status=status)[0] == fault_class


@pytest.mark.parametrize(
    ("code", "detail", "fault_class", "cause", "button"),
    [
        ("6240", "", "conflict", "6240", "customers"),
        ("2999", "", "data", "2999", "export"),
        ("6000", "You must set a transaction amount.", "data", "6000:zero", "hide"),
        ("6000", "Something else.", "data", "6000", "export"),
        ("", "", "auth", "auth", "reconnect"),
        ("invalid_grant", "", "auth", "auth", "reconnect"),
    ],
)
def test_what_is_remembered_of_an_error_leads_back_to_its_button(
    code, detail, fault_class, cause, button
):
    error = errors.QboFault("No", code=code, detail=detail, fault_class=fault_class)
    assert faults.cause_of(error) == cause
    assert faults.of_cause(cause).button == button
    assert faults.of_error(error).button == button


@pytest.mark.parametrize("cause", ["account.tax,12", "closed_books", "number_taken"])
def test_what_is_no_fault_of_quickbooks_has_no_decision(cause):
    assert faults.of_cause(cause) is None
