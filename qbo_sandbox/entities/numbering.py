"""Document numbers: automatic unless the company types its own."""

import re

from .. import faults

AUTO = "AUTO_GENERATE"  # the literal that asks for a number (XSD)
LONGEST = 21


def assign(books, body, old, family, entities):
    """Set or check ``DocNumber``.

    With CustomTxnNumbers off, a number is given when missing and a supplied one kept
    unchecked; with it on, a missing one stays missing and a used one is a fault.

    :param family: the sequence that the number comes from
    :param entities: document types whose numbers must differ
    :raises Fault: 6140
    """
    number = body.get("DocNumber")
    if old and number == old.get("DocNumber"):
        return
    custom = books.preferences["SalesFormsPrefs"].get("CustomTxnNumbers", False)
    if number == AUTO or (number is None and not custom and not old):
        body["DocNumber"] = number = following(books.last(f"number:{family}", "1000"))
    elif number and custom:
        _check_unused(books, number, old, entities)
    if number and re.search(r"\d", number):
        books.remember(f"number:{family}", number)


def warn(books, body, old, switch, entities):
    """Refuse a vendor's bill number, or the number of a check, that is used already,
    where the company wants to be warned and the request does not insist.

    :param switch: the preference, in OtherPrefs
    :raises Fault: 6140
    """
    number = body.get("DocNumber")
    pairs = books.preferences["OtherPrefs"].get("NameValue", [])
    wanted = {"Name": switch, "Value": "true"} in pairs
    if number and wanted and "allowduplicatedocnum" not in books.options:
        _check_unused(books, number, old, entities)


def following(number):
    """The number after this one: its last digits, counted on."""
    match = re.search(r"(\d+)(\D*)$", number)
    digits, tail = match.groups()
    counted = str(int(digits) + 1).zfill(len(digits))
    return (number[: match.start()] + counted + tail)[-LONGEST:]


def _check_unused(books, number, old, entities):
    marks = ",".join("?" * len(entities))
    row = books.connection.execute(
        "SELECT entity, id FROM objects WHERE realm=? AND doc_number=? AND deleted=0"
        f" AND entity IN ({marks}) AND id IS NOT ? LIMIT 1",
        (books.realm, number, *entities, int(old["Id"]) if old else None),
    ).fetchone()
    if row:
        raise faults.duplicate_number(number, *row)
