"""Both sides after a soak, read without the connector's code: do they agree?

QuickBooks is read by queries, Odoo by its own documents and journal items. Where a
document says that it differs, or why it was not sent, that is counted by reason and
believed only if it is so.
"""

import re
from collections import Counter, defaultdict

OPEN_FIELDS = {
    "Invoice": "Balance",
    "CreditMemo": "RemainingCredit",
    "Payment": "UnappliedAmt",
}
KINDS = {"out_invoice": "Invoice", "out_refund": "CreditMemo"}
FLAGGED = ("differs", "error")
#: Causes that pass by themselves: nobody may be left alone with one of these.
PASSING = re.compile(r"^(10000|3200|429|5\d\d|network|throttle.*|unavailable)$")
STATES = ("state", "qbo_id", "qbo_state", "qbo_message", "qbo_cause", "qbo_origin")
RECEIVABLE = [
    ("account_type", "=", "asset_receivable"),
    ("parent_state", "=", "posted"),
]


class Document:
    """One document of Odoo: what it is there, and what it says of QuickBooks."""

    def __init__(self, model, row):
        self.model, self.id, self.name = model, row["id"], row["name"]
        self.entity = KINDS.get(row.get("move_type"), "Payment")
        self.total = _cents(row.get("amount_total", row.get("amount")))
        self.open = abs(_cents(row.get("amount_residual", 0)))
        self.tax = _cents(row.get("amount_tax", 0))
        self.date = row.get("invoice_date", row.get("date"))
        self.due = row.get("invoice_date_due")
        self.posted = row["state"] in ("posted", "in_process", "paid")
        self.draft = row["state"] == "draft"
        self.partner = row["partner_id"] and row["partner_id"][0]
        for field in STATES[1:]:
            setattr(self, field, row[field])

    def __str__(self):
        return f"{self.entity} {self.name} ({self.qbo_id or 'not sent'})"

    @property
    def reason(self):
        """What it says, without names and figures, so that like counts as one."""
        words = (self.qbo_message or "").partition("\n")[0]
        words = re.sub(r"\d[\d,./-]*", "#", words.replace(self.name or "\0", "It"))
        return f"{self.qbo_state} [{self.qbo_cause or '-'}] {words[:110]}"


class Books:
    """
    :param odoo: the administrator's `OdooSession`
    :param quickbooks: `Control` of the sandbox
    """

    def __init__(self, odoo, quickbooks):
        self.odoo, self.quickbooks = odoo, quickbooks
        self.reasons, self.counts = Counter(), Counter()
        self.found = []

    def compare(self):
        """What is wrong, as sentences; none when both sides agree.

        `reasons` counts what documents say, `counts` what was compared.
        """
        self._theirs = self.theirs()
        self._ours = self._read_odoo()
        self._compare_documents()
        self._look_for_lost()
        self._look_for_doubles()
        self._compare_customers()
        return self.found

    # --- QuickBooks ------------------------------------------------------------------

    def _all(self, entity, where=""):
        rows, start = [], 1
        while True:
            page = f"startposition {start} maxresults 1000"
            some = self.quickbooks.query(f"select * from {entity} {where} {page}")
            rows += some
            start += len(some)
            if len(some) < 1000:
                return rows

    def theirs(self):
        """{(entity, id): object} of all documents that are not deleted."""
        found = {}
        for entity in OPEN_FIELDS:
            rows = self._all(entity)
            self.counts[f"{entity} in QuickBooks"] = len(rows)
            found |= {(entity, row["Id"]): row for row in rows}
        return found

    # --- Odoo ------------------------------------------------------------------------

    def _read_odoo(self):
        fields = ["name", "partner_id", *STATES]
        moves = ["move_type", "amount_total", "amount_tax", "amount_residual"]
        moves += ["invoice_date", "invoice_date_due"]
        sales = [("move_type", "in", list(KINDS))]
        found = [
            Document("account.move", row)
            for row in self.odoo.read("account.move", sales, [*fields, *moves])
        ]
        inbound = [("payment_type", "=", "inbound"), ("partner_type", "=", "customer")]
        payments = ["amount", "date", "move_id"]
        rows = self.odoo.read("account.payment", inbound, [*fields, *payments])
        left = self._unapplied()
        for row in rows:
            entry = row["move_id"] and row["move_id"][0]
            found.append(Document("account.payment", row))
            found[-1].open = -left[entry]
        for document in found:
            self.counts[f"{document.entity} in Odoo"] += 1
        return found

    def _unapplied(self):
        """{entry id: what is open on its receivable lines, in cents}"""
        left = Counter()
        fields = ["move_id", "amount_residual"]
        for row in self.odoo.read("account.move.line", RECEIVABLE, fields):
            left[row["move_id"][0]] += _cents(row["amount_residual"])
        return left

    # --- Documents -------------------------------------------------------------------

    def _compare_documents(self):
        for document in self._ours:
            there = self._theirs.get((document.entity, document.qbo_id))
            differences = _differences(document, there)
            if document.qbo_state in FLAGGED:
                self.reasons[document.reason] += 1
                self._judge(document, differences)
            elif document.qbo_state == "pending":
                self._wrong(f"{document} is still to be sent: {document.qbo_message}")
            elif document.posted and not document.qbo_state:
                self._wrong(f"{document} is posted and in no sync")
            elif differences and not document.draft:
                self._wrong(f"{document}, in silence: {', '.join(differences)}")

    def _judge(self, document, differences):
        if document.qbo_state == "differs" and not differences:
            self._wrong(f"{document} says that it differs and does not")
        if PASSING.match(document.qbo_cause or ""):
            self._wrong(f"{document} was left with trouble that passes")
        if not document.qbo_message:
            self._wrong(f"{document} has no reason for being {document.qbo_state}")

    def _look_for_lost(self):
        """Everything in QuickBooks is in Odoo, or says why not."""
        linked = {(document.entity, document.qbo_id) for document in self._ours}
        states = {
            (row["entity"], row["qbo_id"]): row
            for row in self.odoo.read(
                "qbo.object",
                [("entity", "in", list(OPEN_FIELDS))],
                ["entity", "qbo_id", "state", "message"],
            )
        }
        for key, there in self._theirs.items():
            if key in linked or not there["TotalAmt"]:
                continue
            row = states.get(key)
            if row and row["state"] in ("error", "waiting") and row["message"]:
                self.reasons[f"{row['state']} {_plain(row['message'])}"] += 1
            else:
                self._wrong(f"{key} of QuickBooks is not in Odoo: {row}")

    def _look_for_doubles(self):
        """Each document of Odoo that was sent is there once, by its note."""
        notes = defaultdict(list)
        for (entity, key), row in self._theirs.items():
            words = row.get("PrivateNote") or ""
            if words.startswith("Odoo ") and row["TotalAmt"]:
                notes[entity, words.removeprefix("Odoo ").split(" - ")[0]].append(key)
        for (entity, name), keys in notes.items():
            if len(keys) > 1:
                self._wrong(
                    f"{entity} {name} is in QuickBooks {len(keys)} times: {keys}"
                )
        twins = Counter((doc.entity, doc.qbo_id) for doc in self._ours if doc.qbo_id)
        for (entity, key), count in twins.items():
            if count > 1:
                self._wrong(f"{entity} {key} of QuickBooks is in Odoo {count} times")

    # --- Customers -------------------------------------------------------------------

    def _compare_customers(self):
        """What each owes, but for those whose documents say that something is open."""
        links = self.odoo.read(
            "qbo.object", [("entity", "=", "Customer")], ["qbo_id", "res_id"]
        )
        partners = {row["qbo_id"]: row["res_id"] for row in links if row["res_id"]}
        owed = Counter()
        fields = ["partner_id", "amount_residual"]
        for row in self.odoo.read("account.move.line", RECEIVABLE, fields):
            owed[row["partner_id"] and row["partner_id"][0]] += _cents(
                row["amount_residual"]
            )
        excused = {doc.partner for doc in self._ours if doc.qbo_state in FLAGGED}
        for customer in self._all("Customer"):
            partner = partners.get(customer["Id"])
            if partner in excused:
                self.counts["customers excused by their documents"] += 1
                continue
            self.counts["customers compared"] += 1
            theirs, ours = _cents(customer["Balance"]), owed[partner]
            if theirs != ours:
                self._wrong(
                    f"{customer['DisplayName']} owes {theirs / 100:.2f} in QuickBooks"
                    f" and {ours / 100:.2f} in Odoo"
                )

    def _wrong(self, sentence):
        self.found.append(sentence)


def _differences(document, there):
    """Where a document is not the same on both sides."""
    if not document.posted:
        alive = there and _cents(there["TotalAmt"])
        return ["it is cancelled in Odoo only"] if alive else []
    if not there:
        return ["it is not in QuickBooks"]
    pairs = [
        ("total", _cents(there["TotalAmt"]), document.total),
        ("open", _cents(there.get(OPEN_FIELDS[document.entity])), document.open),
        ("date", there["TxnDate"], document.date),
    ]
    if document.entity != "Payment":
        tax = (there.get("TxnTaxDetail") or {}).get("TotalTax")
        pairs.append(("tax", _cents(tax), document.tax))
    if document.entity == "Invoice":
        pairs.append(("due", there.get("DueDate"), document.due))
    return [
        f"{what} {theirs} in QuickBooks, {ours} in Odoo"
        for what, theirs, ours in pairs
        if theirs != ours
    ]


def _plain(words):
    return re.sub(r"\d[\d,./-]*", "#", words)[:110]


def _cents(amount):
    return round(float(amount or 0) * 100)
