"""Rows by the hundred thousand: real ones, copied in the database itself."""

from odoo.tools import SQL


def copy_rows(env, table, size, changes, where="TRUE", into=None):
    """Copy the rows of a table, one after the other and again, as often as asked for.

    :param dict changes: {column: SQL of its value}, where `n` counts the copies from 1
    :param into: another table with these columns
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    values = [changes.get(name, f'"{name}"') for name in names]
    env.cr.execute(
        SQL(
            """
            WITH found AS (
                SELECT row_number() OVER (ORDER BY id) - 1 AS place,
                    count(*) OVER () AS many, * FROM %(table)s WHERE %(where)s)
            INSERT INTO %(into)s (%(names)s)
            SELECT %(values)s FROM generate_series(1, %(size)s) n
            JOIN found ON place = n %% many
            """,
            table=SQL.identifier(table),
            where=SQL(where),
            into=SQL.identifier(into or table),
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(map(SQL, values)),
            size=size,
        )
    )
    env.invalidate_all()
