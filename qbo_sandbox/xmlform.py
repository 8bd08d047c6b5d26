"""The API's other form: answers as XML for clients that do not ask for JSON, and
requests in XML (quickbooks-ruby, Intuit's PHP SDK).

References are elements with a ``name``; lists are repeated elements; what XML cannot
tell (a list of one, a number) follows from the entity's property table.
"""

import json
import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from . import faults

NAMESPACE = "http://schema.intuit.com/finance/v3"
# Members that are attributes: everywhere, and of some elements.
ATTRIBUTES = ("domain", "sparse", "status", "startPosition", "maxResults", "totalCount")
OWN_ATTRIBUTES = {
    "BatchItemResponse": ("bId",),
    "Fault": ("type",),
    "Error": ("code", "element"),
}
DEEPEST = 50
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# -- answers ---------------------------------------------------------------------------


def write(text):
    """A JSON answer as XML."""
    body = json.loads(text)
    stamp = body.pop("time", "")
    inner = "".join(_element(name, value) for name, value in body.items())
    return response(inner, stamp)


def response(inner, stamp):
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse xmlns="{NAMESPACE}" time="{stamp}">{inner}</IntuitResponse>'
    )


def fault(body):
    """The ``Fault`` element of a fault's JSON body."""
    for error in body["Error"]:
        error.setdefault("element", "")
    return _element("Fault", body)


def _element(name, value):
    if not NAME.fullmatch(name):
        return ""  # kept as it was sent; no XML can show it
    if isinstance(value, list):
        return "".join(_element(name, each) for each in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(_scalar(value))}</{name}>"
    if "value" in value and set(value) <= {"value", "name", "type"}:
        shown = _attributes(value, ("name", "type"))
        return f"<{name}{shown}>{escape(_scalar(value['value']))}</{name}>"
    apart = (*ATTRIBUTES, *OWN_ATTRIBUTES.get(name, ()))
    inner = "".join(_member(k, v) for k, v in value.items() if k not in apart)
    return f"<{name}{_attributes(value, apart)}>{inner}</{name}>"


def _member(name, value):
    """A member; extensions (``LineEx``) stand in JSON with Java's names around."""
    if name == "any" and isinstance(value, list):
        return "".join(_element("NameValue", each.get("value")) for each in value)
    return _element(name, value)


def _attributes(value, names):
    shown = (
        f" {key}={quoteattr(_scalar(value[key]))}" for key in names if key in value
    )
    return "".join(shown)


def _scalar(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else NOT_XML.sub("", str(value))


# -- requests --------------------------------------------------------------------------


def is_xml(text):
    """Whether a request's body is XML, whatever it was declared to be."""
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def read(text, name, table):
    """The JSON body that a request in XML means.

    :param name: what its root must be called
    :param table: the properties, see `kernel.schema`
    :raises Fault: 2010
    """
    root = _parsed(text)
    if _local(root) != name:
        raise faults.bad_property(_local(root))
    return _body(root, table)


def read_batch(text, kinds):
    """The same for a batch; ``kinds`` are the entities by name."""
    root = _parsed(text)
    items = []
    for item in root:
        found = dict(item.attrib)
        for each in item:
            kind = kinds.get(_local(each))
            found[_local(each)] = _body(each, kind.fields) if kind else each.text
        items.append(found)
    return {"BatchItemRequest": items}


def _parsed(text):
    if "<!DOCTYPE" in text:  # entities would grow; no client sends any
        raise faults.bad_property("DOCTYPE")
    try:
        return ElementTree.fromstring(text.lstrip("\ufeff \t\r\n").encode())
    except ElementTree.ParseError as problem:
        raise faults.bad_property(f"XML {problem}") from None


def _local(element):
    return element.tag.rpartition("}")[2]


def _body(element, table):
    found = {}
    if "sparse" in element.attrib:
        found["sparse"] = element.attrib["sparse"]
    for child in element:
        name = _local(child)
        field = table.get(name)
        if field is not None and field.kind == "many":
            found.setdefault(name, []).append(_value(child, field.inside))
        else:
            found[name] = _value(child, field)
    return found


def _value(element, field):
    text = element.text or ""
    if field is None or field.kind == "any":
        return _anything(element)
    if field.kind == "ref" or (field.inside and set(field.inside) == {"value"}):
        return {"value": text.strip(), **_known(element.attrib)}
    if field.kind in ("struct", "address"):
        return _body(element, field.inside)
    return text if field.kind == "text" and not field.values else text.strip()


def _known(attributes):
    return {key: attributes[key] for key in ("name", "type") if key in attributes}


def _anything(element, depth=0):
    """What no table describes: repeated elements are lists, the rest is text.

    :raises Fault: 2010 when it is too deep
    """
    if depth > DEEPEST:
        raise faults.bad_property(_local(element))
    if not len(element):
        return element.text or ""
    found = {}
    for child in element:
        found.setdefault(_local(child), []).append(_anything(child, depth + 1))
    return {name: each[0] if len(each) == 1 else each for name, each in found.items()}
