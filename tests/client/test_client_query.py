"""The query language's texts."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from client import condition, literal, select

PACIFIC = timezone(timedelta(hours=-7))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Amy's Bird Sanctuary", r"'Amy\'s Bird Sanctuary'"),
        ("back\\slash", r"'back\\slash'"),
        ("\\' or Id > '0", r"'\\\' or Id > \'0'"),
        ("", "''"),
        (True, "true"),
        (False, "false"),
        (300, "'300'"),
        (1.5, "'1.5'"),
        (Decimal("1E+3"), "'1000'"),
        (date(2026, 11, 21), "'2026-11-21'"),
        (datetime(2026, 9, 1, tzinfo=PACIFIC), "'2026-09-01T00:00:00-07:00'"),
        (datetime(2026, 9, 1, 1, 2, 3, 4, timezone.utc), "'2026-09-01T01:02:03+00:00'"),
    ],
)
def test_a_value_is_quoted_so_that_it_stays_a_value(value, text):
    assert literal(value) == text


@pytest.mark.parametrize("value", [None, ["x"], datetime(2026, 9, 1)])
def test_what_quickbooks_would_guess_at_is_refused(value):
    with pytest.raises(ValueError):
        literal(value)


def test_conditions_name_a_field_an_operator_and_values():
    assert condition("Balance", ">", 0) == "Balance > '0'"
    assert condition("Active", "in", [True, False]) == "Active IN (true, false)"
    assert condition("DisplayName", "LIKE", "K%") == "DisplayName LIKE 'K%'"
    assert condition("MetaData.CreateTime", "<", date(2026, 1, 2)) == (
        "MetaData.CreateTime < '2026-01-02'"
    )


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("Id = '1' --", "=", "1"),
        ("", "=", "1"),
        ("Id", "OR", "1"),
        ("Id", "IN", []),
    ],
)
def test_a_condition_quickbooks_cannot_have_is_refused(field, op, value):
    with pytest.raises(ValueError):
        condition(field, op, value)


def test_a_statement_has_its_parts_in_order():
    assert select("Term") == "SELECT * FROM Term"
    assert select("Term", fields="COUNT(*)") == "SELECT COUNT(*) FROM Term"
    statement = select(
        "Invoice",
        "Balance > '0'",
        order_by="MetaData.LastUpdatedTime DESC",
        start=1001,
        size=1000,
        fields=["Id", "DocNumber"],
    )
    assert statement == (
        "SELECT Id, DocNumber FROM Invoice WHERE Balance > '0' "
        "ORDERBY MetaData.LastUpdatedTime DESC STARTPOSITION 1001 MAXRESULTS 1000"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 0},
        {"size": 0},
        {"size": 1001},
        {"order_by": "Id; drop"},
        {"fields": ["Id)"]},
    ],
)
def test_a_statement_quickbooks_would_refuse_is_not_built(wrong):
    with pytest.raises(ValueError):
        select("Invoice", **wrong)
