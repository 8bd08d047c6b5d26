from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PUSH_SIZE, UNSETTLED

#: Jobs of one channel run in this order: what a person waits for, what is new, and
#: last what is cancelled, because QuickBooks must have let go of its payments first.
PRIORITY_ASKED, PRIORITY_NEW, PRIORITY_CANCELLED = 5, 10, 20
#: Key of what a transaction has to send, in the data of its last words.
PLANNED = "qbo_connector.planned_push"


class QboOutbox(models.AbstractModel):
    """Documents that Odoo sends to QuickBooks.

    The state "To sync" and the job are written in the transaction that changes the
    document, so that neither can be lost without the other. The job is defined in
    `qbo_outbox_job`.
    """

    _name = "qbo.outbox"
    _inherit = "qbo.binding"
    _description = "QuickBooks Outbox"

    qbo_unapplied = fields.Boolean(
        "Sent Unapplied",
        copy=False,
        readonly=True,
        help="It goes to QuickBooks as open credit of the customer, whatever it pays in"
        " Odoo; the bookkeeper applies it there.",
    )

    qbo_warning = fields.Char(compute="_compute_qbo_warning")

    @api.depends(lambda self: self._qbo_warning_depends())
    def _compute_qbo_warning(self):
        """What a draft should know before it is confirmed (H2)."""
        backends = {
            company: self.env["qbo.backend"]._for_company(company)
            for company in self.company_id
        }
        for doc in self:
            backend = backends.get(doc.company_id)
            warned = backend and doc.state == "draft" and doc._qbo_concerned()
            doc.qbo_warning = warned and backend._warn_of_closed_books(doc)

    # --- What a model has to say ------------------------------------------------------

    def _qbo_warning_depends(self):
        """The fields that `qbo_warning` is computed from."""
        return []

    def _qbo_concerned(self):
        """Those of a kind that QuickBooks has too, on the side of customers."""
        raise NotImplementedError()

    def _qbo_by_kind(self):
        """These as (payments, credit notes)."""
        raise NotImplementedError()

    def _qbo_needed_moves(self):
        """The invoices and credit notes to send before or with these."""
        raise NotImplementedError()

    def _qbo_is_posted(self):
        raise NotImplementedError()

    def _qbo_is_cancelled(self):
        raise NotImplementedError()

    def _qbo_appliable(self):
        """Those in QuickBooks that are to be applied there as they are here."""
        raise NotImplementedError()

    def _qbo_apply_oldest(self):
        """Apply what is on account to the customer's oldest open documents, in Odoo."""
        raise NotImplementedError()

    # --- Which ones -------------------------------------------------------------------

    def _qbo_exported(self):
        """Documents of these that began in Odoo and are in QuickBooks."""
        if self.env.context.get("qbo_import"):
            return self.browse()
        return self.filtered(lambda doc: doc.qbo_id and doc.qbo_origin == "odoo")

    def _qbo_exportable(self):
        """Posted documents of customers that began in Odoo, in a connected company."""
        concerned = self._qbo_concerned().filtered(
            lambda doc: doc._qbo_is_posted()
            and doc.qbo_origin != "quickbooks"
            and doc.qbo_state != "hidden"
        )
        backends = self.env["qbo.backend"]
        return concerned.filtered(
            lambda doc: backends._sends(
                doc.company_id, doc._qbo_entity(), doc._qbo_date()
            )
        )

    # --- Queueing ---------------------------------------------------------------------

    def _qbo_enqueue(self, notify=False, auto_apply=None, asked=False):
        """Mark as to sync and queue the push, at most PUSH_SIZE documents a job.

        :param bool notify: tell the user who asked when it is done.
        :param bool asked: somebody asked for it, who is told otherwise: it goes before
            what goes by itself, and waits for nobody.
        :param bool auto_apply: whether QuickBooks applies them as Odoo does, where
            nothing is applied to the oldest first; None: as before.
        """
        if not self:
            return
        if auto_apply is not None:
            self._qbo_write({"qbo_unapplied": not auto_apply})
        if auto_apply:
            self._qbo_apply_oldest()  # where nothing is applied: that is known now
        values = {"qbo_state": "pending", "qbo_message": False, "qbo_cause": False}
        new = self.filtered(lambda doc: not doc.qbo_origin)
        for documents, more in ((new, {"qbo_origin": "odoo"}), (self - new, {})):
            if documents:
                documents._qbo_write({**values, **more})
        self._qbo_plan_push(notify, notify or asked)

    def _qbo_plan_push(self, notify, asked):
        """Queue the push of all that a transaction changes as it ends.

        So it makes as few jobs as possible, also when it posts one by one or changes
        a document twice; what is rolled back to a savepoint is forgotten with it.
        """
        planned = self.env.cr.precommit.data.setdefault(PLANNED, {})
        if not planned:
            self.env.cr.precommit.add(self.env["qbo.outbox"]._qbo_delay_planned)
        for company, documents in self.grouped("company_id").items():
            for cancelled, some in documents.grouped(_is_cancelled).items():
                priority = PRIORITY_ASKED if asked else PRIORITY_NEW
                priority = PRIORITY_CANCELLED if cancelled else priority
                options = (("notify", notify), ("asked", asked))
                key = (self._name, self.env.uid, company, priority, options)
                planned[key] = planned.get(key, self.browse()) | some

    @api.model
    def _qbo_delay_planned(self):
        planned = self.env.cr.precommit.data.pop(PLANNED, {})
        for (*_key, priority, options), documents in planned.items():
            for start in range(0, len(documents), PUSH_SIZE):
                some = documents[start : start + PUSH_SIZE]
                some._qbo_delay_push(priority, **dict(options))

    def _qbo_delay_push(self, priority=PRIORITY_NEW, eta=None, **options):
        """Queue a job for these documents.

        :param eta: seconds, or the time, until it may begin.
        """
        quiet = self.with_context(tracking_disable=True)  # a job's row has no history
        quiet.with_delay(
            description=self.env._("%s to QuickBooks", self._description),
            priority=priority,
            eta=eta,
        )._job_qbo_push(**options)

    def _qbo_forget_unsent(self):
        """Cancelled before QuickBooks had it: there is nothing to send any more."""
        self.filtered(
            lambda doc: doc.qbo_state in ("pending", "error")
            and not doc.qbo_id
            and doc.qbo_origin == "odoo"
        )._qbo_write({"qbo_state": False, "qbo_message": False, "qbo_cause": False})

    # --- Buttons ----------------------------------------------------------------------

    def action_qbo_export(self):
        """*Export back to QuickBooks*: queue these documents and say what happens."""
        self.check_access("write")
        exportable = self._qbo_exportable() | self._qbo_exported().filtered(
            lambda doc: doc._qbo_is_cancelled() and doc.qbo_state != "synced"
        )
        exportable |= self._qbo_appliable().filtered(
            lambda doc: doc.qbo_state in UNSETTLED
        )
        exportable._qbo_enqueue(notify=True)
        skipped = self - exportable
        if not exportable:
            return self._qbo_toast(self._qbo_why_not(), "warning")
        message = self.env._("%s documents are on their way.", len(exportable))
        if len(exportable) == 1:
            message = self.env._(
                "%s is on its way to QuickBooks.", exportable.display_name
            )
        if skipped:
            message += " " + self.env._("Left out: %s. ", len(skipped))
            message += skipped._qbo_why_not()
        return self._qbo_toast(message, "info")

    def action_qbo_unhide(self):
        """Let hidden documents be sent again; confirmed ones are sent at once."""
        self.check_access("write")
        hidden = self.filtered(lambda doc: doc.qbo_state == "hidden")
        if not hidden:
            return self._qbo_toast(self.env._("None of them is hidden."), "warning")
        hidden._qbo_write(
            {"qbo_state": False, "qbo_message": False, "qbo_cause": False}
        )
        hidden._qbo_exportable()._qbo_enqueue(notify=True)
        return self._qbo_toast(
            self.env._("%s documents are in the sync again.", len(hidden)), "info"
        )

    def _qbo_why_not(self):
        """Why these documents are not sent."""
        backend = self.env["qbo.backend"]._for_company(self.company_id[:1])
        if not backend:
            return self.env._("This company is not connected to QuickBooks yet.")
        if not backend.live:
            return self.env._("The QuickBooks connection is not switched on yet.")
        reasons = self.grouped(lambda doc: doc._qbo_why_not_this(backend))
        if len(reasons) == 1:
            return next(iter(reasons))
        return " ".join(
            self.env._("%(count)s of them: %(why)s", count=len(documents), why=reason)
            for reason, documents in reasons.items()
        )

    def _qbo_why_not_this(self, backend):
        """Why one document is not sent, in words for one or several."""
        if not self._qbo_concerned():
            return self.env._(
                "Only invoices, credit notes and payments of customers are sent."
            )
        if self.qbo_origin == "quickbooks":
            return self.env._("They came from QuickBooks and are there already.")
        if self.qbo_state == "hidden":
            return self.env._("They are hidden from the sync.")
        if not backend._flows_out(self._qbo_entity()):
            return self.env._(
                "They do not flow from Odoo to QuickBooks: see What Flows on the"
                " connection."
            )
        start, date = backend.start_date, self._qbo_date()
        if start and date and date < start:
            return self.env._("They are dated before %s, where the sync starts.", start)
        return self.env._("Only confirmed documents are sent.")

    def _qbo_toast(self, message, kind):
        return self.env["qbo.backend"]._toast(message, kind)

    # --- Odoo's own ways to change a document -----------------------------------------

    def _qbo_note_draft(self):
        """What is in QuickBooks stays until the document is confirmed or cancelled."""
        for doc in self._qbo_exported():
            doc._qbo_write(
                {
                    "qbo_message": self.env._(
                        "%(number)s stays in QuickBooks. Confirming this document again"
                        " changes it there; cancelling voids it.",
                        number=doc.qbo_number or doc.qbo_id,
                    )
                }
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_in_quickbooks(self):
        """Deleting here would leave something in QuickBooks that nobody knows of."""
        for doc in self._qbo_exported():
            if not doc._qbo_is_cancelled() or doc.qbo_state != "synced":
                raise UserError(
                    self.env._(
                        "%(document)s is in QuickBooks as %(entity)s %(number)s."
                        " Cancel it first, wait until it is voided there, then delete"
                        " it.",
                        document=doc.display_name,
                        entity=self.env["qbo.object"]._entity_name(doc._qbo_entity()),
                        number=doc.qbo_number or doc.qbo_id,
                    )
                )


def _is_cancelled(document):
    return document._qbo_is_cancelled()
