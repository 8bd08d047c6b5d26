from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning

from ..const import JOURNALS
from ..entities.refs import EmptySlot
from .sending import Refusal


class Slot(NamedTuple):
    """A default that documents cannot do without, and the flows that depend on it.

    :ivar str field: of the connection; its name and help are what people read
    :ivar str way: "in": documents of QuickBooks need it; "out": those of Odoo
    :ivar tuple entities: it is only required while one of these flows that way
    """

    field: str
    way: str
    entities: tuple


#: Without one of these, exactly the documents that need it wait (B4).
REQUIRED = (
    Slot("sale_journal_id", "in", ("Invoice", "CreditMemo")),
    Slot("payment_journal_id", "in", ("Payment",)),
    Slot("income_account_id", "in", ("Invoice", "CreditMemo")),
    Slot("undeposited_account_id", "in", ("Payment",)),
    Slot("used_item_id", "out", ("Invoice",)),
    Slot("income_twin_id", "out", ("Item",)),
)
#: Slots for what is not sent yet; the health check says so.
LATER = ("fee_account_id", "bad_debt_account_id")
#: Account slots and the field that shows their QuickBooks side.
TWINS = {
    "income_account_id": "income_twin_id",
    "discount_account_id": "discount_twin_id",
    "rounding_account_id": "rounding_twin_id",
    "bad_debt_account_id": "bad_debt_twin_id",
    "fee_account_id": "fee_twin_id",
}


def cause_of_slot(field):
    """The key under which a document of Odoo waits for a slot of its connection."""
    return f"slot,{field}"


class QboBackend(models.Model):
    """Slots: what documents take for which nothing else is said (B4).

    An account slot is an account of Odoo. Its QuickBooks side is the account that it is
    mapped to under *Accounts*: one choice serves both directions.
    """

    _inherit = "qbo.backend"

    undeposited_account_id = fields.Many2one(
        "account.account",
        "Account of Undeposited Funds",
        compute="_compute_undeposited_account_id",
        inverse="_inverse_undeposited_account_id",
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', True)]",
        check_company=True,
        help="Where payments lie in Odoo that QuickBooks has in Undeposited Funds,"
        " until they are deposited.",
    )
    bad_debt_account_id = fields.Many2one(
        "account.account",
        "Bad Debt Account",
        check_company=True,
        copy=False,
        help="For later: write-offs are not sent yet. What is written off to this"
        " account in Odoo will be a bad debt.",
    )
    bad_debt_item_id = fields.Many2one(
        "qbo.object",
        "Bad Debt Item",
        domain="[('backend_id', '=', id), ('entity', '=', 'Item')]",
        copy=False,
        help="For later: write-offs are not sent yet. The item of QuickBooks on whose"
        " account a written-off invoice will be booked.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        "Processing Fees Account",
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        check_company=True,
        copy=False,
        help="For later: deposits are not sent yet. Fees that a payment provider keeps"
        " will be booked here.",
    )
    receivable_ids = fields.Many2many(
        "qbo.object",
        string="Receivable Accounts",
        compute="_compute_receivable_ids",
    )
    used_item_id = fields.Many2one(
        "qbo.object",
        "Item for Lines without a Product (QuickBooks)",
        compute="_compute_used_item_id",
    )
    income_twin_id = fields.Many2one(
        "qbo.object",
        "QuickBooks Account of the Default Income Account",
        compute="_compute_twins",
    )
    discount_twin_id = fields.Many2one("qbo.object", compute="_compute_twins")
    rounding_twin_id = fields.Many2one("qbo.object", compute="_compute_twins")
    bad_debt_twin_id = fields.Many2one("qbo.object", compute="_compute_twins")
    fee_twin_id = fields.Many2one("qbo.object", compute="_compute_twins")

    # --- Both sides of a slot ---------------------------------------------------------

    def _compute_undeposited_account_id(self):
        for backend in self:
            funds = backend._origin._undeposited_funds()
            backend.undeposited_account_id = funds.account_id

    def _inverse_undeposited_account_id(self):
        for backend in self:
            backend._undeposited_funds().account_id = backend.undeposited_account_id

    @api.depends("generic_item_id")
    def _compute_used_item_id(self):
        for backend in self:
            first = backend._origin._first_service()
            backend.used_item_id = backend.generic_item_id or first

    @api.depends(*TWINS)
    def _compute_twins(self):
        for backend in self:
            for field, twin in TWINS.items():
                backend[twin] = backend._account_twin(backend[field])

    def _compute_receivable_ids(self):
        for backend in self:
            backend.receivable_ids = self.env["qbo.object"].search(
                [
                    ("backend_id", "=", backend._origin.id),
                    ("account_type", "in", ("Accounts Receivable",)),
                    ("deleted", "=", False),
                ]
            )

    def _account_twin(self, account):
        """The QuickBooks account that an Odoo account is mapped to, or none."""
        return self.env["qbo.object"].search(
            [
                ("backend_id", "=", self._origin.id),
                ("entity", "=", "Account"),
                ("res_model", "=", "account.account"),
                ("res_id", "=", account.id),
                ("deleted", "=", False),
            ],
            limit=1,
        )

    # --- Empty slots ------------------------------------------------------------------

    def _empty_slots(self):
        """Fields of the required slots that are empty now."""
        self.ensure_one()
        # Computed ones follow QuickBooks' lists, which jobs read anew.
        self.invalidate_recordset([slot.field for slot in REQUIRED])
        return [
            slot.field
            for slot in REQUIRED
            if self._in_need(slot)
            and not self[slot.field]
            # Before the items are read, nobody knows that none fits.
            and (slot.field != "used_item_id" or self.cursor)
        ]

    def _in_need(self, slot):
        """Entities that flow now and cannot do without a slot."""
        if slot.field == "income_twin_id" and self.item_policy == "generic":
            return []  # no item is ever created
        return [name for name in slot.entities if self._flows(name, slot.way)]

    def _flows(self, entity, way):
        return self._flows_in(entity) if way == "in" else self._flows_out(entity)

    def _slot_name(self, field):
        """How people call a slot."""
        return self._fields[field]._description_string(self.env)

    def _missing_slots(self):
        """Required slots that are empty, in words; each blocks what depends on it."""
        return [self._slot_name(field) for field in self._empty_slots()]

    def _require_slots(self, what):
        """
        :param str what: what cannot be done, as the beginning of a sentence.
        :raise RedirectWarning: it names the empty slots and leads to them.
        """
        missing = self._missing_slots()
        if missing:
            raise RedirectWarning(
                self.env._(
                    "%(what)s %(backend)s needs: %(missing)s.",
                    what=what,
                    backend=self.display_name,
                    missing=", ".join(missing),
                ),
                self.action_open_mapping(),
                self.env._("Open Mapping"),
            )

    def _count_waiting_for(self, field):
        """How many documents of both sides wait for a slot."""
        imports = self.env["qbo.object"].search_count(
            [
                ("backend_id", "=", self.id),
                ("waiting_for", "=", self._import_cause(field)),
            ]
        )
        documents = self._waiting_documents([cause_of_slot(field)])
        return imports + sum(map(len, documents))

    def _import_cause(self, field):
        """The key under which an object of QuickBooks waits for a slot."""
        if field == "undeposited_account_id":
            return f"Account:{self._undeposited_funds().qbo_id}"
        return f"Slot:{field}"

    def _sales_body(self, sending, move):
        try:
            return super()._sales_body(sending, move)
        except EmptySlot as empty:
            raise Refusal(
                self.env._(
                    "%(document)s needs “%(slot)s”, which is empty. Choose it on the"
                    " Mapping page of the connection, or create it from there; this"
                    " goes on by itself then.",
                    document=move.name,
                    slot=self._slot_name(empty.field),
                ),
                cause_of_slot(empty.field),
            ) from empty

    def write(self, vals):
        """What waited for a slot goes on once it is filled."""
        result = super().write(vals)
        filled = [
            field for field in (*JOURNALS, "income_account_id") if vals.get(field)
        ]
        if filled:
            for backend in self:
                backend._continue_slots(filled)
        if vals.get("generic_item_id"):
            for backend in self:
                backend._release_fixed([cause_of_slot("used_item_id")])
        return result

    def _continue_slots(self, filled):
        if self._release([f"Slot:{field}" for field in filled]):
            self._start_run("retry")._delay_apply()
        self._delay_measure()
        if "payment_journal_id" in filled:
            self._move_payment_methods()

    def _move_payment_methods(self):
        """Imported payments have the methods of the journal that they come to now."""
        rows = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", "PaymentMethod"),
                ("deleted", "=", False),
            ]
        )
        rows.write({"res_model": False, "res_id": False, "state": "new"})
        if rows:
            self._apply(rows)

    def action_open_mapping(self):
        """The page with all slots, mappings and what is missing."""
        self.ensure_one()
        view = self.env.ref("qbo_connector.view_qbo_backend_mapping")
        return self._get_records_action(
            name=self.env._("Mapping"), views=[(view.id, "form")]
        )

    def action_open_terms(self):
        return self._open_list(
            "qbo_connector.action_qbo_term_mapping",
            self._objects("entity", ("Term",)),
        )
