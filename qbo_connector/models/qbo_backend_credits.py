import json

from odoo import models
from odoo.tools import SQL, split_every

from ..client import BatchItem
from ..client.batch import MAX_ITEMS
from ..const import NOTE_LENGTH, OPEN_FIELDS, REFERENCE_LENGTH
from ..entities.payment_allocation import CREDIT_MEMO, INVOICE, allocate, without
from .sending import Held, cause_of


class QboBackend(models.Model):
    """Credit notes applied to invoices: in QuickBooks, a payment of zero joins both.

    Whoever applied a credit, the other side follows: what is unapplied in Odoo is
    unapplied in QuickBooks, too.
    """

    _inherit = "qbo.backend"

    def _send_credits(self, sending, credit_notes, once_more=True):
        """Make QuickBooks apply these credit notes just as Odoo does.

        QuickBooks is asked what it has applied; only the difference is sent.

        :param bool once_more: see `_send_documents`.
        """
        notes = credit_notes.filtered(
            lambda note: sending.id_of(note)
            and note not in sending.problems
            and not note.qbo_unapplied
        )
        if not notes:
            return
        rows = self._credit_rows(sending, notes)
        wanted = self._wanted_credits(sending, notes)
        known = _known_credits(rows)
        owners = {sending.id_of(note): note for note in notes}
        if self._unapply(sending, rows, owners, known, wanted, once_more):
            self._send_credits(sending, notes, once_more=False)
            return
        self._apply_credits(sending, known, wanted)
        sending.done.extend(notes)

    def _wanted_credits(self, sending, notes):
        """{(memo id, invoice id): partial reconciliations} as Odoo has them applied."""
        wanted = {}
        for note, invoice, partial in notes._qbo_applied():
            invoice_id = sending.id_of(invoice)
            if not invoice_id and invoice in sending.later:
                self._send_later(sending, note, sending.later[invoice])
                continue
            if not invoice_id or invoice in sending.problems:
                sending.problems[note] = (
                    self.env._(
                        "%(note)s is applied to %(invoice)s, which is not in QuickBooks"
                        " as it should be. %(why)s",
                        note=note.name,
                        invoice=invoice.name,
                        why=self._why_missing(sending, invoice),
                    ),
                    cause_of(invoice),
                )
                continue
            key = sending.id_of(note), invoice_id
            wanted[key] = wanted.get(key, partial) | partial
        return wanted

    def _credit_rows(self, sending, notes):
        """QuickBooks' payments that use these credit memos, as they are now.

        Those of zero are asked for by customer; those that also carry money are known
        from the last sync and read again.
        """
        customers = {
            sending.refs.customer(note.partner_id)["value"]
            if sending.refs
            else self._customer_id(note)
            for note in notes
        }
        rows = self._rows(
            sending, "Payment", "CustomerRef", customers - {None}, " AND TotalAmt = '0'"
        )
        ids = {sending.id_of(note) for note in notes}
        mirrored = self._payments_using(CREDIT_MEMO, ids) - {row["Id"] for row in rows}
        rows += self._rows(sending, "Payment", "Id", mirrored)
        return [row for row in rows if _memos(row) & ids]

    def _customer_id(self, move):
        partner = move.partner_id.commercial_partner_id
        return self.env["qbo.object"]._id_of(self, partner)

    def _payments_using(self, kind, qbo_ids):
        """Ids of mirrored payments whose lines point to these documents."""
        link = [
            json.dumps({"Line": [{"LinkedTxn": [{"TxnType": kind, "TxnId": id_}]}]})
            for id_ in qbo_ids
        ]
        self.env["qbo.object"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT qbo_id FROM qbo_object
                WHERE backend_id = %s AND entity = 'Payment' AND NOT deleted
                    AND payload @> ANY(%s::jsonb[])
                """,
                self.id,
                link,
            )
        )
        return {row[0] for row in rows}

    # --- Differences ------------------------------------------------------------------

    def _unapply(self, sending, rows, owners, known, wanted, once_more):
        """Take back what Odoo no longer applies; a payment that is left empty goes.

        :returns: [credit note] of payments that somebody has saved since.
        """
        left = {row["Id"]: row for row in rows}
        for key, amount in known.items():
            surplus = round(amount - _amount(wanted.get(key)), 2)
            for row in list(left.values()):
                if surplus > 0 and key[0] in owners:
                    left[row["Id"]], taken = without(row, *key, surplus)
                    surplus = round(surplus - taken, 2)
        items = []
        for row in rows:
            rest = left[row["Id"]]
            if rest is not row:
                note = owners[next(iter(_memos(row) & owners.keys()))]
                empty = not rest["Line"] and not rest["TotalAmt"]
                items.append((note, "delete" if empty else "update", rest))
        return self._send_links(sending, items, once_more)

    def _apply_credits(self, sending, known, wanted):
        """Create a payment of zero for what QuickBooks does not apply yet.

        It would take less without a word where less is open there: it is asked first.
        """
        missing = {
            key: round(_amount(partials) - known.get(key, 0.0), 2)
            for key, partials in wanted.items()
        }
        missing = {key: amount for key, amount in missing.items() if amount > 0}
        open_there, items = self._open_there(sending, missing), []
        for (memo_id, invoice_id), amount in missing.items():
            partials = wanted[memo_id, invoice_id]
            note = partials.credit_move_id.move_id
            fits = min(amount, open_there[memo_id], open_there[invoice_id])
            if fits < amount:
                sending.problems[note] = self._less_is_open(partials, amount, fits)
            if fits > 0:
                open_there[memo_id] -= fits
                open_there[invoice_id] -= fits
                body = _joining(memo_id, invoice_id, fits, partials, sending)
                try:
                    body = self._joined_in_open_books(note, body)
                except Held as wait:
                    self._refuse(sending, note, wait)
                    continue
                items.append((note, "create", body))
        self._send_links(sending, items)

    def _open_there(self, sending, pairs):
        """{id: what QuickBooks has left or open} of credit memos and invoices."""
        memos = {memo_id for memo_id, _invoice_id in pairs}
        invoices = {invoice_id for _memo_id, invoice_id in pairs}
        left = dict.fromkeys(memos | invoices, 0.0)
        for entity, ids in ((CREDIT_MEMO, memos), (INVOICE, invoices)):
            for row in self._rows(sending, entity, "Id", ids):
                left[row["Id"]] = row.get(OPEN_FIELDS[entity]) or 0.0
        return left

    def _less_is_open(self, partials, amount, fits):
        """(sentence, cause) of a credit note that QuickBooks cannot apply as Odoo."""
        note, invoice = partials.credit_move_id.move_id, partials.debit_move_id.move_id
        sentence = self.env._(
            "%(amount)s of %(note)s are applied to %(invoice)s in Odoo, but in"
            " QuickBooks only %(fits)s are left or open: something else was applied"
            " there. Unapply that in QuickBooks, or the credit note in Odoo, and press"
            " Export back to QuickBooks.",
            amount=f"{amount:.2f}",
            note=note.name,
            invoice=invoice.name,
            fits=f"{fits:.2f}",
        )
        return sentence, "620"

    def _send_links(self, sending, items, once_more=False):
        stale = []
        for some in split_every(MAX_ITEMS, items):
            batch, requests = [], []
            for position, (note, verb, body) in enumerate(some):
                item = BatchItem(str(position), verb, "Payment", body)
                batch.append((note, item))
                requests.append(self._requestid("Payment", note, _variant(verb, body)))
            stale += self._send_batch(
                sending, batch, requests, sending.linked, once_more
            )
        return stale

    # --- Memory -----------------------------------------------------------------------

    def _remember_credits(self, sending):
        """What Odoo applied itself is not applied once more when it is read."""
        objects = self.env["qbo.object"]
        for entity, ids in sending.gone.items():
            gone = objects._mark_deleted(self, entity, list(ids))
            gone.applied = False
            gone._ignore(self.env._("Deleted in QuickBooks by Odoo."))
        if sending.links:
            rows = objects._upsert(self, "Payment", sending.links)
            self.env["qbo.entity.payment"]._adopt(self, rows)


def _joining(memo_id, invoice_id, amount, partials, sending):
    """A payment of zero that applies a credit memo to an invoice.

    Both lines have positive amounts (Payment page).
    """
    note, invoice = partials.credit_move_id.move_id, partials.debit_move_id.move_id
    body = {
        "CustomerRef": sending.refs.customer(note.partner_id),
        "TotalAmt": 0,
        "TxnDate": max(partials.mapped("max_date")).isoformat(),
        "PaymentRefNum": note.name[:REFERENCE_LENGTH],
        "PrivateNote": _note(note, invoice, partials),
        "Line": [
            _link(INVOICE, invoice_id, amount),
            _link(CREDIT_MEMO, memo_id, amount),
        ],
    }
    if sending.refs.multi_currency:
        body["CurrencyRef"] = {"value": note.currency_id.name}
        body["ExchangeRate"] = note._qbo_rate()
    return body


def _note(note, invoice, partials):
    """Which application this is; a later one of the same pair is another request."""
    numbers = "-".join(map(str, partials.ids))
    return f"Odoo {note.name} - {invoice.name} ({numbers})"[:NOTE_LENGTH]


def _link(kind, qbo_id, amount):
    return {"Amount": amount, "LinkedTxn": [{"TxnId": qbo_id, "TxnType": kind}]}


def _variant(verb, body):
    if verb == "create":
        return f"apply/{body['PrivateNote']}/{body['Line'][0]['Amount']}"
    return f"{verb}/{body['Id']}/{body['SyncToken']}"


def _known_credits(rows):
    """{(memo id, invoice id): amount} as QuickBooks has them applied."""
    known = {}
    for row in rows:
        for memo_id, invoice_id, amount in allocate(row).credits:
            key = memo_id, invoice_id
            known[key] = round(known.get(key, 0.0) + amount, 2)
    return known


def _memos(row):
    return {memo_id for memo_id, _invoice_id, _amount in allocate(row).credits}


def _amount(partials):
    return sum(partials.mapped("debit_amount_currency")) if partials else 0.0
