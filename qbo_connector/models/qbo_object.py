from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import BOOKKEEPERS, ENTITY_NAMES, MANAGER
from ..entities.account import CREATED_TYPES, UNDEPOSITED_FUNDS
from ..entities.lanes import lane_of
from .sending import cause_of

UPSERT = """
    INSERT INTO qbo_object (
        backend_id, company_id, entity, qbo_id, sync_token, updated_at, kind, name,
        txn_date, customer, total, payload, lane, state, deleted, create_uid,
        create_date, write_uid, write_date
    ) VALUES %s
    ON CONFLICT (backend_id, entity, qbo_id) DO UPDATE SET
        sync_token = EXCLUDED.sync_token,
        updated_at = EXCLUDED.updated_at,
        kind = EXCLUDED.kind,
        name = EXCLUDED.name,
        txn_date = EXCLUDED.txn_date,
        customer = EXCLUDED.customer,
        total = EXCLUDED.total,
        payload = EXCLUDED.payload,
        -- A change may undo payments of any customer: never two sets of them at once.
        lane = CASE
            WHEN qbo_object.res_model = 'account.move' THEN 0 ELSE EXCLUDED.lane
        END,
        state = CASE
            WHEN qbo_object.state = 'chosen' AND EXCLUDED.state = 'listed' THEN 'chosen'
            ELSE EXCLUDED.state
        END,
        deleted = FALSE,
        message = NULL,
        waiting_for = NULL,
        write_date = EXCLUDED.write_date
    WHERE qbo_object.sync_token < EXCLUDED.sync_token
        OR qbo_object.sync_token = EXCLUDED.sync_token
        AND qbo_object.updated_at::timestamptz < EXCLUDED.updated_at::timestamptz
        OR qbo_object.state = 'listed' AND EXCLUDED.state = 'new'
    RETURNING id
"""


class QboObject(models.Model):
    """One QuickBooks object as last seen: inbox, mapping table and memory at once.

    Nothing fetched is lost, a failed row is tried again without another read, and an
    echo of our own write is recognised by its SyncToken.
    """

    _name = "qbo.object"
    _description = "QuickBooks Object"
    _order = "entity, name, id"
    _check_company_auto = True
    _rec_names_search = ["name", "qbo_id"]

    backend_id = fields.Many2one(
        "qbo.backend", string="Connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    entity = fields.Selection(list(ENTITY_NAMES.items()), required=True)
    qbo_id = fields.Char("QuickBooks ID", required=True)
    sync_token = fields.Integer(required=True, default=0)
    kind = fields.Char(index="btree_not_null", help="Account sub-type or item type.")
    updated_at = fields.Char("Changed in QuickBooks", help="As QuickBooks writes it.")
    name = fields.Char()
    # What lists of documents are sorted and searched by; `payload` has the rest.
    txn_date = fields.Date("Date", compute="_compute_document", store=True)
    customer = fields.Char(compute="_compute_document", store=True, groups=BOOKKEEPERS)
    total = fields.Float(
        "Amount",
        compute="_compute_document",
        store=True,
        groups=BOOKKEEPERS,
        aggregator=None,  # documents of several currencies have no sum
    )
    payload = fields.Json(
        groups=MANAGER, help="The object as QuickBooks last answered it."
    )
    lane = fields.Integer(default=0, help="Objects of one are applied by one worker.")
    deleted = fields.Boolean("Deleted in QuickBooks", default=False)
    state = fields.Selection(
        [
            ("listed", "Not imported"),
            ("chosen", "In progress"),
            ("new", "To apply"),
            ("unmapped", "To map"),
            ("linked", "Linked"),
            ("waiting", "Waiting"),
            ("error", "Error"),
            ("ignored", "Ignored"),
        ],
        default="new",
        required=True,
        index=True,
    )
    message = fields.Char(
        groups=BOOKKEEPERS, help="Why this object is not in Odoo, and what to do."
    )
    waiting_for = fields.Char(index="btree_not_null")
    applied = fields.Char(help="Fingerprint of the values that Odoo was given last.")
    res_model = fields.Char("Odoo Model")
    res_id = fields.Many2oneReference("Odoo Record", model_field="res_model")
    detail = fields.Char("Type or Rate", compute="_compute_detail", compute_sudo=True)
    account_type = fields.Char(
        compute="_compute_account_type",
        compute_sudo=True,
        search="_search_account_type",
        help="QuickBooks' type of an account: Bank, Income, ...",
    )
    currency_code = fields.Char(
        compute="_compute_account_type",
        compute_sudo=True,
        help="Currency of an account, as ISO code.",
    )
    needed = fields.Boolean(
        compute="_compute_needed",
        search="_search_needed",
        help="Documents book on this account or tax, so that it needs a twin in Odoo.",
    )
    mapping_state = fields.Selection(
        [("todo", "To map"), ("linked", "Linked"), ("unused", "Not used")],
        "Mapping",
        compute="_compute_needed",
    )
    account_id = fields.Many2one(
        "account.account",
        compute="_compute_mapped",
        inverse="_inverse_account_id",
        check_company=True,
    )
    tax_id = fields.Many2one(
        "account.tax",
        compute="_compute_mapped",
        inverse="_inverse_tax_id",
        check_company=True,
    )
    term_id = fields.Many2one(
        "account.payment.term",
        compute="_compute_mapped",
        inverse="_inverse_term_id",
        check_company=True,
    )

    _identity = models.Constraint(
        "UNIQUE(backend_id, entity, qbo_id)",
        "This QuickBooks object is known already.",
    )
    _record_index = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    # "Which payments join this invoice?", when it loses them by a change.
    _payments_index = models.Index(
        "USING gin (payload jsonb_path_ops) WHERE entity = 'Payment'"
    )
    _account_type_index = models.Index(
        "(backend_id, (payload->>'AccountType')) WHERE entity = 'Account'"
    )
    _todo_index = models.Index("(backend_id, entity, id) WHERE state = 'new'")
    # "The latest payments", a page of a list among all objects.
    _payment_date_index = models.Index(
        "(company_id, txn_date, id) WHERE entity = 'Payment'"
    )

    @api.depends("payload")
    def _compute_document(self):
        for record in self:
            payload = record.payload or {}
            record.txn_date, record.customer, record.total = _document(payload)

    @api.model
    def _entity_name(self, entity):
        """What people call objects of an entity: "CreditMemo" -> "credit memo"."""
        names = dict(self._fields["entity"]._description_selection(self.env))
        return names.get(entity, entity)

    # --- Mapping screens --------------------------------------------------------------

    @api.depends("payload")
    def _compute_detail(self):
        for record in self:
            payload = record.payload or {}
            rate = payload.get("RateValue")
            record.detail = (
                f"{rate:g} %" if rate is not None else payload.get("AccountType")
            )

    @api.depends("res_model", "res_id")
    def _compute_mapped(self):
        for record in self:
            record.account_id = record._linked_id("account.account")
            record.tax_id = record._linked_id("account.tax")
            record.term_id = record._linked_id("account.payment.term")

    @api.depends("payload")
    def _compute_account_type(self):
        for record in self:
            payload = record.payload or {}
            record.account_type = payload.get("AccountType")
            record.currency_code = payload.get("CurrencyRef", {}).get("value")

    def _search_account_type(self, operator, value):
        if operator != "in":
            return NotImplemented
        query = self._search([("entity", "=", "Account")], bypass_access=True)
        query.add_where(
            SQL(
                "%s->>'AccountType' = ANY(%s)",
                SQL.identifier(query.table, "payload"),
                [kind for kind in value if kind],
            )
        )
        return [("id", "in", query)]

    @api.depends("entity", "kind", "payload", "state")
    def _compute_needed(self):
        needed = self.search([("id", "in", self.ids), ("needed", "=", True)])
        for record in self:
            record.needed = record in needed
            status = "todo" if record.needed else "unused"
            if record.state != "unmapped":
                status = "linked" if record.res_id else "unused"
            record.mapping_state = status

    def _search_needed(self, operator, value):
        """Tax rates, accounts that sales and payments book on, and awaited ones."""
        if operator != "in":
            return NotImplemented
        awaited = self._read_group(
            [("waiting_for", "=like", "Account:%")], ["backend_id", "waiting_for"]
        )
        accounts = Domain("kind", "=", UNDEPOSITED_FUNDS) | Domain(
            "account_type", "in", CREATED_TYPES
        )
        for backend, cause in awaited:
            accounts |= Domain("backend_id", "=", backend.id) & Domain(
                "qbo_id", "=", cause.partition(":")[2]
            )
        return Domain("entity", "=", "TaxRate") | (
            Domain("entity", "=", "Account") & accounts
        )

    def _linked_id(self, model):
        return self.res_id if self.res_model == model else False

    def _inverse_account_id(self):
        self._map_to("account_id")

    def _inverse_tax_id(self):
        self._map_to("tax_id")

    def _inverse_term_id(self):
        self._map_to("term_id")

    def _map_to(self, field):
        """A person chose the Odoo twin; what waited for it goes on by itself."""
        chosen = [(record, record[field]) for record in self]
        for record, target in chosen:
            record.applied = False  # the twin is Odoo's own: it is never rewritten
            if target:
                record._link(target)
            else:
                record.write({"res_model": False, "res_id": False, "state": "unmapped"})
        self.backend_id._continue_waiting(self)
        for backend in self.backend_id:
            causes = [cause_of(target) for _record, target in chosen if target]
            backend._release_fixed(causes)

    def _settle_mapping(self):
        """Reference lists wait for a person's choice; what is mapped stays mapped."""
        mapped = self.browse().union(*self._records())
        mapped.write({"state": "linked"})
        (self - mapped).write(
            {"state": "unmapped", "res_model": False, "res_id": False}
        )

    # --- Links ------------------------------------------------------------------------

    def _link(self, record, applied=None):
        self.ensure_one()
        self.write(
            {
                "res_model": record._name,
                "res_id": record.id,
                "state": "linked",
                "message": False,
                "waiting_for": False,
                "applied": applied or self.applied,
            }
        )
        if record._name == "res.partner" and not record.customer_rank:
            # Or its first document would write it, which two workers may do at once.
            record.sudo().customer_rank = 1

    def _park(self, missing, message):
        """Wait, under a named cause, for something that this object refers to."""
        self.ensure_one()
        self.write({"state": "waiting", "waiting_for": missing.key, "message": message})

    def _ignore(self, message):
        self.write({"state": "ignored", "message": message, "waiting_for": False})

    def _fail(self, message):
        self.write({"state": "error", "message": message, "waiting_for": False})

    def _record(self):
        """The linked Odoo record, or an empty recordset when it is gone."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()

    def _records(self):
        """{object: its Odoo record} of those that have one, in one read a model."""
        alive = {}
        for model, group in self.filtered("res_id").grouped("res_model").items():
            for record in self.env[model].browse(group.mapped("res_id")).exists():
                alive[model, record.id] = record
        return {
            obj: alive[obj.res_model, obj.res_id]
            for obj in self
            if (obj.res_model, obj.res_id) in alive
        }

    # --- The mirror -------------------------------------------------------------------

    @api.model
    def _upsert(self, backend, entity, payloads, state="new"):
        """Store objects as QuickBooks answered them, in one statement.

        An object that is already known with this SyncToken and time, or later ones, is
        left alone: it is an echo of our own write, or an older answer that came late.
        Both are compared because a side effect on an object may move its time and leave
        its SyncToken (recorded).

        What was only listed is taken as new when a sync reads it.

        :param list payloads: QuickBooks objects (dicts).
        :param str state: "new", to be applied; "listed", to be shown until somebody
            chooses it.
        :returns: the rows that are new or changed.
        """
        if not payloads:
            return self.browse()
        self.flush_model()
        now = fields.Datetime.now()
        rows = {
            payload["Id"]: (
                backend.id,
                backend.company_id.id,
                entity,
                payload["Id"],
                int(payload.get("SyncToken") or 0),
                payload.get("MetaData", {}).get("LastUpdatedTime"),
                payload.get("AccountSubType") or payload.get("Type"),
                _label(payload),
                *_document(payload),
                Json(payload),
                lane_of(entity, payload),
                state,
                False,
                self.env.uid,
                now,
                self.env.uid,
                now,
            )
            for payload in payloads
        }
        found = execute_values(
            self.env.cr._obj, UPSERT, list(rows.values()), page_size=500, fetch=True
        )
        changed = self.browse(row[0] for row in found)
        self.invalidate_model()
        return changed

    @api.model
    def _mark_deleted(self, backend, entity, qbo_ids):
        """QuickBooks no longer has these; what they said last is kept."""
        gone = self.search(
            [
                ("backend_id", "=", backend.id),
                ("entity", "=", entity),
                ("qbo_id", "in", qbo_ids),
                ("deleted", "=", False),
            ]
        )
        gone.write({"deleted": True, "state": "new"})
        return gone

    @api.model
    def _find(self, backend, entity, qbo_id):
        return self.search(
            [
                ("backend_id", "=", backend.id),
                ("entity", "=", entity),
                ("qbo_id", "=", qbo_id),
            ]
        )

    @api.model
    def _id_of(self, backend, record):
        """The QuickBooks id of an Odoo record, or None."""
        found = self.search(
            [
                ("backend_id", "=", backend.id),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("deleted", "=", False),
            ],
            limit=1,
        )
        return found.qbo_id or None

    @api.model
    def _of_documents(self, backend, documents):
        """{QuickBooks id: payload} of bound documents, as they were last seen there."""
        rows = self.search_fetch(
            [
                ("backend_id", "=", backend.id),
                ("entity", "in", list({d._qbo_entity() for d in documents})),
                ("qbo_id", "in", documents.mapped("qbo_id")),
                ("deleted", "=", False),
            ],
            ["qbo_id", "payload"],
        )
        return {row.qbo_id: row.payload for row in rows}

    @api.model
    def _remember(self, backend, answers):
        """Keep what QuickBooks answered to our own writes, linked to their origins.

        :param list answers: [(entity, payload, Odoo record)].
        """
        by_entity = {}
        for entity, payload, record in answers:
            by_entity.setdefault(entity, {})[payload["Id"]] = payload, record
        for entity, known in by_entity.items():
            self._upsert(
                backend, entity, [payload for payload, _record in known.values()]
            )
            rows = self.search(
                [
                    ("backend_id", "=", backend.id),
                    ("entity", "=", entity),
                    ("qbo_id", "in", list(known)),
                ]
            )
            for row in rows:
                row._link(known[row.qbo_id][1])

    def action_retry(self):
        """Try again what is in error or waiting; no further read is needed.

        Every reader may: it changes nothing that QuickBooks said.
        """
        self.check_access("read")
        again = self.sudo().filtered(
            lambda o: o.state in ("error", "waiting", "ignored")
        )
        again.write({"state": "new", "message": False, "waiting_for": False})
        for backend in again.backend_id:
            backend._start_run("retry")._delay_apply()
        return self.env["qbo.backend"]._toast(
            self.env._("%s objects are tried again; see Recent Syncs.", len(again)),
            "info",
        )

    def action_open_record(self):
        self.ensure_one()
        record = self._record()
        return record._get_records_action() if record else False


def _label(payload):
    """How people call the object in QuickBooks: its name or its number."""
    for key in (
        "FullyQualifiedName",
        "DisplayName",
        "Name",
        "DocNumber",
        "PaymentRefNum",
    ):
        if payload.get(key):
            return payload[key]
    return payload["Id"]


def _document(payload):
    """Date, customer's name and total of a document; empty for names of lists."""
    if not payload.get("TxnDate"):
        return None, None, None
    customer = payload.get("CustomerRef") or {}
    return _day(payload["TxnDate"]), customer.get("name"), payload.get("TotalAmt")


def _day(text):
    """A date as QuickBooks writes it; None where it is none: applying it says so."""
    try:
        return fields.Date.to_date(text)
    except ValueError:
        return None
