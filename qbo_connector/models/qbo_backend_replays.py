from odoo import models

from ..client.cdc import moment
from ..entities import twins

#: The cause of documents that QuickBooks took, and has no more.
GONE = "gone"


class QboBackend(models.Model):
    """A repeated request is answered with QuickBooks' first answer, for ever.

    Where that answer was lost and a bookkeeper has deleted or voided the object before
    the request was repeated, it tells of something that is not there.
    """

    _inherit = "qbo.backend"

    def _dead_answers(self, sending, batch, results, asked):
        """Names of the items that were answered with an object that is gone.

        What is created now is younger than QuickBooks' last answer before; what is
        older is asked for.

        :param str asked: QuickBooks' time of that answer.
        """
        told = {}
        for item, result in zip(batch, results, strict=True):
            if item.operation == "create" and _is_older(result.object, asked):
                told.setdefault(item.entity, {})[result.object["Id"]] = result.bid
        dead = set()
        for entity, bids in told.items():
            rows = self._rows(sending, entity, "Id", bids)
            alive = {row["Id"] for row in rows if not twins.is_voided(row)}
            dead.update(bid for id_, bid in bids.items() if id_ not in alive)
        return dead

    def _refuse_dead(self, sending, document, entity, there):
        """The next try is a new request: it makes a new object."""
        sending.problems[document] = (
            self.env._(
                "%(document)s: QuickBooks took it as %(entity)s %(id)s, but the answer"
                " was lost, and somebody has deleted or voided that there since. Press"
                " Export back to QuickBooks to send it anew, or cancel it here, too.",
                document=document.display_name,
                entity=self.env["qbo.object"]._entity_name(entity),
                id=there["Id"],
            ),
            GONE,
        )


def _is_older(there, asked):
    """Whether an object was made before a time, in whole seconds, as QuickBooks has."""
    made = there and there.get("MetaData", {}).get("CreateTime")
    return bool(made and asked) and moment(made) < moment(asked)
