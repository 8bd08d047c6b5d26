"""Whether a document costs the same and memory stays, as an import gets longer.

Half of the objects are invoices, then come payments; read into the mirror page by page
and applied in sets, as a first import does.
"""

import resource
import time

from benchmarks.books import Books, as_autovacuum_would, invoice, payment
from benchmarks.house import StopWatch, odoo_environment
from benchmarks.imports import Connector


def run(size=20_000):
    with odoo_environment() as env:
        from odoo.addons.qbo_connector.const import APPLY_SIZE, PAGE_SIZE

        books = Books(env)
        connector = Connector(books)
        print(f"growth: {size // 2} invoices, then {size // 2} payments")
        peak = None
        for entity, make in (("Invoice", invoice), ("Payment", payment)):
            for start in range(0, size // 2, PAGE_SIZE):
                numbers = range(start, min(start + PAGE_SIZE, size // 2))
                books.mirror(entity, list(map(make, numbers)))
                watch, cpu = StopWatch(env), time.process_time()
                for _set in range(0, len(numbers), APPLY_SIZE):
                    with watch:
                        connector.apply()
                    as_autovacuum_would(env)
                cpu = 1000 * (time.process_time() - cpu) / len(numbers)
                peak = peak or _peak()  # what Odoo needs at all, by the first page
                print(
                    f"  {entity:8} {start:6}  {watch.line(len(numbers))}"
                    f"  {cpu:5.1f} ms of them in Python  +{_peak() - peak:3.0f} MB",
                    flush=True,
                )
        _check(books, size)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _check(books, size):
    groups = books.env["qbo.object"]._read_group(
        [
            ("backend_id", "=", books.backend.id),
            ("entity", "in", ("Invoice", "Payment")),
        ],
        ["state"],
        ["__count"],
    )
    assert groups == [("linked", size)], groups
