"""*Errors* and the page of the connection among many documents, 5 % in trouble."""

import time

from benchmarks.calls import Company
from benchmarks.house import odoo_environment
from benchmarks.rows import copy_rows
from qbo_sandbox.testing import SandboxServer

SAMPLE = 60  # payments that are really sent
#: One document of twenty is in trouble, for one of as many causes.
IN_TROUBLE, CAUSES = 20, 25
CHOSEN = f"mod(n, {IN_TROUBLE}) = 0"
KIND = f"'Kind ' || mod(n / {IN_TROUBLE}, {CAUSES})"
#: Ids beyond those of real rows.
BEYOND = "1000000000 + n"
#: What the list of *Errors* shows.
SHOWN = ["state", "res_model", "document_count", "value", "name", "advice", "reason"]
SHOWN += ["trial_state", "remedy_label"]
COUNTS = ["pending_count", "payment_error_count", "move_error_count", "error_count"]


def run(size=100_000):
    with odoo_environment() as env, SandboxServer.start("demo") as server:
        company = Company(env, server)
        company.sync()
        company.pay(SAMPLE)
        company.run_jobs()
        env.flush_all()
        for each in company.payments:
            assert each.qbo_state == "synced", each.qbo_message
        print(f"errors: {size} objects of QuickBooks, {size} documents of Odoo")
        _fill(env, size)
        errors = env["qbo.error"]
        _told("Errors, its list", env, lambda: errors.search([]).read(SHOWN))
        rows = errors.search([])
        count = sum(rows.mapped("document_count"))
        print(f"  {count} documents in {len(rows)} rows")
        for row in (rows[0], rows[-1]):
            _told(
                f"one opened ({row.document_count} of {row.res_model})",
                env,
                lambda r=row: _open(env, r.action_open()),
            )
        backend = company.backend
        _told("the connection's counters", env, lambda: backend.read(COUNTS))


def _fill(env, size):
    """Copies of what was synced, with trouble of as many kinds as `CAUSES`."""
    documents = "entity IN ('Invoice', 'CreditMemo', 'Payment')"
    bound = "qbo_state IS NOT NULL"
    trouble = {
        "id": BEYOND,
        "qbo_id": f"({BEYOND})::varchar",
        "qbo_state": f"CASE WHEN {CHOSEN} THEN 'error' ELSE qbo_state END",
        "qbo_cause": f"CASE WHEN {CHOSEN} THEN {KIND} END",
    }
    copy_rows(
        env,
        "qbo_object",
        size,
        {
            "id": BEYOND,
            "qbo_id": f"({BEYOND})::varchar",
            "state": f"CASE WHEN {CHOSEN} THEN 'error' ELSE state END",
            "error_kind": KIND,
        },
        documents,
    )
    named = {**trouble, "name": "'COPY/' || n", "sequence_number": "n"}
    copy_rows(env, "account_move", size // 2, named, bound)
    copy_rows(env, "account_payment", size - size // 2, trouble, bound)
    env.cr.execute("ANALYZE qbo_object, account_move, account_payment")


def _open(env, action):
    """The first page of a list, and how many there are."""
    model = env[action["res_model"]]
    model.search(action["domain"], limit=80).read(["display_name"])
    model.search_count(action["domain"])


def _told(title, env, work):
    """Print what something costs that was done before, so that models are known."""
    work()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    work()
    seconds, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
    print(f"  {title:42} {1000 * seconds:7.0f} ms  {queries:4} queries")
