"""Customers, vendors, employees, items and accounts: names, tokens, hierarchy."""

import pytest


def test_a_customer_has_its_defaults(customer):
    expected = {
        "FullyQualifiedName": "Amy's Bird Sanctuary",
        "PrintOnCheckName": "Amy's Bird Sanctuary",
        "Balance": 0,
        "BalanceWithJobs": 0,
        "Job": False,
        "BillWithParent": False,
        "Taxable": True,
        "Active": True,
        "PreferredDeliveryMethod": "Print",
        "SyncToken": "0",
        "DefaultTaxCodeRef": {"value": "2"},
    }
    assert {name: customer[name] for name in expected} == expected


def test_a_name_is_taken_across_customers_vendors_and_employees(control, api, customer):
    taken = {"DisplayName": " amy's bird sanctuary "}
    for entity in ("customer", "vendor", "employee"):
        assert api.refused(entity, taken)["code"] == "6240"


def test_names_share_one_sequence_of_ids(control):
    ids = [
        int(control.create(entity, {"DisplayName": entity})["Id"])
        for entity in ("Customer", "Vendor", "Employee")
    ]
    assert ids == list(range(ids[0], ids[0] + 3))


def test_sub_customers_of_one_name_may_stand_under_two_parents(control, api):
    parents = [control.create("Customer", {"DisplayName": n}) for n in "AB"]
    for parent in parents:
        job = {"DisplayName": "Kitchen", "Job": True}
        job["ParentRef"] = {"value": parent["Id"]}
        made = control.create("Customer", job)
        assert made["FullyQualifiedName"] == f"{parent['DisplayName']}:Kitchen"
        assert made["Level"] == 1
    assert api.refused("customer", job)["code"] == "6240"


def test_a_parent_keeps_its_token_but_its_time_moves(control, customer):
    control.set_clock("2030-01-01T00:00:00Z")
    child = {"DisplayName": "Nest", "ParentRef": {"value": customer["Id"]}}
    control.create("Customer", child)
    parent = control.get("Customer", customer["Id"])
    assert parent["SyncToken"] == "0"
    assert parent["MetaData"]["LastUpdatedTime"].startswith("2029-12-31T16:00")


def test_the_sixth_level_is_refused(control, api):
    parent = control.create("Customer", {"DisplayName": "0"})
    for level in range(1, 5):
        body = {"DisplayName": str(level), "ParentRef": {"value": parent["Id"]}}
        parent = control.create("Customer", body)
    body = {"DisplayName": "5", "ParentRef": {"value": parent["Id"]}}
    assert api.refused("customer", body)["code"] == "6180"


def test_deactivating_adds_a_suffix_and_frees_the_name(control, api, customer):
    off = control.update(
        "Customer",
        {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Active": False},
    )
    assert off["DisplayName"] == "Amy's Bird Sanctuary (deleted)"
    assert off["FullyQualifiedName"] == "Amy's Bird Sanctuary (deleted)"
    assert off["PrintOnCheckName"] == "Amy's Bird Sanctuary"
    assert off["SyncToken"] == "1"
    control.create("Customer", {"DisplayName": "Amy's Bird Sanctuary"})
    back = {"Id": off["Id"], "SyncToken": "1", "sparse": True, "Active": True}
    assert api.refused("customer", back)["code"] == "6240"


def test_a_name_may_be_deleted_twice(control):
    for expected in ("Ann (deleted)", "Ann (deleted 2)"):
        made = control.create("Customer", {"DisplayName": "Ann"})
        off = control.update("Customer", {**made, "Active": False})
        assert off["DisplayName"] == expected
    assert control.update("Customer", {**off, "Active": True})["DisplayName"] == "Ann"


def test_a_customer_that_owes_money_stays_active(api, customer, invoice):
    body = {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Active": False}
    assert api.refused("customer", body)["code"] == "6220"


def test_inactive_names_hide_from_queries_unless_asked_for(control, api, customer):
    control.update(
        "Customer",
        {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Active": False},
    )
    assert api.query("select * from Customer") == {}
    both = api.query("select * from Customer where Active in (true, false)")
    assert len(both["Customer"]) == 1
    assert api.query("select * from Customer where Active = false")["maxResults"] == 1


def test_a_full_update_loses_what_it_leaves_out(control, customer):
    noted = control.update(
        "Customer",
        {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Notes": "hello"},
    )
    assert noted["Notes"] == "hello" and noted["DisplayName"].startswith("Amy")
    full = {"Id": customer["Id"], "SyncToken": "1", "DisplayName": "Amy"}
    after = control.update("Customer", full)
    assert "Notes" not in after
    assert after["PrintOnCheckName"] == after["FullyQualifiedName"] == "Amy"
    assert after["SyncToken"] == "2"


def test_an_update_that_changes_nothing_keeps_the_token(control, customer):
    body = {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Active": True}
    assert control.update("Customer", body) == customer


def test_a_stale_token_is_5010(control, api, customer):
    control.edit("Customer", customer["Id"])
    body = {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"}
    error = api.refused("customer", body)
    assert error["code"] == "5010"
    assert "finished before you did, so your work was not saved." in error["Detail"]


def test_a_new_name_shows_in_references_and_children(control, customer, invoice):
    child = {"DisplayName": "Nest", "ParentRef": {"value": customer["Id"]}}
    child = control.create("Customer", child)
    control.update(
        "Customer",
        {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "DisplayName": "Zoe"},
    )
    assert control.get("Invoice", invoice["Id"])["CustomerRef"]["name"] == "Zoe"
    assert control.get("Customer", child["Id"])["FullyQualifiedName"] == "Zoe:Nest"
    assert control.query("select * from Customer where FullyQualifiedName='Zoe:Nest'")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"DisplayName": "a:b"}, "2040"),
        ({"DisplayName": "a\tb"}, "2040"),
        ({"Notes": "no name"}, "6080"),
        ({"DisplayName": "x" * 501}, "2050"),
        ({"DisplayName": "x", "PrimaryEmailAddr": {"Address": "nonsense"}}, "2210"),
        ({"DisplayName": "x", "Nonsense": 1}, "2010"),
        ({"DisplayName": {"a": 1}}, "2010"),
        ({"DisplayName": "x", "PreferredDeliveryMethod": "Pigeon"}, "2170"),
        ({"DisplayName": "x", "SalesTermRef": {"value": "99"}}, "2500"),
        ({"DisplayName": "x", "CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"DisplayName": "x", "Job": True}, "6150"),
    ],
)
def test_a_bad_customer_is_refused_with_its_code(api, body, code):
    assert api.refused("customer", body)["code"] == code


def test_an_unknown_property_is_answered_with_the_known_ones(api):
    error = api.refused("invoice", {"BadJson": True})
    assert error["code"] == "2010"
    assert 'Unrecognized field "BadJson"' in error["Detail"]
    assert "com.intuit.schema.finance.v3.Invoice" in error["Detail"]
    assert '"DocNumber"' in error["Detail"]


def test_read_only_properties_are_ignored(control):
    body = {"DisplayName": "x", "Balance": 5, "MetaData": {}, "domain": "X"}
    made = control.create("Customer", body)
    assert made["Balance"] == 0 and made["domain"] == "QBO"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"Name": "x"}, "2020"),
        ({"Name": "x", "IncomeAccountRef": {"value": "35"}}, "6430"),
        ({"Name": "x", "IncomeAccountRef": {"value": "9999"}}, "2500"),
        ({"Name": "Services", "IncomeAccountRef": {"value": "79"}}, "6240"),
        ({"Name": "a:b", "IncomeAccountRef": {"value": "79"}}, "2040"),
        ({"Name": "x", "Type": "Inventory"}, "2020"),
    ],
)
def test_a_bad_item_is_refused_with_its_code(api, body, code):
    assert api.refused("item", body)["code"] == code


def test_an_account_takes_its_type_from_either_property(control, api):
    made = control.create("Account", {"Name": "Till", "AccountSubType": "Checking"})
    assert (made["AccountType"], made["Classification"]) == ("Bank", "Asset")
    made = control.create("Account", {"Name": "Fees", "AccountType": "Expense"})
    assert made["Classification"] == "Expense"
    assert api.refused("account", {"Name": "Nothing"})["code"] == "6010"
    assert (
        api.refused("account", {"Name": "Checking", "AccountType": "Bank"})["code"]
        == "6240"
    )


def test_lists_cannot_be_deleted(api, customer):
    body = {"Id": customer["Id"], "SyncToken": "0"}
    assert api.refused("customer", body, operation="delete")["code"] == "500"


def test_preferences_can_be_switched_one_at_a_time(control):
    before = control.api("GET", "preferences")["Preferences"]
    after = control.update(
        "Preferences",
        {
            "Id": "1",
            "SyncToken": before["SyncToken"],
            "sparse": True,
            "SalesFormsPrefs": {"CustomTxnNumbers": True},
        },
    )
    assert after["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert after["SalesFormsPrefs"]["AllowDiscount"] is True
    assert after["TaxPrefs"] == before["TaxPrefs"]


def test_blanks_are_as_good_as_nothing_and_clear_what_was_there(control):
    blanks = {"PreferredDeliveryMethod": "", "Notes": "", "SalesTermRef": ""}
    made = control.create("Customer", {"DisplayName": "x", **blanks, "Title": "Dr"})
    assert made["PreferredDeliveryMethod"] == "Print"
    assert not {"Notes", "SalesTermRef"} & set(made)
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Title": ""}
    assert "Title" not in control.update("Customer", body)


@pytest.mark.parametrize(
    ("sent", "answered"),
    [("United States", "USA"), ("us", "USA"), ("GBR", "GBR"), ("Narnia", "Narnia")],
)
def test_countries_are_answered_in_three_letters(control, sent, answered):
    address = {"Line1": "1 Main St", "City": "x", "Country": sent, "Lat": "37.1"}
    made = control.create("Customer", {"DisplayName": "x", "BillAddr": address})
    assert made["BillAddr"]["Country"] == answered
    assert "Lat" not in made["BillAddr"]
