from odoo import api, models
from odoo.fields import Command

from ..const import ROUNDING_TOLERANCE
from .entity import fingerprint
from .sales_lines import charged_taxes, line_values


def is_voided(payload):
    """Voided transactions stay, with zero amounts and the word in their note."""
    note = payload.get("PrivateNote") or ""
    return not payload.get("TotalAmt") and "Voided" in note


def document_values(payload, books, move_type):
    """An Invoice or CreditMemo as a draft move, without its journal and number.

    `charged` is what QuickBooks charged per Odoo tax; it is set once the move exists.
    """
    date = payload.get("TxnDate")
    values = {
        "move_type": move_type,
        "partner_id": books.require("Customer", payload["CustomerRef"]),
        "invoice_date": date,
        "date": date,
        "invoice_date_due": payload.get("DueDate") or date,
        "currency_id": books.currency(payload.get("CurrencyRef")),
        "narration": (payload.get("CustomerMemo") or {}).get("value") or False,
        "invoice_line_ids": [
            Command.create(line) for line in line_values(payload, books)
        ],
        "charged": charged_taxes(payload, books),
    }
    rate = payload.get("ExchangeRate")
    if rate and rate != 1:
        # QuickBooks: home per foreign unit; Odoo: foreign per home unit.
        values["invoice_currency_rate"] = 1 / rate
    return values


class QboEntitySalesDocument(models.AbstractModel):
    """What invoices and credit memos have in common on their way into Odoo.

    The document's total, tax and lines are QuickBooks' to the cent: the tax is set to
    what QuickBooks charged, and a document whose total would differ is not posted.
    """

    _name = "qbo.entity.sales.document"
    _inherit = "qbo.entity"
    _description = "QuickBooks Sales Document"
    _odoo_model = "account.move"

    _move_type = None

    def _values(self, payload, books):
        return document_values(payload, books, self._move_type)

    @api.model
    def _map(self, backend, objects):
        """Nothing is written into a locked period, or moved to another in silence."""
        work = super()._map(backend, objects)
        return [item for item in work if not self._locked(backend, item)]

    def _locked(self, backend, item):
        if item.record and fingerprint(item.values) == item.object.applied:
            return False
        return backend._refuse_locked(
            item.object, item.values["date"], backend.sale_journal_id
        )

    # --- New documents ------------------------------------------------------------------

    def _create_records(self, backend, work):
        if not work:
            return
        moves = self.env["account.move"].create(
            [
                {
                    **_without_charged(item.values),
                    **self._binding_values(item.object.payload),
                    "journal_id": backend.sale_journal_id.id,
                    "name": name,
                    "payment_reference": name,
                }
                for item, name in zip(work, self._names(backend, work), strict=True)
            ]
        )
        self._complete(backend, list(zip(work, moves, strict=True)))

    def _binding_values(self, payload):
        return self.env["account.move"]._qbo_imported_values(payload, "DocNumber")

    def _names(self, backend, work):
        """QuickBooks' numbers as names, made unique: it may use one number twice.

        Which numbers are taken is read once for the set.
        """
        wanted = [item.object.payload.get("DocNumber") for item in work]
        moves = self.env["account.move"].search_fetch(
            [
                ("journal_id", "=", backend.sale_journal_id.id),
                ("name", "in", [number for number in wanted if number]),
            ],
            ["name"],
        )
        taken = set(moves.mapped("name"))
        names = []
        for item, number in zip(work, wanted, strict=True):
            name = number or f"QB-{item.object.qbo_id}"
            if name in taken:
                name = f"{name} ({item.object.qbo_id})"
            taken.add(name)
            names.append(name)
        return names

    # --- Known documents ----------------------------------------------------------------

    def _update_records(self, backend, work):
        """QuickBooks' changes flow into what came from there; its own stays Odoo's."""
        for item in work:
            item.record._qbo_note_token(item.object.payload)
            if item.record.qbo_origin == "odoo":
                item.record._qbo_compare(item.object.payload)
        changed = [
            item
            for item in work
            if item.record.qbo_origin != "odoo"
            and fingerprint(item.values) != item.object.applied
        ]
        for item in work:
            if item not in changed:
                item.object._link(item.record)
        for item in changed:
            item.record.button_draft()
            item.record.write(
                {
                    **_without_charged(item.values),
                    "invoice_line_ids": [
                        Command.clear(),
                        *item.values["invoice_line_ids"],
                    ],
                }
            )
        self._complete(backend, [(item, item.record) for item in changed])
        self._reapply_payments(backend, changed)

    def _reapply_payments(self, backend, work):
        """A changed document may have lost its payments; they are applied again."""
        payments = [
            link["TxnId"]
            for item in work
            for link in item.object.payload.get("LinkedTxn") or []
            if link.get("TxnType") == "Payment"
        ]
        self.env["qbo.object"].search(
            [
                ("backend_id", "=", backend.id),
                ("entity", "=", "Payment"),
                ("qbo_id", "in", payments),
                ("state", "=", "linked"),
            ]
        ).write({"state": "new", "applied": False})

    # --- To the cent --------------------------------------------------------------------

    def _complete(self, backend, pairs):
        """Set the tax, check the total, post or cancel, link."""
        exact = []
        for item, move in pairs:
            self._close_gap(backend, move, item.object.payload)
            self._set_tax(move, item)
            if self._refuse_variance(item, move):
                continue
            exact.append((item, move))
        voided = [move for item, move in exact if is_voided(item.object.payload)]
        posted = [move for item, move in exact if move not in voided]
        self.env["account.move"].union(*posted)._post(soft=False)
        self.env["account.move"].union(*voided).button_cancel()
        for item, move in exact:
            item.object._link(move, fingerprint(item.values))

    def _close_gap(self, backend, move, payload):
        """Book a difference of cents on a visible line (QuickBooks rounds otherwise)."""
        tax = (payload.get("TxnTaxDetail") or {}).get("TotalTax") or 0.0
        gap = (payload.get("TotalAmt") or 0.0) - move.amount_untaxed - tax
        if move.currency_id.is_zero(gap) or abs(gap) > ROUNDING_TOLERANCE:
            return
        line = {
            "name": self.env._("Rounding to QuickBooks' total"),
            "quantity": 1.0,
            "price_unit": move.currency_id.round(gap),
            "account_id": backend._default_accounts()["rounding"],
            "tax_ids": [],
        }
        move.write({"invoice_line_ids": [Command.create(line)]})

    def _set_tax(self, move, item):
        """The tax that QuickBooks charged, where Odoo computes another cent."""
        charged = item.values["charged"]
        total = sum(charged.values())
        if not move.currency_id.compare_amounts(move.amount_tax, total):
            return
        sign = move.direction_sign
        commands = [
            Command.update(
                line.id, {"amount_currency": sign * charged[line.tax_line_id.id]}
            )
            for line in move.line_ids.filtered("tax_line_id")
            if line.tax_line_id.id in charged
        ]
        if commands:
            move.write({"line_ids": commands})

    def _refuse_variance(self, item, move):
        """A document whose total is not QuickBooks' is not posted; both are shown."""
        total = item.object.payload.get("TotalAmt") or 0.0
        if not move.currency_id.compare_amounts(move.amount_total, total):
            return False
        item.object._fail(
            self.env._(
                "QuickBooks' total is %(theirs)s, Odoo computes %(ours)s. Check the tax"
                " mapping, then press Retry.",
                theirs=f"{total:.2f}",
                ours=f"{move.amount_total:.2f}",
            )
        )
        if not move.posted_before:
            move.unlink()
        return True

    def _apply_deleted(self, backend, objects):
        """Gone in QuickBooks (confirmed by a read): cancelled in Odoo, never unlinked."""
        for obj in objects:
            move = obj._record()
            if move and move.state != "cancel":
                move.button_cancel()
                move._qbo_mark_gone()
            obj._ignore(self.env._("Deleted in QuickBooks; cancelled in Odoo."))


def _without_charged(values):
    return {key: value for key, value in values.items() if key != "charged"}
