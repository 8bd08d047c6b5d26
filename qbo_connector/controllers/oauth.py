from werkzeug.exceptions import Forbidden

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import consteq

from ..models.qbo_backend import OAUTH_CALLBACK
from ..models.qbo_backend_connect import SESSION_KEY


class QboOAuth(http.Controller):
    @http.route(OAUTH_CALLBACK, type="http", auth="user", methods=["GET"])
    def callback(self, state="", code=None, realmId=None, error=None, **_other):
        """Where Intuit sends the browser after the consent page."""
        backend = self._claim_state(state)
        if error or not code or not realmId:
            return self._refused(backend, error)
        try:
            with request.env.cr.savepoint():
                backend.finish_connection(code, realmId)
        except UserError as problem:
            return self._page(backend, str(problem))
        return request.redirect(self._form_url(backend))

    def _claim_state(self, state):
        """The connection that this browser session is waiting for; usable once."""
        waiting = request.session.pop(SESSION_KEY, None)
        now = fields.Datetime.now().timestamp()
        if (
            not waiting
            or not consteq(waiting["state"], state)
            or waiting["user_id"] != request.env.uid
            or waiting["expires"] < now
        ):
            raise Forbidden(
                request.env._(
                    "This sign-in was not started here, was used already or is older"
                    " than 15 minutes. Open the connection and press Connect again."
                )
            )
        backend = request.env["qbo.backend"].browse(waiting["backend_id"])
        backend.check_access("write")
        return backend.with_company(backend.company_id)

    def _refused(self, backend, error):
        if error == "access_denied":
            words = request.env._("You pressed Cancel at Intuit; nothing was changed.")
        else:
            words = request.env._("Intuit answered: %s.", error or "no code")
        return self._page(backend, words)

    def _page(self, backend, words):
        return request.render(
            "qbo_connector.connection_problem",
            {"words": words, "back": self._form_url(backend)},
        )

    def _form_url(self, backend):
        return f"/odoo/qbo-backends/{backend.id}"
