"""Names: uniqueness, hierarchy, the " (deleted)" suffix, and renaming."""

import re

from .. import faults
from .store import dump, key

PEOPLE = ("Customer", "Vendor", "Employee")  # they share one list of names
DEEPEST = 5
SUFFIX = re.compile(r" \(deleted( \d+)?\)$")
FORBIDDEN = (":", "\t", "\n", "\r")

# Properties whose references carry a label, by the entity they mean.
LABELLED = {
    "Customer": ("CustomerRef", "Entity", "EntityRef"),
    "Vendor": ("VendorRef", "Entity", "EntityRef", "PrefVendorRef"),
    "Employee": ("EmployeeRef", "Entity", "EntityRef"),
    "Item": ("ItemRef", "GroupItemRef", "ParentRef"),
    "Account": (
        "IncomeAccountRef",
        "ExpenseAccountRef",
        "AssetAccountRef",
        "AccountRef",
        "DepositToAccountRef",
        "DiscountAccountRef",
        "BankAccountRef",
        "CCAccountRef",
        "APAccountRef",
        "FromAccountRef",
        "ToAccountRef",
    ),
    "Class": ("ClassRef", "ParentRef"),
    "Department": ("DepartmentRef", "ParentRef"),
    "PaymentMethod": ("PaymentMethodRef",),
}


def check_characters(body, properties):
    """:raises Fault: 2040 for characters that names must not have"""
    for name in properties:
        if any(character in body.get(name, "") for character in FORBIDDEN):
            raise faults.invalid_string(name, body[name])


def mark_inactive(books, body, old, name):
    """Add or drop the " (deleted)" suffix as ``Active`` says; a second one of the same
    name is counted."""
    active = body.setdefault("Active", True)
    value = body.get(name, "")
    if active and old and old.get("Active") is False:
        body[name] = SUFFIX.sub("", value)
    elif not active and not SUFFIX.search(value):
        number = _holders(books, f"{value} (deleted%", old)
        body[name] = f"{value} (deleted{f' {number + 1}' if number else ''})"


def _holders(books, pattern, old):
    row = books.connection.execute(
        "SELECT COUNT(*) FROM objects WHERE realm=? AND name LIKE ? AND id IS NOT ?",
        (books.realm, pattern, key(old["Id"]) if old else None),
    ).fetchone()
    return row[0]


def place(books, entity, body, name, child_flag):
    """Level and FullyQualifiedName from the parent; returns the parent or None.

    :param name: the object's own name
    :param child_flag: property that says it has a parent (Job, SubItem...)
    :raises Fault: 2500 for a bad parent, 6150, 6180
    """
    body.pop("Level", None)
    parent = None
    if body.get("ParentRef"):
        parent = books.refer(entity, body["ParentRef"])
        _refuse_own_child(books, entity, body, parent)
        body["Level"] = parent.get("Level", 0) + 1
        if body["Level"] >= DEEPEST:
            raise faults.too_deep()
    elif body.get(child_flag):
        raise faults.parent_missing(child_flag)
    prefix = f"{parent['FullyQualifiedName']}:" if parent else ""
    body["FullyQualifiedName"] = prefix + name
    return parent


def _refuse_own_child(books, entity, body, parent):
    while parent is not None:
        if parent["Id"] == body.get("Id"):
            raise faults.Fault(900, "Parent cannot be child", f"{entity} {body['Id']}")
        above = parent.get("ParentRef")
        parent = books.find(entity, above["value"]) if above else None


def check_unique(books, entities, name, own_id, why):
    """:raises Fault: 6240 when another object of these entities has the name"""
    marks = ",".join("?" * len(entities))
    holder = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND name=? AND deleted=0"
        f" AND entity IN ({marks}) AND id IS NOT ? LIMIT 1",
        (books.realm, name.strip(), *entities, key(own_id) if own_id else None),
    ).fetchone()
    if holder:
        raise faults.duplicate_name(why)


def renamed(books, kind, body, old):
    """Let references show the new name, and children the new full name."""
    before, after = kind.label(old), kind.label(body)
    if before != after:
        for name in LABELLED.get(kind.name, ()):
            was = {"value": body["Id"], "name": before}
            relabel(books, name, was, {"value": body["Id"], "name": after})
    full = "FullyQualifiedName"
    if full in body and body[full] != old.get(full):
        _requalify_children(books, kind, body)


def relabel(books, property_name, was, now):
    """Let references of this property show another value and name.

    :param was: ``{"value", "name"}`` as it stands; a ``type`` may follow
    """
    old = f'"{property_name}":{dump(was)[:-1]}'
    new = f'"{property_name}":{dump(now)[:-1]}'
    books.connection.execute(
        "UPDATE objects SET body=replace(body, ?, ?)"
        " WHERE realm=? AND deleted=0 AND instr(body, ?)",
        (old, new, books.realm, old),
    )
    books.forget()


def _requalify_children(books, kind, parent):
    rows = books.connection.execute(
        "SELECT id FROM objects WHERE realm=? AND entity=? AND deleted=0"
        " AND json_extract(body, '$.ParentRef.value')=?",
        (books.realm, kind.name, parent["Id"]),
    ).fetchall()
    for (identifier,) in rows:
        child = books.find(kind.name, identifier)
        new = {**child}
        own = child["FullyQualifiedName"].rpartition(":")[2]
        new["FullyQualifiedName"] = f"{parent['FullyQualifiedName']}:{own}"
        books.connection.execute(
            "UPDATE objects SET body=?, name=? WHERE realm=? AND entity=? AND id=?",
            (dump(new), kind.unique_name(new), books.realm, kind.name, identifier),
        )
        books._seen[kind.name, str(identifier)] = new
        renamed(books, kind, new, child)
