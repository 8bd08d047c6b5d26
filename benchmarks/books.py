"""A connected company without a server, and what QuickBooks would have in it.

Documents come in blocks of five invoices, of 3 lines and a tax each, and five payments
over six applications: one pays two invoices, two pay one each, two pay one in halves.
"""

DATE = "2026-06-15"
DUE = "2026-07-15"
CUSTOMERS = 200
AMOUNTS = (100.0, 50.0, 25.0)
TAX = 14.0
TOTAL = 189.0
#: Per block: [(amount of the payment, [(which invoice, amount applied)])].
BLOCK = (
    (378.0, [(0, 189.0), (1, 189.0)]),
    (189.0, [(2, 189.0)]),
    (189.0, [(3, 189.0)]),
    (94.5, [(4, 94.5)]),
    (94.5, [(4, 94.5)]),
)


class Books:
    """A connection with journals, accounts, a tax and customers."""

    def __init__(self, env):
        quiet = env["qbo.backend"].with_context(tracking_disable=True)
        self.backend = quiet.create({"realm_id": "1", "tax_mode": "us_manual"})
        self.backend._prepare_journals()
        self.env = self.backend.env
        self._take("TaxRate", [{"Id": "1", "Name": "City 8 %", "RateValue": 8.0}])
        self._take("Account", [_undeposited_funds()])
        self.backend.action_create_missing()
        self._take("Customer", [_customer(n) for n in range(CUSTOMERS)])
        self._take("Item", [{"Id": "1", "Name": "Design", "Type": "Service"}])
        self.backend.live = True

    def _take(self, entity, payloads):
        self.backend._apply(self.mirror(entity, payloads))

    def mirror(self, entity, payloads):
        """Objects as a read leaves them."""
        return self.env["qbo.object"]._upsert(self.backend, entity, payloads)

    def linked(self, entity):
        return self.backend.object_ids.filtered(lambda o: o.entity == entity)


def customer_of(number):
    """Which customer has the invoice or payment of this number: one for a block."""
    return number // len(BLOCK) % CUSTOMERS


def applications(number):
    """(amount, [(number of the invoice, amount applied)]) of a payment."""
    amount, applied = BLOCK[number % len(BLOCK)]
    first = number - number % len(BLOCK)
    return amount, [(first + which, part) for which, part in applied]


def as_autovacuum_would(env):
    """Fresh statistics: here all is one transaction, which autovacuum cannot see."""
    env.flush_all()
    env.cr.execute(
        "ANALYZE account_move, account_move_line, account_payment,"
        " account_partial_reconcile, qbo_object"
    )


# --- QuickBooks' objects --------------------------------------------------------------


def _undeposited_funds():
    return {
        "Id": "4",
        "Name": "Undeposited Funds",
        "AccountType": "Other Current Asset",
        "AccountSubType": "UndepositedFunds",
    }


def _customer(number):
    return {"Id": str(number + 1), "DisplayName": f"Customer {number + 1}"}


def _customer_ref(number):
    return {"value": str(customer_of(number) + 1)}


def _invoice_id(number):
    return str(1_000 + number)


def invoice(number):
    return {
        "Id": _invoice_id(number),
        "DocNumber": _invoice_id(number),
        "TxnDate": DATE,
        "DueDate": DUE,
        "CustomerRef": _customer_ref(number),
        "Line": [_line(amount) for amount in AMOUNTS],
        "TxnTaxDetail": {
            "TotalTax": TAX,
            "TaxLine": [
                {
                    "Amount": TAX,
                    "DetailType": "TaxLineDetail",
                    "TaxLineDetail": {"TaxRateRef": {"value": "1"}, "TaxPercent": 8},
                }
            ],
        },
        "TotalAmt": TOTAL,
        "Balance": TOTAL,
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


def payment(number):
    amount, applied = applications(number)
    return {
        "Id": str(1_000_000 + number),
        "TotalAmt": amount,
        "TxnDate": DATE,
        "CustomerRef": _customer_ref(number),
        "DepositToAccountRef": {"value": "4"},
        "Line": [
            {
                "Amount": part,
                "LinkedTxn": [{"TxnId": _invoice_id(which), "TxnType": "Invoice"}],
            }
            for which, part in applied
        ],
    }
