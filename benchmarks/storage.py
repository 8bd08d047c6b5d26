"""What the connector keeps of so many documents, table by table.

Real rows are copied into tables of the same make, indexes included: objects as a sync
of the sandbox' company reads them, and for each document one push with what was sent
and answered, as an export of payments leaves them.
"""

from benchmarks.calls import Company
from benchmarks.house import odoo_environment
from benchmarks.rows import copy_rows
from qbo_sandbox.testing import SandboxServer

SAMPLE = 60  # payments that are really sent
#: Syncs of 90 days: each day four quiet kinds share four rows, and 100 find something.
RUNS = 90 * 104
#: Calls are counted once for each transaction that made some: 400 a day, for 400 days.
COUNTS = 400 * 400
NEW_ID = {"id": "n"}
TABLES = (
    (
        "qbo_object",
        "entity IN ('Invoice', 'CreditMemo', 'Payment')",
        {**NEW_ID, "qbo_id": "n::varchar", "res_id": "n"},
        "the mirror: an object a document",
    ),
    (
        "qbo_history",
        "sent IS NOT NULL",
        {**NEW_ID, "res_id": "n"},
        "the log: a push a document",
    ),
    (
        "queue_job",
        "method_name = '_job_qbo_push'",
        {**NEW_ID, "uuid": "md5(n::varchar)", "identity_key": "n::varchar"},
        "jobs: a push a document",
    ),
    ("qbo_run", "TRUE", NEW_ID, "syncs of 90 days"),
    ("qbo_api_usage", "TRUE", NEW_ID, "calls of 400 days"),
)
OTHER_SIZES = {"qbo_run": RUNS, "qbo_api_usage": COUNTS}


def run(size=100_000):
    with odoo_environment() as env, SandboxServer.start("demo") as server:
        company = Company(env, server)
        company.sync()
        company.pay(SAMPLE)
        company.run_jobs()
        env.flush_all()
        for each in company.payments:
            assert each.qbo_state == "synced", each.qbo_message
        print(f"storage: {size} documents")
        for table, where, changes, title in TABLES:
            rows = OTHER_SIZES.get(table, size)
            whole, indexes = _size_of(env, table, where, changes, rows)
            print(
                f"  {table:14} {rows:7} rows  {whole / 2**20:6.0f} MB"
                f"  {indexes / 2**20:4.0f} of them indexes"
                f"  {whole / rows:6.0f} bytes a row  {title}"
            )


def _size_of(env, table, where, changes, rows):
    """(bytes in all, bytes of its indexes) of a table with so many rows."""
    copy = f"{table}_measured"
    env.cr.execute(f'CREATE TABLE "{copy}" (LIKE "{table}" INCLUDING ALL)')
    copy_rows(env, table, rows, changes, where, into=copy)
    env.cr.execute(f'SELECT count(*) FROM "{copy}"')
    assert env.cr.fetchone() == (rows,), table
    env.cr.execute(
        "SELECT pg_total_relation_size(%s), pg_indexes_size(%s)", [copy, copy]
    )
    return env.cr.fetchone()
