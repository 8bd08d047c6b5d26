from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.mail import html2plaintext, plaintext2html

from ..const import ROUNDING_TOLERANCE, UNSETTLED
from .entity import fingerprint
from .lanes import document_number
from .own import PREFIX, own_documents
from .payment_entry import receivable_lines
from .sales_lines import charged_taxes, line_values

#: Values that are no fields of the move.
LATER = ("number", "charged", "total", "deposit")


def is_voided(payload):
    """Voided transactions stay, with zero amounts and the word in their note."""
    note = payload.get("PrivateNote") or ""
    return not payload.get("TotalAmt") and "Voided" in note


def document_values(payload, books, move_type):
    """An Invoice or CreditMemo as a draft move, without its journal.

    `number` and `total` are QuickBooks'; `charged` is the tax amount per Odoo tax,
    which is set once the move exists.

    :raise Missing: when its customer, currency or a tax rate is not in Odoo.
    """
    date = payload.get("TxnDate")
    due_date = payload.get("DueDate") or date
    currency = books.currency(payload.get("CurrencyRef"))
    memo = (payload.get("CustomerMemo") or {}).get("value")
    values = {
        "move_type": move_type,
        "partner_id": books.require("Customer", payload.get("CustomerRef")),
        "invoice_date": date,
        "date": date,
        "invoice_payment_term_id": books.term(
            payload.get("SalesTermRef"), date, due_date
        ),
        "invoice_date_due": due_date,
        "currency_id": currency,
        "narration": memo and plaintext2html(memo),
        "invoice_line_ids": [
            Command.create(line) for line in line_values(payload, books)
        ],
        "number": payload.get("DocNumber") or False,
        "charged": charged_taxes(payload, books),
        "total": payload.get("TotalAmt") or 0.0,
    }
    rate = payload.get("ExchangeRate")
    if rate and currency != books.currency(None):
        # QuickBooks: home per foreign unit; Odoo: foreign per home unit.
        values["invoice_currency_rate"] = 1 / rate
    return values


def _memo(payload):
    """QuickBooks' memo; not where it is our own note, or says that it is voided."""
    note = payload.get("PrivateNote") or ""
    own = note.startswith(PREFIX) or is_voided(payload)
    return "" if own else _words(note)


def _words(text):
    return " ".join(text.split())


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
    _entity = None

    def _own(self, backend, work):
        return own_documents(backend, self._odoo_model, work)

    def _values(self, payload, books):
        books.require_slot("sale_journal_id")
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
            item.object,
            item.values["date"],
            backend.sale_journal_id,
            bool(item.values["charged"]),
        )

    @api.model
    def _apply(self, backend, objects):
        result = super()._apply(backend, objects)
        self._log_memos(objects)
        return result

    def _log_memos(self, objects):
        """QuickBooks' memo is for its own people: a note here, never on the invoice.

        One that a document shows already is not noted again.
        """
        noted = objects.filtered(
            lambda obj: obj.state == "linked" and _memo(obj.payload)
        )
        memos = {
            move: _memo(obj.payload)
            for obj, move in noted._records().items()
            if move.qbo_origin == "quickbooks"
        }
        if not memos:
            return
        moves = self.env["account.move"].union(*memos)
        said = defaultdict(str)
        messages = self.env["mail.message"].sudo()
        for message in messages.search_fetch(
            [("model", "=", moves._name), ("res_id", "in", moves.ids)],
            ["res_id", "body"],
        ):
            said[message.res_id] += f"{_words(html2plaintext(message.body))}\n"
        bodies = {
            move.id: self.env._("Memo in QuickBooks: %s", memo)
            for move, memo in memos.items()
            if memo not in said[move.id]
        }
        moves.browse(bodies)._message_log_batch(bodies)

    # --- New documents ----------------------------------------------------------------

    def _create_records(self, backend, work):
        if not work:
            return
        moves = self.env["account.move"].create(
            [
                {
                    **_move_values(item.values),
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
        wanted = [document_number(item.object.payload) for item in work]
        moves = self.env["account.move"].search_fetch(
            [
                ("journal_id", "=", backend.sale_journal_id.id),
                ("name", "in", wanted),
            ],
            ["name"],
        )
        taken = set(moves.mapped("name"))
        names = []
        for item, name in zip(work, wanted, strict=True):
            if name in taken:
                name = f"{name} ({item.object.qbo_id})"
            taken.add(name)
            names.append(name)
        return names

    # --- Known documents --------------------------------------------------------------

    def _update_records(self, backend, work):
        """QuickBooks' changes flow into what came from there; its own stays Odoo's."""
        own = [item for item in work if item.record.qbo_origin == "odoo"]
        for item in own:
            self._compare(item)
        theirs = [item for item in work if item.record.qbo_origin != "odoo"]
        changed = [
            item for item in theirs if fingerprint(item.values) != item.object.applied
        ]
        for item in theirs:
            _note_token(item)
            if item not in changed:
                item.object._link(item.record)
                item.record._qbo_compare(item.object.payload)
        self._rewrite(backend, changed)

    def _compare(self, item):
        """Odoo's own document: say where QuickBooks differs; void there, void here."""
        payload, move = item.object.payload, item.record
        move._qbo_note_token(payload)
        if is_voided(payload):
            _cancel(move)
        else:
            move._qbo_compare(payload)
        item.object._link(move)

    def _rewrite(self, backend, work):
        moves = self.env["account.move"].union(*(item.record for item in work))
        applied = {move: _applied(move) for move in moves}
        moves._qbo_show_edits()
        moves.filtered(lambda move: move.state != "draft").button_draft()
        renamed = [item for item in work if item.values["number"] != _number(item)]
        names = {
            item.object: name
            for item, name in zip(renamed, self._names(backend, renamed), strict=True)
        }
        for item in work:
            lines = [Command.clear(), *item.values["invoice_line_ids"]]
            values = {**_move_values(item.values), "invoice_line_ids": lines}
            del values["move_type"]
            if item.object in names:
                values["name"] = values["payment_reference"] = names[item.object]
                values["qbo_number"] = item.values["number"]
            item.record.write(values)
        moves._qbo_note_change()
        self._complete(backend, [(item, item.record) for item in work])
        self._apply_as_before(applied)
        lost = [item for item in work if _lost(item.record, applied[item.record])]
        self.env["qbo.entity.payment"]._apply_again(
            backend, self._entity, [item.object.qbo_id for item in lost]
        )

    def _apply_as_before(self, applied):
        """Payments and credits stay on what they paid, Odoo's own ones, too.

        Where they do not fit any more, QuickBooks' and those that it has come first.

        :param dict applied: {document: {line: amount}}, see `_applied`
        """
        parts = [
            (move, line, amount)
            for move, lines in applied.items()
            if move.state == "posted"
            for line, amount in _lost(move, lines)
        ]
        lines = self.env["account.move.line"].union(*(part[1] for part in parts))
        posted = lines.exists().filtered(lambda line: line.parent_state == "posted")
        parts = [part for part in parts if part[1] in posted]
        joined = [
            (*_debits_and_credits(move, line), amount)
            for move, line, amount in sorted(parts, key=_is_new_to_quickbooks)
        ]
        lines._qbo_reconcile_exact(joined)

    # --- To the cent ------------------------------------------------------------------

    def _complete(self, backend, pairs):
        """Set the tax, check the total, post or cancel, link."""
        exact = []
        for item, move in pairs:
            self._close_gap(backend, move, item.object.payload)
            self._set_tax(move, item.values["charged"])
            self._set_home_amounts(move, item.object.payload)
            if not self._refuse_variance(item, move):
                exact.append((item, move))
        none = self.env["account.move"]
        voided = none.union(*(m for i, m in exact if is_voided(i.object.payload)))
        (none.union(*(move for _item, move in exact)) - voided)._post(soft=False)
        voided.button_cancel()
        for item, move in exact:
            item.object._link(move, fingerprint(item.values))

    def _close_gap(self, backend, move, payload):
        """Book cents of difference on a visible line; QuickBooks rounds otherwise."""
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

    def _set_tax(self, move, charged):
        """The tax that QuickBooks charged, where Odoo computes another cent."""
        commands = []
        taxes = move.line_ids.filtered("tax_line_id").grouped("tax_line_id")
        for tax, lines in taxes.items() if charged else ():
            amount = move.direction_sign * charged.get(tax.id, 0.0)
            gap = amount - sum(lines.mapped("amount_currency"))
            if not move.currency_id.is_zero(gap):
                exact = move.currency_id.round(lines[0].amount_currency + gap)
                commands.append(Command.update(lines[0].id, {"amount_currency": exact}))
        if commands:
            move.write({"line_ids": commands})

    def _set_home_amounts(self, move, payload):
        """What a foreign document is worth at home, as QuickBooks converted it.

        QuickBooks converts the total as a whole (HomeTotalAmt), tax as charged and each
        line; the cents by which these differ from it go to the first line.
        """
        home, total = move.company_currency_id, payload.get("HomeTotalAmt")
        if move.currency_id == home or total is None:
            return
        rate, balances = payload["ExchangeRate"], {}
        products = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        first, others = products[0], products[1:]
        others |= move.line_ids.filtered("tax_line_id")
        for lines in others.grouped(_line_there).values():
            for line in lines:
                balances[line] = home.round(line.amount_currency * rate)
            whole = home.round(sum(lines.mapped("amount_currency")) * rate)
            balances[lines[0]] += whole - sum(balances[line] for line in lines)
        rest = sum(balances.values())
        balances[first] = home.round(move.direction_sign * total - rest)
        commands = [
            Command.update(line.id, {"balance": balance})
            for line, balance in balances.items()
            if home.compare_amounts(line.balance, balance)
        ]
        if commands:
            move.write({"line_ids": commands})

    def _refuse_variance(self, item, move):
        """A document whose total is not QuickBooks' is not posted; both are shown.

        :raise UserError: for a document that Odoo had before, which stays as it was.
        """
        total = item.values["total"]
        if not move.currency_id.compare_amounts(move.amount_total, total):
            return False
        words = self.env._(
            "QuickBooks' total is %(theirs)s, Odoo computes %(ours)s. Check the tax"
            " mapping, then press Retry.",
            theirs=f"{total:.2f}",
            ours=f"{move.amount_total:.2f}",
        )
        if move.posted_before:
            raise UserError(words)
        move.unlink()
        item.object._fail(words)
        return True

    def _apply_deleted(self, backend, objects):
        """Gone in QuickBooks, confirmed by a read: cancelled here, never unlinked."""
        for move in objects._records().values():
            _cancel(move)
        for obj in objects:
            obj._ignore(self.env._("Deleted in QuickBooks; cancelled in Odoo."))


def _line_there(line):
    """What is one line in QuickBooks: a discount, although its taxes split it here."""
    return (line.account_id, line.name) if line.price_unit < 0 else line


def _note_token(item):
    """Posted documents are slow to write on: only what is new."""
    move, token = item.record, item.object.payload.get("SyncToken")
    if (move.qbo_sync_token, move.qbo_state) != (token, "synced"):
        move._qbo_note_token(item.object.payload)


def _cancel(move):
    """Gone there, gone here; what Odoo had cancelled before differs no more."""
    if move.state != "cancel":
        move.button_cancel()
    elif move.qbo_state not in UNSETTLED:
        return
    move._qbo_mark_gone()


def _number(item):
    return item.record.qbo_number or False


def _applied(move):
    """{line: amount} of what a document is reconciled with, in the line's currency.

    Without exchange differences, which Odoo books anew.
    """
    own, applied = receivable_lines(move), defaultdict(float)
    for partial in own.matched_credit_ids.sorted("id"):
        applied[partial.credit_move_id] += partial.credit_amount_currency
    for partial in own.matched_debit_ids.sorted("id"):
        applied[partial.debit_move_id] += partial.debit_amount_currency
    return {line: round(amount, 2) for line, amount in applied.items() if amount}


def _lost(move, before):
    """[(line, amount)] of what a document was reconciled with and is no more."""
    now = _applied(move)
    lost = ((line, amount - now.get(line, 0.0)) for line, amount in before.items())
    return [(line, round(amount, 2)) for line, amount in lost if round(amount, 2) > 0]


def _is_new_to_quickbooks(part):
    _document, line, _amount = part
    return not (line.move_id.origin_payment_id or line.move_id).qbo_id


def _debits_and_credits(move, line):
    """The open items of a document that a line can be applied to, and that line."""
    own = receivable_lines(move).filtered(
        lambda each: each.account_id == line.account_id
        and each.currency_id == line.currency_id
    )
    return (own, line) if line.balance < 0 else (line, own)


def _move_values(values):
    """Without what is set once the move exists."""
    return {key: value for key, value in values.items() if key not in LATER}
