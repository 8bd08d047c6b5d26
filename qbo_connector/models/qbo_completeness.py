from collections import defaultdict

from markupsafe import Markup

from odoo import fields, models
from odoo.tools.misc import formatLang

from odoo.addons.queue_job.job import identity_exact

from ..entities.refs import EmptySlot
from ..entities.sales_payload import sales_payload
from .qbo_preview import CHUNK, TO_BE_CREATED

DAYS = 90
#: Rows of the table; what is left of it is in the lists of errors.
SHOWN = 10
#: Syncs within so many seconds are measured together, behind what is urgent.
GATHER = 300
LOW_PRIORITY = 20


class QboRun(models.Model):
    _inherit = "qbo.run"

    def _finish(self, state="done", message=False):
        """What a sync brought may be ready, or may not."""
        result = super()._finish(state, message)
        backends = self.filtered("read_count").backend_id
        followed = backends.filtered("live")
        followed._delay_measure_later()
        (backends - followed)._delay_measure()
        return result


class QboBackend(models.Model):
    """The completeness meter: how much invoice value would sync today (B8).

    Measured by a job some minutes after a sync and after each change of a mapping, and
    kept: looking at the form costs nothing. Amounts are in the company's currency.
    """

    _inherit = "qbo.backend"

    gaps_table = fields.Html("What Is Missing", compute="_compute_gaps_table")

    def action_measure(self):
        """Measure now; a person waits for it."""
        self.ensure_one()
        self.check_access("write")
        self._measure()
        return self._toast(
            self.env._("%s %% of the invoice value is ready.", f"{self.completeness:g}")
        )

    def _delay_measure(self):
        """Measure in the background, once for all changes that are waiting for it."""
        self._delay_job_measure(identity_key=identity_exact)

    def _delay_measure_later(self):
        """Measure once for all syncs of some minutes: nobody waits for it."""
        for backend in self:
            backend._delay_job_measure(
                identity_key=f"qbo_measure_later:{backend.id}",
                eta=GATHER,
                priority=LOW_PRIORITY,
            )

    def _delay_job_measure(self, **options):
        for backend in self.filtered("realm_id"):
            backend._delay(
                self.env._("measure what is ready"), **options
            )._job_measure()

    def _job_measure(self):
        self._measure()
        self._notify_changed(self._name, self.ids)

    def _measure(self):
        """Share and gaps of the last 90 days, of invoices that flow."""
        since = fields.Date.subtract(fields.Date.context_today(self), days=DAYS)
        causes = []
        if self._flows_in("Invoice"):
            causes += self._foresee_imports(max(since, self.start_date or since))
        if self._flows_out("Invoice"):
            causes += self._foresee_exports(max(since, self.start_date or since))
        whole = sum(amount for amount, _why in causes)
        gaps = _by_cause(causes)
        missing = sum(gap["amount"] for gap in gaps)
        self._progress().write(
            {
                "completeness": round(100 * (whole - missing) / whole, 1)
                if whole
                else 100.0,
                "completeness_at": fields.Datetime.now(),
                "completeness_gaps": gaps,
            }
        )

    # --- QuickBooks to Odoo -----------------------------------------------------------

    def _foresee_imports(self, since):
        """[(amount, why not or None)] of QuickBooks' invoices."""
        invoices = self._mirrored_objects("Invoice", since)
        done = invoices.filtered(lambda o: o.state == "linked")
        found = [(_home_total(obj.payload), None) for obj in done]
        todo = invoices - done
        for start in range(0, len(todo), CHUNK):
            chunk = todo[start : start + CHUNK]
            books = self._books_after_first_sync(chunk)
            for obj in chunk:
                why = obj.state == "error" and obj.message
                why = why or self._foresee(obj, books)[1]
                found.append((_home_total(obj.payload), why))
        return found

    # --- Odoo to QuickBooks -----------------------------------------------------------

    def _foresee_exports(self, since):
        """[(amount, why not or None)] of the invoices that began in Odoo."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", ">=", since),
                ("qbo_origin", "!=", "quickbooks"),
                ("qbo_state", "!=", "hidden"),
            ]
        )
        found = []
        for start in range(0, len(moves), CHUNK):
            chunk = moves[start : start + CHUNK]
            refs = self._refs(chunk, self.env["account.payment"])
            pretended = refs._replace(
                ids=defaultdict(lambda: TO_BE_CREATED, refs.ids),
                items=dict.fromkeys(
                    chunk.invoice_line_ids.filtered(self._item_record), TO_BE_CREATED
                ),
            )
            for move in chunk:
                why = None
                if not move.qbo_id:
                    why = self._why_not_sent(move, refs, pretended)
                found.append((move.amount_total_signed, why))
        return found

    def _why_not_sent(self, move, refs, pretended):
        """What an invoice lacks, as a sentence that others may share; or None.

        :param refs: what is in QuickBooks.
        :param pretended: the same with all customers and items there.
        """
        if move.qbo_state == "error" and not move.qbo_cause:
            return move.qbo_message
        partner = move.partner_id.commercial_partner_id
        if partner not in refs.ids and not self._flows_out("Customer"):
            return self.env._("Customers that are not in QuickBooks do not flow there.")
        return self._why_no_item(move, refs) or self._why_no_payload(move, pretended)

    def _why_no_item(self, move, refs):
        for line in move.invoice_line_ids.filtered("product_id"):
            record = self._item_record(line)
            if not record or record in refs.ids:
                continue
            if not self._flows_out("Item"):
                return self.env._(
                    "Products that are not in QuickBooks do not flow there."
                )
            if not {line.account_id, self.income_account_id} & refs.ids.keys():
                return self.env._(
                    "The account %s is not mapped; new items need it.",
                    line.account_id.display_name,
                )
        return None

    def _why_no_payload(self, move, pretended):
        try:
            sales_payload(move, pretended)
        except EmptySlot as empty:
            return self.env._("“%s” is empty.", self._slot_name(empty.field))
        except LookupError as taxes:
            return self.env._("The tax %s is in no tax code of QuickBooks.", taxes)
        return None

    def _sold_without_item(self):
        """Products, or categories, of recent documents to be sent without an item."""
        since = fields.Date.subtract(fields.Date.context_today(self), days=DAYS)
        lines = self.env["account.move.line"].search_fetch(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("product_id", "!=", False),
                ("display_type", "=", "product"),
                ("invoice_date", ">=", max(since, self.start_date or since)),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("move_id.qbo_origin", "!=", "quickbooks"),
                ("move_id.qbo_state", "!=", "hidden"),
                ("move_id.qbo_id", "=", False),
            ],
            ["product_id"],
        )
        products = lines.product_id
        sold = products if self.item_policy == "product" else products.categ_id
        linked = self.env["qbo.object"].search_fetch(
            [
                ("backend_id", "=", self.id),
                ("res_model", "=", sold._name),
                ("res_id", "in", sold.ids),
                ("deleted", "=", False),
            ],
            ["res_id"],
        )
        return sold - sold.browse(linked.mapped("res_id"))

    # --- The table --------------------------------------------------------------------

    def _compute_gaps_table(self):
        for backend in self:
            gaps = backend.completeness_gaps or []
            backend.gaps_table = gaps and Markup(
                '<table class="table table-sm mb-0"><tbody>{}</tbody></table>'
            ).format(Markup("").join(backend._gap_rows(gaps)))

    def _gap_rows(self, gaps):
        for gap in gaps[:SHOWN]:
            amount = formatLang(
                self.env, gap["amount"], currency_obj=self.company_id.currency_id
            )
            yield Markup(
                '<tr><td class="text-end text-nowrap">{}</td>'
                '<td class="text-end">{}</td><td>{}</td></tr>'
            ).format(amount, f"{gap['count']} ×", gap["why"])


def _by_cause(causes):
    """[{why, count, amount}] of what is not ready, the largest amount first."""
    gaps = {}
    for amount, why in causes:
        if why:
            gap = gaps.setdefault(why, {"why": why, "count": 0, "amount": 0.0})
            gap["count"] += 1
            gap["amount"] = round(gap["amount"] + amount, 2)
    return sorted(gaps.values(), key=lambda gap: -gap["amount"])


def _home_total(payload):
    """QuickBooks' total in the home currency (ExchangeRate: home per foreign unit)."""
    return (payload.get("TotalAmt") or 0.0) * (payload.get("ExchangeRate") or 1.0)
