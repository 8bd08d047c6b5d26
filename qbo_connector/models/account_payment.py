from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..const import REFERENCE_LENGTH
from ..entities.payment import charges_words
from ..entities.payment_allocation import INVOICE, allocate
from ..entities.payment_entry import receivable_lines

#: States of `account.payment`, by what they mean for QuickBooks.
POSTED = ("in_process", "paid")
CANCELLED = ("canceled", "rejected")


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "qbo.outbox"]

    qbo_deposit_of_id = fields.Many2one(
        "account.move",
        "Deposit Taken With",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="In QuickBooks it is no payment of its own, but a part of this invoice.",
    )

    _qbo_unique = models.UniqueIndex(
        "(company_id, qbo_id) WHERE qbo_id IS NOT NULL",
        "This QuickBooks payment is in Odoo already.",
    )
    _qbo_compare_due_index = models.Index("(company_id) WHERE qbo_compare_due")

    def _qbo_entity(self):
        return "Payment"

    def _qbo_total(self):
        return self.amount

    def _qbo_reference(self):
        """The reference number that the payment has in QuickBooks (21 characters).

        What a person wrote is taken: the payment reference, or a memo of that length
        that is not just the list of the invoices; else the payment's own number.
        """
        self.ensure_one()
        if self.payment_reference:
            return self.payment_reference[:REFERENCE_LENGTH]
        if (
            self.memo
            and len(self.memo) <= REFERENCE_LENGTH
            and not self._memo_is_default()
        ):
            return self.memo
        return (self.name or "")[:REFERENCE_LENGTH]

    def _memo_is_default(self):
        """Odoo proposes the invoices' own references as memo; that is no reference."""
        invoices = self.reconciled_invoice_ids | self.invoice_ids
        known = {*invoices.mapped("name"), *invoices.mapped("payment_reference")}
        group = self.company_id.sudo().batch_payment_sequence_id.prefix or ""
        numbered = bool(group) and self.memo.startswith(group.split("%")[0])
        return numbered or self.memo in known

    def _qbo_applied(self):
        """What this payment pays, invoice by invoice.

        No more than its amount, which is all that QuickBooks takes (6000): what Odoo
        wrote off with it is no money.

        :returns: [(customer invoice, amount in the invoice's currency)]; none where a
            person chose to send it unapplied.
        """
        if self.qbo_unapplied:
            return []
        applied, left = [], self.amount
        for invoice, amount in self._qbo_reconciled().items():
            if invoice.currency_id == self.currency_id:
                amount = min(amount, invoice.currency_id.round(left))
                left -= amount
            if amount:
                applied.append((invoice, amount))
        return applied

    def _qbo_reconciled(self):
        """{customer invoice: amount in its currency} of what it settles in Odoo."""
        partials = self.move_id.line_ids.matched_debit_ids
        amounts = {}
        for partial in partials:
            invoice = partial.debit_move_id.move_id
            if invoice.move_type == "out_invoice" and invoice.state == "posted":
                before = amounts.get(invoice, 0.0)
                amounts[invoice] = before + partial.debit_amount_currency
        return {
            invoice: invoice.currency_id.round(amount)
            for invoice, amount in amounts.items()
        }

    def _qbo_written_off(self):
        """{invoice: amount} of what Odoo wrote off with it; QuickBooks has it open."""
        if self.qbo_unapplied:
            return {}
        paid = dict(self._qbo_applied())
        rest = {
            invoice: invoice.currency_id.round(amount - paid.get(invoice, 0.0))
            for invoice, amount in self._qbo_reconciled().items()
        }
        return {invoice: amount for invoice, amount in rest.items() if amount}

    def _qbo_appliable(self):
        """Payments of QuickBooks of which Odoo changes what they pay."""
        theirs = self._qbo_concerned().filtered(
            lambda each: each.qbo_origin == "quickbooks"
            and each.qbo_id
            and each._qbo_is_posted()
            and each.qbo_state != "hidden"
        )
        backends = self.env["qbo.backend"]
        return theirs.filtered(
            lambda each: backends._sends(each.company_id, "Payment", each.date)
        )

    def _qbo_needed_moves(self):
        """Invoices that QuickBooks needs before these payments can be applied."""
        if all(payment.qbo_unapplied for payment in self):
            return self.env["account.move"]
        invoices = self.env["account.move"].union(
            *(invoice for payment in self for invoice, _ in payment._qbo_applied())
        )
        return invoices._qbo_new_there()

    def _qbo_by_kind(self):
        return self, self.env["account.move"]

    # --- Compared with QuickBooks -----------------------------------------------------

    def _qbo_open(self):
        lines = receivable_lines(self.move_id)
        return -sum(lines.mapped("amount_residual_currency"))

    def _qbo_more_amounts(self, payload):
        home, rate = self.company_id.currency_id, payload.get("ExchangeRate")
        if not rate or self.currency_id == home:
            return []
        theirs = home.round((payload.get("TotalAmt") or 0.0) * rate)
        money, _counterpart, _writeoff = self._seek_for_lines()
        ours = abs(sum(money.mapped("balance")))
        return [(self.env._("amount in %s", home.name), theirs, ours)]

    def _qbo_applied_difference(self, payload):
        """Which invoices it pays, where that is not the same on both sides.

        QuickBooks does not tell which of several invoices a credit paid, so payments
        that join credits, too, are compared by what is open only.
        """
        allocation = allocate(payload)
        if self.qbo_unapplied or allocation.credits or allocation.foreign:
            return []
        theirs = dict(allocation.cash)
        ours = {inv.qbo_id: round(amount, 2) for inv, amount in self._qbo_applied()}
        if theirs == ours:
            return []
        rows = self.env["qbo.object"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("entity", "=", INVOICE),
                ("qbo_id", "in", [*theirs, *ours]),
            ]
        )
        names = {row.qbo_id: row.name for row in rows}
        return [
            self.env._(
                "it pays %(theirs)s in QuickBooks and %(ours)s in Odoo",
                theirs=_listed(theirs, names) or self.env._("nothing"),
                ours=_listed(ours, names) or self.env._("nothing"),
            )
        ]

    def _qbo_remedy_elsewhere(self, payload):
        """Or what it pays in QuickBooks and is not imported."""
        remedy = super()._qbo_remedy_elsewhere(payload)
        charges = allocate(payload).charges
        return remedy or (charges and charges_words(self.env, charges))

    def _qbo_joined(self):
        lines = receivable_lines(self.move_id)
        return [lines.matched_debit_ids.debit_move_id.move_id]

    def _qbo_words(self):
        return self.env._(
            "amount %(amount)s, date %(date)s, memo %(memo)s",
            amount=f"{self.amount:.2f}",
            date=self.date,
            memo=self.memo or "-",
        )

    # --- Outbox -----------------------------------------------------------------------

    def _qbo_warning_depends(self):
        return ["state", "payment_type", "partner_type", "date", "company_id"]

    def _qbo_concerned(self):
        return self.filtered(
            lambda payment: payment.partner_type == "customer"
            and payment.payment_type == "inbound"
        )

    def _qbo_is_posted(self):
        return self.state in POSTED

    def _qbo_is_cancelled(self):
        return self.state in CANCELLED

    def _qbo_cancel_gone(self):
        """Gone in QuickBooks, gone here; but what the bank has is undone by people.

        :raise UserError: one of them is matched with the bank.
        """
        for payment in self:
            bank = payment._qbo_bank()
            if bank:
                raise UserError(
                    self.env._(
                        "%(payment)s is voided or deleted in QuickBooks, but in Odoo"
                        " it is matched with a bank line (%(bank)s). Undo that match,"
                        " then press Retry.",
                        payment=payment.display_name,
                        bank=bank,
                    )
                )
        self.action_cancel()

    def _qbo_check_bank(self, amount):
        """Its amount is another in QuickBooks; the bank's own match is for people.

        :raise UserError: it is matched with the bank, which would come undone.
        """
        changed = self.currency_id.compare_amounts(amount, self.amount)
        bank = changed and self._qbo_bank()
        if bank:
            raise UserError(
                self.env._(
                    "%(payment)s is %(theirs)s in QuickBooks and %(ours)s here, where"
                    " it is matched with a bank line (%(bank)s). Undo that match, then"
                    " press Retry; or correct the amount in QuickBooks.",
                    payment=self.display_name,
                    theirs=f"{amount:.2f}",
                    ours=f"{self.amount:.2f}",
                    bank=bank,
                )
            )

    def _qbo_bank(self):
        """What its money is matched with, as words; none where it is with nothing.

        Odoo's `is_matched` is set, too, where the money lies on the bank's own account
        or on one without open items. But without an entry it is all there is to know.
        """
        if not self.move_id:
            return self.is_matched and self.journal_id.name
        money = self.move_id.line_ids - receivable_lines(self.move_id)
        partials = money.matched_debit_ids | money.matched_credit_ids
        entries = (partials.debit_move_id | partials.credit_move_id).move_id
        return ", ".join((entries - self.move_id).mapped("name"))

    def _qbo_date(self):
        return self.date

    def _qbo_apply_oldest(self):
        for payment in self:
            credit = receivable_lines(payment.move_id)
            if credit and not payment._qbo_applied():
                credit._qbo_reconcile_oldest("out_invoice")

    def action_post(self):
        result = super().action_post()
        if not self.env.context.get("qbo_import"):
            self._qbo_exportable()._qbo_enqueue()
            self._qbo_note_edited()
            self._qbo_check_twins()
        return result

    def action_cancel(self):
        """A payment that is cancelled here is voided in QuickBooks."""
        result = super().action_cancel()
        self._qbo_note_cancelled()
        return result

    def action_reject(self):
        """The bank did not pay it: it is voided in QuickBooks, too."""
        result = super().action_reject()
        self._qbo_note_cancelled()
        return result

    def _qbo_note_cancelled(self):
        self._qbo_forget_unsent()
        self._qbo_exported()._qbo_enqueue()
        self._qbo_check_twins()

    def action_draft(self):
        result = super().action_draft()
        self._qbo_note_draft()
        return result

    def _synchronize_to_moves(self, changed_fields):
        """Odoo rewrites the entry of a payment that somebody changed here."""
        if set(changed_fields) & set(self._get_trigger_fields_to_synchronize()):
            theirs = self.filtered(lambda payment: payment.qbo_origin == "quickbooks")
            theirs._qbo_join_receivables()
        return super()._synchronize_to_moves(changed_fields)

    def _qbo_join_receivables(self):
        """One receivable line in draft entries, which is all that Odoo can rewrite."""
        for move in self.move_id.filtered(lambda move: move.state == "draft"):
            first, *others = receivable_lines(move) or [None]
            if others:
                total = {
                    field: sum(line[field] for line in (first, *others))
                    for field in ("balance", "amount_currency")
                }
                commands = [Command.update(first.id, total)]
                commands += [Command.delete(line.id) for line in others]
                move.with_context(skip_invoice_sync=True).write({"line_ids": commands})


def _listed(applied, names):
    """{invoice id: amount} in words: 1037 (40.00), 1038 (12.50)."""
    return ", ".join(
        f"{names.get(qbo_id, qbo_id)} ({amount:.2f})"
        for qbo_id, amount in sorted(applied.items(), key=str)
    )
