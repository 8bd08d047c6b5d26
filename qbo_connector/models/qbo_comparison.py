from odoo import fields, models
from odoo.fields import Domain

from ..const import OPEN_FIELDS, PAGE_SIZE, QUIET
from ..entities.payment_allocation import IMPORTED_TYPES, documents_of


class QboBinding(models.AbstractModel):
    """Both sides of a document compared: where they differ, it says so, with figures.

    The side where a document began owns it. A change on the other side is not carried
    over, nor is it silent.
    """

    _inherit = "qbo.binding"

    qbo_edited = fields.Boolean(
        "Changed in Odoo",
        copy=False,
        readonly=True,
        help="It began in QuickBooks and was changed here since it was taken over.",
    )
    qbo_compare_due = fields.Boolean(
        "Compare Again",
        copy=False,
        readonly=True,
        help="What is open of it is compared by the next sync, whatever that brings:"
        " payments or credits were on their way when it was last looked at.",
    )

    # --- What a model has to say ------------------------------------------------------

    def _qbo_total(self):
        """The total in document currency that QuickBooks should have too."""
        raise NotImplementedError()

    def _qbo_date(self):
        """The document's date, which is TxnDate in QuickBooks."""
        raise NotImplementedError()

    def _qbo_open(self):
        """What is open, left or not applied of it, in document currency."""
        raise NotImplementedError()

    def _qbo_applied_difference(self, payload):
        """[what it is applied to on each side], where only that is not the same."""
        return []

    def _qbo_joined(self):
        """[documents] that are reconciled with this one, by model."""
        raise NotImplementedError()

    def _qbo_is_posted(self):
        raise NotImplementedError()

    # --- Comparing --------------------------------------------------------------------

    def _qbo_compare(self, payload, settled=False):
        """Say where QuickBooks has a document otherwise than Odoo; or that all is well.

        One that is to be sent differs until it is.

        :param bool settled: whether payments and credits are taken over on both sides,
            so that what is open can be compared, too.
        :returns: whether the two sides agree.
        """
        if self.qbo_state in ("pending", "hidden"):
            return True
        differences = list(self._qbo_differences(payload))
        remedy, due = None, False
        if settled and not differences and self._qbo_is_posted():
            differences = self._qbo_open_difference(payload)
            due = bool(differences) and bool(self._qbo_related("pending"))
            differences = [] if due else differences
            remedy = differences and self._qbo_remedy_elsewhere(payload)
        if settled and self.qbo_compare_due != due:
            self._qbo_write({"qbo_compare_due": due})
        if differences:
            self._qbo_say_differences(differences, remedy or self._qbo_remedy())
        elif self.qbo_state == "differs":
            self._qbo_write({"qbo_state": "synced", "qbo_message": False})
        return not differences

    def _qbo_say_differences(self, differences, remedy):
        """With an error of QuickBooks, which is the reason, behind that."""
        words = self.env._(
            "The two sides differ: %(differences)s. %(remedy)s",
            differences=", ".join(differences),
            remedy=remedy,
        )
        state, message = "differs", words
        if self.qbo_state == "error":
            reason = (self.qbo_message or "").partition("\n")[0]
            state, message = "error", f"{reason}\n{words}"
        if (self.qbo_state, self.qbo_message) != (state, message):
            self._qbo_write({"qbo_state": state, "qbo_message": message})

    def _qbo_remedy(self):
        """What a person can do where the two sides differ."""
        if self.qbo_origin == "odoo":
            return self.env._(
                "Press Export back to QuickBooks to send Odoo's, or correct it here."
            )
        return self.env._("Open it in QuickBooks and correct one of the two.")

    def _qbo_remedy_elsewhere(self, payload):
        """What to do where another document that was refused explains what is open."""
        refused = self._qbo_related("error")
        return refused and self.env._(
            "QuickBooks refused %s, which would change that: open it, it says why.",
            refused.display_name,
        )

    def _qbo_differences(self, payload):
        """What QuickBooks has otherwise, each as part of a sentence."""
        theirs, ours = payload.get("TotalAmt") or 0.0, self._qbo_total()
        if not self._qbo_is_posted():
            if theirs:
                yield self.env._(
                    "it is cancelled or a draft in Odoo, but in QuickBooks it has a"
                    " total of %s; void it there, too",
                    _figure(theirs),
                )
            return
        amounts = self.env._("total"), theirs, ours
        for what, their_amount, our_amount in (
            amounts,
            *self._qbo_more_amounts(payload),
        ):
            if self.currency_id.compare_amounts(their_amount, our_amount):
                yield self.env._(
                    "the %(what)s is %(theirs)s in QuickBooks and %(ours)s in Odoo",
                    what=what,
                    theirs=_figure(their_amount),
                    ours=_figure(our_amount),
                )
        there = payload.get("TxnDate")
        dates = self.env._("date"), there, self._qbo_date_there(there)
        for what, their_date, our_date in (dates, *self._qbo_more_dates(payload)):
            if their_date and our_date and their_date != our_date.isoformat():
                yield self.env._(
                    "the %(what)s is %(theirs)s in QuickBooks and %(ours)s in Odoo",
                    what=what,
                    theirs=their_date,
                    ours=our_date,
                )

    def _qbo_date_there(self, there):
        """The date that QuickBooks should have: another one, if its books gave it."""
        moved = self.qbo_posted_on
        return moved if moved and moved.isoformat() == there else self._qbo_date()

    def _qbo_more_amounts(self, payload):
        """[(what, QuickBooks' amount, Odoo's)] besides the total."""
        return []

    def _qbo_more_dates(self, payload):
        """[(what, QuickBooks' date, Odoo's)] besides the document's own."""
        return []

    def _qbo_open_difference(self, payload):
        """[what is open on each side], where that is not the same.

        What is not applied there by choice explains it.
        """
        theirs = payload.get(OPEN_FIELDS[self._qbo_entity()])
        ours = self._qbo_open()
        if theirs is None:
            return []
        alike = not self.currency_id.compare_amounts(theirs, ours)
        applied = self._qbo_applied_difference(payload) if alike else []
        if alike and not applied:
            return []
        if any(document.qbo_unapplied for document in [self, *self._qbo_others()]):
            return []
        return applied or [
            self.env._(
                "%(theirs)s are open or not applied in QuickBooks and %(ours)s in Odoo",
                theirs=_figure(theirs),
                ours=_figure(ours),
            )
        ]

    def _qbo_others(self):
        """[documents] that this one is reconciled with, of whatever model."""
        return [document for group in self._qbo_joined() for document in group]

    def _qbo_related(self, state):
        """A document in this state that is applied to this one, here or there; or None.

        It explains what is open on one side only.
        """
        for documents in (self._qbo_others, self._qbo_joined_there):
            for document in documents():
                if document.qbo_state == state and document != self:
                    return document
        return None

    def _qbo_joined_there(self):
        """[documents] whose twins QuickBooks joins with this one's, as last seen."""
        backend = self.env["qbo.backend"]._for_company(self.company_id)
        mirror = self.env["qbo.object"].sudo()
        entity, known = self._qbo_entity(), Domain("backend_id", "=", backend.id)
        paying = {self.qbo_id}
        if entity != "Payment":
            paying = backend._payments_using(entity, paying)
        payments = mirror.search(
            known & Domain("entity", "=", "Payment") & Domain("qbo_id", "in", paying)
        )
        keys = {key for row in payments for key in documents_of(row.payload)}
        joined = mirror.search(
            known
            & Domain("entity", "in", IMPORTED_TYPES)
            & Domain("qbo_id", "in", [id_ for _kind, id_ in keys])
        ).filtered(lambda row: (row.entity, row.qbo_id) in keys)
        return (payments | joined)._records().values()

    # --- Changed on both sides --------------------------------------------------------

    def _qbo_note_edited(self):
        """A person confirmed a document of QuickBooks that they changed."""
        theirs = self.filtered(lambda doc: doc.qbo_origin == "quickbooks")
        if theirs and not self.env.context.get("qbo_import"):
            theirs._qbo_write({"qbo_edited": True})

    def _qbo_show_edits(self):
        """Before QuickBooks' change replaces what Odoo had: show that, in the chatter.

        The side where a document began wins; the other change is not lost.
        """
        edited = self.filtered("qbo_edited")
        for document in edited:
            document.message_post(
                body=self.env._(
                    "This began in QuickBooks and was changed on both sides: what"
                    " QuickBooks has is taken over. Odoo had: %s",
                    document._qbo_words(),
                )
            )
        edited._qbo_write({"qbo_edited": False})

    def _qbo_words(self):
        """What a document says, for people: amounts, dates, lines."""
        raise NotImplementedError()

    # --- When -------------------------------------------------------------------------

    def _qbo_check_twins(self):
        """Compare documents that were changed in Odoo with QuickBooks' last answer."""
        if self.env.context.get("qbo_import"):
            return
        for backend, documents in (
            self.filtered("qbo_id")
            .grouped(lambda doc: self.env["qbo.backend"]._for_company(doc.company_id))
            .items()
        ):
            twins = self.env["qbo.object"].sudo()._of_documents(backend, documents)
            for document in documents:
                if document.qbo_id in twins:
                    document._qbo_compare(twins[document.qbo_id], settled=True)


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def _job_compare(self, run_id, after=0):
        """Documents that a run may have changed are compared, page by page.

        It is the end of the run: all that it brought is applied.
        """
        run = self.env["qbo.run"].browse(run_id)
        backend = self.with_company(self.company_id).with_context(**QUIET)
        objects = self.env["qbo.object"].search(
            Domain("backend_id", "=", self.id)
            & Domain("entity", "in", list(OPEN_FIELDS))
            & Domain("state", "=", "linked")
            & Domain("res_id", "!=", False)
            & self._concerned_by(run)
            & Domain("id", ">", after),
            limit=PAGE_SIZE,
            order="id",
        )
        for obj, record in objects.with_env(backend.env)._records().items():
            record._qbo_compare(obj.payload, settled=True)
        if len(objects) == PAGE_SIZE:
            return self._delay(self.env._("compare"))._job_compare(
                run_id, objects[-1].id
            )
        return run._finish()

    def _concerned_by(self, run):
        """Domain of the objects that a run brought or whose documents it changed.

        What it applied or took back concerns documents that QuickBooks did not tell
        of. And those that differ are looked at anew: they may not any more; as those
        whose payments were on their way the last time.
        """
        mine = Domain("company_id", "=", self.company_id.id)
        found = Domain("write_date", ">=", run.create_date)
        changed = run.read_count and self._changed_entries(mine, run.create_date)
        for model, field in (("account.move", "id"), ("account.payment", "move_id")):
            concerned = Domain("qbo_state", "=", "differs")
            concerned |= Domain("qbo_compare_due", "=", True)
            if changed:
                concerned |= Domain(field, "in", changed)
            documents = self.env[model]._search(mine & concerned)
            found |= Domain("res_model", "=", model) & Domain(
                "res_id", "in", documents.subselect()
            )
        return found

    def _changed_entries(self, mine, since):
        """Entries of which something was applied or unapplied, as a query of ids."""
        lines = self.env["account.move.line"]._search(
            mine
            & Domain("account_type", "=", "asset_receivable")
            & Domain("write_date", ">=", since)
        )
        return lines.subselect("account_move_line.move_id")


def _figure(amount):
    """An amount as people read it, in its document's currency; never "-0.00"."""
    return f"{round(amount, 2) + 0.0:.2f}"
