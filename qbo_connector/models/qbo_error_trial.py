from odoo import api, fields, models

from ..const import BOOKKEEPERS, PUSH_SIZE
from .qbo_error import cause_domain


class QboTrial(models.Model):
    """*Retry one first*: one document of a cause is tried before all others (H5).

    When it succeeds, the others are sent, or taken over, by themselves. When it fails,
    they stay where they are, and the cause shows what was said this time.
    """

    _name = "qbo.trial"
    _description = "QuickBooks Retry of One First"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    res_model = fields.Char(required=True)
    cause = fields.Char(required=True)
    res_id = fields.Many2oneReference(required=True, model_field="res_model")
    state = fields.Selection(
        [("running", "Being tried"), ("failed", "Failed again")],
        default="running",
        required=True,
    )
    message = fields.Text(groups=BOOKKEEPERS)

    _cause_unique = models.UniqueIndex("(company_id, res_model, cause)")
    _record_index = models.Index("(res_model, res_id)")

    def _start(self, error):
        """Try the oldest document of a row of errors.

        :returns: what happens, for people.
        """
        record = self.env[error.res_model].search(
            error._cause_domain(), order="id", limit=1
        )
        if not record:
            return self.env["qbo.backend"]._toast(
                self.env._("It is settled already."), "info"
            )
        answer = record._qbo_retry()
        if record._qbo_in_trouble():  # it cannot be sent; the answer says why
            return answer
        self._note(record, error.cause)
        return self.env["qbo.backend"]._toast(
            self.env._(
                "%s is tried first. When it succeeds, the others follow by themselves.",
                record.display_name,
            ),
            "info",
        )

    def _start_unasked(self, cause, documents):
        """Try the oldest of these documents, unless one of them is just being tried."""
        running = self._of(documents, cause).filtered(lambda t: t.state == "running")
        tried = documents.browse(running.mapped("res_id")).exists()
        if tried.qbo_state != "pending":
            oldest = documents.sorted("id")[0]
            oldest._qbo_enqueue()
            self._note(oldest, cause)

    def _of(self, records, cause):
        return self.sudo().search(
            [
                ("company_id", "=", records.company_id.id),
                ("res_model", "=", records._name),
                ("cause", "=", cause),
            ]
        )

    def _note(self, record, cause):
        """Others wait for the outcome of this record; a former trial is over."""
        self._of(record, cause).unlink()
        self.sudo().create(
            {
                "company_id": record.company_id.id,
                "res_model": record._name,
                "res_id": record.id,
                "cause": cause,
            }
        )

    def _settle(self, records):
        """These have been tried: go on with what waits for their outcome."""
        trials = self.sudo().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "=", "running"),
            ]
        )
        for trial in trials:
            record = records.browse(trial.res_id)
            if record._qbo_in_trouble():
                trial.write({"state": "failed", "message": record._qbo_reason()})
            elif record._qbo_is_settled():
                trial._release_rest()

    def _release_rest(self):
        for trial in self:
            domain = cause_domain(trial.company_id, trial.res_model, trial.cause)
            self.env[trial.res_model].search(domain)._qbo_release()
        self.unlink()

    @api.autovacuum
    def _gc_trials(self):
        """What failed this long ago has been tried, or settled, otherwise."""
        self.search([("write_date", "<", "-30d")]).unlink()


class QboOutbox(models.AbstractModel):
    _inherit = "qbo.outbox"

    def _qbo_report(self, notify):
        self.env["qbo.trial"]._settle(self)
        return super()._qbo_report(notify)

    def _qbo_retry(self):
        return self.action_qbo_export()

    def _qbo_release(self):
        self._qbo_enqueue()

    def _qbo_reason(self):
        return self.qbo_message

    def _qbo_in_trouble(self):
        return self.qbo_state in ("error", "differs")

    def _qbo_is_settled(self):
        return self.qbo_state == "synced"


class QboObject(models.Model):
    _inherit = "qbo.object"

    def _qbo_retry(self):
        return self.action_retry()

    def _qbo_release(self):
        """The sync that is under way takes them over next."""
        self.write({"state": "new", "message": False, "waiting_for": False})

    def _qbo_reason(self):
        return self.message

    def _qbo_in_trouble(self):
        return self.state in ("error", "waiting")

    def _qbo_is_settled(self):
        return self.state in ("linked", "ignored")


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def _release_waiting(self, objects):
        self.env["qbo.trial"]._settle(objects)
        return super()._release_waiting(objects)

    def _release_fixed(self, causes):
        """Somebody put right what documents wait for: of many, one is tried first.

        What was chosen may be wrong again. Then the others wait for the next choice,
        and QuickBooks is not asked in vain for each of them.

        :param list causes: keys of records, see `sending.cause_of`.
        """
        for waiting in self._waiting_documents(causes):
            for cause, documents in waiting.grouped("qbo_cause").items():
                if len(documents) > PUSH_SIZE:
                    self.env["qbo.trial"]._start_unasked(cause, documents)
                else:
                    documents._qbo_enqueue()
