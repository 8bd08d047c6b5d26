from odoo import fields, models

from ..entities.payment_entry import receivable_lines

#: What QuickBooks calls the documents that it has too.
ENTITY_OF = {"out_invoice": "Invoice", "out_refund": "CreditMemo"}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "qbo.outbox"]

    qbo_deposit_ids = fields.One2many("account.payment", "qbo_deposit_of_id")

    _qbo_unique = models.UniqueIndex(
        "(company_id, qbo_id) WHERE qbo_id IS NOT NULL",
        "This QuickBooks document is in Odoo already.",
    )
    _qbo_compare_due_index = models.Index("(company_id) WHERE qbo_compare_due")

    def _qbo_entity(self):
        return ENTITY_OF.get(self.move_type, "Invoice")

    def _qbo_total(self):
        return self.amount_total

    def _qbo_write(self, values):
        """Without recomputing and checking the lines, which do not depend on it.

        Nor is the entry one that a person has modified.
        """
        quiet = self.with_context(
            skip_invoice_sync=True,
            check_move_validity=False,
            skip_is_manually_modified=True,
        )
        return super(AccountMove, quiet)._qbo_write(values)

    # --- Outbox -----------------------------------------------------------------------

    def _qbo_warning_depends(self):
        return ["state", "move_type", "invoice_date", "company_id"]

    def _qbo_concerned(self):
        return self.filtered(lambda move: move.move_type in ENTITY_OF)

    def _qbo_is_posted(self):
        return self.state == "posted"

    def _qbo_is_cancelled(self):
        return self.state == "cancel"

    def _qbo_date(self):
        return self.invoice_date

    def _qbo_apply_oldest(self):
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        for note in notes.filtered(lambda note: not note._qbo_applied()):
            receivable_lines(note)._qbo_reconcile_oldest("out_invoice")

    def _qbo_applied(self):
        """The invoices that these credit notes are applied to.

        :returns: [(credit note, invoice, partial reconciliation)]; none of those that a
            person chose to send unapplied.
        """
        notes = self.filtered(
            lambda move: move.move_type == "out_refund" and not move.qbo_unapplied
        )
        return [
            (partial.credit_move_id.move_id, partial.debit_move_id.move_id, partial)
            for partial in receivable_lines(notes).matched_debit_ids
            if partial.debit_move_id.move_id.move_type == "out_invoice"
        ]

    def _qbo_needed_moves(self):
        """These, and the invoices that QuickBooks needs to apply credit notes to.

        What began in QuickBooks is there and is not sent.
        """
        invoices = self.browse().union(*(row[1] for row in self._qbo_applied()))
        ours = self.filtered(lambda move: move.qbo_origin != "quickbooks")
        return ours | invoices._qbo_new_there()

    def _qbo_new_there(self):
        """Those that QuickBooks lacks, and gets because others need them there."""
        return self.filtered(lambda move: not move.qbo_id and not move._qbo_too_old())

    def _qbo_too_old(self):
        """Why QuickBooks does not get this invoice, whatever needs it; or False."""
        start = self.env["qbo.backend"]._starts_on(self.company_id)
        return bool(start and self.invoice_date < start) and self.env._(
            "It is dated %(date)s, and the sync starts on %(start)s: set Sync From to"
            " an earlier day under Configure, if QuickBooks should have it.",
            date=self.invoice_date,
            start=start,
        )

    def _qbo_by_kind(self):
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        return self.env["account.payment"], notes

    def _qbo_linkable(self):
        """Posted credit notes whose applications QuickBooks should follow.

        Also those that began in QuickBooks: an application belongs to both sides.
        """
        posted = self.filtered(lambda move: move.state == "posted")
        known = posted.filtered("qbo_id")
        backends = self.env["qbo.backend"]
        flowing = known.filtered(
            lambda move: backends._sends(move.company_id, "Payment", move.invoice_date)
        )
        return flowing | posted._qbo_exportable()

    def _qbo_appliable(self):
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        return notes._qbo_linkable()

    def _post(self, soft=True):
        posted = super()._post(soft)
        if not self.env.context.get("qbo_import"):
            waiting = posted.filtered(lambda move: move.qbo_state == "pending")
            (posted._qbo_exportable() | waiting._qbo_linkable())._qbo_enqueue()
            posted._qbo_note_edited()
            posted._qbo_check_twins()
        return posted

    def button_cancel(self):
        """What is cancelled here is voided in QuickBooks, if it began here."""
        result = super().button_cancel()
        self._qbo_forget_unsent()
        self._qbo_exported()._qbo_enqueue()
        self._qbo_check_twins()
        return result

    def button_draft(self):
        result = super().button_draft()
        self._qbo_note_draft()
        return result

    # --- Compared with QuickBooks -----------------------------------------------------

    def _qbo_open(self):
        return abs(self.amount_residual)

    def _qbo_joined(self):
        lines = receivable_lines(self)
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id).move_id - self
        return [others.origin_payment_id, others]

    def _qbo_remedy_elsewhere(self, payload):
        """Or what was written off of it in Odoo."""
        remedy = super()._qbo_remedy_elsewhere(payload)
        return remedy or self._qbo_words_written_off()

    def _qbo_words_written_off(self):
        """What to do where a payment of Odoo settles more of this than its money."""
        payments, _others = self._qbo_joined()
        written_off = {pay: pay._qbo_written_off().get(self) for pay in payments}
        return " ".join(
            self.env._(
                "%(amount)s of it were written off in Odoo with %(payment)s: write that"
                " off in QuickBooks, too, by a journal entry.",
                amount=f"{amount:.2f}",
                payment=payment.name,
            )
            for payment, amount in written_off.items()
            if amount
        )

    def _qbo_more_amounts(self, payload):
        tax = (payload.get("TxnTaxDetail") or {}).get("TotalTax") or 0.0
        amounts = [(self.env._("tax"), tax, self.amount_tax)]
        home = payload.get("HomeTotalAmt")
        if home is not None and self.currency_id != self.company_currency_id:
            currency = self.company_currency_id.name
            total = self.env._("total in %s", currency)
            amounts.append((total, home, abs(self.amount_total_signed)))
        return amounts

    def _qbo_rate(self):
        """Home currency for one unit of the document's, in QuickBooks.

        QuickBooks converts total and tax as a whole, Odoo line by line. Of what began
        here QuickBooks is told a rate with which both come to the same, to the cent:
        for the tax, too, where there is such a rate.
        """
        own, home = 1 / self.invoice_currency_rate, abs(self.amount_total_signed)
        if self.qbo_origin == "quickbooks" or not home:
            return round(own, 12)
        half = self.company_currency_id.rounding / 2
        low, high = (home - half) / self.amount_total, (home + half) / self.amount_total
        tax, tax_home = self.amount_tax, abs(self.amount_tax_signed)
        if tax:
            both = (
                max(low, (tax_home - half) / tax),
                min(high, (tax_home + half) / tax),
            )
            low, high = both if both[0] < both[1] else (low, high)
        own = round(own, 7)
        return own if low <= own < high else round((low + high) / 2, 11)

    def _qbo_more_dates(self, payload):
        due = payload.get("DueDate") if self.move_type == "out_invoice" else None
        return [(self.env._("due date"), due, self.invoice_date_due)]

    def _qbo_words(self):
        lines = self.invoice_line_ids.filtered(lambda ln: ln.display_type == "product")
        return self.env._(
            "total %(total)s, date %(date)s, due %(due)s; %(lines)s",
            total=f"{self.amount_total:.2f}",
            date=self.invoice_date,
            due=self.invoice_date_due,
            lines="; ".join(
                f"{line.quantity:g} x {line.price_unit:.2f} {line.name or ''}"
                for line in lines
            ),
        )

    def _compute_made_sequence_gap(self):
        """QuickBooks numbers its documents; a gap in them is nobody's mistake here."""
        imported = self.filtered(lambda move: move.qbo_origin == "quickbooks")
        imported.made_sequence_gap = False
        rest = self - imported
        return super(AccountMove, rest)._compute_made_sequence_gap()

    def _compute_payments_widget_reconciled_info(self):
        """The payments card shows the number that each line has in QuickBooks."""
        result = super()._compute_payments_widget_reconciled_info()
        for move in self:
            widget = move.invoice_payments_widget
            if widget:
                lines = widget["content"]
                numbers = move._qbo_numbers(lines)
                content = [{**ln, "qbo_number": numbers[ln["move_id"]]} for ln in lines]
                move.invoice_payments_widget = {**widget, "content": content}
        return result

    def _qbo_numbers(self, lines):
        """{entry id: QuickBooks number} of the payments and credit notes of a card."""
        entries = self.sudo().browse(line["move_id"] for line in lines)
        return {
            entry.id: (entry.origin_payment_id or entry).qbo_number for entry in entries
        }
