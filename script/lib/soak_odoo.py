"""A person in Odoo who does one thing at random after the other."""

import datetime
import itertools
import random
from collections import Counter

import requests

from odoo_rpc import OdooError
from soak_nodes import Sessions

#: What is done, and how often in comparison.
ACTIONS = {
    "invoice": 10,
    "credit_note": 4,
    "pay": 12,
    "pay_on_account": 3,
    "apply": 5,
    "unapply": 4,
    "edit_invoice": 5,
    "edit_payment": 3,
    "cancel_invoice": 2,
    "cancel_payment": 3,
    "export": 4,
    "sync": 6,
}
#: How often a document is taken that began in QuickBooks.
OF_QUICKBOOKS = 0.15
RECENT = {"order": "write_date desc, id desc", "limit": 60}
SALES = [("move_type", "in", ("out_invoice", "out_refund"))]
INVOICES = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
OPEN = [*INVOICES, ("amount_residual", ">", 0)]
PAYMENTS = [("payment_type", "=", "inbound"), ("state", "in", ("in_process", "paid"))]


class Clerk:
    """
    :ivar done: how often what was done
    :ivar refused: what Odoo refused, as its sentences
    """

    def __init__(self, nodes, seed, name):
        self.name, self.random = name, random.Random(f"{seed} {name}")
        self.done, self.refused = Counter(), Counter()
        self._sessions = Sessions(nodes, self.random)
        self._numbers = itertools.count(1)
        self._backend = self._call("qbo.backend", "search", [])[0]
        self._partners = self._linked("Customer", "res.partner")
        self._products = self._linked("Item", "product.product")
        bank = [("type", "=", "bank"), ("name", "not ilike", "quickbooks")]
        self._bank = self._call("account.journal", "search", bank)[0]

    def act(self):
        """Do one thing; what Odoo does not allow is counted, no error."""
        (name,) = self.random.choices(list(ACTIONS), ACTIONS.values())
        try:
            if getattr(self, f"_{name}")() is not False:
                self.done[name] += 1
        except OdooError as refusal:
            self.refused[f"{name}: {str(refusal).splitlines()[0][:100]}"] += 1
        except requests.RequestException as trouble:  # its node was killed
            self.refused[f"{name}: {type(trouble).__name__}"] += 1

    # --- Odoo ------------------------------------------------------------------------

    def _call(self, model, method, *arguments, **named):
        return self._sessions.any().call(model, method, *arguments, **named)

    def _read(self, model, domain, *fields):
        return self._call(model, "search_read", domain, list(fields), **RECENT)

    def _linked(self, entity, model):
        domain = [("entity", "=", entity), ("res_model", "=", model)]
        rows = self._call("qbo.object", "search_read", domain, ["res_id"])
        return sorted(row["res_id"] for row in rows if row["res_id"])

    def _number(self):
        return f"{self.name}-{next(self._numbers):05}"

    def _pick(self, model, domain, *fields):
        """One of the recent records, mostly one that began in Odoo; or None."""
        domain = [*domain, ("qbo_origin", "=", self._origin())]
        return self._one(self._read(model, domain, *fields))

    def _origin(self):
        return "quickbooks" if self.random.random() < OF_QUICKBOOKS else "odoo"

    def _began(self, entry):
        """Entries of credit notes and payments; mostly of those that began in Odoo."""
        origin = self._origin()
        payment = f"{entry}.origin_payment_id.qbo_origin"
        return ["|", (f"{entry}.qbo_origin", "=", origin), (payment, "=", origin)]

    def _one(self, rows):
        return self.random.choice(rows) if rows else None

    # --- New documents ---------------------------------------------------------------

    def _new(self, kind, partner=None):
        """A posted document; now and then for somebody or something new."""
        if not partner:
            partner = self.random.choice(self._partners)
            if self.random.random() < 0.1:
                partner = self._make("res.partner")
        lines = [(0, 0, self._line()) for _ in range(self.random.randint(1, 3))]
        values = {
            "move_type": kind,
            "partner_id": partner,
            "invoice_date": _today(),
            "invoice_line_ids": lines,
        }
        (move,) = self._call("account.move", "create", [values])
        self._call("account.move", "action_post", [move])
        return move, partner

    def _line(self):
        product = self.random.choice(self._products)
        if self.random.random() < 0.05:
            product = self._make("product.product")
        price = self.random.randint(500, 90000) / 100
        line = {"product_id": product, "quantity": 1, "price_unit": price}
        return line if self.random.random() < 0.5 else {**line, "tax_ids": [(5,)]}

    def _make(self, model):
        return self._call(model, "create", [{"name": f"New {self._number()}"}])[0]

    def _invoice(self):
        return self._new("out_invoice")

    def _credit_note(self):
        """For an open invoice's customer, and mostly applied to that at once."""
        invoice = self._one(self._read("account.move", OPEN, "partner_id"))
        if not invoice:
            return False
        note, _partner = self._new("out_refund", invoice["partner_id"][0])
        if self.random.random() < 0.7:
            credit = [("move_id", "=", note), ("account_type", "=", "asset_receivable")]
            lines = self._call("account.move.line", "search", credit)
            self._call(
                "account.move", "js_assign_outstanding_line", invoice["id"], lines[0]
            )
        return note

    def _pay(self):
        """An invoice, in full, in part, or with more than is due."""
        invoice = self._one(self._read("account.move", OPEN, "amount_residual"))
        if not invoice:
            return False
        share = self.random.choice((1, 1, 0.5, 0.3, 1.2))
        amount = max(round(invoice["amount_residual"] * share, 2), 0.01)
        values = {
            "amount": amount,
            "payment_date": _today(),
            "journal_id": self._bank,
            "communication": self._number(),
        }
        model, context = "account.payment.register", _active(invoice["id"])
        wizard = self._call(model, "create", [values], context=context)
        return self._call(model, "action_create_payments", wizard, context=context)

    def _pay_on_account(self):
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.random.choice(self._partners),
            "journal_id": self._bank,
            "amount": self.random.randint(500, 90000) / 100,
            "date": _today(),
            "memo": self._number(),
        }
        payment = self._call("account.payment", "create", [values])
        return self._call("account.payment", "action_post", payment)

    # --- Applications ----------------------------------------------------------------

    def _apply(self):
        """Open credit of a customer to an open invoice."""
        credit = [
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("amount_residual", "<", 0),
            *self._began("move_id"),
        ]
        line = self._one(self._read("account.move.line", credit, "partner_id"))
        if not line or not line["partner_id"]:
            return False
        theirs = [*OPEN, ("partner_id", "=", line["partner_id"][0])]
        invoice = self._one(self._read("account.move", theirs))
        if not invoice:
            return False
        return self._call(
            "account.move", "js_assign_outstanding_line", invoice["id"], line["id"]
        )

    def _unapply(self):
        domain = self._began("credit_move_id.move_id")
        partial = self._one(
            self._read("account.partial.reconcile", domain, "debit_move_id")
        )
        if not partial:
            return False
        debit = partial["debit_move_id"][0]
        line = self._call("account.move.line", "read", [debit], ["move_id"])[0]
        invoice = line["move_id"][0]
        return self._call(
            "account.move", "js_remove_outstanding_partial", invoice, partial["id"]
        )

    # --- Changes ---------------------------------------------------------------------

    def _edit_invoice(self):
        invoice = self._pick("account.move", INVOICES, "invoice_line_ids")
        if not invoice:
            return False
        self._call("account.move", "button_draft", [invoice["id"]])
        price = self.random.randint(500, 90000) / 100
        change = (1, invoice["invoice_line_ids"][0], {"price_unit": price})
        values = {"invoice_line_ids": [change]}
        self._call("account.move", "write", [invoice["id"]], values)
        self._call("account.move", "action_post", [invoice["id"]])
        return invoice

    def _edit_payment(self):
        payment = self._pick("account.payment", PAYMENTS, "amount")
        if not payment:
            return False
        self._call("account.payment", "action_draft", [payment["id"]])
        more = self.random.randint(100, 5000) / 100
        values = {"amount": round(payment["amount"] + more, 2)}
        self._call("account.payment", "write", [payment["id"]], values)
        return self._call("account.payment", "action_post", [payment["id"]])

    def _cancel_invoice(self):
        move = self._pick("account.move", [*SALES, ("state", "=", "posted")])
        if not move:
            return False
        self._call("account.move", "button_draft", [move["id"]])
        return self._call("account.move", "button_cancel", [move["id"]])

    def _cancel_payment(self):
        payment = self._pick("account.payment", PAYMENTS)
        if not payment:
            return False
        return self._call("account.payment", "action_cancel", [payment["id"]])

    # --- QuickBooks ------------------------------------------------------------------

    def _export(self):
        model, domain = self.random.choice(
            (("account.move", SALES), ("account.payment", PAYMENTS))
        )
        document = self._pick(model, domain)
        if not document:
            return False
        return self._call(model, "action_qbo_export", [document["id"]])

    def _sync(self):
        return self._call("qbo.backend", "action_sync", [self._backend])


def _active(move):
    return {"active_model": "account.move", "active_ids": [move]}


def _today():
    return datetime.date.today().isoformat()
