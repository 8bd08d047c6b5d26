import json
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..const import NOTE_LENGTH, UNSETTLED
from . import payment_entry
from .entity import Work, fingerprint
from .own import note, own_documents
from .payment_allocation import Allocation, allocate, within
from .sales_document import is_voided

#: Values that are no fields of the payment.
LATER = ("rate", "outstanding_account_id", "method_id")


def payment_values(payload, books):
    """A QuickBooks payment as an Odoo payment, without journal and journal items.

    `rate` is home currency per unit of its currency; 0.0 where QuickBooks has one
    currency only. `method_id` is the payment method line, where the journal has one.

    :raise Missing: when the customer or the account that holds the money is unknown.
    """
    deposit = payload.get("DepositToAccountRef") or books.undeposited
    return {
        "partner_id": books.require("Customer", payload.get("CustomerRef")),
        "partner_type": "customer",
        "payment_type": "inbound",
        "amount": payload.get("TotalAmt") or 0.0,
        "date": payload.get("TxnDate"),
        "currency_id": books.currency(payload.get("CurrencyRef")),
        "payment_reference": payload.get("PaymentRefNum") or False,
        "memo": payload.get("PaymentRefNum") or payload.get("PrivateNote") or False,
        "outstanding_account_id": books.require("Account", deposit),
        "method_id": books.find("PaymentMethod", payload.get("PaymentMethodRef")),
        "rate": payload.get("ExchangeRate") or 0.0,
    }


def payment_payload(payment, applications, refs):
    """An Odoo payment as a QuickBooks *Receive Payment*.

    :param list applications: [(QuickBooks type, QuickBooks id, amount)].
    :param refs: `Refs`: what its customer and account are in QuickBooks.
    """
    body = {
        "CustomerRef": refs.customer(payment.partner_id),
        "TotalAmt": payment.amount,
        "TxnDate": payment.date.isoformat(),
        "PaymentRefNum": payment._qbo_reference(),
        "PrivateNote": note(payment.name, payment.memo)[:NOTE_LENGTH],
        "DepositToAccountRef": refs.deposit_to[payment],
        "Line": [
            {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}
            for kind, txn_id, amount in applications
        ],
    }
    if method := refs.payment_method(payment):
        body["PaymentMethodRef"] = method
    if refs.multi_currency:
        body["CurrencyRef"] = {"value": payment.currency_id.name}
        body["ExchangeRate"] = _rate(payment)
    return body


def _rate(payment):
    """Home currency for one unit of the payment's, as it was booked.

    QuickBooks wants home per foreign unit (its multi-currency page).
    """
    money, _counterpart, _writeoff = payment._seek_for_lines()
    if money and payment.amount:
        return round(abs(sum(money.mapped("balance"))) / payment.amount, 7)
    home = payment.company_id.currency_id
    return payment.currency_id._get_conversion_rate(
        payment.currency_id, home, payment.company_id, payment.date
    )


class Receipt(NamedTuple):
    """A payment on its way into Odoo, and what Odoo can apply of it now."""

    work: Work
    allocation: Allocation

    @property
    def object(self):
        return self.work.object

    @property
    def changed(self):
        return self.object.applied != self.memory()

    def memory(self):
        """What is applied, as text: to tell changes, and to undo it."""
        return json.dumps(
            {
                "core": fingerprint(self.work.values),
                "cash": self.allocation.cash,
                "credits": self.allocation.credits,
            }
        )


class QboEntityPayment(models.AbstractModel):
    """Receive Payment: money of a customer, and credits joined to invoices.

    The journal entry has one receivable line for each invoice that QuickBooks applied
    the payment to, so that Odoo reconciles exactly those amounts.
    """

    _name = "qbo.entity.payment"
    _inherit = "qbo.entity"
    _description = "QuickBooks Payment"
    _odoo_model = "account.payment"

    def _own(self, backend, work):
        return own_documents(backend, self._odoo_model, work)

    def _values(self, payload, books):
        books.require_slot("payment_journal_id")
        return payment_values(payload, books)

    @api.model
    def _apply(self, backend, objects):
        gone = objects.filtered(lambda o: o.deleted or _is_voided(o.payload))
        documents = payment_entry.documents(backend, objects, map(_credits, objects))
        self._apply_gone(gone, documents)
        receipts = []
        for item in self._map(backend, objects - gone):
            if item.record and item.record.qbo_origin == "odoo":
                self._compare(item)
            else:
                allocation = allocate(item.object.payload)
                receipts.append(Receipt(item, within(allocation, documents.moves)))
        changed = [receipt for receipt in receipts if receipt.changed]
        refused = [each for each in changed if self._locked(backend, each.work)]
        changed = [receipt for receipt in changed if receipt not in refused]
        created = self._book(backend, changed, documents)
        for receipt in receipts:
            if receipt not in refused:
                payment = created.get(receipt.object) or receipt.work.record
                self._settle(receipt, payment, documents)

    def _adopt(self, backend, objects):
        """Payments that Odoo has changed there: what they apply is applied already."""
        documents = payment_entry.documents(backend, objects, map(_credits, objects))
        for item in self._map(backend, objects):
            allocation = within(allocate(item.object.payload), documents.moves)
            self._settle(Receipt(item, allocation), item.record, documents)

    def _compare(self, item):
        """Odoo's own payment: say where QuickBooks differs."""
        item.record._qbo_note_token(item.object.payload)
        item.record._qbo_compare(item.object.payload)
        item.object._link(item.record)

    def _locked(self, backend, item):
        return backend._refuse_locked(
            item.object, item.values["date"], backend.payment_journal_id, has_tax=False
        )

    # --- Payments, journal entries and reconciliation, in sets ------------------------

    def _book(self, backend, receipts, documents):
        """Create or rewrite the payments of a set, post and reconcile them in one go.

        :returns: {object: new payment}; zero amounts only join credits and invoices.
        """
        self._undo_credits([receipt.object for receipt in receipts], documents)
        known = [receipt for receipt in receipts if receipt.work.record]
        new = [
            receipt
            for receipt in receipts
            if not receipt.work.record and receipt.work.values["amount"]
        ]
        created = self._create_payments(
            backend, new, documents, map(self._binding_values, new)
        )
        self._rewrite_payments(known, documents)
        payments = dict(zip((receipt.object for receipt in new), created, strict=True))
        known_payments = {receipt.object: receipt.work.record for receipt in known}
        self._post({**payments, **known_payments})
        payment_entry.reconcile(
            self.env["account.move.line"],
            [
                (
                    receipt.allocation,
                    payments.get(receipt.object) or receipt.work.record,
                )
                for receipt in receipts
            ],
            documents,
        )
        return payments

    def _create_payments(self, backend, receipts, documents, bindings):
        """
        :param bindings: for each receipt, what ties its payment to QuickBooks.
        """
        journal = backend.payment_journal_id
        payments = self.env["account.payment"].create(
            [
                {
                    **_payment_values(receipt),
                    **binding,
                    "journal_id": journal.id,
                    "payment_method_line_id": _method_line(receipt, journal).id,
                }
                for receipt, binding in zip(receipts, bindings, strict=True)
            ]
        )
        _set_money_accounts(receipts, payments)
        self._create_entries(receipts, payments, documents)
        return payments

    def _create_entries(self, receipts, payments, documents):
        moves = self.env["account.move"].create(
            [
                payment._generate_move_vals(
                    line_ids=payment_entry.new_lines(
                        payment,
                        receipt.allocation,
                        receipt.work.values["rate"],
                        documents,
                    )
                )
                for receipt, payment in zip(receipts, payments, strict=True)
            ]
        )
        for payment, move in zip(payments, moves, strict=True):
            payment.move_id = move

    def _binding_values(self, receipt):
        return self.env["account.payment"]._qbo_imported_values(
            receipt.object.payload, "PaymentRefNum"
        )

    def _rewrite_payments(self, receipts, documents):
        """Changed payments keep their journal entry and its number.

        One that was cancelled in Odoo has no entry any more and gets another one.
        """
        payments = self.env["account.payment"].union(
            *(receipt.work.record for receipt in receipts)
        )
        for receipt in receipts:
            receipt.work.record._qbo_check_bank(receipt.work.values["amount"])
        payments._qbo_show_edits()
        payments.filtered(lambda payment: payment.state != "draft").action_draft()
        payment_entry.receivable_lines(payments.move_id).remove_move_reconcile()
        payments._qbo_note_change()
        for receipt in receipts:
            payment, move = receipt.work.record, receipt.work.record.move_id
            # Without its entry, or Odoo would rewrite that with one receivable line.
            payment.write(
                {
                    **_payment_values(receipt),
                    **self._binding_values(receipt),
                    "payment_method_line_id": (
                        _method_line(receipt, payment.journal_id).id
                    ),
                    "move_id": False,
                }
            )
            _set_money_accounts([receipt], payment)
            if not move:
                self._create_entries([receipt], payment, documents)
                continue
            payment_entry.rewrite(
                payment,
                move,
                receipt.allocation,
                receipt.work.values["rate"],
                documents,
            )
            payment.move_id = move

    def _post(self, payments):
        every = self.env["account.payment"].union(*payments.values())
        every.state = "in_process"  # Odoo posts the entries with it

    # --- Memory: what was applied can be undone ---------------------------------------

    def _settle(self, receipt, payment, documents):
        """Link, and wait for documents that are not in Odoo yet."""
        obj = receipt.object
        if payment:
            if payment.qbo_sync_token != obj.payload.get("SyncToken"):
                payment._qbo_note_token(obj.payload)
            obj._link(payment, receipt.memory())
        else:
            obj.write({"state": "linked", "applied": receipt.memory()})
        missing = documents.first_missing(obj.payload)
        obj.write(
            {
                "waiting_for": missing and ":".join(missing),
                "message": self._remark(missing, receipt),
            }
        )

    def _remark(self, missing, receipt):
        """What of a payment could not be applied, and why; False when all was."""
        if missing:
            return self.env._(
                "%(kind)s %(id)s of QuickBooks is not in Odoo; its part of the payment"
                " stays on the customer's account until it arrives.",
                kind=missing[0],
                id=missing[1],
            )
        allocation, unused = (
            receipt.allocation,
            receipt.object.payload.get("UnappliedAmt"),
        )
        if unused and not receipt.work.values["amount"]:
            return self.env._(
                "QuickBooks keeps %s of a credit memo in this payment of zero, which"
                " pays less than that. In Odoo it is open on the credit note.",
                f"{unused:.2f}",
            )
        if allocation.foreign:
            kind, credit_id, _invoice_id, amount = allocation.foreign[0]
            return self.env._(
                "Paid with %(kind)s %(id)s of QuickBooks, which is not imported: in"
                " Odoo %(amount)s stay open. Book that credit in Odoo by hand.",
                kind=kind,
                id=credit_id,
                amount=f"{amount:.2f}",
            )
        return allocation.charges and charges_words(self.env, allocation.charges)

    def _undo_credits(self, objects, documents):
        """Take credits back that were applied before, so that they can be used anew."""
        partials = self.env["account.partial.reconcile"]
        for obj in objects:
            for memo_id, invoice_id, amount in _credits(obj):
                found = documents.credit_partial(memo_id, invoice_id, amount)
                if found:
                    partials |= found
        partials.unlink()

    def _apply_gone(self, objects, documents):
        """Voided, or gone (confirmed by a read): cancelled, its invoices open again."""
        self._undo_credits(objects, documents)
        payments = self.env["account.payment"].union(*objects._records().values())
        alive = payments.filtered(lambda payment: payment.state != "canceled")
        alive._qbo_cancel_gone()
        unsettled = payments.filtered(lambda each: each.qbo_state in UNSETTLED)
        (alive | unsettled)._qbo_mark_gone()
        objects.applied = False
        objects._ignore(
            self.env._("Voided or deleted in QuickBooks; cancelled in Odoo.")
        )

    @api.model
    def _apply_again(self, backend, entity, qbo_ids):
        """Payments that join these documents are to be applied anew.

        A document that changes its amount loses them in Odoo. What they used of credits
        stays remembered, so that it is not used twice.
        """
        objects = self.env["qbo.object"]
        objects.flush_model()
        link = [{"LinkedTxn": [{"TxnType": entity, "TxnId": id_}]} for id_ in qbo_ids]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM qbo_object
                WHERE backend_id = %s AND entity = 'Payment' AND state != 'ignored'
                    AND payload @> ANY(%s::jsonb[])
                """,
                backend.id,
                [json.dumps({"Line": [each]}) for each in link],
            )
        )
        for obj in objects.browse(row[0] for row in rows):
            memory = {**json.loads(obj.applied or "{}"), "core": False}
            obj.applied = json.dumps(memory)
            # What was only listed waits for somebody to choose it.
            if obj.state != "listed":
                obj.state = "new"


def charges_words(env, charges):
    """What to do about charges that QuickBooks pays and Odoo lacks."""
    return env._(
        "QuickBooks pays %s with it, which is not imported: in Odoo that money is on"
        " the customer's account. Book that charge in Odoo by hand.",
        ", ".join(f"{kind} {id_} ({amount:.2f})" for kind, id_, amount in charges),
    )


def _is_voided(payload):
    """A voided payment has no lines; one of zero with lines joins credits."""
    return is_voided(payload) and not payload.get("Line")


def _credits(obj):
    """[[credit memo id, invoice id, amount]] that were applied for a payment."""
    return json.loads(obj.applied or "{}").get("credits", [])


def _method_line(receipt, journal):
    """How it was paid, as the journal has it; its first line where it does not."""
    lines = journal.inbound_payment_method_line_ids
    method = receipt.work.values["method_id"]
    return lines.filtered(lambda line: line.id == method) or lines[:1]


def _set_money_accounts(receipts, payments):
    """Where the money lies. Odoo computes it whenever anything else is written."""
    payments.flush_recordset()
    for receipt, payment in zip(receipts, payments, strict=True):
        payment.outstanding_account_id = receipt.work.values["outstanding_account_id"]


def _payment_values(receipt):
    """What is written on the payment itself."""
    values = receipt.work.values
    return {key: value for key, value in values.items() if key not in LATER}
