"""What people do to documents, in QuickBooks and in Odoo: one method for each deed.

A deed picks its documents by number among those that there are at the moment; where
there is none, or a side refuses, nothing happens.
"""

from typing import NamedTuple

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

#: What a person is told instead of being obeyed.
REFUSALS = (RuntimeError, UserError, ValidationError)
AMOUNTS = (100.0, 60.0, 33.33, 250.01)
#: Of what is open: a part, all, too much.
PARTS = (0.4, 1.0, 1.5)
DATES = ("2026-10-01", "2026-10-12", "2026-11-03")
WHEN = "2026-10-05"
PAID_ON = ("2026-10-21", "2026-11-04", "2026-10-08")
DISCOUNT = 12.5  # percent


def pick(found, number):
    return found[number % len(found)] if found else None


class Trade(NamedTuple):
    """How customers buy.

    :ivar terms: what all their QuickBooks documents have: their currency, if there are
        several
    :ivar rates: home currency for one of theirs: those that QuickBooks has; () at home
    :ivar codes: QuickBooks' tax codes of what is not and what is taxed
    :ivar taxed: what a QuickBooks document has, too, that is taxed
    :ivar tax: the Odoo tax behind that code
    :ivar currency: in Odoo
    """

    terms: dict
    rates: tuple
    codes: tuple
    taxed: dict
    tax: object
    currency: object

    def rate(self, number):
        """What a QuickBooks document says of its rate."""
        return {"ExchangeRate": pick(self.rates, number)} if self.rates else {}


class Bookkeeper:
    """Somebody who works in QuickBooks."""

    def __init__(self, control, customers, trade):
        self.control = control
        self.customers = customers
        self.trade = trade

    def all(self, entity):
        """What there is of these customers."""
        own = {customer["Id"] for customer in self.customers}
        rows = self.control.query(f"select * from {entity} orderby Id maxresults 1000")
        return [row for row in rows if row["CustomerRef"]["value"] in own]

    def _living(self, entity):
        return [
            row for row in self.all(entity) if row["TotalAmt"] or row.get("LinkedTxn")
        ]

    def _change(self, entity, row, **fields):
        self.control.update(entity, {**row, **fields})

    def _line(self, amount, taxed=False):
        code = {"value": self.trade.codes[taxed]}
        return {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": code},
        }

    def _lines(self, amount):
        """Every second document is taxed, and of four the last two have a discount."""
        body = {"Line": [self._line(pick(AMOUNTS, amount))]}
        if amount % 2:
            body["Line"].append(self._line(10.01, taxed=True))
            body |= self.trade.taxed
        if amount > 1:
            detail = {"PercentBased": True, "DiscountPercent": DISCOUNT}
            discount = {
                "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": detail,
            }
            body["Line"].append(discount)
        return body

    def _document(self, entity, who, amount):
        body = {
            "CustomerRef": {"value": pick(self.customers, who)["Id"]},
            "TxnDate": WHEN,
            **self.trade.terms,
            **self.trade.rate(who + amount),
            **self._lines(amount),
        }
        self.control.create(entity, body)

    def _paying(self, row, amount, kind="Invoice"):
        link = {"TxnId": row["Id"], "TxnType": kind}
        return {"Amount": amount, "LinkedTxn": [link]}

    def _receive(self, customer, total, lines, number=0):
        body = {"CustomerRef": customer, "TotalAmt": total, "Line": lines}
        body |= {**self.trade.terms, **self.trade.rate(number)}
        self.control.create("Payment", {**body, "TxnDate": "2026-10-20"})

    def invoice(self, who, amount):
        self._document("Invoice", who, amount)

    def credit_memo(self, who, amount):
        self._document("CreditMemo", who, amount)

    def pay(self, which, part):
        row = pick([r for r in self._living("Invoice") if r["Balance"]], which)
        if row:
            total = round(row["Balance"] * pick(PARTS, part), 2)
            lines = [self._paying(row, min(total, row["Balance"]))]
            self._receive(row["CustomerRef"], total, lines, which + part)

    def pay_on_account(self, who, amount):
        customer = {"value": pick(self.customers, who)["Id"]}
        self._receive(customer, pick(AMOUNTS, amount), [], who + amount)

    def edit_lines(self, which, amount):
        entity = ("Invoice", "CreditMemo")[which % 2]
        row = pick(self._living(entity), which // 2)
        if row:
            row = {key: row[key] for key in row if key != "TxnTaxDetail"}
            self._change(entity, row, **self._lines(amount))

    def edit_dates(self, which, date):
        row = pick(self._living("Invoice"), which)
        if row:
            date = pick(DATES, date)
            rate = self.trade.rate(which)
            self._change("Invoice", row, TxnDate=date, DueDate="2026-12-01", **rate)

    def edit_payment(self, which, amount):
        row = pick([r for r in self._living("Payment") if r["TotalAmt"]], which)
        if row:
            rate = self.trade.rate(amount)
            total = pick(AMOUNTS, amount)
            self._change("Payment", row, TotalAmt=total, Line=[], **rate)

    def unapply(self, which, _number):
        row = pick([r for r in self._living("Payment") if r["TotalAmt"]], which)
        if row:
            self._change("Payment", row, Line=[])

    def apply(self, which, to):
        row = pick([r for r in self._living("Payment") if r["UnappliedAmt"]], which)
        invoice = pick([r for r in self._living("Invoice") if r["Balance"]], to)
        if row and invoice:
            amount = min(row["UnappliedAmt"], invoice["Balance"])
            lines = [*row["Line"], self._paying(invoice, amount)]
            self._change("Payment", row, Line=lines)

    def apply_credit(self, which, to):
        memos = [r for r in self._living("CreditMemo") if r["RemainingCredit"]]
        memo = pick(memos, which)
        invoice = pick([r for r in self._living("Invoice") if r["Balance"]], to)
        if memo and invoice:
            amount = min(memo["RemainingCredit"], invoice["Balance"])
            lines = [
                self._paying(invoice, amount),
                self._paying(memo, amount, "CreditMemo"),
            ]
            self._receive(memo["CustomerRef"], 0, lines, which + to)

    def unapply_credit(self, which, _number):
        joined = [r for r in self.all("Payment") if not r["TotalAmt"] and r["Line"]]
        row = pick(joined, which)
        if row:
            self.control.delete("Payment", row["Id"])

    def void(self, which, kind):
        self._remove(self.control.void, ("Invoice", "Payment"), which, kind)

    def delete(self, which, kind):
        kinds = ("Invoice", "Payment", "CreditMemo")
        self._remove(self.control.delete, kinds, which, kind)

    def _remove(self, remove, kinds, which, kind):
        entity = pick(kinds, kind)
        row = pick(self._living(entity), which)
        if row:
            remove(entity, row["Id"])


class Accountant:
    """Somebody who works in Odoo."""

    def __init__(self, env, company, partners, journal, income, trade):
        """
        :param income: the account of the item that QuickBooks gets for plain lines
        """
        self.env = env
        self.income = income
        self.trade = trade
        self.company = company
        self.partners = partners
        self.journal = journal

    def all(self, model):
        """What there is of these customers."""
        return self.env[model].search(self._own(), order="id")

    def _own(self):
        partners = self.env["res.partner"].union(*self.partners)
        return [
            ("company_id", "=", self.company.id),
            ("partner_id", "in", partners.ids),
        ]

    def moves(self, *kinds, state="posted"):
        return self.all("account.move").filtered(
            lambda move: move.move_type in kinds and move.state == state
        )

    def payments(self):
        return self.all("account.payment").filtered(
            lambda payment: payment.state in ("in_process", "paid")
        )

    def _lines(self, amount):
        plain = {"tax_ids": [], "account_id": self.income.id}
        plain["discount"] = DISCOUNT if amount > 1 else 0.0
        lines = [{**plain, "name": "Work", "price_unit": pick(AMOUNTS, amount)}]
        if amount % 2:
            soil = {"name": "Soil", "price_unit": 10.01}
            lines.append({**plain, **soil, "tax_ids": self.trade.tax.ids})
        return [Command.create(line) for line in lines]

    def _document(self, kind, who, amount):
        values = {
            "move_type": kind,
            "partner_id": pick(self.partners, who).id,
            "currency_id": self.trade.currency.id,
            "invoice_date": pick(DATES, who + amount) if self.trade.rates else WHEN,
            "invoice_line_ids": self._lines(amount),
        }
        self.env["account.move"].create(values).action_post()

    def invoice(self, who, amount):
        self._document("out_invoice", who, amount)

    def credit_note(self, who, amount):
        self._document("out_refund", who, amount)

    def pay(self, which, part):
        open_ = self.moves("out_invoice").filtered("amount_residual")
        invoice = pick(open_, which)
        if invoice:
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            amount = round(invoice.amount_residual * pick(PARTS, part), 2)
            values = {
                "amount": amount,
                "currency_id": self.trade.currency.id,
                "journal_id": self.journal.id,
                "payment_date": pick(PAID_ON, which),
            }
            register.create(values)._create_payments()

    def pay_on_account(self, who, amount):
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": pick(self.partners, who).id,
                "amount": pick(AMOUNTS, amount),
                "currency_id": self.trade.currency.id,
                "date": pick(PAID_ON, who + amount),
                "journal_id": self.journal.id,
            }
        ).action_post()

    def edit_lines(self, which, amount):
        move = pick(self.moves("out_invoice", "out_refund"), which)
        if move:
            move.button_draft()
            lines = [Command.clear(), *self._lines(amount)]
            move.write({"invoice_line_ids": lines})
            move.action_post()

    def edit_dates(self, which, date):
        move = pick(self.moves("out_invoice"), which)
        if move:
            move.button_draft()
            move.invoice_date = pick(DATES, date)
            move.invoice_payment_term_id = False
            move.invoice_date_due = "2026-12-02"
            move.action_post()

    def apply(self, which, to):
        """The button *Add* below an invoice."""
        invoices = self.moves("out_invoice").filtered("amount_residual")
        invoice = pick(invoices, to) or invoices
        credits = self._receivables().filtered(
            lambda line: line.amount_currency < 0
            and not line.reconciled
            and line.partner_id == invoice.commercial_partner_id
        )
        line = pick(credits, which)
        if line:
            invoice.js_assign_outstanding_line(line.id)

    def _receivables(self):
        return self.env["account.move.line"].search(
            [
                *self._own(),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ],
            order="id",
        )

    def unapply(self, which, _number):
        """*Unreconcile* on the payments card of an invoice."""
        partial = pick(self._receivables().matched_debit_ids, which)
        if partial:
            invoice = partial.debit_move_id.move_id
            invoice.js_remove_outstanding_partial(partial.id)

    def cancel(self, which, _number):
        move = pick(self.moves("out_invoice", "out_refund"), which)
        if move:
            move.button_draft()
            move.button_cancel()

    def cancel_payment(self, which, _number):
        payment = pick(self.payments(), which)
        if payment:
            payment.action_draft()
            payment.action_cancel()


def deeds(actor):
    """Names of what somebody can do, in the order they are written."""
    words = (*vars(actor),)
    plain = ("all", "moves", "payments")
    return [word for word in words if not word.startswith("_") and word not in plain]
