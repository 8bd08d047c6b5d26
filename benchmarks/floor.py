"""The floor: the same documents by bare batched calls of Odoo, nothing of ours."""

from benchmarks.books import AMOUNTS, DATE, DUE, applications, customer_of


class Floor:
    """Books the documents of these numbers; `qbo_import` keeps the connector's own
    hooks on posting out of the way."""

    def __init__(self, books):
        from odoo.addons.qbo_connector.const import QUIET

        self.env = books.env(context=dict(books.env.context, **QUIET))
        self.sales = books.backend.sale_journal_id.id
        self.money = books.backend.payment_journal_id.id
        self.partners = [obj.res_id for obj in books.linked("Customer")]
        self.product = books.linked("Item").res_id
        self.tax = books.linked("TaxRate").res_id
        self.account = books.linked("Account").res_id
        self.moves = {}

    def invoices(self, numbers):
        moves = self.env["account.move"].create(list(map(self.invoice, numbers)))
        moves._post(soft=False)
        self.moves.update(zip(numbers, moves.ids, strict=True))
        self.env.flush_all()

    def payments(self, numbers):
        payments = self.env["account.payment"].create(list(map(self._payment, numbers)))
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                self._receivable(payment.move_id) + self._receivable(invoices)
                for payment, invoices in zip(
                    payments, map(self._paid, numbers), strict=True
                )
            ]
        )
        self.env.flush_all()

    def _paid(self, number):
        _amount, applied = applications(number)
        ids = [self.moves[which] for which, _part in applied]
        return self.env["account.move"].browse(ids)

    def _receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def invoice(self, number):
        """Values of an invoice."""
        return {
            "move_type": "out_invoice",
            "name": str(5_000_000 + number),
            "journal_id": self.sales,
            "partner_id": self.partners[customer_of(number)],
            "invoice_date": DATE,
            "date": DATE,
            "invoice_date_due": DUE,
            "invoice_line_ids": [(0, 0, self._line(amount)) for amount in AMOUNTS],
        }

    def _line(self, amount):
        return {
            "product_id": self.product,
            "name": "Garden design",
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [self.tax],
        }

    def _payment(self, number):
        amount, _applied = applications(number)
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partners[customer_of(number)],
            "amount": amount,
            "date": DATE,
            "journal_id": self.money,
            "outstanding_account_id": self.account,
        }
