"""Import of invoices and payments, against the floor: the same documents made by bare
batched Odoo calls in the same process and database.

Each invoice has three lines and a tax; each payment pays one invoice. What is timed is
what the connector does with objects that are in the mirror already: no HTTP.
"""

from benchmarks.house import measure, odoo_environment

DATE = "2026-06-15"
CUSTOMERS = 200
CHUNK = 150


def run(size=1000):
    with odoo_environment() as env:
        books = _Books(env)
        floor = measure(env, lambda: _bare(books, size))
        connector = measure(env, lambda: _imported(books, size))
    print(f"imports: {size} invoices of 3 lines with tax, {size} payments")
    for name, cost in (("bare Odoo calls", floor), ("connector", connector)):
        documents = 2 * size
        print(
            f"  {name:16} {cost.seconds:7.1f} s"
            f"  {1000 * cost.seconds / documents:6.1f} ms"
            f"  {cost.queries / documents:5.1f} queries a document"
            f"  {cost.megabytes:5.0f} MB more"
        )
    print(f"  ratio {connector.seconds / floor.seconds:.2f}")


class _Books:
    """A connection without a server: journals, accounts, a tax and customers."""

    def __init__(self, env):
        quiet = env["qbo.backend"].with_context(tracking_disable=True)
        self.backend = quiet.create({"realm_id": "1", "tax_mode": "us_manual"})
        self.backend._prepare_journals()
        self.env = self.backend.env
        self._mirror("TaxRate", [{"Id": "1", "Name": "City 8 %", "RateValue": 8.0}])
        self._mirror("Account", [_undeposited_funds()])
        self.backend.action_create_missing()
        self._mirror("Customer", [_customer(n) for n in range(1, CUSTOMERS + 1)])
        self._mirror("Item", [{"Id": "1", "Name": "Design", "Type": "Service"}])

    def _mirror(self, entity, payloads):
        objects = self.env["qbo.object"]._upsert(self.backend, entity, payloads)
        self.backend._apply(objects)

    def linked(self, entity):
        return self.backend.object_ids.filtered(lambda o: o.entity == entity)


def _undeposited_funds():
    return {
        "Id": "4",
        "Name": "Undeposited Funds",
        "AccountType": "Other Current Asset",
        "AccountSubType": "UndepositedFunds",
    }


def _customer(number):
    return {"Id": str(number), "DisplayName": f"Customer {number}"}


def _as_autovacuum_would(env):
    """Fresh statistics: here all is one transaction, which autovacuum cannot see."""
    env.flush_all()
    env.cr.execute(
        "ANALYZE account_move, account_move_line, account_payment,"
        " account_partial_reconcile, qbo_object"
    )


# --- The connector ------------------------------------------------------------------


def _imported(books, size):
    from odoo.addons.qbo_connector.const import QUIET

    backend = books.backend.with_context(**QUIET)
    for entity, make in (("Invoice", _invoice), ("Payment", _payment)):
        payloads = [make(number) for number in range(1, size + 1)]
        objects = backend.env["qbo.object"]._upsert(backend, entity, payloads)
        for start in range(0, size, CHUNK):
            backend._apply(objects[start : start + CHUNK])
            _as_autovacuum_would(backend.env)
        states = set(objects.mapped("state"))
        assert states == {"linked"}, objects.mapped("message")[:3]


def _invoice(number):
    return {
        "Id": str(1000 + number),
        "DocNumber": str(1000 + number),
        "TxnDate": DATE,
        "DueDate": "2026-07-15",
        "CustomerRef": {"value": str(number % CUSTOMERS + 1)},
        "Line": [_line(amount) for amount in (100.0, 50.0, 25.0)],
        "TxnTaxDetail": {
            "TotalTax": 14.0,
            "TaxLine": [
                {
                    "Amount": 14.0,
                    "DetailType": "TaxLineDetail",
                    "TaxLineDetail": {"TaxRateRef": {"value": "1"}, "TaxPercent": 8},
                }
            ],
        },
        "TotalAmt": 189.0,
        "Balance": 189.0,
    }


def _line(amount):
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "Description": "Garden design",
        "SalesItemLineDetail": {
            "ItemRef": {"value": "1"},
            "Qty": 1,
            "UnitPrice": amount,
            "TaxCodeRef": {"value": "TAX"},
        },
    }


def _payment(number):
    return {
        "Id": str(1_000_000 + number),
        "TotalAmt": 189.0,
        "TxnDate": DATE,
        "CustomerRef": {"value": str(number % CUSTOMERS + 1)},
        "DepositToAccountRef": {"value": "4"},
        "Line": [
            {
                "Amount": 189.0,
                "LinkedTxn": [{"TxnId": str(1000 + number), "TxnType": "Invoice"}],
            }
        ],
    }


# --- The floor ------------------------------------------------------------------------


def _bare(books, size):
    from odoo.addons.qbo_connector.const import QUIET

    env = books.env(context=dict(books.env.context, **QUIET))
    partners = [obj.res_id for obj in books.linked("Customer")]
    product = books.linked("Item").res_id
    tax = books.linked("TaxRate").res_id
    for start in range(0, size, CHUNK):
        numbers = range(start, min(start + CHUNK, size))
        values = [
            _move_values(books, partners[n % CUSTOMERS], product, tax, n)
            for n in numbers
        ]
        moves = env["account.move"].create(values)
        moves._post(soft=False)
        _as_autovacuum_would(env)
        payments = env["account.payment"].create(
            [_payment_values(books, move) for move in moves]
        )
        payments.action_post()
        env["account.move.line"]._reconcile_plan(
            [
                (move + payment.move_id).line_ids.filtered(
                    lambda line: line.account_id.account_type == "asset_receivable"
                )
                for move, payment in zip(moves, payments, strict=True)
            ]
        )
        _as_autovacuum_would(env)


def _move_values(books, partner, product, tax, number):
    return {
        "move_type": "out_invoice",
        "name": str(500_000 + number),
        "journal_id": books.backend.sale_journal_id.id,
        "partner_id": partner,
        "invoice_date": DATE,
        "date": DATE,
        "invoice_date_due": "2026-07-15",
        "invoice_line_ids": [
            (
                0,
                0,
                {
                    "product_id": product,
                    "name": "Garden design",
                    "quantity": 1,
                    "price_unit": amount,
                    "tax_ids": [tax],
                },
            )
            for amount in (100.0, 50.0, 25.0)
        ],
    }


def _payment_values(books, move):
    journal = books.backend.payment_journal_id
    return {
        "payment_type": "inbound",
        "partner_type": "customer",
        "partner_id": move.partner_id.id,
        "amount": move.amount_total,
        "date": DATE,
        "journal_id": journal.id,
        "outstanding_account_id": books.linked("Account").res_id,
    }
