"""A database of the benchmarks' own, and the stop-watch."""

import contextlib
import cProfile
import gc
import os
import pstats
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


class StopWatch:
    """Adds up wall time and queries of all that is done in its `with` blocks.

    Each block starts with empty caches of records, as a job does.
    """

    def __init__(self, env):
        self.env = env
        self.seconds, self.queries = 0.0, 0

    def __enter__(self):
        self.env.flush_all()
        self.env.invalidate_all()
        gc.collect()
        self._begin = time.perf_counter(), self.env.cr.sql_log_count

    def __exit__(self, *_error):
        start, queries = self._begin
        self.seconds += time.perf_counter() - start
        self.queries += self.env.cr.sql_log_count - queries

    def line(self, count):
        """The cost of each of so many documents, to print."""
        return (
            f"{self.seconds:7.1f} s  {1000 * self.seconds / count:6.1f} ms"
            f"  {self.queries / count:5.1f} queries a document"
        )


@contextlib.contextmanager
def profiled(wanted):
    """Where the time goes, for `print_profile`, if it is `wanted`."""
    if not (wanted and os.environ.get("QBO_PROFILE")):
        yield
        return
    _profile.enable()
    yield
    _profile.disable()


_profile = cProfile.Profile()


def print_profile():
    """What `profiled` has seen; nothing where it was not wanted."""
    if _profile.getstats():
        pstats.Stats(_profile, stream=sys.stderr).sort_stats("cumtime").print_stats(80)
