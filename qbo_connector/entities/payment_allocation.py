"""What a QuickBooks payment pays. Pure.

Rules of the Payment page: `UnappliedAmt = TotalAmt + credits used - invoices paid`; a
line points to one transaction; amounts are positive for invoices and credits alike.

A line does not say whether a journal entry, an expense or a check is a credit that the
payment uses or a charge that it pays. The first rule does: all are credits, unless it
only holds with some as charges, which count as invoices do.
"""

from itertools import chain, combinations, islice
from typing import NamedTuple

INVOICE, CREDIT_MEMO = "Invoice", "CreditMemo"
#: What a payment joins and Odoo has; other credits are named in a message.
IMPORTED_TYPES = (INVOICE, CREDIT_MEMO)
#: So many ways to read a payment's lines are tried; real ones have a few.
READINGS = 4096


class Allocation(NamedTuple):
    """What a QuickBooks payment pays, by QuickBooks ids; amounts in its currency.

    :ivar cash: [[invoice id, amount]] paid with the payment's own money
    :ivar credits: [[credit memo id, invoice id, amount]] paid with credit memos
    :ivar foreign: [[type, id, invoice id, amount]] paid with credits that Odoo lacks,
        such as journal entries
    :ivar charges: [[type, id, amount]] that it pays and Odoo lacks, too
    :ivar rest: money left on the customer's account
    """

    cash: list
    credits: list
    foreign: list
    charges: list
    rest: float


def allocate(payload):
    """Split a payment's lines into what money paid and what credits paid.

    QuickBooks lists the invoices and the credits that a payment joins, not which credit
    paid which invoice: credits are used first, in the order of the lines. Money for a
    charge that Odoo lacks is on the customer's account there.
    """
    lines = linked(payload)
    charges = _charges(payload, lines)
    invoices = [[id_, amount] for kind, id_, amount in lines if kind == INVOICE]
    credits, foreign = [], []
    for line in lines:
        kind, credit_id, credit = line
        if kind == INVOICE or line in charges:
            continue
        for invoice in invoices:
            part = round(min(credit, invoice[1]), 2)
            if part <= 0:
                continue
            if kind == CREDIT_MEMO:
                credits.append([credit_id, invoice[0], part])
            else:
                foreign.append([kind, credit_id, invoice[0], part])
            credit = round(credit - part, 2)
            invoice[1] = round(invoice[1] - part, 2)
    cash = [invoice for invoice in invoices if invoice[1]]
    rest = (payload.get("TotalAmt") or 0.0) - sum(amount for _id, amount in cash)
    return Allocation(cash, credits, foreign, [*map(list, charges)], round(rest, 2))


def _charges(payload, lines):
    """Which of a payment's lines are charges other than invoices, see above."""
    if payload.get("UnappliedAmt") is None:
        return ()
    used = sum(-amount if kind == INVOICE else amount for kind, _id, amount in lines)
    surplus = (payload.get("TotalAmt") or 0.0) + used - payload["UnappliedAmt"]
    others = [line for line in lines if line[0] not in IMPORTED_TYPES]
    some = (combinations(others, count) for count in range(1, len(others)))
    for charges in islice(chain([(), tuple(others)], *some), READINGS):
        # Taken for a credit it was added, and should have been taken off.
        if not round(surplus - 2 * sum(amount for _kind, _id, amount in charges), 2):
            return charges
    return ()


def linked(payload):
    """[(type, id, amount)] of the transactions that a payment's lines point to."""
    return [
        (link["TxnType"], link["TxnId"], line.get("Amount") or 0.0)
        for line in payload.get("Line") or []
        for link in line.get("LinkedTxn") or []
    ]


def documents_of(payload):
    """[(type, id)] of the invoices and credit memos that a payment joins."""
    return [(kind, id_) for kind, id_, _ in linked(payload) if kind in IMPORTED_TYPES]


def within(allocation, known):
    """What of an allocation can be applied to documents that are known.

    :param known: container of (type, QuickBooks id); what is meant for others stays on
        the customer's account.
    """
    cash = [pair for pair in allocation.cash if (INVOICE, pair[0]) in known]
    credits = [
        credit
        for credit in allocation.credits
        if (CREDIT_MEMO, credit[0]) in known and (INVOICE, credit[1]) in known
    ]
    paid = sum(amount for _id, amount in allocation.cash)
    rest = allocation.rest + paid - sum(amount for _id, amount in cash)
    return allocation._replace(cash=cash, credits=credits, rest=round(rest, 2))


def without(payload, memo_id, invoice_id, amount):
    """A payment that applies less of a credit memo to an invoice.

    :returns: (payload, amount that was taken away); the same payload where it applies
        nothing of that memo to that invoice. Lines of zero are left out.
    """
    applied = sum(
        part
        for memo, invoice, part in allocate(payload).credits
        if (memo, invoice) == (memo_id, invoice_id)
    )
    taken = round(min(applied, amount), 2)
    if not taken:
        return payload, 0.0
    less = {(CREDIT_MEMO, memo_id), (INVOICE, invoice_id)}
    lines = []
    for line in payload["Line"]:
        link = line["LinkedTxn"][0]
        if (link["TxnType"], link["TxnId"]) in less:
            line = {**line, "Amount": round(line["Amount"] - taken, 2)}
        if line["Amount"]:
            lines.append(line)
    return {**payload, "Line": lines}, taken


def applied_anew(payload, wanted):
    """A payment that applies other amounts of its own money.

    :param dict wanted: {invoice id: amount}; invoices that are not named keep theirs
    :returns: the same payload where nothing changes. Lines of zero are left out.
    """
    now = {}
    for invoice_id, amount in allocate(payload).cash:
        now[invoice_id] = now.get(invoice_id, 0.0) + amount
    more = {id_: round(wanted[id_] - now.get(id_, 0.0), 2) for id_ in wanted}
    more = {id_: amount for id_, amount in more.items() if amount}
    if not more:
        return payload
    lines = []
    for line in payload.get("Line") or []:
        link = line["LinkedTxn"][0]
        if link["TxnType"] == INVOICE and link["TxnId"] in more:
            amount = line["Amount"] + more.pop(link["TxnId"])
            line = {**line, "Amount": round(amount, 2)}
        if line["Amount"]:
            lines.append(line)
    for id_, amount in more.items():
        link = {"TxnId": id_, "TxnType": INVOICE}
        lines.append({"Amount": amount, "LinkedTxn": [link]})
    return {**payload, "Line": lines}
