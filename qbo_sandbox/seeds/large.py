"""Many customers and invoices, for benchmarks; made through the same code as all."""

import random

from ..clock import plus_days
from . import company, empty

CHUNK = 10_000  # invoices in a transaction


def plant(sandbox, realm=company.REALM, customers=2000, invoices=100_000, paid=0.5):
    """
    :param paid: share of the invoices that a payment pays
    """
    choice = random.Random(7)
    with sandbox.writing(realm, deferred=True) as books:
        empty.start(books, "Large Company")
        ids = [
            books.create("Customer", {"DisplayName": f"Customer {number:06}"})["Id"]
            for number in range(1, customers + 1)
        ]
        books.changes.clear()
    today = sandbox.clock.today()
    for start in range(0, invoices, CHUNK):
        with sandbox.writing(realm, deferred=True) as books:
            for number in range(start, min(start + CHUNK, invoices)):
                date = plus_days(today, -365 + 365 * number // invoices)
                _sell(books, choice, choice.choice(ids), date, choice.random() < paid)
            books.changes.clear()


def _sell(books, choice, customer, date, paid):
    amount = choice.randrange(1000, 500_000) / 100
    line = {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    reference = {"CustomerRef": {"value": customer}, "TxnDate": date}
    invoice = books.create("Invoice", {**reference, "Line": [line]})
    if paid:
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        lines = [{"Amount": amount, "LinkedTxn": [link]}]
        books.create("Payment", {**reference, "TotalAmt": amount, "Line": lines})
