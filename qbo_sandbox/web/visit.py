"""One request of the bookkeeper: the company, what was typed, the way to the books."""

import json
import secrets
from hmac import compare_digest
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from ..operations import perform
from .present import TEMPLATES

# Cookies; other servers on the same machine see them too, hence the long names.
COMPANY, CSRF = "qbo_sandbox_company", "qbo_sandbox_csrf"
# Pages come from here alone and no other site frames them.
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"


class Visit:
    """
    ``realm`` is None where there are several companies and none was chosen; ``fault``
    is why the action was refused.
    """

    def __init__(self, sandbox, request):
        self.sandbox = sandbox
        self.request = request
        self.asked = request.args
        self.typed = request.form
        self.realms = sandbox.realms
        self.realm = self._company()
        self.csrf = request.cookies.get(CSRF) or secrets.token_urlsafe(16)
        self.fault = None
        self.books = None
        self.cookies = {}  # to set with the answer

    def _company(self):
        chosen = self.request.cookies.get(COMPANY)
        if chosen in self.realms:
            return chosen
        return self.realms[0] if len(self.realms) == 1 else None

    # -- the books -----------------------------------------------------------------

    def open_books(self):
        """Read from the company as it is now; hold the sandbox's lock meanwhile."""
        if self.realm:
            self.books = self.sandbox.reading(self.realm)

    def read(self, entity, identifier):
        """A copy of an object.

        :raises Fault: 2030 or 610 when there is none
        """
        return json.loads(self.books.read(entity, identifier))

    def perform(self, entity, body, operation="create", once=None):
        """Write as an API request would; returns the object.

        :param once: request id, so that a form sent twice counts once
        :raises Fault: what QuickBooks has against it
        """
        _name, text = perform(
            self.sandbox, self.realm, entity, body, operation, requestid=once
        )
        return json.loads(text)

    def named(self, entity):
        """The transaction that a form is about, as it was when the form was shown."""
        token = self.typed.get("SyncToken", "")
        return {"Id": self.asked.get("txnId", ""), "SyncToken": token}

    # -- forms and pages -------------------------------------------------------------

    def is_own_form(self):
        """Whether the form was shown by us: its token is that of the cookie."""
        sent = self.typed.get("csrf", "")
        return compare_digest(sent.encode(), self.csrf.encode())

    def kept(self, name, default=""):
        """What was typed into a field of a refused form, else ``default``."""
        return self.typed.get(name, default)

    def url(self, path=None, **changes):
        """An address here; without a path the present one, its parameters changed."""
        given = {} if path else self.asked.to_dict()
        merged = {k: v for k, v in {**given, **changes}.items() if v not in (None, "")}
        place = path or self.request.path
        return f"{place}?{urlencode(merged)}" if merged else place

    def answer(self, template, variables, status=200):
        text = TEMPLATES.get_template(template).render(
            visit=self,
            kept=self.kept,
            url=self.url,
            company=self._header(),
            **variables,
        )
        response = Response(text, status, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    def _header(self):
        """Name and currency of the company, or None before one is chosen."""
        if not self.realm:
            return None
        with self.sandbox.lock:
            books = self.sandbox.reading(self.realm)
            return {
                "name": books.find("CompanyInfo", "1")["CompanyName"],
                "currency": books.home_currency,
                "today": books.clock.today(),
                "closed": books.preferences["AccountingInfoPrefs"].get("BookCloseDate"),
            }

    def remember(self, response):
        """Give the browser its company and the token that forms must bring back."""
        if self.request.cookies.get(CSRF) != self.csrf:
            self.cookies[CSRF] = self.csrf
        for name, value in self.cookies.items():
            response.set_cookie(name, value, httponly=True, samesite="Lax")
