"""The query language."""

import pytest

from qbo_sandbox.query import evaluate, statement

from .conftest import bill, pay


@pytest.fixture
def three(control):
    for name, amount in (("Ann", 10), ("Ben's", 200), ("Cat_1", 30)):
        bill(control, control.create("Customer", {"DisplayName": name}), amount)


def names(api, where):
    found = api.query(f"select * from Customer where {where}")
    return [each["DisplayName"] for each in found.get("Customer", [])]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("DisplayName = 'Ann'", ["Ann"]),
        ("DisplayName = 'ann'", ["Ann"]),
        ("DisplayName = 'Ben\\'s'", ["Ben's"]),
        ("DisplayName LIKE '%n%'", ["Ann", "Ben's"]),
        ("DisplayName LIKE 'Cat_1'", ["Cat_1"]),
        ("DisplayName LIKE 'C_t%'", []),
        ("DisplayName IN ('Ann', 'Cat_1')", ["Ann", "Cat_1"]),
        ("Balance > '29.99'", ["Ben's", "Cat_1"]),
        ("Balance >= 30 and Balance <= '30'", ["Cat_1"]),
        ("Id IN ('1', '2') AND Active = true", ["Ann", "Ben's"]),
        ("Active IN (true, false) AND Id = '3'", ["Cat_1"]),
        ("MetaData.CreateTime > '2020-01-01T00:00:00-07:00' and Id='1'", ["Ann"]),
        ("MetaData.LastUpdatedTime > CURRENT_DATE and Id='1'", ["Ann"]),
        ("DisplayName = 'Ann' orderby DisplayName", ["Ann"]),
        ("metadata.createtime > '2020-01-01T00:00:00-07:00' and id='1'", ["Ann"]),
    ],
)
def test_conditions_find_what_they_say(api, three, where, expected):
    assert names(api, where) == expected


def test_counting_answers_with_the_total_only(api, three):
    assert api.query("SELECT COUNT(*) FROM Invoice") == {"totalCount": 3}


def test_pages_come_in_either_order_of_words(api, three):
    one = api.query("select * from Customer STARTPOSITION 2 MAXRESULTS 1")
    two = api.query("select * from Customer MAXRESULTS 1 STARTPOSITION 2")
    assert one == two
    assert (one["startPosition"], one["maxResults"]) == (2, 1)


def test_a_page_past_the_end_is_an_empty_object(api, three):
    assert api.query("select * from Customer startposition 4") == {}


def test_results_are_sorted_as_asked(api, three):
    found = api.query("select * from Customer order by Balance desc, DisplayName")
    assert [c["Balance"] for c in found["Customer"]] == [200.0, 30.0, 10.0]


def test_columns_come_alone(api, three):
    found = api.query("select Id, DisplayName from Customer maxresults 1")
    assert set(found["Customer"][0]) == {"Id", "DisplayName", "domain", "sparse"}


def test_references_and_dates_filter_documents(control, api, three):
    found = api.query("select * from Invoice where CustomerRef = '2'")
    assert [i["TotalAmt"] for i in found["Invoice"]] == [200.0]
    assert "Invoice" in api.query("select * from Invoice where TxnDate = CURRENT_DATE")
    day = control.get("Invoice", found["Invoice"][0]["Id"])["TxnDate"]
    same_day = f"select * from Invoice where TxnDate <= '{day}T00:00:00Z'"
    assert "Invoice" in api.query(same_day)
    pay(control, {"Id": "1"}, 12)
    assert "Payment" in api.query("select * from Payment where TotalAmt > '11.5'")
    assert "Payment" in api.query("select * from Payment where UnappliedAmt = '12'")


def test_a_query_may_be_posted(api, three):
    answer = api.call(
        "POST",
        "query",
        data="select * from Customer where DisplayName = 'Ann'",
        headers={"Content-Type": "application/text"},
    )
    assert answer.json()["QueryResponse"]["maxResults"] == 1


def test_a_hundred_rows_come_by_default(control, api, customer):
    for _ in range(101):
        bill(control, customer, 1)
    assert api.query("select * from Invoice")["maxResults"] == 100
    assert api.query("select * from Invoice maxresults 2000")["maxResults"] == 101


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("select * from Custmoer", "4001", "invalid context declaration: Custmoer"),
        ("select * from Customer startposition 0", "4001", "value 0 is too small"),
        ("select * from Customer where Nope = '1'", "4001", "Property Nope not found"),
        ("select Nope.Line1 from Customer", "4001", "not found for Entity Customer"),
        ("select BillAddr from Customer", "4001", "Property BillAddr not found"),
        ("select * from Customer where BillAddr.City = 'x'", "4001", "not queryable"),
        ("select * from Invoice where PrivateNote = 'x'", "4001", "is not queryable"),
        ("select * from Invoice where DepartmentRef='1'", "4001", "'DepartmentRef'"),
        ("select * from Customer where Id > '1'", "4001", "operator >"),
        ("select * from Customer where DisplayName = 'O'Hara'", "4000", "Encountered"),
        ("select * from Customer where Id = '1' or Id = '2'", "4000", "Encountered"),
        ("delete from Customer", "4000", "Encountered"),
        ("", "4000", "Encountered"),
        ("select * from Customer where Balance > 'x'", "4001", "invalid number"),
        ("select * from Customer where CustomField.Name = 'x'", "4001", "not found"),
        ("select * from Customer where Id.x = '1'", "4001", "not found"),
        ("select * from Customer startposition " + "9" * 30, "4001", "too large"),
        ("select * from Customer maxresults " + "9" * 5000, "4001", "too large"),
        (
            "select * from Attachable orderby AttachableRef.IncludeOnSend",
            "4001",
            "not sortable",
        ),
    ],
)
def test_a_wrong_query_is_refused_in_quickbooks_words(api, statement, code, words):
    error = api.query_refused(statement)
    assert error["code"] == code
    assert words in error["Detail"]


def test_a_statement_of_thousands_of_conditions_is_refused(api):
    statement = "select * from Customer where " + " and ".join(["Id = '1'"] * 3000)
    headers = {"Content-Type": "application/text"}
    answer = api.call("POST", "query", data=statement, headers=headers)
    assert answer.json()["Fault"]["Error"][0]["code"] == "4001"


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("select * from Customer where DisplayName = 'x'", "objects_displayed"),
        ("select * from Customer orderby DisplayName", "objects_displayed"),
        ("select * from Payment where PaymentRefNum = 'x'", "objects_reference"),
        ("select * from Invoice where DocNumber = 'x'", "objects_number"),
        ("select * from Invoice where CustomerRef = '1'", "objects_party"),
        ("select * from Invoice where DueDate < '2026-01-01'", "objects_due"),
        ("select * from Invoice orderby TxnDate desc", "objects_date"),
    ],
)
def test_what_is_filtered_by_is_found_by_an_index(server, text, index):
    books = server.sandbox.reading(server.realm_id)
    query = statement.parse(text)
    kind = books.kinds[query.entity]
    where, values = evaluate._where(books, kind, query)
    order = evaluate._order(kind, query)
    plan = books.connection.execute(
        f"EXPLAIN QUERY PLAN SELECT rowid FROM objects WHERE {where}"
        f" ORDER BY {order} LIMIT 100",
        values,
    )
    assert f"INDEX {index} " in plan.fetchone()[3]
