"""Import of invoices and payments, against the floor: the same documents made by bare
batched Odoo calls in the same process and database.

Both take turns, set by set, so that whatever else the machine does slows both alike.
What is timed of the connector is its apply job, from the mirror on: no HTTP.
"""

from functools import partial

from benchmarks.books import Books, as_autovacuum_would, invoice, payment
from benchmarks.floor import Floor
from benchmarks.house import StopWatch, odoo_environment, print_profile, profiled


def run(size=2000):
    with odoo_environment() as env:
        books = Books(env)
        floor, connector = Floor(books), Connector(books)
        print(f"imports: {size} invoices of 3 lines with tax, {size} payments")
        both = [0.0, 0.0]
        for entity in ("Invoice", "Payment"):
            times = _measured(books, floor, connector, entity, size)
            both = [sum(pair) for pair in zip(both, times, strict=True)]
        print(f"  ratio of both {both[1] / both[0]:.2f}")
    print_profile()


def _measured(books, floor, connector, entity, size):
    from odoo.addons.qbo_connector.const import APPLY_SIZE

    bare = floor.invoices if entity == "Invoice" else floor.payments
    make = invoice if entity == "Invoice" else payment
    watches = StopWatch(books.env), StopWatch(books.env)
    for start in range(0, size, APPLY_SIZE):
        numbers = range(start, min(start + APPLY_SIZE, size))
        objects = books.mirror(entity, list(map(make, numbers)))
        turns = [(watches[0], partial(bare, numbers)), (watches[1], connector.apply)]
        for watch, work in turns if start % (2 * APPLY_SIZE) else reversed(turns):
            with watch, profiled(watch is watches[1]):
                work()
        assert set(objects.mapped("state")) == {"linked"}, objects.mapped("message")
        as_autovacuum_would(books.env)
    for name, watch in zip(("bare Odoo calls", "connector"), watches, strict=True):
        print(f"  {entity:8} {name:16} {watch.line(size)}")
    print(f"  {entity:8} ratio {watches[1].seconds / watches[0].seconds:.2f}")
    return [watch.seconds for watch in watches]


class Connector:
    """The job that takes over what is in the mirror."""

    def __init__(self, books):
        self.backend, self.env = books.backend, books.env
        self.run = self.backend._start_run("first")

    def apply(self):
        """Take over the next set, as a job of its own."""
        self.backend._job_apply(self.run.id)
        self.env.flush_all()
