"""Each document of one side next to its twin on the other, field by field."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ENTITIES = ("Invoice", "CreditMemo", "Payment")
MOVE_TYPES = {"out_invoice": "Invoice", "out_refund": "CreditMemo"}
CANCELLED = ("cancel", "canceled", "draft")
#: States in which a document, or the mirror of one, says what is wrong.
SAYS_SO = ("error", "differs")
#: What QuickBooks says is open; credits are negative, as customers owe them.
OPEN = {
    "Invoice": lambda row: row["Balance"],
    "CreditMemo": lambda row: -row["RemainingCredit"],
    "Payment": lambda row: -row["UnappliedAmt"],
}


class Figures(NamedTuple):
    """What both sides must have alike; all but `home` in document currency."""

    total: float = 0.0
    tax: float = 0.0
    open: float = 0.0
    date: str = ""
    due: str = ""
    currency: str = ""
    home: float = 0.0
    applied: tuple = ()


NOTHING = Figures()


class Pair(NamedTuple):
    """
    :ivar customer: QuickBooks id of who it concerns
    :ivar words: what the document or its mirror says, where it says that it differs
    """

    name: str
    customer: str
    theirs: Figures
    ours: Figures
    words: str

    def differences(self):
        return [
            f"{field}: {theirs} in QuickBooks, {ours} in Odoo"
            for field, theirs, ours in zip(
                Figures._fields, self.theirs, self.ours, strict=True
            )
            if theirs != ours
        ]

    def silence(self):
        """Why this pair is not in order: it differs and does not say so."""
        found = self.differences()
        if not found:
            return None
        totals = {f"{self.theirs.total:.2f}", f"{self.ours.total:.2f}"}
        gone = NOTHING in (self.theirs, self.ours)
        if self.words and (gone or all(each in self.words for each in totals)):
            return None
        if self.words and len(totals) == 1:
            return None
        return f"{self.name} differs: {'; '.join(found)}. It says: {self.words!r}"


class TwinDocuments:
    """
    :param bookkeeper, accountant: who see everything of their side
    """

    def __init__(self, bookkeeper, accountant, backend):
        self.objects = backend.env["qbo.object"]
        self.backend = backend
        self.mirrors = self.objects.search([("backend_id", "=", backend.id)]).grouped(
            lambda row: (row.entity, row.qbo_id)
        )
        self.pairs = list(self._pairs(bookkeeper, accountant))

    def silent(self):
        """Sentences about documents that differ and do not say so."""
        return [each.silence() for each in self.pairs if each.silence()]

    def told(self):
        """{customer id: cents that QuickBooks has open more} by what is told."""
        told = defaultdict(int)
        for each in self.pairs:
            if each.differences():
                told[each.customer] += round(100 * (each.theirs.open - each.ours.open))
        return told

    def _pairs(self, bookkeeper, accountant):
        ours = self._ours(accountant)
        for entity in ENTITIES:
            by_id = {doc.qbo_id: doc for doc in ours[entity] if doc.qbo_id}
            for row in bookkeeper.all(entity):
                yield self._pair(entity, row, by_id.pop(row["Id"], None))
            for doc in ours[entity]:
                if not doc.qbo_id or doc.qbo_id in by_id:
                    yield self._pair(entity, None, doc)

    def _ours(self, accountant):
        ours = {entity: [] for entity in ENTITIES}
        for move in accountant.all("account.move"):
            if move.move_type in MOVE_TYPES:
                ours[MOVE_TYPES[move.move_type]].append(move)
        ours["Payment"] = list(accountant.all("account.payment"))
        return ours

    def _pair(self, entity, row, doc):
        mirror = row and self.mirrors.get((entity, row["Id"]))
        words = []
        if doc and doc.qbo_state in SAYS_SO:
            words.append(doc.qbo_message or "")
        if mirror and (mirror.state in ("error", "waiting") or not doc):
            words.append(mirror.message or "")
        customer = row and row["CustomerRef"]["value"]
        if not customer:
            partner = doc.partner_id.commercial_partner_id
            customer = self.objects._id_of(self.backend, partner)
        return Pair(
            f"{entity} {row['Id'] if row else '-'} / {doc and doc.display_name}",
            customer,
            self._theirs(entity, row),
            self._figures(entity, doc),
            " ".join(words),
        )

    # --- QuickBooks -------------------------------------------------------------------

    def _theirs(self, entity, row):
        if not row or not (row["TotalAmt"] or row.get("Line")):
            return NOTHING
        if not row["TotalAmt"] and "Voided" in row.get("PrivateNote", ""):
            return NOTHING
        if entity == "Payment" and not row["TotalAmt"]:
            # It joins credits: seen in what they are open for.
            return NOTHING._replace(open=-row["UnappliedAmt"] + 0.0)
        return Figures(
            total=row["TotalAmt"],
            tax=(row.get("TxnTaxDetail") or {}).get("TotalTax") or 0.0,
            open=OPEN[entity](row) + 0.0,
            date=row["TxnDate"],
            due=row.get("DueDate", "") if entity == "Invoice" else "",
            currency=row["CurrencyRef"]["value"],
            home=self._their_home(row),
            applied=self._their_applied(row) if entity == "Payment" else (),
        )

    def _their_home(self, row):
        rate = Decimal(str(row.get("ExchangeRate", 1)))
        worth = Decimal(str(row["TotalAmt"])) * rate
        return float(worth.quantize(Decimal("0.01"), ROUND_HALF_UP))

    def _their_applied(self, row):
        return tuple(
            sorted(
                (line["LinkedTxn"][0]["TxnId"], line["Amount"])
                for line in row["Line"]
                if line["LinkedTxn"][0]["TxnType"] == "Invoice"
            )
        )

    # --- Odoo -------------------------------------------------------------------------

    def _figures(self, entity, doc):
        if not doc or doc.state in CANCELLED:
            return NOTHING
        entry = doc.move_id if entity == "Payment" else doc
        lines = entry.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        values = {
            "open": round(sum(lines.mapped("amount_residual_currency")), 2) + 0.0,
            "currency": doc.currency_id.name,
        }
        if entity == "Payment":
            return Figures(
                total=doc.amount,
                date=str(doc.date),
                home=round(-sum(lines.mapped("balance")), 2),
                applied=self._applied(lines),
                **values,
            )
        due = str(doc.invoice_date_due) if entity == "Invoice" else ""
        return Figures(
            total=round(doc.amount_total, 2),
            tax=round(doc.amount_tax, 2),
            date=str(doc.invoice_date),
            due=due,
            home=round(abs(sum(lines.mapped("balance"))), 2),
            **values,
        )

    def _applied(self, lines):
        amounts = defaultdict(float)
        for partial in lines.matched_debit_ids:
            paid = partial.debit_move_id.move_id
            if paid.move_type == "out_invoice":  # no exchange difference
                amounts[paid.qbo_id] += partial.debit_amount_currency
        return tuple(sorted((id_, round(each, 2)) for id_, each in amounts.items()))
