"""Recorded answers of QuickBooks Online, read from a folder that is not published.

XML answers become the JSON shape: an element with text and a name attribute, or whose
tag ends in Ref, is a reference; repeatable elements become lists.
"""

import json
import os
from pathlib import Path

from lxml import etree

FOLDER = Path(
    os.environ.get("QBO_PAYLOADS")
    or Path(__file__).resolve().parents[2] / "../shared/payloads"
)
#: What is looked for, in the order in which objects refer to each other.
ENTITIES = (
    "Account",
    "TaxRate",
    "TaxCode",
    "Term",
    "Customer",
    "Item",
    "Invoice",
    "CreditMemo",
    "Payment",
)
REPEATED = {"Line", "LinkedTxn", "TaxLine", "CustomField", "TaxRateDetail"}
TEXTS = {"Id", "SyncToken", "TxnId", "DocNumber", "PaymentRefNum", "Name"}
TEXT_FIELDS = ("PostalCode", "Description", "Line1", "Line2", "Line3", "FreeFormNumber")


def recordings():
    """{file name: [(entity, payload)]} of the files that hold any of ENTITIES."""
    found = {}
    for path in sorted(FOLDER.glob("*")):
        if path.suffix == ".json":
            tree = json.loads(path.read_text())
        elif path.suffix == ".xml":
            tree = from_xml(etree.fromstring(path.read_bytes()))
        else:
            continue
        objects = list(_objects(_answer(tree)))
        if objects:
            found[path.name] = objects
    return found


def _answer(tree):
    """What QuickBooks said, where a recording has the request too."""
    if isinstance(tree, dict) and "response" in tree:
        return tree["response"].get("body")
    return tree


def _objects(node):
    children = node.items() if isinstance(node, dict) else enumerate(node or ())
    for key, value in children:
        if key in ENTITIES:
            for payload in value if isinstance(value, list) else [value]:
                yield key, payload
        elif isinstance(value, (dict, list)):
            yield from _objects(value)


def from_xml(root):
    """An XML answer in the shape that QuickBooks gives in JSON."""
    return {_tag(root): _value(root)}


def _value(element):
    tag = _tag(element)
    if tag.endswith("Ref"):
        return {"value": element.text, "name": element.get("name")}
    if tag == "CustomerMemo":
        return {"value": element.text}
    if not len(element):
        return {} if element.text is None else _scalar(tag, element.text)
    result = {"status": element.get("status")} if element.get("status") else {}
    for child in element:
        name, value = _tag(child), _value(child)
        if name in REPEATED or name in ENTITIES or name == "QueryResponse":
            result.setdefault(name, []).append(value)
        else:
            result[name] = value
    return result


def _scalar(tag, text):
    if text in ("true", "false"):
        return text == "true"
    if tag in TEXTS or tag in TEXT_FIELDS:
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _tag(element):
    return etree.QName(element).localname
