import secrets
from itertools import chain, count

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ..client import QboError

#: A person has this long to sign in at Intuit and choose the company, in seconds.
STATE_LIFETIME = 900
SESSION_KEY = "qbo_oauth"
#: Odoo's pattern of a document number that QuickBooks made, whatever it looks like.
ANY_NUMBER = r"^(?P<prefix1>.*?)(?P<seq>\d{0,9})(?P<suffix>\D*?)$"
RECONNECT_ACTIVITY = "mail.mail_activity_data_warning"


class QboBackend(models.Model):
    """Connecting: Intuit's consent page, the way back, and what Odoo needs then."""

    _inherit = "qbo.backend"

    def action_connect(self):
        """Open Intuit's consent page.

        The `state` that comes back is random, lives for a quarter of an hour, can be
        used once, and only in the browser session that started here.
        """
        self.ensure_one()
        self._check_administrator()
        if not request:
            raise UserError(self.env._("Connect from the web client, please."))
        state = secrets.token_urlsafe(32)
        request.session[SESSION_KEY] = {
            "state": state,
            "backend_id": self.id,
            "user_id": self.env.uid,
            "expires": fields.Datetime.now().timestamp() + STATE_LIFETIME,
        }
        credential = self._credential(create=True)
        oauth = self._talk(credential.oauth)
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": oauth.authorization_url(state),
        }

    @api.private
    def finish_connection(self, code, realm_id):
        """Exchange the code and read which company it is for; a person confirms it.

        :param str code: single-use authorisation code of Intuit's redirect.
        :param str realm_id: the QuickBooks company that the person chose.
        :raise UserError: with what happened and what to do.
        """
        self.ensure_one()
        self._guard_realm(realm_id)
        self._guard_former(realm_id)
        self._guard_other_companies(realm_id)
        if not self.realm_id:
            # An export may have ended while the former connection was archived.
            self._former()[:1]._retire_documents()
        tokens = self._exchange(code)
        token = tokens.access_token
        self.realm_id = realm_id
        # With the token itself: once it is stored, this transaction holds its row, and
        # a renewal in another one would wait for this one for ever.
        self._talk(lambda: self._read_company(lambda rejected=None: token))
        self._guard_currency()
        self._credential().store_tokens(tokens)
        self._go_on_after_reconnecting()

    def _exchange(self, code):
        """The tokens for Intuit's authorisation code (a `client.Tokens`)."""
        try:
            return self._credential().oauth().exchange(code)
        except QboError as error:
            raise UserError(
                self.env._(
                    "Intuit did not accept the sign-in: %s. Press Connect again.", error
                )
            ) from error

    def _connect_button(self):
        """What the button is called that signs in, as the connection is now."""
        names = {"reconnect": self.env._("Reconnect")}
        return names.get(self.state, self.env._("Connect"))

    # --- When the connection needs its owner ------------------------------------------

    @api.private
    def _ask_to_reconnect(self, error):
        """One activity for the administrator; what is to sync waits until then."""
        self.ensure_one()
        if self.activity_search([RECONNECT_ACTIVITY]):
            return
        self.activity_schedule(
            RECONNECT_ACTIVITY,
            summary=self.env._("Reconnect QuickBooks"),
            note=self.env._(
                "QuickBooks no longer accepts the connection (%s). Open it and press"
                " Reconnect; every setting and mapping is kept.",
                error,
            ),
            user_id=self._administrator().id,
        )

    def _administrator(self):
        """Who is asked: the user who made the connection, else any administrator."""
        group = self.env.ref("qbo_connector.group_qbo_admin").sudo()
        people = group.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and user.active
        )
        return self.create_uid if self.create_uid in people else people[:1]

    def _go_on_if_it_waits_for_nothing(self):
        """QuickBooks answered: what asked for the owner was a refusal that passed.

        It happens that a call is refused twice with good tokens. Nobody would press
        Reconnect then, and what waits for that would wait for ever.
        """
        if self.activity_search([RECONNECT_ACTIVITY]):
            self._go_on_after_reconnecting()

    def _go_on_after_reconnecting(self):
        self.activity_unlink([RECONNECT_ACTIVITY])
        pending = [
            ("company_id", "=", self.company_id.id),
            ("qbo_state", "=", "pending"),
        ]
        for model in ("account.move", "account.payment"):
            waiting = self.env[model].search(pending)
            (waiting._qbo_exportable() | waiting._qbo_exported())._qbo_enqueue()

    # --- Guards -----------------------------------------------------------------------

    def _guard_realm(self, realm_id):
        """Another company's books are never mixed into links that exist (A7)."""
        if self.realm_id and self.realm_id != realm_id:
            raise UserError(
                self.env._(
                    "You signed in to another QuickBooks company (ID %(new)s), but"
                    " %(backend)s is linked to %(company)s (ID %(old)s). Nothing was"
                    " changed. Press Connect again and choose %(company)s; or press"
                    " Change QuickBooks Company, which archives its links first.",
                    new=realm_id,
                    old=self.realm_id,
                    backend=self.display_name,
                    company=self.company_name or self.realm_id,
                )
            )

    def _guard_former(self, realm_id):
        """Books that a former connection knows are its own (A7).

        :raise UserError: naming that connection and the way back to it.
        """
        same = self._former().filtered(lambda backend: backend.realm_id == realm_id)
        if same - self:
            raise UserError(
                self.env._(
                    "%(company)s was connected before, and its documents are known."
                    " Nothing was changed. Press Change QuickBooks Company and go back"
                    " to it: all of its links are there.",
                    company=same[0].company_name or realm_id,
                )
            )

    def _guard_other_companies(self, realm_id):
        """One QuickBooks company belongs to one Odoo company (A8).

        :raise UserError: another one has it; which one is not for everybody to know.
        """
        domain = [
            ("active", "=", True),
            ("company_id", "!=", self.company_id.id),
            ("environment", "=", self.environment),
            ("realm_id", "=", realm_id),
        ]
        if self.environment == "custom":
            domain.append(("base_url", "=", self.base_url))
        if self.sudo().search_count(domain, limit=1):
            raise UserError(
                self.env._(
                    "This QuickBooks company (ID %(realm)s) is connected to another"
                    " company of this Odoo already. Nothing was changed. Press Connect"
                    " again and choose the QuickBooks company of %(own)s; or let the"
                    " administrator of the other connection change its company or"
                    " archive it.",
                    realm=realm_id,
                    own=self.company_id.name,
                )
            )

    def _guard_currency(self):
        home, own = self.home_currency, self.company_id.currency_id.name
        if home and home != own:
            raise UserError(
                self.env._(
                    "%(company)s keeps its QuickBooks books in %(home)s, but"
                    " %(odoo)s in Odoo uses %(own)s. Connect a company with the same"
                    " currency.",
                    company=self.company_name,
                    home=home,
                    odoo=self.company_id.name,
                    own=own,
                )
            )

    # --- Journals of their own for what comes in --------------------------------------

    def _prepare_journals(self):
        """Imported documents keep their QuickBooks numbers, in their own journals."""
        journals = self.env["account.journal"].sudo().with_company(self.company_id)
        if not self.sale_journal_id:
            self.sale_journal_id = journals.create(self._sale_journal_values())
        if not self.payment_journal_id:
            self.payment_journal_id = journals.create(self._payment_journal_values())
        if not self.income_account_id:
            self.income_account_id = self._first_income_account()
        sale_journal = self.sale_journal_id.sudo()
        if not sale_journal.default_account_id:
            # For lines that people add to imported invoices.
            sale_journal.default_account_id = self.income_account_id

    def _sale_journal_values(self):
        return {
            "name": self.env._("QuickBooks Invoices"),
            "code": self._free_journal_code("QBINV"),
            "type": "sale",
            "company_id": self.company_id.id,
            # Any number is a valid name here: QuickBooks decides how they look.
            "sequence_override_regex": ANY_NUMBER,
        }

    def _payment_journal_values(self):
        return {
            "name": self.env._("QuickBooks Payments"),
            "code": self._free_journal_code("QBPAY"),
            "type": "bank",
            "company_id": self.company_id.id,
        }

    def _free_journal_code(self, code):
        """The code, or one like it where a former connection's journal has it."""
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        company = self.company_id.root_id
        taken = set(
            journals.search([("company_id", "child_of", company.id)]).mapped("code")
        )
        others = (f"{code[: -len(str(n))]}{n}" for n in count(2))
        return next(free for free in chain([code], others) if free not in taken)

    def _first_income_account(self, but=None):
        accounts = self.env["account.account"].with_company(self.company_id)
        domain = [
            *accounts._check_company_domain(self.company_id),
            ("account_type", "=", "income"),
            ("id", "not in", but.ids if but else []),
        ]
        return accounts.search(domain, limit=1)
