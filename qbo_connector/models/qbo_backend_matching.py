from odoo import fields, models
from odoo.exceptions import UserError

from .match_ladder import Ladder
from .match_rungs import LADDERS

SCREENS = {
    "Customer": "qbo_connector.action_qbo_match_customers",
    "Item": "qbo_connector.action_qbo_match_items",
}


class QboRun(models.Model):
    """A run of the match ladder is shown among the syncs, with its progress."""

    _inherit = "qbo.run"

    trigger = fields.Selection(
        selection_add=[("match", "Match")], ondelete={"match": "cascade"}
    )

    def _compute_summary(self):
        matching = self.filtered(lambda run: run.trigger == "match")
        for run in matching:
            run.summary = self.env._(
                "%(read)s compared, %(found)s with a record in Odoo, %(open)s without"
                " or ambiguous",
                read=run.read_count,
                found=run.applied_count,
                open=run.waiting_count,
            )
        return super(QboRun, self - matching)._compute_summary()

    def _still_waiting(self):
        """A comparison counts the rows that it found nothing sure for."""
        if self.trigger == "match":
            return self.waiting_count
        return super()._still_waiting()


class QboBackend(models.Model):
    """Matching: proposals for customers and products that exist on both sides."""

    _inherit = "qbo.backend"

    def action_match(self):
        """Compare customers and products with what Odoo has, in the background.

        What people decided or chose by hand is kept. Nothing is written to a customer
        or product.

        :raise UserError: PostgreSQL cannot compare names.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_trigrams()
        if self._running():
            words = self.env._(
                "A sync is running: press Compare when Recent Syncs shows that it has"
                " ended."
            )
            return self._toast(words, "warning")
        to_match = self.env["qbo.object"].search_count(self._match_domain())
        if not to_match:
            return self._toast(*self._words_for_nothing_to_match())
        self._start_match(to_match)
        return self._toast(
            self.env._("Comparing %s customers and products.", to_match), "info"
        )

    def _words_for_nothing_to_match(self):
        """(message, kind of toast): nothing was read yet, or there is nothing."""
        if not self.cursor:
            words = self.env._(
                "No customers or products of %s are read yet: press Sync Now first.",
                self.name,
            )
            return words, "warning"
        words = self.env._(
            "QuickBooks has no customers or products of %s to compare.", self.name
        )
        return words, "info"

    def _check_trigrams(self):
        if not self.env.registry.has_trigram:
            raise UserError(
                self.env._(
                    "Names cannot be compared: the PostgreSQL extension pg_trgm is"
                    " missing in this database. Let its administrator run CREATE"
                    " EXTENSION pg_trgm and restart Odoo."
                )
            )

    def _start_match(self, size):
        run = self._start_run("match")
        run.read_count = size
        self._delay_match(run, next(iter(LADDERS)))
        return run

    def _delay_match(self, run, entity):
        what = self.env._("match %s", entity)
        self._delay(what)._job_match(run.id, entity)

    def _job_match(self, run_id, entity):
        """Propose twins for one entity; the next one is a job of its own."""
        run = self.env["qbo.run"].browse(run_id)
        Ladder(self, entity).climb()
        counts = self._match_counts()[entity]
        found = counts["linked"] + counts["suggested"]
        total = self.env["qbo.object"].search_count(self._match_domain((entity,)))
        run._add(applied_count=found, waiting_count=total - found)
        entities = list(LADDERS)
        if entity != entities[-1]:
            return self._delay_match(run, entities[entities.index(entity) + 1])
        return run._finish()

    def _match_domain(self, entities=tuple(LADDERS)):
        return [
            ("backend_id", "=", self.id),
            ("entity", "in", entities),
            ("deleted", "=", False),
        ]

    # --- How far it is -------------------------------------------------------------

    def _match_counts(self):
        """{entity: {status: rows}}; "undecided" counts those that wait for a person."""
        objects = self.env["qbo.object"]
        found = {}
        for entity in LADDERS:
            rows = objects.match_counts(self._match_domain((entity,)))
            found[entity] = {state: count for state, _label, count, _open in rows}
            found[entity]["undecided"] = sum(row[3] for row in rows)
        return found

    def _is_compared(self):
        """Whether the ladder has seen every row that needs a twin."""
        return all(Ladder(self, entity).is_complete() for entity in LADDERS)

    def _match_taken(self, entity, decided_only=False):
        """Ids of Odoo records that a row of this connection has.

        :param bool decided_only: without those that are chosen by hand, not confirmed.
        """
        objects = self.env["qbo.object"].sudo()
        field = objects._match_field(entity)
        mine = [("backend_id", "=", self.id), ("entity", "=", entity)]
        model = objects._fields[field].comodel_name
        linked = [*mine, ("deleted", "=", False), ("res_model", "=", model)]
        taken = {row.res_id for row in objects.search_fetch(linked, ["res_id"])}
        if not decided_only:
            chosen = [*mine, ("match_rung", "=", "hand"), (field, "!=", False)]
            taken |= set(objects.search(chosen).mapped(f"{field}.id"))
        return taken

    # --- Screens -------------------------------------------------------------------

    def action_match_customers(self):
        return self._open_matching("Customer")

    def action_match_items(self):
        return self._open_matching("Item")

    def _open_matching(self, entity):
        domain = [*self._match_domain((entity,)), ("match_state", "!=", False)]
        return self._open_list(SCREENS[entity], domain)
