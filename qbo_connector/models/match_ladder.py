"""The match ladder: which Odoo record is the twin of a QuickBooks customer or item.

Each rung is one statement over all rows that are still without an answer. A pair is
proposed where it is the one best for both; where several are about as good, people
choose.
"""

from psycopg2.extras import execute_values

from odoo.fields import Domain
from odoo.tools import SQL, email_split

from ..entities import match_names as names
from ..entities.customer import TAX_IDS
from ..entities.item import PRODUCT_TYPES
from . import match_rungs as rungs

READ_CUSTOMERS = """
    SELECT id, payload->'ParentRef'->>'value', payload->>'FullyQualifiedName',
        payload->>'DisplayName', payload->'PrimaryEmailAddr'->>'Address', ARRAY[%s]
"""
READ_ITEMS = """
    SELECT id, NULL, payload->>'FullyQualifiedName', payload->>'Name', NULL,
        ARRAY[payload->>'Sku']
"""
#: Partners that may be customers: no addresses and no people of a customer.
CUSTOMERS = Domain("type", "=", "contact") | Domain("qbo_sub_customer", "=", True)


class Ladder:
    """One run of the ladder for the customers or the items of a connection."""

    def __init__(self, backend, entity):
        self.backend = backend
        self.entity = entity
        self.cr = backend.env.cr
        self.objects = backend.env["qbo.object"]
        self.column = self.objects._match_field(entity)

    def climb(self):
        """Propose twins for every row that nobody has decided on."""
        self.objects.flush_model()
        self._reset()
        self.cr.execute(rungs.TABLE)
        execute_values(
            self.cr._obj, rungs.FILL, self._quickbooks_rows(), page_size=1000
        )
        execute_values(self.cr._obj, rungs.FILL, self._odoo_rows(), page_size=1000)
        self.cr.execute("ANALYZE qbo_match")
        for rung in rungs.LADDERS[self.entity]:
            self._settle(rung)
        self.objects.invalidate_model()

    def is_complete(self):
        """Whether every row that needs a twin has been compared: none came later."""
        self.objects.flush_model()
        self.cr.execute(
            SQL(
                """
                SELECT 1 FROM qbo_object
                WHERE backend_id = %s AND entity = %s AND match_state IS NULL AND %s
                LIMIT 1
                """,
                self.backend.id,
                self.entity,
                self._shown(),
            )
        )
        return not self.cr.fetchone()

    def _settle(self, rung):
        statement = rungs.SETTLE.format(pairs=rungs.RUNGS[rung], column=self.column)
        values = {
            "rung": rung,
            "t": rungs.CLOSE,
            "other": names.OTHER_NAME,
            "margin": rungs.MARGIN,
            "candidates": rungs.CANDIDATES,
        }
        self.cr.execute(statement, values)

    # --- What is compared ----------------------------------------------------------

    def _reset(self):
        """Rows start anew, with what their lists show, unless somebody decided on them.

        A decision falls with its Odoo record.
        """
        model = self.objects._fields[self.column].comodel_name
        table = self.backend.env[model]._table
        self.cr.execute(
            SQL(
                """
                UPDATE qbo_object SET
                    match_state = CASE WHEN %(shown)s THEN 'none' END,
                    match_decision = NULL, match_rung = NULL, match_score = NULL,
                    match_candidates = NULL, %(column)s = NULL,
                    match_email = payload->'PrimaryEmailAddr'->>'Address',
                    match_code = payload->>'Sku',
                    match_amount = coalesce(payload->>'Balance', payload->>'UnitPrice')
                        ::numeric,
                    match_currency_id = coalesce((
                        SELECT id FROM res_currency
                        WHERE name = payload->'CurrencyRef'->>'value'
                    ), %(currency)s)
                WHERE backend_id = %(backend)s AND entity = %(entity)s
                    AND (match_decision IS NULL OR match_decision = 'known'
                        OR match_decision = 'paired' AND %(column)s IS NULL)
                    AND (match_rung IS DISTINCT FROM 'hand' OR %(column)s IS NULL);
                UPDATE qbo_object SET match_state = 'linked', match_rung = 'id',
                    match_decision = 'known', %(column)s = record.id
                FROM %(table)s record
                WHERE backend_id = %(backend)s AND entity = %(entity)s
                    AND match_decision IS NULL AND match_state IS NOT NULL
                    AND res_model = %(model)s AND res_id = record.id
                """,
                shown=self._shown(),
                column=SQL.identifier(self.column),
                currency=self.backend.company_id.currency_id.id,
                backend=self.backend.id,
                entity=self.entity,
                table=SQL.identifier(table),
                model=model,
            )
        )

    def _shown(self):
        """Inactive and deleted rows, categories and bundles need no twin."""
        active = SQL("NOT deleted AND coalesce((payload->>'Active')::boolean, TRUE)")
        if self.entity == "Customer":
            return active
        return SQL("%s AND kind IN %s", active, tuple(PRODUCT_TYPES))

    def _quickbooks_rows(self):
        taxes = SQL(", ").join(SQL("payload->>%s", field) for field in TAX_IDS)
        customers = self.entity == "Customer"
        read = SQL(READ_CUSTOMERS, taxes) if customers else SQL(READ_ITEMS)
        mine = SQL(
            " FROM qbo_object WHERE backend_id = %s AND entity = %s",
            self.backend.id,
            self.entity,
        )
        self.cr.execute(SQL("SELECT qbo_id, id%s", mine))
        ids = dict(self.cr.fetchall())
        self.cr.execute(
            SQL("%s%s AND match_state = 'none' AND match_decision IS NULL", read, mine)
        )
        for row_id, parent, full, own, email, codes in self.cr.fetchall():
            code = next(filter(None, map(names.code, codes)), "")
            called = names.of_customer(full or own) if customers else {full or own, own}
            nested = parent is not None
            for name in called:
                yield _row(False, row_id, nested, ids.get(parent), name, email, code)

    def _odoo_rows(self):
        read = self._partner_rows if self.entity == "Customer" else self._product_rows
        model = self.objects._fields[self.column].comodel_name
        taken = self.backend._match_taken(self.entity)
        domain = [("company_id", "in", (False, self.backend.company_id.id))]
        return read(self.backend.env[model].sudo(), domain, taken)

    def _partner_rows(self, partners, domain, taken):
        fields = ["name", "parent_id", "email", "vat", "commercial_partner_id"]
        for partner in partners.search_fetch(CUSTOMERS & Domain(domain), fields):
            if partner.id not in taken:
                name = _full_name(partner)
                nested = partner.commercial_partner_id != partner
                code = names.code(partner.vat)
                parent = partner.parent_id.id or None
                yield _row(True, partner.id, nested, parent, name, partner.email, code)

    def _product_rows(self, products, domain, taken):
        for product in products.search_fetch(domain, ["name", "default_code"]):
            if product.id not in taken:
                code = names.code(product.default_code)
                yield _row(True, product.id, False, None, product.name, None, code)


def _full_name(partner):
    """A partner under its parents, as QuickBooks calls a sub-customer."""
    parent = partner.parent_id
    return names.path(partner.name, _full_name(parent) if parent else None)


def _row(mine, row_id, nested, parent, name, email, code):
    plain, bare = names.plain(name), names.bare(name)
    leaf = plain.rpartition(":")[2] if parent else ""
    main = next(iter(email_split(email or "")), "").casefold()
    digits = names.digits(bare)
    return mine, row_id, nested, parent, plain, leaf, bare, digits, main, code
