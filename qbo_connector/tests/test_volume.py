import logging
import time
from unittest.mock import patch

from ..const import QUIET
from ..entities.entity import entity_model
from ..models import qbo_run
from .import_common import ImportCase

_logger = logging.getLogger(__name__)
#: Queries per document of a set, little above what Odoo itself needs to create and post
#: one: a search within a loop would add one or more. `again`: taken over, unchanged.
MOST_QUERIES = {"Invoice": 5.0, "Payment": 18.4, "again": 0.5}
COUNT = 100
#: Queries that the connector adds to posting one invoice: its settings, the three of
#: the job's row, and what the entry's status costs.
MOST_TO_POST = 6


class TestVolume(ImportCase):
    """Sets are handled as sets."""

    def setUp(self):
        super().setUp()
        model = self.invoice(100), self.payment(10)
        self.sync()
        self.invoice_of_quickbooks = model[0]
        self.models = [self.row("Invoice", model[0]), self.row("Payment", model[1])]

    def rows(self, entity, number):
        row = self.models[entity == "Payment"]
        payload = {**row.payload, "Id": f"{9000 + number}", "SyncToken": "0"}
        if entity == "Invoice":
            lines = [self.line(30), self.line(20.55), self.line(49.45)]
            return {**payload, "DocNumber": f"S-{number}", "Line": lines}
        invoice = {"Id": f"{9000 + number}"}
        payload["Line"] = [self.applied(invoice, 60)]
        return {**payload, "Id": f"{20000 + number}", "TotalAmt": 60.0}

    def measure(self, entity, objects):
        backend = self.backend.with_company(self.company).with_context(**QUIET)
        self.env.flush_all()
        self.env.invalidate_all()
        before, start = self.cr.sql_log_count, time.perf_counter()
        entity_model(backend.env, entity)._apply(backend, objects)
        self.env.flush_all()
        spent = 1000 * (time.perf_counter() - start) / len(objects)
        queries = (self.cr.sql_log_count - before) / len(objects)
        _logger.info("%s: %.1f queries, %.1f ms a document", entity, queries, spent)
        return queries

    def test_queries_per_document_stay_few(self):
        for entity in ("Invoice", "Payment"):
            payloads = [self.rows(entity, number) for number in range(COUNT)]
            objects = self.env["qbo.object"]._upsert(self.backend, entity, payloads)
            self.assertLess(self.measure(entity, objects), MOST_QUERIES[entity])
            self.assertEqual(set(objects.mapped("state")), {"linked"})
            objects.state = "new"
            again = self.measure(entity, objects)
            self.assertLess(again, MOST_QUERIES["again"])
        open_ = [self.in_odoo("Invoice", {"Id": f"{9000 + n}"}) for n in range(COUNT)]
        self.assertEqual({move.amount_residual for move in open_}, {40})

    def test_statistics_grow_with_a_first_sync(self):
        """Else Odoo's own queries are planned for the tables as they were."""
        with patch.object(qbo_run, "GROWTH", 1):
            self.invoice(10)
            self.payment(5)
            counts = self.sync().mapped("analyzed_count")
        self.assertEqual(counts, [1])  # the invoice, before the payment's turn

    def test_posting_asks_little_more_of_the_database(self):
        # What is cached for good is read by the first of two.
        without = [self.post(qbo_import=True) for _again in range(2)][-1]
        more = [self.post() for _again in range(2)][-1] - without
        _logger.info("posting: %s queries more", more)
        self.assertLessEqual(more, MOST_TO_POST)

    def post(self, **context):
        """Queries that posting an invoice of one line takes."""
        move = self.in_odoo("Invoice", self.invoice_of_quickbooks).copy()
        move.invoice_date = "2026-10-08"
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        move.with_context(**context).action_post()
        self.env.flush_all()
        self.assertEqual(move.qbo_state, False if context else "pending")
        return self.cr.sql_log_count - before
