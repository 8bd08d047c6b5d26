"""The journal entry of an imported payment, and what it is reconciled with.

The first line is the money; then comes one receivable line for each invoice that
QuickBooks applied the payment to, in that order, and one for the rest on account.
"""

from typing import NamedTuple

from odoo.fields import Command

from .payment_allocation import (
    CREDIT_MEMO,
    IMPORTED_TYPES,
    INVOICE,
    documents_of,
)


class Documents(NamedTuple):
    """The invoices and credit memos that a set of payments joins.

    :ivar dict moves: {(type, QuickBooks id): posted move}
    :ivar set settled: those that nothing needs to wait for any more, cancelled ones too
    """

    moves: dict
    settled: set

    def first_missing(self, payload):
        """(type, id) of the first document that is yet to come, or None."""
        for key in documents_of(payload):
            if key not in self.moves and key not in self.settled:
                return key
        return None

    def credit_partial(self, memo_id, invoice_id, amount):
        """The reconciliation of a credit memo with an invoice, or None."""
        memo = self.moves.get((CREDIT_MEMO, memo_id))
        invoice = self.moves.get((INVOICE, invoice_id))
        if not (memo and invoice):
            return None
        owed = receivable_lines(invoice)
        return receivable_lines(memo).matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id in owed
            and not partial.debit_currency_id.compare_amounts(
                partial.debit_amount_currency, amount
            )
        )[:1]


def documents(backend, objects, credits):
    """Read the `Documents` of a set of payments.

    :param credits: per payment, the [memo id, invoice id, amount] applied before.
    """
    ids = {id_ for obj in objects for _kind, id_ in documents_of(obj.payload or {})}
    ids.update(id_ for former in credits for credit in former for id_ in credit[:2])
    rows = objects.search_fetch(
        [
            ("backend_id", "=", backend.id),
            ("entity", "in", IMPORTED_TYPES),
            ("qbo_id", "in", list(ids)),
        ],
        ["entity", "qbo_id", "state", "res_model", "res_id"],
    )
    posted = {
        (row.entity, row.qbo_id): move
        for row, move in rows._records().items()
        if move.state == "posted"
    }
    settled = {
        (row.entity, row.qbo_id) for row in rows if row.state in ("linked", "ignored")
    }
    return Documents(posted, settled)


def receivable_lines(moves):
    """The open-item lines of journal entries, oldest due date first."""
    return moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    ).sorted("date_maturity")


# --- Lines ----------------------------------------------------------------------------


def new_lines(payment, allocation, rate, documents):
    """Commands for the lines of a new entry.

    :param float rate: home currency per unit of the payment's; 0.0: Odoo's own rate.
    """
    values = _line_values(payment, allocation, rate, documents)
    return [Command.create(line) for line in values]


def rewrite(payment, move, allocation, rate, documents):
    """Give an entry in draft new lines; the money line stays, with its bank match."""
    money, *receivables = _line_values(payment, allocation, rate, documents)
    own, *former = move.line_ids.sorted("id")
    values = {
        "date": payment.date,
        "partner_id": payment.partner_id.id,
        "currency_id": payment.currency_id.id,
        "ref": payment.memo,
        "line_ids": [
            Command.update(own.id, money),
            *(Command.delete(line.id) for line in former),
            *map(Command.create, receivables),
        ],
    }
    if move.date.year != payment.date.year:
        values["name"] = "/"  # its number names the year
    # As Odoo does for its own payments: the lines are complete as they are.
    move.with_context(skip_invoice_sync=True).write(values)


def _line_values(payment, allocation, rate, documents):
    shares = []
    for invoice_id, amount in allocation.cash:
        invoice = documents.moves[INVOICE, invoice_id]
        line = receivable_lines(invoice)[:1]
        shares.append((amount, line.account_id, line.partner_id, invoice.name))
    if not payment.currency_id.is_zero(allocation.rest) or not shares:
        own = payment.destination_account_id
        shares.append((allocation.rest, own, payment.partner_id, payment.memo))
    return _balanced(payment, shares, rate)


def _balanced(payment, shares, rate):
    """Lines whose company amounts add up, at QuickBooks' exchange rate."""
    company = payment.company_id.currency_id
    rate = rate or payment.currency_id._get_conversion_rate(
        payment.currency_id, company, payment.company_id, payment.date
    )
    total = company.round(payment.amount * rate)
    balances = [company.round(share[0] * rate) for share in shares]
    # Cents go to an application: what they miss there is an exchange difference.
    balances[0] += total - sum(balances)
    lines = [
        _line(payment, -amount, -balance, account, partner, label)
        for (amount, account, partner, label), balance in zip(
            shares, balances, strict=True
        )
    ]
    account = payment.outstanding_account_id
    money = _line(
        payment, payment.amount, total, account, payment.partner_id, payment.memo
    )
    return [money, *lines]


def _line(payment, amount, balance, account, partner, label):
    return {
        "name": label or payment.memo or "/",
        "date_maturity": payment.date,
        "amount_currency": amount,
        "balance": balance,
        "currency_id": payment.currency_id.id,
        "account_id": account.id,
        "partner_id": partner.id,
    }


# --- Reconciliation -------------------------------------------------------------------


def reconcile(lines, booked, documents):
    """Reconcile a set of payments with exactly the amounts that QuickBooks applied.

    :param lines: the empty model of journal items.
    :param booked: [(allocation, payment)]; no payment where only credits are joined.
    """
    joined = []
    for allocation, payment in booked:
        for memo_id, invoice_id, amount in allocation.credits:
            debits = receivable_lines(documents.moves[INVOICE, invoice_id])
            credits = receivable_lines(documents.moves[CREDIT_MEMO, memo_id])
            joined.append((debits, credits, amount))
        if payment:
            joined += _cash_joined(allocation, payment, documents)
    lines._qbo_reconcile_exact(joined)


def _cash_joined(allocation, payment, documents):
    """The payment's line for each invoice together with that invoice's lines."""
    _money, *shares = payment.move_id.line_ids.sorted("id")
    return [
        (receivable_lines(documents.moves[INVOICE, invoice_id]), share, amount)
        for (invoice_id, amount), share in zip(
            allocation.cash, shares[: len(allocation.cash)], strict=True
        )
    ]
