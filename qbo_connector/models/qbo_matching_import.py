from odoo import models

from ..entities.entity import fingerprint
from .qbo_matching import AS_FOUND, TWINS


class QboEntity(models.AbstractModel):
    """The import keeps to what people decided on the matching screens."""

    _inherit = "qbo.entity"

    def _map(self, backend, objects):
        ignored = objects.filtered(lambda o: o.match_decision == "ignore")
        ignored._ignore_by_choice()
        work = super()._map(backend, objects - ignored)
        self._explain_ignored(backend, objects.filtered("waiting_for"))
        return work

    def _explain_ignored(self, backend, waiting):
        """Documents of an ignored customer or product say what they really wait for."""
        if not waiting:
            return
        ignored = waiting.search(
            [
                ("backend_id", "=", backend.id),
                ("entity", "in", list(TWINS)),
                ("match_decision", "=", "ignore"),
            ]
        )
        names = {f"{row.entity}:{row.qbo_id}": row.name for row in ignored}
        for row in waiting.filtered(lambda o: o.waiting_for in names):
            row.message = self.env._(
                "%s is ignored on the matching screen. Press Undo there: this goes on.",
                names[row.waiting_for],
            )

    def _update_records(self, backend, work):
        """A record that Odoo had before is linked, not overwritten."""
        found = [item for item in work if item.object.applied == AS_FOUND]
        others = [item for item in work if item.object.applied != AS_FOUND]
        for item in found:
            item.object._link(item.record, fingerprint(item.values))
        return super()._update_records(backend, others)


class QboEntityCustomer(models.AbstractModel):
    _inherit = "qbo.entity.customer"

    def _twins(self, backend, work):
        """Who said *Create in Odoo* gets a partner of its own."""
        unsaid = [item for item in work if item.object.match_decision != "create"]
        return super()._twins(backend, unsaid)
