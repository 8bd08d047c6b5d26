"""The match ladder: which Odoo record is the twin of a QuickBooks customer or item.

Each rung is one statement over all rows that are still without an answer. A rung gives
pairs with a score; 1 is sure, less is a suggestion. A pair is proposed where it is the
one best for both; where several are about as good, people choose.
"""

from psycopg2.extras import execute_values

from odoo.tools import SQL, email_split

from ..entities.item import PRODUCT_TYPES
from . import match_names as names

#: Names are close from this share of common trigrams on (Jaccard index, 0 to 1).
CLOSE = 0.5
#: Less alike than this, two names contradict what an e-mail or tax id says.
OTHER_NAME = 0.3
#: Scores that differ by less are equally good.
MARGIN = 0.1
#: A row shows so many candidates at most.
CANDIDATES = 10
#: Where a customer's tax id may be; QuickBooks masks the first in its answers.
TAX_IDS = ("PrimaryTaxIdentifier", "GSTIN", "BusinessNumber", "SecondaryTaxIdentifier")

TABLE = """
    DROP TABLE IF EXISTS qbo_match;
    CREATE TEMPORARY TABLE qbo_match (
        row serial, mine boolean, id integer, nested boolean, name text, bare text,
        digits text, email text, code text
    ) ON COMMIT DROP
"""
FILL = "INSERT INTO qbo_match (mine, id, nested, name, bare, digits, email, code) VALUES %s"

#: Two names with a Jaccard index of t have one of their (1 - t) n + 1 rarest trigrams in
#: common ("prefix filter" of set similarity joins), so only such pairs are compared.
CLOSE_PAIRS = """
    WITH gram AS (
        SELECT row, mine, trigram
        FROM qbo_match, unnest(show_trgm(bare)) AS trigram
    ), spread AS (
        SELECT trigram, count(*) AS spread FROM gram GROUP BY trigram
    ), ranked AS (
        SELECT row, mine, trigram,
            row_number() OVER (PARTITION BY row ORDER BY spread, trigram) AS place,
            count(*) OVER (PARTITION BY row) AS size
        FROM gram JOIN spread USING (trigram)
    ), rare AS (
        SELECT row, mine, trigram FROM ranked WHERE place <= size - ceil(%(t)s * size) + 1
    ), meeting AS (
        SELECT DISTINCT q.row AS q, o.row AS o
        FROM rare q JOIN rare o USING (trigram)
        WHERE NOT q.mine AND o.mine
    )
    SELECT q.id, o.id, least(similarity(q.bare, o.bare), 0.99)
    FROM meeting JOIN qbo_match q ON q.row = meeting.q JOIN qbo_match o ON o.row = meeting.o
    WHERE similarity(q.bare, o.bare) >= %(t)s
        AND q.digits = o.digits AND (q.nested OR NOT o.nested)
"""
PAIRS = """
    SELECT q.id, o.id, {score}
    FROM qbo_match q JOIN qbo_match o USING ({key})
    WHERE NOT q.mine AND o.mine AND q.{key} <> '' AND (q.nested OR NOT o.nested)
"""
SAME_NAME = "CASE WHEN q.code <> o.code AND '' NOT IN (q.code, o.code) THEN 0.9 ELSE 1 END"
ALIKE = "CASE WHEN similarity(q.bare, o.bare) >= %(other)s THEN 1 ELSE 0.5 END"

RUNGS = {
    "name": PAIRS.format(key="name", score=SAME_NAME),
    "email": PAIRS.format(key="email", score=ALIKE),
    "tax": PAIRS.format(key="code", score=ALIKE),
    "sku": PAIRS.format(key="code", score="1"),
    "close": CLOSE_PAIRS,
}
LADDERS = {
    "Customer": ("name", "email", "tax", "close"),
    "Item": ("sku", "name", "close"),
}

#: Writes what a rung found; proposed pairs and answered rows leave the table.
SETTLE = """
    WITH pair (object, record, score) AS ({pairs}), best AS (
        SELECT object, record, max(score)::float AS score FROM pair GROUP BY 1, 2
    ), ranked AS (
        SELECT *, greatest(max(score) OVER (PARTITION BY object),
            max(score) OVER (PARTITION BY record)) AS top
        FROM best
    ), good AS (
        SELECT *, count(*) OVER (PARTITION BY object) AS choices,
            count(*) OVER (PARTITION BY record) AS rivals
        FROM ranked WHERE score > top - %(margin)s
    ), verdict AS (
        SELECT object, max(score) AS score, bool_and(choices = 1 AND rivals = 1) AS sole,
            (array_agg(record ORDER BY score DESC, record))[:%(candidates)s] AS records
        FROM good GROUP BY object
    ), answered AS (
        UPDATE qbo_object SET
            match_rung = %(rung)s,
            match_score = score,
            match_candidates = to_jsonb(records),
            {column} = CASE WHEN sole THEN records[1] END,
            match_state = CASE WHEN NOT sole THEN 'ambiguous'
                WHEN score < 1 THEN 'suggested' ELSE 'linked' END
        FROM verdict WHERE qbo_object.id = verdict.object
    )
    DELETE FROM qbo_match USING verdict
    WHERE NOT mine AND id = object OR mine AND sole AND id = records[1]
"""

READ_CUSTOMERS = """
    SELECT id, payload->>'FullyQualifiedName', payload->>'DisplayName',
        payload->'PrimaryEmailAddr'->>'Address', %s, payload ? 'ParentRef'
"""
READ_ITEMS = """
    SELECT id, payload->>'FullyQualifiedName', payload->>'Name', NULL,
        ARRAY[payload->>'Sku'], FALSE
"""


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
        self.cr.execute(TABLE)
        execute_values(self.cr._obj, FILL, self._quickbooks_rows(), page_size=1000)
        execute_values(self.cr._obj, FILL, self._odoo_rows(), page_size=1000)
        self.cr.execute("ANALYZE qbo_match")
        for rung in LADDERS[self.entity]:
            if rung != "close" or self.backend.env.registry.has_trigram:
                self._settle(rung)
        self.objects.invalidate_model()

    def _settle(self, rung):
        statement = SETTLE.format(pairs=RUNGS[rung], column=self.column)
        values = {
            "rung": rung,
            "t": CLOSE,
            "other": OTHER_NAME,
            "margin": MARGIN,
            "candidates": CANDIDATES,
        }
        self.cr.execute(statement, values)

    # --- What is compared ---------------------------------------------------------------

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
        taxes = SQL("ARRAY[%s]", SQL(", ").join(SQL("payload->>%s", t) for t in TAX_IDS))
        read = SQL(READ_CUSTOMERS, taxes) if self.entity == "Customer" else SQL(READ_ITEMS)
        self.cr.execute(
            SQL(
                "%s FROM qbo_object WHERE backend_id = %s AND entity = %s"
                " AND match_state = 'none' AND match_decision IS NULL",
                read,
                self.backend.id,
                self.entity,
            )
        )
        for row_id, full, own, email, codes, nested in self.cr.fetchall():
            code = next(filter(None, map(names.code, codes)), "")
            called = {full or own} if self.entity == "Customer" else {full or own, own}
            for name in called:
                yield _row(False, row_id, nested, name, email, code)

    def _odoo_rows(self):
        read = self._partner_rows if self.entity == "Customer" else self._product_rows
        model = self.objects._fields[self.column].comodel_name
        taken = self.backend._match_taken(self.entity)
        domain = [("company_id", "in", (False, self.backend.company_id.id))]
        return read(self.backend.env[model].sudo(), domain, taken)

    def _partner_rows(self, partners, domain, taken):
        fields = ["name", "parent_id", "email", "vat", "commercial_partner_id"]
        domain = [*domain, ("type", "=", "contact")]
        for partner in partners.search_fetch(domain, fields):
            if partner.id not in taken:
                name = names.path(partner.name, partner.parent_id.name)
                nested = partner.commercial_partner_id != partner
                yield _row(True, partner.id, nested, name, partner.email, names.code(partner.vat))

    def _product_rows(self, products, domain, taken):
        for product in products.search_fetch(domain, ["name", "default_code"]):
            if product.id not in taken:
                code = names.code(product.default_code)
                yield _row(True, product.id, False, product.name, None, code)


def _row(mine, row_id, nested, name, email, code):
    bare = names.bare(name)
    main = next(iter(email_split(email or "")), "").casefold()
    return mine, row_id, nested, names.plain(name), bare, names.digits(bare), main, code
