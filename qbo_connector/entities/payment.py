import json
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Command

from ..const import NOTE_LENGTH
from .entity import Work, fingerprint
from .sales_document import is_voided


class Allocation(NamedTuple):
    """What a QuickBooks payment pays, by QuickBooks ids; amounts in its currency.

    :ivar cash: [[invoice id, amount]] paid with the payment's own money
    :ivar credits: [[credit memo id, invoice id, amount]] paid with credits
    :ivar rest: money left on the customer's account
    """

    cash: list
    credits: list
    rest: float


def allocate(payload):
    """Split a payment's lines into what money paid and what credits paid.

    QuickBooks lists the invoices and the credits that a payment joins, not which credit
    paid which invoice: credits are used first, in the order of the lines.
    """
    invoices = _linked(payload, "Invoice")
    credits = []
    for memo, credit in _linked(payload, "CreditMemo"):
        for invoice in invoices:
            part = round(min(credit, invoice[1]), 2)
            if part:
                credits.append([memo, invoice[0], part])
                credit = round(credit - part, 2)
                invoice[1] = round(invoice[1] - part, 2)
    cash = [invoice for invoice in invoices if invoice[1]]
    rest = (payload.get("TotalAmt") or 0.0) - sum(amount for _id, amount in cash)
    return Allocation(cash, credits, round(rest, 2))


def _linked(payload, kind):
    """[[id, amount]] of the payment's lines that point to one kind of transaction."""
    return [
        [link["TxnId"], line.get("Amount") or 0.0]
        for line in payload.get("Line") or []
        for link in line.get("LinkedTxn") or []
        if link.get("TxnType") == kind
    ]


def payment_values(payload, books):
    """A QuickBooks payment as an Odoo payment, without journal and journal items.

    :raise Missing: when the customer or the account that holds the money is unknown.
    """
    deposit = payload.get("DepositToAccountRef")
    account = books.find("Account", deposit) or (
        books.require("Account", deposit) if deposit else books.accounts["undeposited"]
    )
    return {
        "partner_id": books.require("Customer", payload["CustomerRef"]),
        "partner_type": "customer",
        "payment_type": "inbound",
        "amount": payload.get("TotalAmt") or 0.0,
        "date": payload.get("TxnDate"),
        "currency_id": books.currency(payload.get("CurrencyRef")),
        "payment_reference": payload.get("PaymentRefNum") or False,
        "memo": payload.get("PaymentRefNum") or payload.get("PrivateNote") or False,
        "outstanding_account_id": account,
        "rate": payload.get("ExchangeRate") or 1.0,
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
        "PrivateNote": _note(payment),
        "DepositToAccountRef": refs.undeposited_funds,
        "Line": [
            {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind}]}
            for kind, txn_id, amount in applications
        ],
    }
    if refs.multi_currency:
        body["CurrencyRef"] = {"value": payment.currency_id.name}
    return body


def _note(payment):
    """Which Odoo payment this is, for people and for finding it again."""
    return " - ".join(filter(None, ["Odoo", payment.name, payment.memo]))[:NOTE_LENGTH]


class QboEntityPayment(models.AbstractModel):
    """Receive Payment: money of a customer, and credits joined to invoices.

    The journal entry has one receivable line for each invoice that QuickBooks applied
    the payment to, so that Odoo reconciles exactly those amounts.
    """

    _name = "qbo.entity.payment"
    _inherit = "qbo.entity"
    _description = "QuickBooks Payment"
    _odoo_model = "account.payment"

    def _values(self, payload, books):
        return payment_values(payload, books)

    @api.model
    def _apply(self, backend, objects):
        gone = objects.filtered(lambda o: o.deleted or is_voided(o.payload))
        self._apply_deleted(backend, gone)
        work = self._map(backend, objects - gone)
        own = [item for item in work if self._is_ours(item)]
        for item in own:
            item.record._qbo_note_token(item.object.payload)
            item.record._qbo_compare(item.object.payload)
            item.object._link(item.record)
        changed = [item for item in work if item not in own and self._changed(item)]
        changed = [item for item in changed if not self._locked(backend, item)]
        for item in changed:
            self._undo(backend, item.object, item.record)
        pairs = self._with_payments(backend, changed)
        self._post(backend, pairs)
        for item, payment in pairs:
            self._settle(item, payment)
        self._settle_unchanged(work, own, changed)

    def _is_ours(self, item):
        return item.record and item.record.qbo_origin == "odoo"

    def _changed(self, item):
        return item.object.applied != _memory(item) or item.object.waiting_for

    def _settle_unchanged(self, work, own, changed):
        for item in work:
            if item not in own and item not in changed and item.object.state == "new":
                self._settle(item, item.record)

    def _locked(self, backend, item):
        return backend._refuse_locked(
            item.object, item.values["date"], backend.payment_journal_id
        )

    # --- Payments and their journal entries, in sets ----------------------------------

    def _with_payments(self, backend, work):
        """(item, payment) pairs; zero-amount payments only join credits and invoices."""
        new = [item for item in work if not item.record and item.values["amount"]]
        created = self.env["account.payment"].create(
            [self._creation_values(backend, item) for item in new]
        )
        payments = dict(zip((item.object for item in new), created, strict=True))
        for item in work:
            if item.record:
                item.record.write(_without_rate(item.values))
                payments[item.object] = item.record
        none = self.env["account.payment"]
        return [(item, payments.get(item.object, none)) for item in work]

    def _creation_values(self, backend, item):
        journal = backend.payment_journal_id
        return {
            **_without_rate(item.values),
            **self.env["account.payment"]._qbo_imported_values(
                item.object.payload, "PaymentRefNum"
            ),
            "journal_id": journal.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids[:1].id,
        }

    def _post(self, backend, pairs):
        """Journal entries, posting and reconciliation of a set, each in one go."""
        documents = self._documents(backend, pairs)
        with_money = [(item, payment) for item, payment in pairs if payment]
        moves = self.env["account.move"].create(
            [
                payment._generate_move_vals(line_ids=self._lines(item, payment, documents))
                for item, payment in with_money
            ]
        )
        for (_item, payment), move in zip(with_money, moves, strict=True):
            payment.write({"move_id": move.id, "state": "in_process"})
        moves._post(soft=False)
        self._reconcile(pairs, documents)

    def _documents(self, backend, pairs):
        """{(entity, QuickBooks id): move} of all documents that these payments join."""
        wanted = [
            id_
            for item, _payment in pairs
            for kind in ("Invoice", "CreditMemo")
            for id_, _amount in _linked(item.object.payload, kind)
        ]
        objects = self.env["qbo.object"].search(
            [
                ("backend_id", "=", backend.id),
                ("entity", "in", ("Invoice", "CreditMemo")),
                ("qbo_id", "in", wanted),
                ("res_model", "=", "account.move"),
                ("res_id", "!=", False),
            ]
        )
        moves = self.env["account.move"].browse(objects.mapped("res_id")).exists()
        posted = set(moves.filtered(lambda move: move.state == "posted").ids)
        return {
            (obj.entity, obj.qbo_id): moves.browse(obj.res_id)
            for obj in objects
            if obj.res_id in posted
        }

    def _lines(self, item, payment, documents):
        """Journal items: the money, one receivable line per invoice, and the rest."""
        allocation = allocate(item.object.payload)
        shares, rest = [], allocation.rest
        for invoice_id, amount in allocation.cash:
            move = documents.get(("Invoice", invoice_id))
            if move:
                line = _receivable_lines(move)[:1]
                shares.append((amount, line.account_id, line.partner_id, move.name))
            else:
                rest += amount
        if not payment.currency_id.is_zero(rest) or not shares:
            own = payment.destination_account_id
            shares.append((rest, own, payment.partner_id, payment.memo))
        return self._balanced(item, payment, shares)

    def _balanced(self, item, payment, shares):
        """Line commands whose company amounts add up, at QuickBooks' exchange rate."""
        company = payment.company_id.currency_id
        rate = item.values["rate"]
        total = company.round(payment.amount * rate)
        lines, left = [], total
        for position, (amount, account, partner, label) in enumerate(shares, 1):
            balance = left if position == len(shares) else company.round(amount * rate)
            left -= balance
            lines.append(_line(payment, -amount, -balance, account, partner, label))
        money = _line(
            payment,
            payment.amount,
            total,
            payment.outstanding_account_id,
            payment.partner_id,
            payment.memo,
        )
        return [Command.create(money), *map(Command.create, lines)]

    # --- Reconciliation ---------------------------------------------------------------

    def _reconcile(self, pairs, documents):
        plan, exact = [], []
        for item, payment in pairs:
            allocation = allocate(item.object.payload)
            free = list(payment.move_id.line_ids - payment.move_id.line_ids[:1])
            for invoice_id, _amount in allocation.cash:
                invoice = documents.get(("Invoice", invoice_id))
                if invoice:
                    plan.append(free.pop(0) + _receivable_lines(invoice))
            exact += self._credit_pairs(allocation, documents)
        lines = self.env["account.move.line"]
        lines._qbo_reconcile_exact(exact)
        plan = [batch for batch in plan if any(not line.reconciled for line in batch)]
        if plan:
            lines._reconcile_plan(plan)

    def _credit_pairs(self, allocation, documents):
        """[(invoice line, credit memo line, amount)] for credits used by a payment."""
        pairs = []
        for memo_id, invoice_id, amount in allocation.credits:
            memo = documents.get(("CreditMemo", memo_id))
            invoice = documents.get(("Invoice", invoice_id))
            if memo and invoice:
                debit, credit = _receivable_lines(invoice), _receivable_lines(memo)
                pairs.append((debit[:1], credit[:1], amount))
        return pairs

    # --- Memory: what was applied can be undone -----------------------------------------

    def _settle(self, item, payment):
        """Link, and wait for documents that are not in Odoo yet."""
        if payment:
            payment._qbo_note_token(item.object.payload)
            item.object._link(payment, _memory(item))
        else:
            item.object.write(
                {"state": "linked", "message": False, "applied": _memory(item)}
            )
        item.object.waiting_for = self._first_missing(item)

    def _first_missing(self, item):
        for kind in ("Invoice", "CreditMemo"):
            for txn_id, _amount in _linked(item.object.payload, kind):
                found = self.env["qbo.object"]._find(item.object.backend_id, kind, txn_id)
                if found.state != "linked" or not found._record():
                    return f"{kind}:{txn_id}"
        return False

    def _undo(self, backend, obj, payment):
        """Take back what was applied before, so that it can be applied anew."""
        former = json.loads(obj.applied) if obj.applied else {}
        for memo_id, invoice_id, amount in former.get("credits", []):
            self._undo_credit(backend, memo_id, invoice_id, amount)
        if payment and payment.move_id:
            payment.action_draft()
            payment.move_id.unlink()

    def _undo_credit(self, backend, memo_id, invoice_id, amount):
        find = self.env["qbo.object"]._find
        memo = find(backend, "CreditMemo", memo_id)._record()
        invoice = find(backend, "Invoice", invoice_id)._record()
        if not (memo and invoice):
            return
        partials = _receivable_lines(memo).matched_debit_ids.filtered(
            lambda p: p.debit_move_id in _receivable_lines(invoice)
            and p.debit_currency_id.compare_amounts(p.debit_amount_currency, amount) == 0
        )
        partials[:1].unlink()

    def _apply_deleted(self, backend, objects):
        """Voided, or gone (confirmed by a read): cancelled, its invoices open again."""
        for obj in objects:
            payment = obj._record()
            self._undo(backend, obj, None)
            if payment and payment.state != "canceled":
                payment.action_draft()
                payment.action_cancel()
                payment._qbo_mark_gone()
            obj.applied = False
            obj._ignore(self.env._("Voided or deleted in QuickBooks; cancelled in Odoo."))


def _memory(item: Work):
    """What is applied of a payment, as text: to tell changes, and to undo them."""
    allocation = allocate(item.object.payload)._asdict()
    return json.dumps({"core": fingerprint(item.values), **allocation})


def _receivable_lines(move):
    """The open-item lines of a document, oldest due date first."""
    return move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    ).sorted("date_maturity")


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


def _without_rate(values):
    return {key: value for key, value in values.items() if key != "rate"}
