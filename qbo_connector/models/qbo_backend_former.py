from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .sending import Refusal, cause_of

#: Models whose documents carry the id of their QuickBooks twin.
DOCUMENTS = ("account.move", "account.payment")


class QboObject(models.Model):
    _inherit = "qbo.object"

    retired_state = fields.Char(
        readonly=True,
        help="Status that the document had when its connection was archived.",
    )


class QboBackend(models.Model):
    """Connections of the past: their links are kept, and never meet those of another.

    An Odoo company has one active connection, and each document one QuickBooks id, that
    of the active connection. An archived connection keeps its links in `qbo.object`
    alone; unarchived, its documents get their ids back.
    """

    _inherit = "qbo.backend"

    former_count = fields.Integer("Former Companies", compute="_compute_former_count")

    def _compute_former_count(self):
        for backend in self:
            backend.former_count = len(backend._former())

    @api.depends("active", "name", "company_name")
    def _compute_display_name(self):
        """Archived connections are told apart by their company."""
        archived = self.filtered(lambda backend: not backend.active)
        for backend in archived:
            backend.display_name = self.env._(
                "%(company)s (archived)", company=backend.company_name or backend.name
            )
        return super(QboBackend, self - archived)._compute_display_name()

    def _former(self):
        """The archived connections of this Odoo company, the latest first."""
        return self.with_context(active_test=False).search(
            [
                ("company_id", "=", self.company_id.id),
                ("active", "=", False),
                ("realm_id", "!=", False),
            ],
            order="id desc",
        )

    @api.constrains("live", "active")
    def _check_live_is_active(self):
        for backend in self.filtered(lambda backend: not backend.active):
            if backend.live:
                raise UserError(backend._archived_words())

    def action_connect(self):
        self.ensure_one()
        if not self.active:
            raise UserError(self._archived_words())
        return super().action_connect()

    def _archived_words(self):
        return self.env._(
            "%s is kept as history. To go back to it, open the present connection and"
            " press Change QuickBooks Company; without one, unarchive this.",
            self.display_name,
        )

    # --- Archiving takes the ids from documents, unarchiving gives them back ----------

    def write(self, vals):
        if "active" not in vals:
            return super().write(vals)
        self._check_administrator()
        changing = self.filtered(lambda backend: backend.active != vals["active"])
        if vals["active"]:
            result = super().write(vals)
            changing._restore_documents()
        else:
            changing._retire_documents()
            for backend in changing:
                backend._credential().forget_tokens("disconnected")
            result = super().write({**vals, "auto_sync": False, "live": False})
        # Its successor may be created next, and PostgreSQL allows one active.
        self.flush_recordset()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_never_connected(self):
        """Deleting would forget which documents are in which books."""
        for backend in self.filtered("realm_id"):
            raise UserError(
                self.env._(
                    "%(backend)s knows which documents are in %(company)s. Archive it"
                    " instead: its history is kept, and you can come back to it.",
                    backend=backend.display_name,
                    company=backend.company_name or backend.realm_id,
                )
            )

    def _retire_documents(self):
        """Take their QuickBooks ids from the documents of these companies.

        Their numbers stay, and a message says whose they are; how one stood is kept
        with its link. Hidden documents are sent to no other company by themselves.
        """
        for backend in self:
            for model in DOCUMENTS:
                backend._execute_on(model, backend._note_states_query(model))
                backend._execute_on(model, backend._retire_query(model))

    def _restore_documents(self):
        """Give documents the QuickBooks ids that these connections know."""
        for backend in self:
            for model in DOCUMENTS:
                backend._execute_on(model, backend._restore_query(model))

    def _execute_on(self, model, query):
        self.env[model].flush_model()
        self.env["qbo.object"].flush_model()
        self.env.cr.execute(query)
        self.env[model].invalidate_model()
        self.env["qbo.object"].invalidate_model()

    def _note_states_query(self, model):
        return SQL(
            """
            UPDATE qbo_object SET
                message = document.qbo_message, retired_state = document.qbo_state
            FROM %(table)s document
            WHERE backend_id = %(backend)s AND res_model = %(model)s
                AND res_id = document.id AND qbo_object.qbo_id = document.qbo_id
            """,
            **self._in_sql(model),
        )

    def _retire_query(self, model):
        return SQL(
            """
            UPDATE %(table)s
            SET qbo_id = NULL, qbo_state = 'hidden', qbo_message = %(message)s
            WHERE company_id = %(company)s AND qbo_id IS NOT NULL
            """,
            message=self._former_words(),
            **self._in_sql(model),
        )

    def _restore_query(self, model):
        """A document that was sent twice has two links: the living one counts."""
        return SQL(
            """
            UPDATE %(table)s document SET
                qbo_id = link.qbo_id, qbo_sync_token = link.sync_token,
                qbo_state = coalesce(link.retired_state, 'synced'),
                qbo_message = link.message
            FROM (
                SELECT DISTINCT ON (res_id)
                    res_id, qbo_id, sync_token, retired_state, message
                FROM qbo_object
                WHERE backend_id = %(backend)s AND res_model = %(model)s
                ORDER BY res_id, retired_state IS NULL, deleted, id DESC
            ) link
            WHERE document.id = link.res_id AND document.company_id = %(company)s
                AND document.qbo_id IS NULL;
            UPDATE qbo_object SET message = NULL, retired_state = NULL
            WHERE backend_id = %(backend)s AND res_model = %(model)s
                AND retired_state IS NOT NULL
            """,
            **self._in_sql(model),
        )

    def _in_sql(self, model):
        return {
            "table": SQL.identifier(self.env[model]._table),
            "backend": self.id,
            "company": self.company_id.id,
            "model": model,
        }

    def _former_words(self):
        return self.env._(
            "This is in %(company)s (ID %(realm)s), the QuickBooks company that was"
            " connected before. It is not sent to any other.",
            company=self.company_name or self.env._("another company"),
            realm=self.realm_id or "?",
        )

    # --- What former books have is not sent to these ----------------------------------

    def _send_moves(self, sending, moves):
        return super()._send_moves(sending, moves - moves.filtered(_is_kept_out))

    def _applications(self, sending, payment):
        """:raise Refusal: an invoice is kept out of these books; it says why."""
        for invoice, _amount in payment._qbo_applied():
            if _is_kept_out(invoice):
                raise Refusal(
                    self.env._(
                        "%(payment)s pays %(invoice)s. %(why)s Enter the payment in"
                        " QuickBooks by hand, and hide it here.",
                        payment=payment.name,
                        invoice=invoice.name,
                        why=invoice.qbo_message or "",
                    ),
                    cause_of(invoice),
                )
        return super()._applications(sending, payment)

    # --- Mappings of before are the first suggestions ---------------------------------

    def _former_twins(self, objects):
        """{object: Odoo record} that its namesake in former books was mapped to.

        :param objects: unmapped entries of one reference list.
        """
        links = self.env["qbo.object"].search(
            [
                ("backend_id", "in", self._former().ids),
                ("entity", "in", list(set(objects.mapped("entity")))),
                ("name", "in", objects.mapped("name")),
                ("state", "=", "linked"),
            ],
            order="backend_id, id",
        )
        known = {_called(link): record for link, record in links._records().items()}
        return {obj: known[_called(obj)] for obj in objects if _called(obj) in known}


def _is_kept_out(move):
    """Whether a document is hidden: it is in other books, or somebody said so."""
    return move.qbo_state == "hidden" and not move.qbo_id


def _called(obj):
    """What makes two entries of different books the same for a person."""
    return obj.entity, obj.name, obj.kind, obj.detail
