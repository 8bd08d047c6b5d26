import logging

from werkzeug.exceptions import RequestEntityTooLarge, abort

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..client import webhooks
from ..models.qbo_webhook import WEBHOOK_PATH

_logger = logging.getLogger(__name__)
#: Bytes of a notification that are read at most. Intuit promises no limit; an event
#: has about 250, and a thousand of them are handled.
MAX_BODY = 1024 * 1024


class QboWebhook(http.Controller):
    def _limit(self):
        """How much may be read, which Odoo asks before it reads anything."""
        if (request.httprequest.content_length or 0) > MAX_BODY:
            abort(_refusal())
        return MAX_BODY

    @http.route(
        WEBHOOK_PATH,
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        readonly=False,
        save_session=False,
        max_content_length=_limit,
    )
    def receive(self, **_form):
        """Intuit tells that something changed; what it is, a job reads.

        No call to QuickBooks is made here, and at most one job is written for a burst.
        What is signed is acknowledged even if nothing can be made of it: Intuit would
        send it again for days and hold back what comes after it.
        """
        try:
            body = request.httprequest.get_data()
        except RequestEntityTooLarge:  # it came in chunks, without a length
            return _refusal()
        signature = request.httprequest.headers.get("intuit-signature", "")
        backends = request.env(user=SUPERUSER_ID)["qbo.backend"]
        connections = backends._signed_connections(body, signature)
        if not connections:
            return _refusal()
        try:
            events = webhooks.parse(body)
        except ValueError as error:
            _logger.warning("QuickBooks sent a notification that is none: %s", error)
        else:
            backends._receive_events(connections, events)
        return request.make_response("")


def _refusal():
    """The same for every reason."""
    return request.make_response("", status=401)
