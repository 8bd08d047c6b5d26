"""Recorded answers of Intuit's own service: the same requests give the same answers.

The recordings are not part of the project; `QBO_PAYLOADS` names their folder. Where
the company of a recording differs from ours (names, ids, addresses), it is furnished
first; what can never be the same (times, ids, tokens) is compared by its form.
"""

import json
import os
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from .conftest import bill, sold

FOLDER = Path(
    os.environ.get(
        "QBO_PAYLOADS", Path(__file__).resolve().parents[3] / "shared" / "payloads"
    )
)
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no recordings at {FOLDER}; set QBO_PAYLOADS"
)

# Withdrawn since the recording (Lat, Long: 2025), or of no fixed value.
GONE = {"Lat", "Long"}
FORMS = {
    "Id": r"\d+|TAX|NON",
    "SyncToken": r"\d+",
    "DocNumber": r"\d+",
    "TxnDate": r"\d{4}-\d\d-\d\d",
    "DueDate": r"\d{4}-\d\d-\d\d",
    "CreateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00",
    "LastUpdatedTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[78]:00",
    "TempDownloadUri": r"https?://.+",
    "FileAccessUri": r"/v3/company/.+/download/\d+",
    "Detail": r"(?s).+",
}


def recording(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def differences(recorded, ours, path=""):
    """Where two answers differ in members, types or values."""
    name = path.rpartition(".")[2]
    if name in FORMS and isinstance(recorded, str):
        form = FORMS[name]
        return [] if re.fullmatch(form, str(ours)) else [f"{path}: {ours!r}"]
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found = []
        for key in sorted((set(recorded) | set(ours)) - GONE):
            place = f"{path}.{key}"
            if key not in ours:
                found.append(f"{place} is missing")
            elif key not in recorded:
                found.append(f"{place} is too much")
            else:
                found += differences(recorded[key], ours[key], place)
        return found
    if isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            return [f"{path}: {len(ours)} entries, recorded {len(recorded)}"]
        pairs = zip(recorded, ours, strict=True)
        return [
            d
            for n, (a, b) in enumerate(pairs)
            for d in differences(a, b, f"{path}[{n}]")
        ]
    same = recorded == ours and type(recorded) is type(ours)
    return [] if same else [f"{path}: {ours!r}, recorded {recorded!r}"]


def replay(api, name, body=None):
    """Send the recorded request; returns (recorded response, ours)."""
    found = recording(name)
    request = found["request"]
    parts = urlsplit(request["uri"])
    path = re.sub(r"^/v3/(company/-COMPANY_ID-/)?", "", parts.path)
    arguments = {key: value[0] for key, value in parse_qs(parts.query).items()}
    sent = request["body"] if body is None else body
    answer = api.call(request["method"], path, json=sent, params=arguments)
    assert answer.status_code == found["response"]["status"], answer.text
    return found["response"], answer


@pytest.fixture
def amy(control):
    """The company of the recordings, as far as they show it."""
    control.set_preferences(
        TaxPrefs={"PartnerTaxEnabled": True},
        SalesFormsPrefs={
            "CustomField": [
                {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}
            ]
        },
    )
    recorded = recording("query_escape_apostrophe.json")["response"]["body"]
    (customer,) = recorded["QueryResponse"]["Customer"]
    names = (
        "DisplayName",
        "GivenName",
        "FamilyName",
        "CompanyName",
        "BillAddr",
        "ShipAddr",
        "PrimaryPhone",
        "PrimaryEmailAddr",
        "Taxable",
    )
    body = {name: customer[name] for name in names}
    for address in ("BillAddr", "ShipAddr"):
        body[address] = {k: v for k, v in body[address].items() if k not in GONE}
    return control.create("Customer", body)


def test_creating_a_customer(api, amy):
    recorded, ours = replay(api, "customer_create.json")
    assert differences(recorded["body"], ours.json()) == []


def test_a_full_update_of_a_customer(api, control, amy):
    made = control.create("Customer", {"DisplayName": "Jane", "Notes": "x"})
    body = recording("customer_full_update.json")["request"]["body"]
    recorded, ours = replay(
        api, "customer_full_update.json", {**body, "Id": made["Id"]}
    )
    assert differences(recorded["body"], ours.json()) == []


def test_creating_an_invoice(api, amy):
    recorded, ours = replay(api, "invoice_create.json")
    assert differences(recorded["body"], ours.json()) == []


def test_voiding_an_invoice(api, control, amy):
    made = bill(control, amy, 100)
    recorded, ours = replay(
        api, "invoice_void.json", {"Id": made["Id"], "SyncToken": "0"}
    )
    assert differences(recorded["body"], ours.json()) == []


def test_deleting_an_invoice(api, control, amy):
    made = bill(control, amy, 100)
    recorded, ours = replay(
        api, "invoice_delete.json", {"Id": made["Id"], "SyncToken": "0"}
    )
    assert differences(recorded["body"], ours.json()) == []


def test_a_full_update_of_a_sales_receipt(api, control, amy):
    control.create("Item", {"Name": "Hose", "IncomeAccountRef": {"value": "82"}})
    design = {"Name": "Design", "IncomeAccountRef": {"value": "82"}}
    item = control.create("Item", design)
    body = recording("salesreceipt_full_update_with_requestid.json")["request"]["body"]
    body["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] = item["Id"]
    made = control.create("SalesReceipt", {"Line": [sold(1) for _ in range(5)]})
    sent = {**body, "Id": made["Id"], "SyncToken": "0"}
    recorded, ours = replay(api, "salesreceipt_full_update_with_requestid.json", sent)
    expected = recorded["body"]["SalesReceipt"]
    assert differences(expected, ours.json()["SalesReceipt"]) == []
    assert ours.json()["SalesReceipt"]["Line"][0]["Id"] == "6"


def test_an_update_that_changes_nothing(api, control):
    made = control.create(
        "Account", {"Name": "Fees Billed", "AccountSubType": "ServiceFeeIncome"}
    )
    control.update("Account", {**made, "Active": False})
    body = recording("account_deactivate_noop.json")["request"]["body"]
    recorded, ours = replay(
        api, "account_deactivate_noop.json", {**body, "Id": made["Id"]}
    )
    assert differences(recorded["body"], ours.json()) == []
    assert ours.json()["Account"]["SyncToken"] == "1"


@pytest.mark.parametrize(
    "name",
    [
        "error_400_2010_unknown_property.json",
        "error_400_2030_invalid_id.json",
        "error_400_500_unsupported_operation.json",
        "error_400_6240_duplicate_name.json",
    ],
)
def test_faults(api, control, name):
    control.create("Customer", {"DisplayName": "Weiskopf Consulting"})
    recorded, ours = replay(api, name)
    expected, found = recorded["body"], ours.json()
    expected.setdefault("time", found["time"])  # some gateway answers lack it
    assert differences(expected, found) == []


def test_the_known_properties_of_an_invoice_are_those_recorded(api):
    recorded, ours = replay(api, "error_400_2010_unknown_property.json")
    listed = [
        set(
            re.findall(
                r'"(\w+)"',
                each["Fault"]["Error"][0]["Detail"].partition("(83")[2]
                or each["Fault"]["Error"][0]["Detail"].partition("known")[2],
            )
        )
        for each in (recorded["body"], ours.json())
    ]
    assert listed[0] - listed[1] - {"truncated"} == set()


def test_an_expired_token(server, api):
    server.control.expire_tokens()
    recorded, ours = replay(api, "error_401_token_expired.json")
    expected, found = recorded["body"], ours.json()
    assert found.pop("time") > expected.pop("time")
    assert found["fault"]["error"][0].pop("detail").startswith("Token expired: ")
    expected["fault"]["error"][0].pop("detail")
    assert differences(expected, found) == []
    assert ours.headers["WWW-Authenticate"] == recorded["headers"]["Www-Authenticate"]


def test_a_batch(api, control, amy):
    control.create("Item", {"Name": "Hose", "IncomeAccountRef": {"value": "82"}})
    design = {"Name": "Design", "IncomeAccountRef": {"value": "82"}}
    item = control.create("Item", design)
    line = sold(337.5, item["Id"], "NON", UnitPrice=75, Qty=4.5)
    line["Description"] = "Custom Design"
    big = control.create("SalesReceipt", {"Line": [line]})
    control.edit("SalesReceipt", big["Id"])
    request = recording("batch_mixed.json")["request"]["body"]
    request["BatchItemRequest"][2]["SalesReceipt"]["Id"] = big["Id"]
    recorded, ours = replay(api, "batch_mixed.json", request)
    expected = recorded["body"]
    receipts = expected["BatchItemResponse"][3]["QueryResponse"]
    receipts["SalesReceipt"].pop()  # its customer and place differ from the first's
    receipts["maxResults"] = 1
    stale = ours.json()["BatchItemResponse"][2]["Fault"]["Error"][0]
    assert stale["Detail"].startswith("Stale Object Error : You and ")
    assert differences(expected, ours.json()) == []


def test_queries(api, control, amy):
    recorded, ours = replay(api, "query_escape_apostrophe.json")
    expected = recorded["body"]
    (customer,) = expected["QueryResponse"]["Customer"]
    customer.update(Balance=0, BalanceWithJobs=0, DefaultTaxCodeRef={"value": "2"})
    assert differences(expected, ours.json()) == []
    recorded, ours = replay(api, "query_empty_page.json")
    assert differences(recorded["body"], ours.json()) == []


def test_a_page_of_customers(api, control, amy):
    recorded = recording("query_page_maxresults2.json")["response"]["body"]
    for number in range(2, 5):
        control.create("Customer", {"DisplayName": f"Nobody {number}"})
    for customer in recorded["QueryResponse"]["Customer"]:
        body = {
            k: v
            for k, v in customer.items()
            if k not in ("Id", "SyncToken", "sparse", "BillAddr", "ShipAddr")
        }
        control.create("Customer", body)
    _recorded, ours = replay(api, "query_page_maxresults2.json")
    expected = recorded
    for customer in expected["QueryResponse"]["Customer"]:
        customer.pop("BillAddr", None)
        customer.pop("ShipAddr", None)
        if customer["Taxable"]:
            customer["DefaultTaxCodeRef"] = {"value": "2"}
    assert differences(expected, ours.json()) == []


def test_sub_customers_of_one_name(control):
    """The recorded tree can be built, and full names and levels come out the same."""
    rows = recording("fyle_customers_with_subcustomers.json")["Customer"]
    ids = {}
    for row in rows:
        parent = row.get("ParentRef")
        if parent and parent["value"] not in ids:
            continue
        body = {
            "DisplayName": row["DisplayName"],
            "Job": row["Job"],
            "BillWithParent": row["BillWithParent"],
        }
        if parent:
            body["ParentRef"] = {"value": ids[parent["value"]]}
        made = control.create("Customer", body)
        ids[row["Id"]] = made["Id"]
        for name in ("FullyQualifiedName", "Level", "Job", "BillWithParent"):
            assert made.get(name) == row.get(name)
    assert len(ids) >= 6


def test_change_capture_has_the_recorded_form(api, control, amy):
    control.create("Estimate", {"CustomerRef": {"value": amy["Id"]}, "Line": [sold(5)]})
    recorded, ours = replay(api, "cdc_estimate.json")
    (block,) = ours.json()["CDCResponse"][0]["QueryResponse"]
    expected = recorded["body"]["CDCResponse"][0]["QueryResponse"][0]
    assert set(block) == set(expected)
    assert set(block["Estimate"][0]) >= {
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "CustomField",
        "DocNumber",
        "TxnDate",
        "CurrencyRef",
        "TxnStatus",
        "LinkedTxn",
        "Line",
        "TxnTaxDetail",
        "CustomerRef",
        "TotalAmt",
        "ApplyTaxAfterDiscount",
        "PrintStatus",
        "EmailStatus",
    }


@pytest.mark.parametrize("name", ["attachment_create.json", "attachment_error.json"])
def test_uploads(api, control, amy, name):
    found = recording(name)
    text = found["request"]["body"]
    if name == "attachment_create.json":
        made = bill(control, amy, 1)
        text = text.replace('\\"value\\":\\"75\\"', "").replace(
            '"value":"75"', f'"value":"{made["Id"]}"'
        )
    boundary = text.partition("\r\n")[0][2:]
    answer = api.call(
        "POST",
        "upload",
        data=text.encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    expected = found["response"]["body"]
    for item in expected["AttachableResponse"]:
        for link in item.get("Attachable", {}).get("AttachableRef", []):
            link["EntityRef"]["value"] = made["Id"]
    assert differences(expected, answer.json()) == []


def test_the_general_ledger_has_the_recorded_form(api, control, amy):
    bill(control, amy, 100)
    recorded, ours = replay(api, "report_general_ledger.json")
    expected, found = recorded["body"], ours.json()
    assert found["Columns"] == expected["Columns"]
    assert set(found["Header"]) == set(expected["Header"])
    assert found["Header"]["DateMacro"] == expected["Header"]["DateMacro"]
    receivable = [
        r
        for r in expected["Rows"]["Row"]
        if r["Header"]["ColData"][0].get("id") == "84"
    ][0]
    (section,) = [
        r for r in found["Rows"]["Row"] if r["Header"]["ColData"][0].get("id") == "84"
    ]
    assert set(section) == set(receivable)
    row, like = section["Rows"]["Row"][0], receivable["Rows"]["Row"][1]
    assert [set(cell) for cell in row["ColData"]][:4] == [
        set(cell) for cell in like["ColData"]
    ][:4]
    assert [cell["value"] for cell in row["ColData"]][6:] == ["100.00", "100.00"]


def members(element):
    """Names of the members of an XML object."""
    return {child.tag.partition("}")[2] or child.tag for child in element}


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("rb_fetch_credit_memo.xml", "CreditMemo"),
        ("rb_invoice_send.xml", "Invoice"),
        ("rb_payment_void_response_success.xml", "Payment"),
        ("rb_terms.xml", "Term"),
    ],
)
def test_properties_in_old_xml_are_known_ones(name, entity):
    """Every member that a recorded XML object shows is one that we know too."""
    from qbo_sandbox.entities import KINDS

    root = ElementTree.fromstring((FOLDER / name).read_text(encoding="utf-8"))
    (shown,) = [each for each in root.iter() if each.tag.endswith(f"}}{entity}")]
    assert members(shown) - set(KINDS[entity].fields) == set()


def test_429_is_the_recorded_xml(control, api):
    control.fail_next(kind="429")
    ours = ElementTree.fromstring(api.call("GET", "preferences").text)
    theirs = ElementTree.fromstring(
        (FOLDER / "rb_too_many_requests_error.xml").read_text(encoding="utf-8")
    )
    assert [(e.tag, e.text and e.text.strip()) for e in ours.iter()] == [
        (e.tag, e.text and e.text.strip()) for e in theirs.iter()
    ]


def figures(name, entity):
    """Totals, tax and lines of the first document in an XML recording."""
    root = ElementTree.fromstring((FOLDER / name).read_text(encoding="utf-8"))
    space = {"q": "http://schema.intuit.com/finance/v3"}
    document = root.find(f".//q:{entity}", space)

    def text(path):
        found = document.find("/".join(f"q:{part}" for part in path.split("/")), space)
        return None if found is None else found.text

    return text


def test_a_recorded_refund_adds_up_the_same(control, amy):
    """345.00 less 10 %, shipping 5.00, tax 6.5 % of the undiscounted lines."""
    control.set_preferences(TaxPrefs={"PartnerTaxEnabled": None})
    text = figures("rb_refund_receipts.xml", "RefundReceipt")
    body = {"TaxRateName": "County", "RateValue": 6.5, "TaxAgencyId": "1"}
    code = control.api(
        "POST", "taxservice/taxcode", {"TaxCode": "County", "TaxRateDetails": [body]}
    )
    discount = {"PercentBased": True, "DiscountPercent": 10}
    made = control.create(
        "RefundReceipt",
        {
            "CustomerRef": {"value": amy["Id"]},
            "DepositToAccountRef": {"value": "35"},
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": code["TaxCodeId"]}},
            "Line": [
                sold(345, code="TAX", Qty=15, UnitPrice=23),
                {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount},
                sold(5, item="SHIPPING_ITEM_ID"),
            ],
        },
    )
    assert made["TotalAmt"] == float(text("TotalAmt"))
    assert made["TxnTaxDetail"]["TotalTax"] == float(text("TxnTaxDetail/TotalTax"))


def test_the_discovery_document_has_the_recorded_members(server, api):
    ours = api.session.get(f"{server.url}/.well-known/openid_configuration").json()
    theirs = recording("oauth_discovery.json")
    assert set(theirs) <= set(ours)
    for name in (
        "issuer",
        "response_types_supported",
        "claims_supported",
        "id_token_signing_alg_values_supported",
        "scopes_supported",
        "token_endpoint_auth_methods_supported",
    ):
        assert ours[name] == theirs[name]


def test_webhooks_have_the_recorded_members():
    from qbo_sandbox.webhooks import _classic, _cloud

    event = {
        "realm": "1",
        "name": "Class",
        "id": "2",
        "operation": "Create",
        "absorbed": None,
        "at": datetime(2026, 1, 2, 3, 4, 5, 678000),
    }
    theirs = recording("webhook_legacy.json")
    ours = _classic([event])
    (a,), (b,) = theirs["eventNotifications"], ours["eventNotifications"]
    assert set(a) == set(b)
    (a,), (b,) = a["dataChangeEvent"]["entities"], b["dataChangeEvent"]["entities"]
    assert set(a) == set(b)
    assert b["lastUpdated"] == "2026-01-02T03:04:05.678Z"
    assert len(a["lastUpdated"]) == len(b["lastUpdated"])
    (a,), (b,) = recording("webhook_cloudevents.json"), _cloud([event])
    assert set(a) <= set(b) and a["type"] == b["type"]
    assert b["time"] == "2026-01-02T03:04:05.678000000Z"
    assert len(a["time"]) == len(b["time"])


def test_tax_codes_have_the_recorded_members(api):
    """The pseudo codes TAX and NON lack what real ones have."""
    ours = api.query("select * from TaxCode")["TaxCode"]
    by_id = {code["Id"]: code for code in ours}
    root = ElementTree.fromstring(
        (FOLDER / "rb_tax_codes.xml").read_text(encoding="utf-8")
    )
    for shown in [each for each in root.iter() if each.tag.endswith("}TaxCode")]:
        identifier = shown[0].text
        if identifier in by_id:
            attributes = set(shown.attrib) & {"domain", "sparse"}
            assert set(by_id[identifier]) == members(shown) | attributes
    assert {"TAX", "NON"} <= set(by_id)
