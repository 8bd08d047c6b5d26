from datetime import timedelta

from odoo import models

from ..client.cdc import moment
from ..client.query import condition, select
from .qbo_backend_pull import _naive

#: Ids in one query. Intuit tells no limit; a statement this long goes in the body.
IDS_PER_QUERY = 200
#: An event and its object may differ by this: both are written in the same second.
SAME_TIME = timedelta(seconds=2)


class QboBackend(models.Model):
    """Objects by their ids: what events name, and the answer for changes leaves out.

    Change capture may lag behind an event. Then the ids of the event are read.
    """

    _inherit = "qbo.backend"

    def _with_events(self, client, answer, events):
        """The answer for changes, with what events tell beyond it.

        An event is answered for by a row of the answer or of the mirror that is as new
        as it is. So an echo of our own write costs no read.

        :param answer: `client.cdc.CdcChanges`
        :param events: `qbo.event`
        """
        for entity, some in events.grouped("entity").items():
            if entity in answer.changed:
                self._complete(client, answer, entity, some)
        return answer

    def _complete(self, client, answer, entity, events):
        changed, deleted = answer.changed[entity], answer.deleted[entity]
        mirror = self._mirror(entity, events.mapped("qbo_id"))
        times = _times(mirror, changed)
        gone = {row.qbo_id for row in mirror if row.deleted}
        gone |= {row["Id"] for row in deleted}
        late = {e.qbo_id for e in events if _is_news(e, times)} - gone
        rows = self._read_ids(client, entity, sorted(late))
        changed.extend(rows)  # after the older row of the answer: the last one counts
        deleted.extend({"Id": i} for i in late - {row["Id"] for row in rows})

    def _mirror(self, entity, ids):
        """What is stored of these ids, without the payload."""
        return self.env["qbo.object"].search_fetch(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("qbo_id", "in", ids),
            ],
            ["qbo_id", "sync_token", "updated_at", "deleted"],
        )

    def _read_ids(self, client, entity, ids, fields="*"):
        """The rows of these ids that are wanted here and still there."""
        rows = []
        for start in range(0, len(ids), IDS_PER_QUERY):
            some = ids[start : start + IDS_PER_QUERY]
            where = [self._where(entity), condition("Id", "IN", some)]
            where = " AND ".join(filter(None, where))
            statement = select(entity, where, size=len(some), fields=fields)
            rows += self._retrying(lambda s=statement: client.query(s))
        return rows


def _times(mirror, changed):
    """{id: when it changed (UTC, naive)}, as the mirror and the answer know."""
    times = {row.qbo_id: row.updated_at for row in mirror if row.updated_at}
    times = {qbo_id: _naive(moment(text)) for qbo_id, text in times.items()}
    for row in changed:
        time = _naive(moment(row["MetaData"]["LastUpdatedTime"]))
        times[row["Id"]] = max(time, times.get(row["Id"], time))
    return times


def _is_news(event, times):
    """Whether an event tells of something later than what is known."""
    known = times.get(event.qbo_id)
    if event.gone or not known:
        return True
    return bool(event.changed_at) and known < event.changed_at - SAME_TIME
