from odoo import api, fields, models
from odoo.fields import Domain

#: Documents that are queued per job.
BACKLOG_SIZE = 300
#: Models in the order in which QuickBooks needs them, and the states that count.
BACKLOG = {
    "account.move": Domain("move_type", "in", ("out_invoice", "out_refund"))
    & Domain("state", "=", "posted"),
    "account.payment": Domain("partner_type", "=", "customer")
    & Domain("payment_type", "=", "inbound")
    & Domain("state", "in", ("in_process", "paid")),
}
DATE_OF = {"account.move": "invoice_date", "account.payment": "date"}


class QboPreview(models.TransientModel):
    _inherit = "qbo.preview"

    backlog = fields.Text(compute="_compute_backlog")
    send_backlog = fields.Boolean(
        "Send them when it is switched on",
        help="Leave it off if QuickBooks has them already: entered by hand or by"
        " another program. You can send them later from the lists; an invoice of them"
        " goes with its payment, too.",
    )

    @api.depends("backend_id")
    def _compute_backlog(self):
        for preview in self:
            preview.backlog = "\n".join(preview.backend_id._backlog_words())

    def action_switch_on(self):
        result = super().action_switch_on()
        if self.send_backlog:
            self.backend_id._delay_backlog()
        return result


class QboBackend(models.Model):
    """What Odoo had before the connection: posted documents from the start date (B3).

    They are sent only when an administrator of the mapping says so, because QuickBooks
    may have them already. Drafts are never sent.
    """

    _inherit = "qbo.backend"

    def _backlog_domain(self, model):
        """Posted documents of customers from the start date that were never sent."""
        domain = (
            BACKLOG[model]
            & Domain("company_id", "=", self.company_id.id)
            & Domain("qbo_state", "=", False)
            & Domain("qbo_origin", "!=", "quickbooks")
        )
        if self.start_date:
            domain &= Domain(DATE_OF[model], ">=", self.start_date)
        return domain

    def _backlog_words(self):
        """One sentence for each kind of document: how many, worth what."""
        kinds = (
            ("Invoice", "account.move", Domain("move_type", "=", "out_invoice")),
            ("CreditMemo", "account.move", Domain("move_type", "=", "out_refund")),
            ("Payment", "account.payment", Domain.TRUE),
        )
        totals = {"account.move": "amount_total_signed", "account.payment": "amount"}
        for entity, model, kind in kinds:
            domain = self._backlog_domain(model) & kind
            aggregates = ["__count", f"{totals[model]}:sum"]
            [(count, value)] = self.env[model]._read_group(domain, [], aggregates)
            if count and self._flows_out(entity):
                yield self.env._(
                    "%(count)s %(kind)s, %(value)s in all",
                    count=count,
                    kind=self._flow_name(entity),
                    value=self.company_id.currency_id.format(abs(value)),
                )

    def _delay_backlog(self, model="account.move", after=0):
        what = self.env._("send what Odoo has already")
        self._delay(what)._job_backlog(model, after)

    def _job_backlog(self, model, after):
        """Queue the next documents for sending; a job of its own does the rest.

        :param int after: id of the last document that was queued.
        """
        if not self.live:
            return
        domain = self._backlog_domain(model) & Domain("id", ">", after)
        found = self.env[model].search(domain, order="id", limit=BACKLOG_SIZE)
        found._qbo_exportable()._qbo_enqueue()
        if found:
            self._delay_backlog(model, found[-1].id)
        elif model == "account.move":
            self._delay_backlog("account.payment")
