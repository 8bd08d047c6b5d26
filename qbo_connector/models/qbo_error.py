from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import BOOKKEEPERS

#: Models of what can be in trouble; the id of a row of errors says which one it is.
MODELS = ("account.move", "account.payment", "qbo.object")
#: Remedies that concern one document and not its cause.
OF_ONE = ("customer", "hide", "link", "open")
#: Causes of documents that have none of their own.
OTHER, DIFFERS = "other", "differs"


class QboError(models.Model):
    """*Errors*: what is not as it should be on either side, by cause (H5).

    A row is no record of its own: it is a group of documents, or of QuickBooks'
    objects, that stopped for the same reason, and is gone when they are settled. Its id
    is that of the oldest of them, times three, plus the place of its model in `MODELS`.
    """

    _name = "qbo.error"
    _description = "QuickBooks Error"
    _auto = False
    _order = "document_count desc, id"
    _depends = {
        "account.move": ["company_id", "qbo_state", "qbo_cause", "qbo_message"],
        "account.payment": ["company_id", "qbo_state", "qbo_cause", "qbo_message"],
        "qbo.object": ["backend_id", "state", "waiting_for", "error_kind"],
        "qbo.trial": ["company_id", "res_model", "cause"],
        "qbo.backend": ["active", "company_id"],
    }

    backend_id = fields.Many2one("qbo.backend", "Connection", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    res_model = fields.Selection(
        [
            ("account.move", "Invoices, Credits"),
            ("account.payment", "Payments"),
            ("qbo.object", "From QuickBooks"),
        ],
        "Kind",
        readonly=True,
    )
    state = fields.Selection(
        [("error", "Error"), ("differs", "Differs"), ("waiting", "Waiting")],
        "Status",
        readonly=True,
    )
    cause = fields.Char(readonly=True, help="The key of the cause, see the reports.")
    document_count = fields.Integer("Documents", readonly=True)
    value = fields.Monetary(
        readonly=True,
        groups=BOOKKEEPERS,
        help="Sum of the documents behind it, in the company's currency.",
    )
    trial_id = fields.Many2one("qbo.trial", readonly=True)
    trial_state = fields.Selection(related="trial_id.state", string="First One")
    reason = fields.Char(
        "For Example",
        compute="_compute_reason",
        groups=BOOKKEEPERS,
        help="What is said of the oldest, or of the one that was tried last.",
    )
    remedy = fields.Char(compute="_compute_remedy")
    remedy_label = fields.Char("Next Step", compute="_compute_remedy")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(trouble.uid) AS id, backend.id AS backend_id,
                trouble.company_id, trouble.res_model, trouble.cause,
                count(*) AS document_count, sum(trouble.value) AS value,
                CASE WHEN bool_or(trouble.state = 'error') THEN 'error'
                    WHEN bool_or(trouble.state = 'differs') THEN 'differs'
                    ELSE 'waiting' END AS state,
                min(trial.id) AS trial_id
            FROM (%s UNION ALL %s UNION ALL %s) trouble
            JOIN qbo_backend backend
                ON backend.company_id = trouble.company_id AND backend.active
            LEFT JOIN qbo_trial trial ON trial.company_id = trouble.company_id
                AND trial.res_model = trouble.res_model AND trial.cause = trouble.cause
            GROUP BY backend.id, trouble.company_id, trouble.res_model, trouble.cause
            """,
            self._documents_query("account.move", "amount_total_signed"),
            self._documents_query("account.payment", "amount_company_currency_signed"),
            self._objects_query(),
        )

    def _documents_query(self, model, amount):
        """Documents of Odoo; those on their way have no message and are no error."""
        return SQL(
            """
            SELECT id::bigint * 3 + %(place)s AS uid, company_id,
                %(model)s AS res_model, qbo_state AS state, abs(%(amount)s) AS value,
                coalesce(qbo_cause, CASE qbo_state WHEN 'differs' THEN 'differs'
                    ELSE 'other' END) AS cause
            FROM %(table)s
            WHERE qbo_state IN ('error', 'differs') OR qbo_state = 'pending'
                AND qbo_cause IS NOT NULL AND qbo_message IS NOT NULL
            """,
            place=MODELS.index(model),
            model=model,
            amount=SQL.identifier(amount),
            table=SQL.identifier(self.env[model]._table),
        )

    def _objects_query(self):
        """QuickBooks' objects; their totals are converted at QuickBooks' own rate."""
        return SQL(
            """
            SELECT object.id::bigint * 3 + 2, object.company_id, 'qbo.object',
                object.state, object.total::numeric
                    * coalesce((object.payload->>'ExchangeRate')::numeric, 1),
                coalesce(object.waiting_for, concat_ws(
                    ':', 'error', object.entity, nullif(object.error_kind, '')))
            FROM qbo_object object JOIN qbo_backend owner ON owner.id = backend_id
            WHERE owner.active AND object.state IN ('error', 'waiting')
            """
        )

    # --- The records behind it --------------------------------------------------------

    def _cause_domain(self):
        """The documents, or objects, of this row."""
        self.ensure_one()
        return cause_domain(self.company_id, self.res_model, self.cause)

    def _oldest(self):
        """{row: the oldest record behind it}, in one set for each model."""
        samples = {}
        for model, rows in self.grouped("res_model").items():
            records = self.env[model].browse(row._origin.id // 3 for row in rows)
            samples.update(zip(rows, records, strict=True))
        return samples

    @api.depends("trial_id")
    def _compute_reason(self):
        for row, record in self._oldest().items():
            field = "message" if row.res_model == "qbo.object" else "qbo_message"
            told = record._filtered_access("read")
            row.reason = row.trial_id.message or told[field]

    @api.depends("cause", "res_model")
    def _compute_remedy(self):
        for row, record in self.sudo()._oldest().items():
            if row.cause == DIFFERS:  # which side is right is asked of each of them
                row.remedy, row.remedy_label = "look", self.env._("Open Them")
                continue
            row.remedy = record.qbo_remedy
            labels = dict(record._fields["qbo_remedy"]._description_selection(self.env))
            row.remedy_label = labels.get(row.remedy)

    # --- Buttons ----------------------------------------------------------------------

    def action_open(self):
        """Open what is behind the cause."""
        self.ensure_one()
        actions = {
            "account.move": "account.action_move_out_invoice_type",
            "account.payment": "account.action_account_payments",
            "qbo.object": "qbo_connector.action_qbo_object",
        }
        action = self.env["ir.actions.act_window"]._for_xml_id(actions[self.res_model])
        return {
            **action,
            "name": self.name,
            "domain": list(self._cause_domain()),
            "context": {},
        }

    def action_remedy(self):
        """Go where the cause is put right."""
        self.ensure_one()
        if self.remedy == "look" or (self.document_count > 1 and self.remedy in OF_ONE):
            return self.action_open()
        if self.remedy in ("export", "retry"):
            return self.action_retry_one()
        record = self.env[self.res_model].browse(self._origin.id // 3)
        return record.action_qbo_remedy()

    def action_retry_one(self):
        """Try the oldest; when it succeeds, the rest follows by itself.

        :raise UserError: for differences; sending Odoo's side of all is no retry.
        """
        self.ensure_one()
        if self.cause == DIFFERS:
            raise UserError(
                self.env._("Open them and decide for each which side is right.")
            )
        return self.env["qbo.trial"]._start(self)


def cause_domain(company, model, cause):
    """What is in trouble for a cause, as a domain.

    :param company: the Odoo company
    :param str model: one of `MODELS`
    :param str cause: as a row of errors has it
    """
    domain = Domain("company_id", "=", company.id)
    if model == "qbo.object":
        domain &= Domain("state", "in", ("error", "waiting"))
        domain &= Domain("backend_id.active", "=", True)
        kind, *rest = cause.split(":", 2)
        if kind != "error":
            return domain & Domain("waiting_for", "=", cause)
        entity, words = rest[0], (rest[1:] or [False])[0]
        domain &= Domain("waiting_for", "=", False) & Domain("entity", "=", entity)
        return domain & Domain("error_kind", "=", words)
    if cause in (OTHER, DIFFERS):
        state = "error" if cause == OTHER else "differs"
        return (
            domain & Domain("qbo_cause", "=", False) & Domain("qbo_state", "=", state)
        )
    held = Domain("qbo_state", "=", "pending") & Domain("qbo_message", "!=", False)
    stopped = Domain("qbo_state", "in", ("error", "differs"))
    return domain & Domain("qbo_cause", "=", cause) & (stopped | held)
