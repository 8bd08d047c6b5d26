"""The rungs of the match ladder, in SQL.

A rung is a query for pairs: (QuickBooks row, Odoo record, score). It reads the
temporary table `qbo_match`, where the rows of both sides stand under their names as
`match_names` writes them. A score of 1 is sure, less is a suggestion.
"""

#: Names are close from this share of common trigrams on (Jaccard index, 0 to 1).
CLOSE = 0.5
#: Scores that differ by less are equally good.
MARGIN = 0.1
#: A row shows so many candidates at most.
CANDIDATES = 10
TABLE = """
    DROP TABLE IF EXISTS qbo_match;
    CREATE TEMPORARY TABLE qbo_match (
        row serial, mine boolean, id integer, nested boolean, parent integer,
        name text, leaf text, bare text, digits text, email text, code text
    ) ON COMMIT DROP
"""
FILL = """
    INSERT INTO qbo_match (
        mine, id, nested, parent, name, leaf, bare, digits, email, code
    ) VALUES %s
"""

#: Two names with a Jaccard index of t have one of their (1 - t) n + 1 rarest trigrams
#: in common ("prefix filter" of set similarity joins), so only such pairs are compared;
#: and only with the same numbers in them: "Lot 7" and "Lot 8" are alike, not the same.
CLOSE_PAIRS = """
    WITH gram AS (
        SELECT row, mine, digits, trigram
        FROM qbo_match, unnest(show_trgm(bare)) AS trigram
    ), spread AS (
        SELECT trigram, count(*) AS spread FROM gram GROUP BY trigram
    ), ranked AS (
        SELECT row, mine, digits, trigram,
            row_number() OVER (PARTITION BY row ORDER BY spread, trigram) AS place,
            count(*) OVER (PARTITION BY row) AS size
        FROM gram JOIN spread USING (trigram)
    ), rare AS (
        SELECT row, mine, digits, trigram FROM ranked
        WHERE place <= size - ceil(%(t)s * size) + 1
    ), meeting AS (
        SELECT DISTINCT q.row AS q, o.row AS o
        FROM rare q JOIN rare o USING (trigram, digits)
        WHERE NOT q.mine AND o.mine
    )
    SELECT q.id, o.id, least(similarity(q.bare, o.bare), 0.99)
    FROM meeting
        JOIN qbo_match q ON q.row = meeting.q
        JOIN qbo_match o ON o.row = meeting.o
    WHERE similarity(q.bare, o.bare) >= %(t)s AND (q.nested OR NOT o.nested)
"""
PAIRS = """
    SELECT q.id, o.id, {score}
    FROM qbo_match q JOIN qbo_match o USING ({key})
    WHERE NOT q.mine AND o.mine AND q.{key} <> '' AND (q.nested OR NOT o.nested)
"""
#: A job has its own name under the record that its customer has or should have.
JOBS = """
    SELECT q.id, o.id, CASE WHEN customer.match_state = 'linked' THEN 1 ELSE 0.9 END
    FROM qbo_match q
        JOIN qbo_match o USING (leaf)
        JOIN qbo_object customer
            ON customer.id = q.parent AND customer.match_partner_id = o.parent
    WHERE NOT q.mine AND o.mine AND q.leaf <> ''
"""
SAME_NAME = """
    CASE WHEN q.code <> o.code AND '' NOT IN (q.code, o.code) THEN 0.9 ELSE 1 END
"""
ALIKE = "CASE WHEN similarity(q.bare, o.bare) >= %(other)s THEN 1 ELSE 0.5 END"

RUNGS = {
    "name": PAIRS.format(key="name", score=SAME_NAME),
    "email": PAIRS.format(key="email", score=ALIKE),
    "tax": PAIRS.format(key="code", score=ALIKE),
    "sku": PAIRS.format(key="code", score="1"),
    "parent": JOBS,
    "close": CLOSE_PAIRS,
}
#: QuickBooks nests customers five deep; each rung of jobs settles one level.
LEVELS = ("parent",) * 4
LADDERS = {
    "Customer": ("name", "email", "tax", *LEVELS, "close", *LEVELS),
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
        SELECT object, max(score) AS score,
            bool_and(choices = 1 AND rivals = 1) AS sole,
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
    DELETE FROM qbo_match WHERE (mine, id) IN (
        SELECT FALSE, object FROM verdict
        UNION ALL SELECT TRUE, records[1] FROM verdict WHERE sole
    )
"""
