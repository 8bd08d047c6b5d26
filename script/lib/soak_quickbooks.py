"""A bookkeeper in QuickBooks who does one thing at random after the other."""

import datetime
import itertools
import random
from collections import Counter

import requests

from qbo_sandbox.control_client import Control

#: Marks the calls of people, which faults that are ordered for programs leave alone.
PERSON = {"person": "1"}
#: What is done, and how often in comparison.
ACTIONS = {
    "invoice": 10,
    "payment": 12,
    "credit_memo": 4,
    "join": 4,
    "edit_invoice": 6,
    "edit_payment": 4,
    "void_invoice": 2,
    "void_payment": 2,
    "delete_invoice": 1,
    "delete_payment": 1,
    "delete_credit_memo": 1,
    "expire_tokens": 1,
}
#: How often a document is taken that Odoo sent.
OF_ODOO = 0.15
#: How often a document gets a number of the bookkeeper's own. QuickBooks' is the one
#: after the last, which may be Odoo's next one: then that says that it is taken.
NUMBERED = 0.97
RECENT = "orderby MetaData.LastUpdatedTime desc maxresults 60"


class Bookkeeper:
    """
    :ivar done: how often what was done
    :ivar refused: what QuickBooks refused, as its sentences
    """

    def __init__(self, url, seed):
        self.books = Control(url)
        self.random = random.Random(f"{seed} bookkeeper")
        self.done, self.refused = Counter(), Counter()
        self._numbers = itertools.count(1)
        self._items = self._query("Item", "where Type = 'Service'")
        self._customers = self._query("Customer", "where Active = true")

    def act(self):
        """Do one thing; what the books do not allow is counted, no error."""
        (name,) = self.random.choices(list(ACTIONS), ACTIONS.values())
        try:
            if getattr(self, f"_{name}")():
                self.done[name] += 1
        except RuntimeError as refusal:
            self.refused[f"{name}: {_words(refusal)}"] += 1
        except requests.RequestException as trouble:
            self.refused[f"{name}: {type(trouble).__name__}"] += 1

    # --- The API, as a person --------------------------------------------------------

    def _query(self, entity, where=RECENT):
        statement = f"select * from {entity} {where}"
        answer = self.books.api("GET", "query", query=statement, **PERSON)
        return answer["QueryResponse"].get(entity, [])

    def _post(self, entity, body, **arguments):
        path = entity.lower()
        return self.books.api("POST", path, body, **arguments, **PERSON)[entity]

    def _operate(self, entity, operation):
        """Void or delete one of the recent objects."""
        row = self._pick(row for row in self._query(entity) if row["TotalAmt"])
        if not row:
            return None
        body = {"Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True}
        return self._post(entity, body, operation=operation)

    def _pick(self, rows):
        """One of these; mostly one that began in QuickBooks."""
        of_odoo, own = [], []
        for row in rows:
            is_theirs = (row.get("PrivateNote") or "").startswith("Odoo ")
            (of_odoo if is_theirs else own).append(row)
        chosen = of_odoo if self.random.random() < OF_ODOO else own
        return self.random.choice(chosen) if chosen else None

    # --- New documents ---------------------------------------------------------------

    def _sale(self):
        lines = [
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": self.random.randint(500, 90000) / 100,
                "SalesItemLineDetail": {
                    "ItemRef": {"value": self.random.choice(self._items)["Id"]}
                },
            }
            for _ in range(self.random.randint(1, 3))
        ]
        customer = self.random.choice(self._customers)["Id"]
        body = {"CustomerRef": {"value": customer}, "TxnDate": _today(), "Line": lines}
        if self.random.random() < NUMBERED:
            body["DocNumber"] = f"Q{next(self._numbers):05}"
        return body

    def _invoice(self):
        return self._post("Invoice", self._sale())

    def _credit_memo(self):
        return self._post("CreditMemo", self._sale())

    def _payment(self):
        """In full, in part, too much, or on account."""
        invoices = [row for row in self._query("Invoice") if row["Balance"]]
        if not invoices:
            return None
        first = self.random.choice(invoices)
        some = [row for row in invoices if row["CustomerRef"] == first["CustomerRef"]]
        some = some[: self.random.randint(0, 2)]
        lines = []
        for invoice in some:
            share = self.random.choice((1, 1, 0.5, 0.3))
            lines.append(
                _link("Invoice", invoice, round(invoice["Balance"] * share, 2))
            )
        total = round(sum(line["Amount"] for line in lines), 2)
        if not lines or self.random.random() < 0.15:
            total = round(total + self.random.randint(100, 9000) / 100, 2)
        return self._post(
            "Payment",
            {
                "CustomerRef": first["CustomerRef"],
                "TotalAmt": total,
                "TxnDate": _today(),
                "PaymentRefNum": f"B{next(self._numbers):05}",
                "Line": lines,
            },
        )

    def _join(self):
        """Apply a credit memo to an invoice of its customer."""
        invoices = {
            row["CustomerRef"]["value"]: row
            for row in self._query("Invoice")
            if row["Balance"]
        }
        memos = [
            row
            for row in self._query("CreditMemo")
            if row["RemainingCredit"] and row["CustomerRef"]["value"] in invoices
        ]
        if not memos:
            return None
        memo = self.random.choice(memos)
        invoice = invoices[memo["CustomerRef"]["value"]]
        fits = min(memo["RemainingCredit"], invoice["Balance"])
        body = {"CustomerRef": memo["CustomerRef"], "TotalAmt": 0, "TxnDate": _today()}
        links = [_link("Invoice", invoice, fits), _link("CreditMemo", memo, fits)]
        return self._post("Payment", {**body, "Line": links})

    # --- Changes ---------------------------------------------------------------------

    def _edit_invoice(self):
        row = self._pick(row for row in self._query("Invoice") if row["TotalAmt"])
        if not row:
            return None
        body = {"Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True}
        if self.random.random() < 0.3:
            due = datetime.date.today() + datetime.timedelta(self.random.randint(1, 60))
            return self._post("Invoice", {**body, "DueDate": due.isoformat()})
        first, *rest = row["Line"]
        detail = dict(first.get("SalesItemLineDetail") or {})
        detail.pop("UnitPrice", None)
        detail.pop("Qty", None)
        amount = self.random.randint(500, 90000) / 100
        line = {**first, "Amount": amount, "SalesItemLineDetail": detail}
        lines = [each for each in rest if each["DetailType"] != "SubTotalLineDetail"]
        return self._post("Invoice", {**body, "Line": [line, *lines]})

    def _edit_payment(self):
        """Another amount, or taken from the invoices that it paid."""
        row = self._pick(row for row in self._query("Payment") if row["TotalAmt"])
        if not row:
            return None
        if row["Line"] and self.random.random() < 0.5:
            return self._post("Payment", {**row, "Line": row["Line"][1:]})
        more = self.random.randint(100, 5000) / 100
        return self._post("Payment", {**row, "TotalAmt": row["TotalAmt"] + more})

    def _void_invoice(self):
        return self._operate("Invoice", "void")

    def _void_payment(self):
        return self._operate("Payment", "void")

    def _delete_invoice(self):
        return self._operate("Invoice", "delete")

    def _delete_payment(self):
        return self._operate("Payment", "delete")

    def _delete_credit_memo(self):
        return self._operate("CreditMemo", "delete")

    def _expire_tokens(self):
        self.books.expire_tokens()
        return True


def _link(kind, row, amount):
    return {"Amount": amount, "LinkedTxn": [{"TxnId": row["Id"], "TxnType": kind}]}


def _today():
    return datetime.date.today().isoformat()


def _words(refusal):
    """QuickBooks' sentence in the answer that was no success."""
    _before, _key, after = str(refusal).partition('"Detail":"')
    return (after.partition('"')[0] or str(refusal))[:100]
