import logging
import re

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import consteq

from ..models.qbo_backend import OAUTH_CALLBACK
from ..models.qbo_backend_connect import SESSION_KEY

CONNECTIONS = "/odoo/qbo-backends"
#: Intuit's redirect, with the code and the state that nobody should find in a log.
REDIRECT = re.compile(rf"({OAUTH_CALLBACK})\?\S*")


class WithoutCodes(logging.Filter):
    """The web server's log tells that somebody came back from Intuit, not with what."""

    def filter(self, record):
        text = record.getMessage()
        if OAUTH_CALLBACK in text:
            record.msg, record.args = REDIRECT.sub(r"\1?...", text), ()
        return True


logging.getLogger("werkzeug").addFilter(WithoutCodes())


class QboOAuth(http.Controller):
    @http.route(OAUTH_CALLBACK, type="http", auth="user", methods=["GET"])
    def callback(self, state="", code=None, realmId=None, error=None, **_other):
        """Where Intuit sends the browser after the consent page.

        A call that nobody waits for gets an answer, not an exception: with an exception
        the session would not be stored, and a wrong state could be tried again.
        """
        backend = self._claim_state(state)
        if not backend:
            return self._page(
                request.env._(
                    "This sign-in was not started here, was used already or is older"
                    " than 15 minutes. Open the connection and press Connect again."
                ),
                status=403,
            )
        if error or not code or not realmId:
            return self._page(self._refusal(error), backend)
        try:
            with request.env.cr.savepoint():
                backend.finish_connection(code, realmId)
        except UserError as problem:
            return self._page(str(problem), backend)
        return request.redirect(self._url(backend))

    def _claim_state(self, state):
        """The connection that this browser session is waiting for; usable once.

        :returns: an empty recordset when it waits for none, or for another sign-in.
        """
        backend = request.env["qbo.backend"]
        waiting = request.session.pop(SESSION_KEY, None)
        if (
            not waiting
            # As bytes: of texts, only ASCII is compared.
            or not consteq(waiting["state"].encode(), state.encode())
            or waiting["user_id"] != request.env.uid
            or waiting["expires"] < fields.Datetime.now().timestamp()
        ):
            return backend
        backend = backend.browse(waiting["backend_id"])
        try:
            backend._check_administrator()
        except AccessError:
            return backend.browse()
        return backend.with_company(backend.company_id)

    def _refusal(self, error):
        if error == "access_denied":
            return request.env._("You pressed Cancel at Intuit; nothing was changed.")
        return request.env._("Intuit answered: %s.", error or request.env._("no code"))

    def _page(self, words, backend=None, status=200):
        """Why there is no connection, with the way back to it."""
        values = {"words": words, "back": self._url(backend)}
        return request.render("qbo_connector.connection_problem", values, status=status)

    def _url(self, backend):
        return f"{CONNECTIONS}/{backend.id}" if backend else CONNECTIONS
