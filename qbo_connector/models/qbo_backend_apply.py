import logging
from collections import Counter

from psycopg2 import DataError, IntegrityError
from psycopg2.errors import UniqueViolation

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import JOURNALS
from ..entities.account import UNDEPOSITED_FUNDS
from ..entities.books import Books, references
from ..entities.entity import entity_model

_logger = logging.getLogger(__name__)
#: What one bad row may raise in a set of good ones; ValueError: a date that is none.
ROW_ERRORS = (UserError, IntegrityError, DataError, ValueError)


class QboBackend(models.Model):
    """Apply: turn mirrored objects into Odoo records, in sets. Never talks HTTP."""

    _inherit = "qbo.backend"

    def _take_over(self, objects):
        """Apply a set, and let go on what waited for it.

        :returns: what became of it, as counters of the run
        """
        before = {obj: (obj.res_id, obj.applied) for obj in objects}
        self._apply(objects)
        objects.filtered(lambda o: o.state == "new")._fail(
            self.env._("Nothing is known to do with this object.")
        )
        counts = _outcomes(before)
        self._release_waiting(objects)
        return counts

    def _apply(self, objects):
        """Apply a set; where it fails, halves of it, down to the one bad row."""
        entity = entity_model(self.env, objects[0].entity)
        try:
            with self.env.cr.savepoint():
                entity._apply(self, objects)
        except ROW_ERRORS as error:
            if len(objects) == 1:
                objects._fail(self._words_of(error, objects))
            else:
                middle = len(objects) // 2
                self._apply(objects[:middle])
                self._apply(objects[middle:])

    def _words_of(self, error, obj):
        """Why an object cannot be taken over; what the database says is logged."""
        if isinstance(error, UserError):
            return " ".join(str(error).split())
        label = f"{obj.entity} {obj.display_name}"
        _logger.warning("%s of %s: %s", label, self.display_name, error)
        if isinstance(error, UniqueViolation):
            return self.env._(
                "%s: Odoo has another record with the same number, name or QuickBooks"
                " id. Rename or delete that one, then press Retry.",
                label,
            )
        return self.env._(
            "%s: it has a value that Odoo cannot store, such as a date or a number."
            " Correct it in QuickBooks, or ask your administrator, who finds the reason"
            " in the server's log; then press Retry.",
            label,
        )

    def _release_waiting(self, objects):
        """Objects that waited for one of these go on by themselves.

        :returns: the objects that are to be applied again.
        """
        settled = objects.filtered(lambda o: o.state in ("linked", "ignored"))
        return self._release([f"{o.entity}:{o.qbo_id}" for o in settled])

    def _release(self, causes):
        """Objects that wait for one of these causes ("Customer:12") are new again."""
        waiting = self.env["qbo.object"].search(
            [("backend_id", "in", self.ids), ("waiting_for", "in", causes)]
        )
        waiting.write({"state": "new", "waiting_for": False, "message": False})
        return waiting

    def _release_currencies(self):
        """What waited for a currency goes on once that is active in Odoo."""
        active = self.env["res.currency"].search([]).mapped("name")
        self._release([f"Currency:{code}" for code in active])

    # --- What a mapping may look up ---------------------------------------------------

    def _books(self, objects):
        """What the payloads of these objects refer to, read in few queries."""
        wanted = {key for obj in objects for key in references(obj.entity, obj.payload)}
        undeposited = self._undeposited_funds()
        wanted.add(("Account", undeposited.qbo_id))
        rows = self.env["qbo.object"].search_fetch(
            Domain("backend_id", "=", self.id) & _reference_domain(wanted),
            ["entity", "qbo_id", "name", "res_model", "res_id"],
        )
        read = rows.filtered(lambda row: row.entity in ("TaxCode", "Term"))
        payloads = read.with_prefetch().grouped("entity")
        return Books(
            ids={
                (row.entity, row.qbo_id): record.id
                for row, record in rows._records().items()
            },
            names={(row.entity, row.qbo_id): row.name for row in rows},
            tax_codes=_payloads(payloads.get("TaxCode", ())),
            terms=_payloads(payloads.get("Term", ())),
            accounts=self._default_accounts(),
            undeposited={"value": undeposited.qbo_id, "name": undeposited.name},
            company_id=self.company_id.id,
            home_currency=self.company_id.currency_id.name,
            currencies=self._currencies(objects),
            empty_slots=[field for field in JOURNALS if not self[field]],
            words=self._line_words(),
        )

    def _line_words(self):
        """Names of lines that have none in QuickBooks, in the company's language.

        Not in that of whoever syncs: a document would change with each of them.
        """
        company = self.with_context(lang=self.company_id.partner_id.lang)
        return {
            "discount": company.env._("Discount"),
            "shipping": company.env._("Shipping"),
        }

    def _default_accounts(self):
        income = self.income_account_id.id
        return {
            "income": income,
            "discount": self.discount_account_id.id or income,
            "rounding": self.rounding_account_id.id or income,
            "shipping": self._shipping_account().id or income,
        }

    def _shipping_account(self):
        """The twin of the account that QuickBooks books shipping on."""
        return (
            self.env["qbo.object"]
            ._find(self, "Account", self.shipping_ref or "")
            .account_id
        )

    def _undeposited_funds(self):
        """QuickBooks' account for money received and not yet banked."""
        return self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", "Account"),
                ("kind", "=", UNDEPOSITED_FUNDS),
            ],
            limit=1,
        )

    def _refuse_locked(self, obj, date, journal, has_tax):
        """Put an object in error whose date is in a locked period.

        Odoo would silently book it in the next open one.

        :param str date: as QuickBooks writes it, 2026-11-21.
        :param bool has_tax: whether a lock of the tax return concerns it.
        :returns: whether it was refused.
        """
        locks = self.company_id._get_violated_lock_dates(
            fields.Date.to_date(date), has_tax, journal
        )
        if not locks:
            return False
        obj._fail(
            self.env._(
                "Dated %(date)s, but Odoo's books are locked until %(lock)s. Open the"
                " period under Accounting > Lock Dates, then press Retry.",
                date=date,
                lock=locks[-1][0],
            )
        )
        return True

    def _currencies(self, objects):
        """Ids of the currencies that these objects are in, by ISO code."""
        codes = {
            (obj.payload.get("CurrencyRef") or {}).get("value") for obj in objects
        } - {None}
        found = self.env["res.currency"].search(
            [("name", "in", list(codes) + [self.company_id.currency_id.name])]
        )
        return {currency.name: currency.id for currency in found}


def _reference_domain(wanted):
    """Rows of (entity, id) pairs, and all tax codes and rates: they are few."""
    by_entity = {}
    for entity, qbo_id in wanted:
        by_entity.setdefault(entity, []).append(qbo_id)
    return Domain("entity", "in", ("TaxCode", "TaxRate")) | Domain.OR(
        Domain("entity", "=", entity) & Domain("qbo_id", "in", ids)
        for entity, ids in by_entity.items()
    )


def _payloads(rows):
    return {row.qbo_id: row.payload for row in rows}


def _outcomes(before):
    """What became of a set, as counters of the run.

    :param dict before: {object: (Odoo id, fingerprint)} as they were
    """
    outcomes = Counter(_outcome(obj, *known) for obj, known in before.items())
    settled = len(before) - outcomes["failed"] - outcomes["waiting"]
    counts = {f"{outcome}_count": count for outcome, count in outcomes.items()}
    return {**counts, "applied_count": settled}


def _outcome(obj, res_id, applied):
    trouble = {"error": "failed", "waiting": "waiting"}.get(obj.state)
    if trouble or obj.state != "linked":
        return trouble or "skipped"
    if not res_id:
        return "created"
    return "skipped" if obj.applied == applied else "updated"
