from odoo import models

from ..client import QboFault
from ..const import DESCRIPTION_LENGTH, SKU_LENGTH
from ..entities.customer import quickbooks_name
from ..entities.item import is_sold, item_payload, item_sku, item_suffixes
from .qbo_backend_needs import DUPLICATE_NAME
from .sending import Refusal, cause_of


class QboBackend(models.Model):
    """The items that lines of a document need in QuickBooks (C4)."""

    _inherit = "qbo.backend"

    def _link_items_by_sku(self, sending, moves):
        """New products whose internal reference an item has as SKU, in one query."""
        if self.item_policy != "product":
            return
        wanted = {
            item_sku(product): product
            for product in moves.invoice_line_ids.product_id.filtered("default_code")
            if product not in sending.refs.ids
        }
        items = self._rows(sending, "Item", "Sku", wanted)
        for item in filter(is_sold, self._unlinked(sending, "Item", items)):
            product = wanted.pop(item["Sku"], None)
            if product:
                sending.answered("Item", item, product)

    def _send_item(self, sending, line):
        """Make sure that the item of a line exists in QuickBooks."""
        record = self._item_record(line)
        if not record:
            return
        if record not in sending.refs.ids:
            self._require_flow("Item", record)
            body = item_payload(record, self._income_ref(sending, line))
            item = self._create_item(sending, body, record)
            sending.answered("Item", item, record)
            self._remark_name(sending, record, item["Name"])
        sending.refs.items[line] = sending.refs.ids[record]

    def _income_ref(self, sending, line):
        """Reference of the income account that a new item books on.

        :raise Refusal: neither the line's account nor the default one is mapped.
        """
        ids = sending.refs.ids
        income = ids.get(line.account_id) or ids.get(self.income_account_id)
        if not income:
            raise Refusal(
                self.env._(
                    "The income account %(account)s is not mapped to a QuickBooks"
                    " account. Map it under QuickBooks > Accounts, then press Export"
                    " back to QuickBooks.",
                    account=line.account_id.display_name,
                ),
                cause_of(line.account_id),
            )
        return {"value": income}

    def _create_item(self, sending, body, record):
        """Create an item, or take the one that has its name already.

        One that is another record's, or cannot be sold, keeps its name: the new one
        gets a suffix.
        """
        *_others, last = suffixes = item_suffixes(record)
        for suffix in suffixes:
            name = quickbooks_name(record.name, suffix)
            try:
                item = self._send(
                    sending, "Item", {**body, "Name": name}, record, suffix
                )
                self._remark_cut_product(sending, record)
                return item
            except QboFault as fault:
                if fault.code != DUPLICATE_NAME or suffix == last:
                    raise
            found = not suffix and self._free_item(sending, body)
            if found:
                return found
        return None

    def _free_item(self, sending, body):
        """The item of this name, if it can be sold and is no other product's."""
        named = self._named(sending, "Item", "FullyQualifiedName", body["Name"])
        for item in filter(is_sold, self._unlinked(sending, "Item", named)):
            ours, theirs = body.get("Sku"), item.get("Sku")
            if not ours or not theirs or ours == theirs:
                return item
        return None

    def _remark_cut_product(self, sending, record):
        """Say what of a new item QuickBooks has no room for."""
        if record._name != "product.product":
            return
        if len(record.default_code or "") > SKU_LENGTH:
            sending.remark(
                record,
                self.env._(
                    "The internal reference of %(product)s was cut to %(length)s"
                    " characters.",
                    product=record.name,
                    length=SKU_LENGTH,
                ),
            )
        if len(record.description_sale or "") > DESCRIPTION_LENGTH:
            sending.remark(
                record,
                self.env._(
                    "The description of %(product)s was cut to %(length)s characters.",
                    product=record.name,
                    length=DESCRIPTION_LENGTH,
                ),
            )
