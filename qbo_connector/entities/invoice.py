from odoo import models

from . import payment_entry
from .entity import Work
from .payment import Receipt, payment_values
from .payment_allocation import INVOICE, allocate


def deposit_of(invoice):
    """What QuickBooks took when the invoice was made, as if it were a payment of it.

    To QuickBooks it is none: the invoice itself books the money, and its Balance is
    less by it (Invoice page: Deposit, DepositToAccountRef).

    :returns: a Payment; None where no deposit was taken
    """
    amount = invoice.get("Deposit")
    if not amount:
        return None
    same = ("CustomerRef", "CurrencyRef", "ExchangeRate", "TxnDate", "PaymentMethodRef")
    link = {"TxnType": INVOICE, "TxnId": invoice["Id"]}
    return {
        **{key: invoice[key] for key in same if key in invoice},
        "DepositToAccountRef": invoice.get("DepositToAccountRef"),
        "PaymentRefNum": invoice.get("DocNumber"),
        "TotalAmt": amount,
        "Line": [{"Amount": amount, "LinkedTxn": [link]}],
    }


class QboEntityInvoice(models.AbstractModel):
    """A deposit that QuickBooks took with an invoice is a payment in Odoo."""

    _name = "qbo.entity.invoice"
    _inherit = "qbo.entity.sales.document"
    _description = "QuickBooks Invoice"
    _entity = "Invoice"
    _move_type = "out_invoice"

    def _values(self, payload, books):
        values = super()._values(payload, books)
        deposit = deposit_of(payload)
        if deposit:
            books.require_slot("payment_journal_id")
            values["deposit"] = payment_values(deposit, books)
        return values

    def _complete(self, backend, pairs):
        result = super()._complete(backend, pairs)
        # Those that were refused are in error, and not in Odoo.
        done = [pair for pair in pairs if pair[0].object.state == "linked"]
        self._book_deposits(backend, done)
        return result

    def _apply_deleted(self, backend, objects):
        for move in objects._records().values():
            _alive(move)._qbo_cancel_gone()
        return super()._apply_deleted(backend, objects)

    def _book_deposits(self, backend, pairs):
        """One payment for each deposit; it goes and changes with its invoice.

        :param pairs: [(work, invoice)]
        """
        receipts = {move: _receipt(item, move) for item, move in pairs}
        for move, receipt in receipts.items():
            kept = receipt and receipt.work.record
            former = _alive(move) - (kept or _alive(move).browse())
            former._qbo_cancel_gone()
        receipts = {move: receipt for move, receipt in receipts.items() if receipt}
        if not receipts:
            return
        new = {m: receipt for m, receipt in receipts.items() if not receipt.work.record}
        moves = {(INVOICE, move.qbo_id): move for move in receipts}
        documents = payment_entry.Documents(moves, set())
        entity = self.env["qbo.entity.payment"]
        created = entity._create_payments(
            backend, list(new.values()), documents, map(self._deposit_binding, new)
        )
        payments = dict(zip(new, created, strict=True))
        entity._post(payments)
        payment_entry.reconcile(
            self.env["account.move.line"],
            [
                (receipt.allocation, payments.get(move) or receipt.work.record)
                for move, receipt in receipts.items()
            ],
            documents,
        )

    def _deposit_binding(self, invoice):
        """It has no id in QuickBooks, where it is a part of the invoice."""
        return {
            "qbo_origin": "quickbooks",
            "qbo_state": "synced",
            "qbo_message": self.env._(
                "QuickBooks took this deposit with %s: change it there.", invoice.name
            ),
            "qbo_number": invoice.qbo_number,
            "qbo_deposit_of_id": invoice.id,
        }


def _receipt(item, invoice):
    """The deposit of an invoice, with its payment if that can stay as it is."""
    values = item.values.get("deposit")
    if not values:
        return None
    kept = _alive(invoice).filtered(lambda payment: _says_the_same(payment, values))
    work = Work(item.object, values, kept[:1] or None)
    return Receipt(work, allocate(deposit_of(item.object.payload)))


def _alive(invoice):
    return invoice.qbo_deposit_ids.filtered(lambda each: each.state != "canceled")


def _says_the_same(payment, values):
    rate = values["rate"] or 1.0
    money, _counterpart, _writeoff = payment._seek_for_lines()
    home = payment.company_id.currency_id
    return (
        not home.compare_amounts(sum(money.mapped("balance")), payment.amount * rate)
        and payment.amount == values["amount"]
        and str(payment.date) == values["date"]
        and payment.partner_id.id == values["partner_id"]
        and payment.currency_id.id == values["currency_id"]
        and payment.outstanding_account_id.id == values["outstanding_account_id"]
    )
