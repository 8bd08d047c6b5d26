from odoo import fields, models

from ..client import QboFault, condition, select
from ..entities.customer import customer_payload, name_suffix, quickbooks_name
from .qbo_backend_flow import FLOW_FIELDS
from .sending import Refusal

#: "Duplicate name exists": another customer, vendor, employee or item has it.
DUPLICATE_NAME = "6240"
#: The cause of documents in a currency that QuickBooks has not.
MULTI_CURRENCY = "multi_currency"
#: What is put behind a customer's name that a vendor or an employee has already.
NAME_SUFFIX = " (customer)"


class QboBackend(models.Model):
    """What a document needs in QuickBooks: its customer, and names that are free."""

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

    def _require_currency(self, document):
        """Without multicurrency QuickBooks takes every amount for home currency.

        :raise Refusal: the document is in another one.
        """
        home = self.company_id.currency_id
        if self.multi_currency or document.currency_id == home:
            return
        raise Refusal(
            self.env._(
                "%(document)s is in %(currency)s, but QuickBooks keeps its books in"
                " %(home)s only. Switch on multicurrency in QuickBooks and press"
                " Refresh on the connection: it is sent by itself then. Or hide it from"
                " the sync.",
                document=document.display_name,
                currency=document.currency_id.name,
                home=home.name,
            ),
            MULTI_CURRENCY,
        )

    def write(self, vals):
        """What waited for multicurrency goes on when QuickBooks has it."""
        without = self.filtered(lambda backend: not backend.multi_currency)
        result = super().write(vals)
        for backend in without.filtered("multi_currency"):
            backend._release_documents([MULTI_CURRENCY])
        return result

    # --- Customers --------------------------------------------------------------------

    def _send_customer(self, sending, partner, currency):
        """Make sure that a customer exists in QuickBooks, in a currency if it is new.

        Names are created one by one: QuickBooks allows one at a time.
        """
        partner = partner.commercial_partner_id
        if partner in sending.refs.ids:
            return
        name = quickbooks_name(partner.name)
        known = self.env["qbo.object"]
        if self.name_collision == "link":
            known = self._mirrored("Customer", name, sending.given("Customer"))
        if known:
            customer = known.payload
        else:
            self._require_flow("Customer", partner)
            customer = self._create_customer(
                sending, partner, name, self.multi_currency and currency
            )
        sending.answered("Customer", customer, partner)
        self._remark_name(sending, partner, customer["DisplayName"])

    def _mirrored(self, entity, name, taken=()):
        """An active entry of this name that nothing in Odoo has.

        :param taken: ids of those that a record got just now
        """
        found = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("qbo_id", "not in", list(taken)),
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
        has it, or a customer that is another partner's, it gets a suffix.
        """
        last = name_suffix(partner.id)
        for suffix in dict.fromkeys(("", NAME_SUFFIX, name_suffix(partner.ref), last)):
            free = quickbooks_name(name, suffix)
            try:
                body = customer_payload(partner, free, currency)
                return self._send(sending, "Customer", body, partner, suffix)
            except QboFault as fault:
                if fault.code != DUPLICATE_NAME or suffix == last:
                    raise
            if not suffix and self.name_collision == "link":
                found = self._free_customer(sending, name)
                if found:
                    return found
        return None

    def _free_customer(self, sending, name):
        """The customer of this name, made active, if no Odoo partner has it."""
        named = self._named(sending, "Customer", "DisplayName", name)
        found = next(iter(self._unlinked(sending, "Customer", named)), None)
        if not found or found.get("Active", True):
            return found
        body = {"Id": found["Id"], "SyncToken": found["SyncToken"], "sparse": True}
        return self._retrying(
            lambda: sending.client.update("Customer", {**body, "Active": True})
        )

    # --- Names ------------------------------------------------------------------------

    def _named(self, sending, entity, field, name):
        """QuickBooks' objects of a name, inactive ones included."""
        where = f"{condition(field, '=', name)} AND Active IN (true, false)"
        statement = select(entity, where)
        return self._retrying(lambda: sending.client.query(statement))

    def _unlinked(self, sending, entity, payloads):
        """Those of QuickBooks' objects that stand for no record of Odoo yet."""
        linked = self.env["qbo.object"].search_fetch(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("qbo_id", "in", [payload["Id"] for payload in payloads]),
                ("res_id", "!=", False),
            ],
            ["qbo_id"],
        )
        taken = {*linked.mapped("qbo_id"), *sending.given(entity)}
        return [payload for payload in payloads if payload["Id"] not in taken]

    def _remark_name(self, sending, record, theirs):
        if theirs != record.name:
            sending.remark(
                record,
                self.env._(
                    "%(ours)s is called “%(theirs)s” in QuickBooks, which limits names"
                    " and allows each only once.",
                    ours=record.name,
                    theirs=theirs,
                ),
            )
