"""Classes, departments ("locations") and customer types: names to sort by."""

from ..kernel import names
from ..kernel.entity import Entity
from ..kernel.schema import ADDRESS, FLAG, NUMBER, readonly, ref, text
from . import plan


class Tree(Entity):
    """A list whose entries may stand under others."""

    child_flag = None
    required = ("Name",)
    feature = None  # what the plan must include

    def prepare(self, books, body, old):
        plan.need(books, self.feature)
        names.mark_inactive(books, body, old, "Name")
        names.check_characters(body, ("Name",))
        flag = self.child_flag
        body[flag] = bool(body.get("ParentRef")) or body.get(flag, False)
        names.place(books, self.name, body, body["Name"], flag)
        body.pop("Level", None)
        own = old and old["Id"]
        taken = f"Another {self.name.lower()} is already using this name."
        names.check_unique(books, (self.name,), body["FullyQualifiedName"], own, taken)

    def label(self, body):
        return body["FullyQualifiedName"]

    def unique_name(self, body):
        return body["FullyQualifiedName"]


class Class(Tree):
    name = "Class"
    fields = {
        "Name": text(100),
        "SubClass": FLAG,
        "ParentRef": ref("Class"),
        "FullyQualifiedName": readonly(text()),
        "Level": readonly(NUMBER),
        "Active": FLAG,
    }
    child_flag = "SubClass"
    feature = "Class tracking"


class Department(Tree):
    name = "Department"
    fields = {
        "Name": text(100),
        "SubDepartment": FLAG,
        "ParentRef": ref("Department"),
        "FullyQualifiedName": readonly(text()),
        "Level": readonly(NUMBER),
        "Address": ADDRESS,
        "Active": FLAG,
    }
    child_flag = "SubDepartment"
    feature = "Location tracking"


class CustomerType(Entity):
    """Read only in the API; seeds make them."""

    name = "CustomerType"
    fields = {"Name": text(100), "Active": FLAG}
    operations = ("read", "query")
    required = ("Name",)
    in_cdc = False

    def unique_name(self, body):
        return body["Name"]
