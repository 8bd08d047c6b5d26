"""Payment methods: cash, check, cards."""

from ..kernel import names
from ..kernel.entity import Entity
from ..kernel.schema import FLAG, enum, text

TAKEN = "Another payment method is already using this name."


class PaymentMethod(Entity):
    name = "PaymentMethod"
    fields = {
        "Name": text(31),
        "Active": FLAG,
        "Type": enum("CREDIT_CARD", "NON_CREDIT_CARD"),
    }
    required = ("Name",)

    def prepare(self, books, body, old):
        names.mark_inactive(books, body, old, "Name")
        body.setdefault("Type", "NON_CREDIT_CARD")
        own = old and old["Id"]
        names.check_unique(books, ("PaymentMethod",), body["Name"], own, TAKEN)

    def unique_name(self, body):
        return body["Name"]
