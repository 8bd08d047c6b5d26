"""Opening balances of accounts, customers and vendors."""

import pytest

DAY = "2026-01-31"
EQUITY = "34"


def equity(control):
    return control.get("Account", EQUITY)["CurrentBalance"]


@pytest.mark.parametrize(
    ("kind", "amount", "own", "counter"),
    [("Bank", 100, 100, 100), ("Bank", -40, -40, -40), ("Credit Card", 30, 30, -30)],
)
def test_an_account_starts_with_a_journal_entry(control, kind, amount, own, counter):
    body = {"Name": "New", "AccountType": kind}
    body.update(OpeningBalance=amount, OpeningBalanceDate=DAY)
    made = control.create("Account", body)
    assert made["CurrentBalance"] == own
    assert equity(control) == counter
    (entry,) = control.query("select * from JournalEntry")
    assert (entry["TxnDate"], entry["PrivateNote"]) == (DAY, "Opening Balance")
    again = control.update("Account", {**made, "OpeningBalance": 1, "Name": "Newer"})
    assert (again["OpeningBalance"], again["CurrentBalance"]) == (amount, own)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"OpeningBalanceDate": None}, "6060"),
        ({"AccountType": "Income"}, "6430"),
        ({"AccountType": "Accounts Receivable"}, "6430"),
    ],
)
def test_an_account_that_cannot_start_with_money_is_refused(api, change, code):
    body = {"Name": "New", "AccountType": "Bank", "OpeningBalance": 5}
    body = {**body, "OpeningBalanceDate": DAY, **change}
    assert api.refused("account", body)["code"] == code


def test_a_customer_starts_with_an_open_invoice(control, api):
    body = {"DisplayName": "Ann", "Balance": 120.5, "OpenBalanceDate": DAY}
    made = control.create("Customer", body)
    assert made["Balance"] == 120.5
    (invoice,) = control.query("select * from Invoice")
    assert (invoice["TxnDate"], invoice["Balance"]) == (DAY, 120.5)
    assert control.update("Customer", {**made, "Balance": 1})["Balance"] == 120.5
    body = {**body, "DisplayName": "Ben", "Balance": -1}
    assert api.refused("customer", body)["code"] == "2090"


def test_a_vendor_starts_with_an_open_bill(control):
    body = {"DisplayName": "Norton", "Balance": 80, "OpenBalanceDate": DAY}
    assert control.create("Vendor", body)["Balance"] == 80
    (bill,) = control.query("select * from Bill")
    assert (bill["TxnDate"], bill["Balance"]) == (DAY, 80)
    assert equity(control) == -80


def test_a_balance_without_a_date_is_that_of_a_copy(control):
    made = control.create("Customer", {"DisplayName": "Ann", "Balance": 120.5})
    assert made["Balance"] == 0 and "OpenBalanceDate" not in made


def test_books_that_are_closed_take_no_opening_balance(control, api):
    control.close_books("2026-06-30")
    body = {"DisplayName": "Ann", "Balance": 5, "OpenBalanceDate": DAY}
    assert api.refused("customer", body)["code"] == "6210"
    assert control.query("select * from Customer") == []


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [("TravelMeals", "Expense"), ("Land", "Fixed Asset"), ("Vehicle", "Other Expense")],
)
def test_a_subtype_tells_the_type(control, subtype, kind):
    made = control.create("Account", {"Name": "New", "AccountSubType": subtype})
    assert made["AccountType"] == kind
