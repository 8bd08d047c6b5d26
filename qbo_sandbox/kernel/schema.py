"""What may stand in an object: property types, their checks, and their cleaning.

An entity's property table is a dict from name to `Field`. `clean` applies it to a
request: unknown properties are faults, read-only ones fall away, values take the type
that QuickBooks would have parsed (it reads "12.5" as a number and 7 as a text).
"""

import re
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Any

from .. import faults
from .countries import alpha_3

MAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
TOO_MUCH = 10**11  # of amounts, prices and quantities: 99,999,999,999 is the most


@dataclass(frozen=True)
class Field:
    kind: str  # text number flag date moment ref struct address many any
    size: int | None = None  # of a text, in characters
    values: tuple = ()  # of an enumeration
    target: str | None = None  # of a reference: the entity
    label: bool = True  # of a reference: whether answers carry its name
    inside: Any = None  # of a struct: its table; of a list: the item's Field
    readonly: bool = False


def text(size=None):
    return Field("text", size=size)


def enum(*values):
    return Field("text", values=values)


def ref(target=None, label=True):
    return Field("ref", target=target, label=label)


def struct(table=None, **more):
    return Field("struct", inside={**(table or {}), **more})


def many(inside):
    return Field("many", inside=inside)


def readonly(field):
    return replace(field, readonly=True)


NUMBER = Field("number")
FLAG = Field("flag")
DATE = Field("date")
MOMENT = Field("moment")
ANY = Field("any")
FIXED = readonly(ANY)

REFERENCE = {"value": text(), "name": text(), "type": text()}


def clean(table, body, entity):
    """The writable part of ``body`` with every value of its type.

    :param entity: name that a fault shows as the class
    :raises Fault: 2010 for unknown properties and wrong shapes, 2050 and others for
        values that cannot be
    """
    if not isinstance(body, dict):
        raise faults.bad_property(f"{entity} must be an object")
    result = {}
    for name, value in body.items():
        field = table.get(name)
        if field is None:
            raise faults.unknown_property(name, list(table), entity)
        if field.readonly or value is None:
            continue
        if value == "" and (field.kind != "text" or field.values):
            continue  # libraries send blanks for what they leave out
        result[name] = _VALUES[field.kind](field, name, value)
    return result


def _text(field, name, value):
    if isinstance(value, (dict, list)):
        raise faults.bad_property(name)
    value = str(value).lower() if isinstance(value, bool) else str(value)
    if field.values and value not in field.values:
        raise faults.invalid_enumeration(name, value)
    if field.size and len(value) > field.size:
        raise faults.too_long(name, field.size, len(value))
    if "\x00" in value or any(0xD800 <= ord(each) <= 0xDFFF for each in value):
        raise faults.invalid_string(name, ascii(value))
    return value


def _number(field, name, value):
    if isinstance(value, (dict, list, bool)):
        raise faults.bad_property(name)
    try:
        value = float(value) if not isinstance(value, int) else value
    except ValueError:
        raise faults.invalid_number(name, value) from None
    if value != value or abs(value) >= TOO_MUCH:
        raise faults.out_of_range(name, value)
    return value


def _flag(field, name, value):
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise faults.bad_property(name)


def _date(field, name, value):
    try:
        return Date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise faults.invalid_date(name, value) from None


def _ref(field, name, value):
    value = clean(REFERENCE, value, "ReferenceType")
    if "value" not in value:
        raise faults.missing(f"{name}.value")
    return {key: value[key] for key in ("value", "type") if key in value}


def _struct(field, name, value):
    return clean(field.inside, value, name)


def _address(field, name, value):
    """An address; its country as ISO alpha-3, no coordinates (both since 2025-09)."""
    found = clean(field.inside, value, name)
    if "Country" in found:
        found["Country"] = alpha_3(found["Country"])
    return found


def _many(field, name, value):
    if not isinstance(value, list):
        raise faults.bad_property(name)
    return [_VALUES[field.inside.kind](field.inside, name, item) for item in value]


def _any(field, name, value):
    return value


_VALUES = {
    "text": _text,
    "number": _number,
    "flag": _flag,
    "date": _date,
    "moment": _text,
    "ref": _ref,
    "struct": _struct,
    "address": _address,
    "many": _many,
    "any": _any,
}


def check_mail(addresses):
    """:raises Fault: 2210; several addresses may stand there, with commas between"""
    parts = addresses.split(",") if addresses else []
    if not all(MAIL.fullmatch(each.strip()) for each in parts):
        raise faults.invalid_email(addresses)


def references(table, body):
    """Every (field, reference dict) inside a clean body, however deep."""
    for name, value in body.items():
        field = table.get(name)
        if field is not None:
            yield from _references_in(field, value)


def _references_in(field, value):
    if field.kind == "ref" and field.target:
        yield field, value
    elif field.kind == "struct" and isinstance(value, dict):
        yield from references(field.inside, value)
    elif field.kind == "many":
        for item in value:
            yield from _references_in(field.inside, item)


# Shapes that many entities share (IntuitBaseTypes.xsd).
_ADDRESS = struct(
    Id=text(),
    Line1=text(500),
    Line2=text(500),
    Line3=text(500),
    Line4=text(500),
    Line5=text(500),
    City=text(255),
    Country=text(255),
    CountryCode=text(255),
    CountrySubDivisionCode=text(255),
    PostalCode=text(30),
    PostalCodeSuffix=text(30),
    Lat=readonly(text()),
    Long=readonly(text()),
    Tag=text(),
    Note=text(),
)
ADDRESS = replace(_ADDRESS, kind="address")
EMAIL = struct(Id=text(), Address=text(100), Default=FLAG, Tag=text())
PHONE = struct(Id=text(), FreeFormNumber=text(30), DeviceType=text(), Tag=text())
WEB = struct(Id=text(), URI=text(1000), Tag=text())
MEMO = struct(value=text(1000))
CUSTOM_FIELD = struct(
    DefinitionId=text(),
    Name=text(),
    Type=text(),
    StringValue=text(31),
    BooleanValue=FLAG,
    DateValue=DATE,
    NumberValue=NUMBER,
)
LINKED = struct(TxnId=text(), TxnType=text(), TxnLineId=text())
NAME_VALUE = struct(Name=text(), Value=text())
CURRENCY = ref()

# On every object.
COMMON = {
    "Id": text(),
    "SyncToken": text(),
    "MetaData": FIXED,
    "domain": FIXED,
    "sparse": FLAG,
    "status": FIXED,
}
