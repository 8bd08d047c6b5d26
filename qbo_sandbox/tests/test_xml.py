"""Requests and answers in XML, as quickbooks-ruby and Intuit's PHP SDK have them."""

from xml.etree import ElementTree

import pytest

from .conftest import Api, bill, pay, paying

SPACE = 'xmlns="http://schema.intuit.com/finance/v3"'
TAG = "{http://schema.intuit.com/finance/v3}"


class XmlApi(Api):
    def __init__(self, server):
        super().__init__(server)
        self.session.headers["Accept"] = "application/xml"
        self.session.headers["Content-Type"] = "application/xml"

    def send(self, path, body, status=200):
        """The answer's root; ``body`` is without the namespace."""
        text = body.replace(">", f" {SPACE}>", 1)
        answer = self.call("POST", path, data=text.encode())
        assert answer.status_code == status, answer.text
        return ElementTree.fromstring(answer.content)


@pytest.fixture
def xml(server):
    return XmlApi(server)


def texts(root, path):
    return [each.text for each in root.findall(path.replace("/", f"/{TAG}"))]


INVOICE = """<Invoice>
  <Line><Amount>50.00</Amount><DetailType>SalesItemLineDetail</DetailType>
    <SalesItemLineDetail><ItemRef name="Services">1</ItemRef>
      <UnitPrice>25</UnitPrice><Qty>2</Qty></SalesItemLineDetail></Line>
  <CustomerRef>{customer}</CustomerRef>
  <CustomerMemo>Thank you &amp; good bye</CustomerMemo>
  <BillEmail><Address>amy@example.com</Address></BillEmail>
</Invoice>"""


def test_an_invoice_is_created_and_changed_in_xml(xml, control, customer):
    made = xml.send("invoice", INVOICE.format(customer=customer["Id"]))
    (identifier,) = texts(made, "./Invoice/Id")
    invoice = control.get("Invoice", identifier)
    assert invoice["TotalAmt"] == 50
    assert invoice["CustomerMemo"] == {"value": "Thank you & good bye"}
    assert invoice["Line"][0]["SalesItemLineDetail"]["Qty"] == 2
    changed = xml.send(
        "invoice",
        f'<Invoice sparse="true"><Id>{identifier}</Id><SyncToken>0</SyncToken>'
        "<PrivateNote>seen</PrivateNote></Invoice>",
    )
    assert texts(changed, "./Invoice/PrivateNote") == ["seen"]
    assert control.get("Invoice", identifier)["TotalAmt"] == 50
    stub = xml.send(
        "invoice?operation=delete",
        f"<Invoice><Id>{identifier}</Id><SyncToken>1</SyncToken></Invoice>",
    )
    assert stub.find(f"{TAG}Invoice").attrib == {"domain": "QBO", "status": "Deleted"}


def test_a_batch_in_xml_is_answered_item_by_item(xml, customer):
    name = customer["DisplayName"]
    answer = xml.send(
        "batch",
        '<IntuitBatchRequest><BatchItemRequest bId="a" operation="create"><Vendor>'
        f"<DisplayName>{name}</DisplayName></Vendor></BatchItemRequest>"
        '<BatchItemRequest bId="b"><Query>select * from Customer</Query>'
        "</BatchItemRequest></IntuitBatchRequest>",
    )
    first, second = answer
    assert (first.get("bId"), second.get("bId")) == ("a", "b")
    fault = first.find(f"{TAG}Fault")
    assert fault.get("type") == "ValidationFault"
    assert fault.find(f"{TAG}Error").get("code") == "6240"
    assert texts(second, "./QueryResponse/Customer/DisplayName") == [name]


def test_a_fault_in_xml_is_quickbooks(xml):
    answer = xml.send("customer", "<Customer><Nope>1</Nope></Customer>", 400)
    error = answer.find(f"{TAG}Fault/{TAG}Error")
    assert error.get("code") == "2010"
    assert 'Unrecognized field "Nope"' in error.find(f"{TAG}Detail").text


def test_a_token_that_is_none_is_told_in_xml(xml):
    xml.session.headers["Authorization"] = "Bearer " + "x" * 40
    answer = xml.call("GET", "preferences")
    assert answer.status_code == 401 and "WWW-Authenticate" in answer.headers
    fault = ElementTree.fromstring(answer.content).find(f"{TAG}Fault")
    assert fault.get("type") == "AUTHENTICATION"
    assert fault.find(f"{TAG}Error").get("code") == "3200"


@pytest.mark.parametrize(
    "body",
    [
        "<Vendor><DisplayName>x</DisplayName></Vendor>",
        "<Customer><DisplayName>x</Customer>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><Customer><DisplayName>&a;</DisplayName>"
        "</Customer>",
        "<Customer><CustomField>" + "<a>" * 100 + "</a>" * 100 + "</CustomField>"
        "</Customer>",
    ],
)
def test_xml_that_is_no_customer_is_2010(xml, body):
    answer = xml.send("customer", body, 400)
    assert answer.find(f"{TAG}Fault/{TAG}Error").get("code") == "2010"


def test_a_payments_extras_are_names_and_values(xml, control, customer, invoice):
    paid = pay(control, customer, 100, paying(100, invoice))
    answer = xml.call("GET", f"payment/{paid['Id']}")
    root = ElementTree.fromstring(answer.content)
    names = texts(root, "./Payment/Line/LineEx/NameValue/Name")
    assert names == ["txnId", "txnOpenBalance", "txnReferenceNumber"]


def test_what_xml_cannot_show_is_left_out(xml, control, customer):
    made = bill(control, customer, 10, PrivateNote="a\x01b\u2028")
    root = ElementTree.fromstring(xml.call("GET", f"invoice/{made['Id']}").content)
    assert texts(root, "./Invoice/PrivateNote") == ["ab\u2028"]


def test_an_upload_may_be_described_in_xml(api, invoice):
    metadata = (
        f"<Attachable {SPACE}><AttachableRef><EntityRef type='Invoice'>"
        f"{invoice['Id']}</EntityRef></AttachableRef><FileName>a.txt</FileName>"
        "</Attachable>"
    )
    parts = {
        "file_metadata_01": ("a", metadata, "application/xml"),
        "file_content_01": ("a.txt", b"text", "text/plain"),
    }
    answer = api.call("POST", "upload", files=parts)
    made = answer.json()["AttachableResponse"][0]["Attachable"]
    assert made["AttachableRef"][0]["EntityRef"]["value"] == invoice["Id"]
