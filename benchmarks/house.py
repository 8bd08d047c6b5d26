"""A database of the benchmarks' own, and the stop-watch."""

import contextlib
import resource
import sys
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "script" / "lib"))


class Measure(NamedTuple):
    """Wall time in seconds, SQL queries, and growth of peak memory in MB."""

    seconds: float
    queries: int
    megabytes: float


@contextlib.contextmanager
def odoo_environment():
    """An Odoo environment with the addon installed; nothing in it is kept."""
    from house import home  # script/lib
    from instance import NO_JOB_RUNNER, Instance
    from processes import Processes

    instance = Instance(home(), "bench", 0, NO_JOB_RUNNER)
    with instance.owned(), Processes() as processes:
        instance.install(instance.open(processes), anew_if_broken=True)
        yield from _environment(instance)


def _environment(instance):
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(["-c", str(instance.config), "--log-level=error"])
    with Registry(instance.database).cursor() as cursor:
        yield odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {})
        cursor.rollback()


def measure(env, work):
    """Run `work()` in a savepoint that is taken back; what it cost."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    savepoint = env.cr.savepoint()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    work()
    env.flush_all()
    seconds, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    savepoint.rollback()
    savepoint.close(rollback=False)
    env.invalidate_all()
    return Measure(seconds, queries, (peak - before) / 1024)
