from odoo import fields, models

from ..client import QboFault, condition, select
from ..entities.customer import customer_payload, quickbooks_name
from ..entities.item import item_payload
from .qbo_backend_flow import FLOW_FIELDS
from .sending import Refusal, cause_of

#: "Duplicate name exists": another customer, vendor, employee or item has it.
DUPLICATE_NAME = "6240"
#: What is put behind a customer's name that a vendor or an employee has already.
NAME_SUFFIX = " (customer)"


class QboBackend(models.Model):
    """What a document needs in QuickBooks: its customer and its items."""

    _inherit = "qbo.backend"

    name_collision = fields.Selection(
        [
            ("link", "Take the customer that has it"),
            ("suffix", "Create another one with a suffix"),
        ],
        "If a Customer's Name Is Taken",
        default="link",
        required=True,
        help="QuickBooks does not allow two customers, vendors or employees of one"
        " name. An inactive customer that is taken becomes active again.",
    )

    def _require_flow(self, entity, record):
        """A setting may keep a kind of record out of QuickBooks.

        :raise Refusal: then nothing that needs the record can be sent either.
        """
        if not self._flows_out(entity):
            setting = self._fields[FLOW_FIELDS[entity]]._description_string(self.env)
            raise Refusal(
                self.env._(
                    "%(record)s is not in QuickBooks, and %(setting)s do not flow from"
                    " Odoo to QuickBooks. Change that under What Flows, then press"
                    " Export back to QuickBooks.",
                    record=record.display_name,
                    setting=setting,
                )
            )

    # --- Customers --------------------------------------------------------------------

    def _send_customer(self, sending, partner, currency):
        """Make sure that a customer exists in QuickBooks, in a currency if it is new.

        Names are created one by one: QuickBooks allows one at a time.
        """
        partner = partner.commercial_partner_id
        if partner in sending.refs.ids:
            return
        name = quickbooks_name(partner.name)
        known = self.name_collision == "link" and self._mirrored("Customer", name)
        if known:
            customer = known.payload
        else:
            self._require_flow("Customer", partner)
            customer = self._create_customer(
                sending, partner, name, self.multi_currency and currency
            )
        sending.answered("Customer", customer, partner)
        if customer["DisplayName"] != partner.name:
            sending.remarks[partner] = self.env._(
                "%(ours)s is called “%(theirs)s” in QuickBooks, which limits names and"
                " allows each only once.",
                ours=partner.name,
                theirs=customer["DisplayName"],
            )

    def _mirrored(self, entity, name):
        """An active entry of this name that is not linked to anything in Odoo."""
        found = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("name", "=ilike", name.replace("%", r"\%").replace("_", r"\_")),
                ("res_id", "=", False),
                ("deleted", "=", False),
                ("state", "!=", "ignored"),
            ]
        )
        return found.filtered(lambda row: row.payload.get("Active", True))[:1]

    def _create_customer(self, sending, partner, name, currency):
        """Create a customer; its name must be free in three lists (C2).

        Where a customer has the name, the policy decides; where a vendor or an employee
        has it, the customer gets a suffix.
        """
        number = f" ({partner.ref or partner.id})"
        for suffix in ("", NAME_SUFFIX, number):
            free = quickbooks_name(name, suffix)
            try:
                body = customer_payload(partner, free, currency)
                return self._send(sending, "Customer", body, partner, suffix)
            except QboFault as fault:
                if fault.code != DUPLICATE_NAME or suffix == number:
                    raise
            if not suffix and self.name_collision == "link":
                found = self._free_customer(sending, name)
                if found:
                    return found
        return None

    def _free_customer(self, sending, name):
        """The customer of this name, made active, if no Odoo partner has it."""
        found = self._named(sending, "Customer", "DisplayName", name)
        known = found and self.env["qbo.object"]._find(self, "Customer", found["Id"])
        if not found or known.res_id:
            return None
        if found.get("Active", True):
            return found
        body = {"Id": found["Id"], "SyncToken": found["SyncToken"], "sparse": True}
        return self._retrying(
            lambda: sending.client.update("Customer", {**body, "Active": True})
        )

    def _named(self, sending, entity, field, name):
        where = f"{condition(field, '=', name)} AND Active IN (true, false)"
        statement = select(entity, where)
        rows = self._retrying(lambda: sending.client.query(statement))
        return rows[0] if rows else None

    # --- Items ------------------------------------------------------------------------

    def _send_item(self, sending, line):
        """Make sure that the item of a line exists in QuickBooks (C4)."""
        record = self._item_record(line)
        if not record:
            return
        if record not in sending.refs.ids:
            self._require_flow("Item", record)
            body = item_payload(record, self._income_ref(sending, line))
            sending.answered("Item", self._create_item(sending, body, record), record)
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
        """Create an item, or take the one that has its name already."""
        try:
            return self._send(sending, "Item", body, record)
        except QboFault as fault:
            if fault.code != DUPLICATE_NAME:
                raise
            found = self._named(sending, "Item", "Name", body["Name"])
            if not found:
                raise
            return found
