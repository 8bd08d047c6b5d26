"""What people would do instead: Odoo's own CSV import, and one job per document.

All make the same invoices of three lines with a tax, posted; sets of the three take
turns. The CSV is imported as the import screen does it, its drafts are then confirmed.
"""

import csv
import io

from benchmarks.books import AMOUNTS, DATE, Books, as_autovacuum_would, invoice
from benchmarks.floor import Floor
from benchmarks.house import StopWatch, odoo_environment
from benchmarks.imports import Connector

LINE = "invoice_line_ids/"
COLUMNS = ("move_type", "name", "partner_id/.id", "journal_id/.id", "invoice_date")
LINE_COLUMNS = ("product_id/.id", "name", "quantity", "price_unit", "tax_ids/.id")


def run(size=450):
    with odoo_environment() as env:
        from odoo.addons.qbo_connector.const import APPLY_SIZE

        books = Books(env)
        connector, table = Connector(books), _Table(books)
        ways = {
            "connector": lambda _numbers: connector.apply(),
            "CSV import": table.take,
            "a job each": lambda numbers: _one_by_one(books, numbers),
        }
        watches = {name: StopWatch(env) for name in ways}
        for start in range(0, size, APPLY_SIZE):
            numbers = range(start, min(start + APPLY_SIZE, size))
            for offset, (name, way) in enumerate(ways.items()):
                shifted = range(*(edge + offset * size for edge in _edges(numbers)))
                if name != "CSV import":
                    state = "new" if name == "connector" else "listed"
                    _mirror(books, shifted, state)
                with watches[name]:
                    way(shifted)
                as_autovacuum_would(env)
    print(f"alternatives: {size} posted invoices of 3 lines with tax")
    for name, watch in watches.items():
        ratio = watch.seconds / watches["connector"].seconds
        print(f"  {name:12} {watch.line(size)}  {ratio:5.2f} x the connector")


def _edges(numbers):
    return numbers.start, numbers.stop


def _mirror(books, numbers, state):
    books.mirror("Invoice", list(map(invoice, numbers))).state = state


def _one_by_one(books, numbers):
    """A job for each document, as a simple connector queues them."""
    from odoo.addons.queue_job.job import Job

    env = books.env
    ids = [invoice(number)["Id"] for number in numbers]
    for obj in env["qbo.object"].search([("qbo_id", "in", ids)]):
        job = books.backend.with_delay()._apply(obj)
        env.flush_all()
        env.invalidate_all()  # each job has an environment of its own
        Job.load(env, job.uuid).perform()
        env.flush_all()


class _Table:
    """Invoices as a CSV file, for `base_import`."""

    def __init__(self, books):
        self.env = books.env
        self.floor = Floor(books)

    def take(self, numbers):
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "account.move",
                "file": self._csv(numbers).encode(),
                "file_type": "text/csv",
                "file_name": "invoices.csv",
            }
        )
        names = [*COLUMNS, *(LINE + name for name in LINE_COLUMNS)]
        options = {
            "has_headers": True,
            "quoting": '"',
            "separator": ",",
            "date_format": "%Y-%m-%d",
            "tracking_disable": True,
        }
        quiet = wizard.with_context(tracking_disable=True)
        done = quiet.execute_import(names, names, options)
        assert done["ids"], done["messages"]
        moves = self.env["account.move"].browse(done["ids"])
        moves.with_context(tracking_disable=True, qbo_import=True)._post(soft=False)
        self.env.flush_all()

    def _csv(self, numbers):
        """One row for each line; a document's own columns are on its first one."""
        file = io.StringIO()
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*COLUMNS, *(LINE + name for name in LINE_COLUMNS)])
        for number in numbers:
            values = self.floor.invoice(number)
            head = ["out_invoice", values["name"], values["partner_id"]]
            head += [values["journal_id"], DATE]
            for amount in AMOUNTS:
                line = [self.floor.product, "Garden design", 1, amount, self.floor.tax]
                writer.writerow([*head, *line])
                head = [""] * len(COLUMNS)
        return file.getvalue()
