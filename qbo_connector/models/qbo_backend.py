from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..client import QboClient, QboError
from ..client.hosts import API_URLS, UI_URLS, object_url
from .secret import UnreadableSecret

OAUTH_CALLBACK = "/qbo/oauth/callback"
ADMINISTRATOR = "qbo_connector.group_qbo_admin"
#: Whose books these are, and where calls with their tokens go.
CONNECTION_FIELDS = {
    "company_id",
    "environment",
    "base_url",
    "discovery_url",
    "realm_id",
}


class QboBackend(models.Model):
    """One QuickBooks Online company, connected to one Odoo company."""

    _name = "qbo.backend"
    _description = "QuickBooks Connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True

    name = fields.Char(required=True, default="QuickBooks Online")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    environment = fields.Selection(
        [
            ("production", "Production"),
            ("sandbox", "Sandbox"),
            ("custom", "Custom server"),
        ],
        default="production",
        required=True,
        help="Sandbox is Intuit's test company for developers. Custom is any server"
        " that speaks QuickBooks' API, such as qbo_sandbox.",
    )
    base_url = fields.Char("API Address", help="Only for a custom server.")
    discovery_url = fields.Char("Discovery Address", help="Only for a custom server.")
    redirect_uri = fields.Char("Redirect URI", compute="_compute_redirect_uri")

    credential_ids = fields.One2many(
        "qbo.credential", "backend_id", groups="qbo_connector.group_qbo_admin"
    )
    client_id = fields.Char(
        "Client ID",
        compute="_compute_client_id",
        inverse="_inverse_client_id",
        groups="qbo_connector.group_qbo_admin",
    )
    client_secret = fields.Char(
        compute="_compute_client_secret",
        inverse="_inverse_client_secret",
        groups="qbo_connector.group_qbo_admin",
        help="Stored when you save; it is never shown again.",
    )
    state = fields.Selection(
        [
            ("disconnected", "Not connected"),
            ("connected", "Connected"),
            ("reconnect", "Reconnect required"),
        ],
        compute="_compute_state",
    )
    token_expires_at = fields.Datetime(
        "Reconnect Before",
        compute="_compute_state",
        help="Intuit ends a connection that was not used for about 100 days.",
    )

    realm_id = fields.Char("QuickBooks Company ID", readonly=True, copy=False)
    company_name = fields.Char("QuickBooks Company", readonly=True, copy=False)
    country = fields.Char(readonly=True, copy=False)
    home_currency = fields.Char(readonly=True, copy=False)
    multi_currency = fields.Boolean("Multicurrency", readonly=True, copy=False)
    custom_numbers = fields.Boolean(
        "Custom Transaction Numbers", readonly=True, copy=False
    )
    tax_mode = fields.Selection(
        [
            ("none", "No sales tax"),
            ("us_manual", "US, tax rates set by hand"),
            ("us_automated", "US, automated sales tax"),
            ("global", "Tax code on every line"),
        ],
        readonly=True,
        copy=False,
    )
    book_close_date = fields.Date(
        "Books Closed Until",
        readonly=True,
        copy=False,
        help="QuickBooks refuses changes dated on or before this day.",
    )

    start_date = fields.Date(
        "Sync From",
        help="Nothing dated before this day is read or sent. Empty: everything. Set to"
        " an earlier day, the next sync reads what QuickBooks has from there on.",
    )
    sale_journal_id = fields.Many2one(
        "account.journal",
        "Journal for Imported Invoices",
        domain="[('type', '=', 'sale')]",
        check_company=True,
        copy=False,
        help="Invoices keep their QuickBooks number, so they have a journal of their"
        " own and Odoo's numbering goes on undisturbed.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        "Journal for Imported Payments",
        domain="[('type', 'in', ('bank', 'cash'))]",
        check_company=True,
        copy=False,
    )
    income_account_id = fields.Many2one(
        "account.account",
        "Default Income Account",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        check_company=True,
        copy=False,
        help="For invoice lines whose QuickBooks account is not mapped.",
    )
    discount_account_id = fields.Many2one(
        "account.account",
        "Default Discount Account",
        check_company=True,
        copy=False,
        help="For QuickBooks discounts. Empty: the default income account.",
    )
    rounding_account_id = fields.Many2one(
        "account.account",
        "Rounding Account",
        check_company=True,
        copy=False,
        help="For differences of cents. Empty: the default income account.",
    )

    shipping_ref = fields.Char(
        readonly=True,
        copy=False,
        help="Id of the account that QuickBooks books shipping on (its Preferences).",
    )

    run_ids = fields.One2many("qbo.run", "backend_id", "Recent Syncs")
    object_ids = fields.One2many("qbo.object", "backend_id")

    _company_unique = models.UniqueIndex(
        "(company_id) WHERE active",
        "This Odoo company is connected to QuickBooks already.",
    )
    # Custom servers may number their companies alike.
    _realm_unique = models.UniqueIndex(
        "(environment, realm_id, (CASE environment WHEN 'custom' THEN base_url"
        " ELSE '' END)) WHERE active",
        "This QuickBooks company is connected to another Odoo company already.",
    )

    # --- Computed ---------------------------------------------------------------------

    def _compute_redirect_uri(self):
        for backend in self:
            backend.redirect_uri = backend._redirect_uri()

    @api.depends("credential_ids.client_id")
    def _compute_client_id(self):
        for backend in self:
            backend.client_id = backend._credential().client_id

    def _compute_client_secret(self):
        self.client_secret = False

    def _inverse_client_id(self):
        for backend in self:
            backend._credential(create=True).client_id = backend.client_id

    def _inverse_client_secret(self):
        for backend in self.filtered("client_secret"):
            backend._credential(create=True).store_secret(backend.client_secret)

    @api.depends("credential_ids.state", "credential_ids.refresh_expires_at")
    def _compute_state(self):
        for backend in self:
            credential = backend._credential()
            backend.state = credential.state or "disconnected"
            backend.token_expires_at = credential.refresh_expires_at

    # --- Who may ----------------------------------------------------------------------

    def write(self, vals):
        """Managers change settings; only administrators, where tokens are sent."""
        if CONNECTION_FIELDS & vals.keys():
            self._check_administrator()
        result = super().write(vals)
        if {"company_id", "realm_id", "active"} & vals.keys():
            self.env.registry.clear_cache()  # of `_id_for_company`
        return result

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create(vals_list)
        self.env.registry.clear_cache()
        return backends

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _check_administrator(self):
        """
        :raise AccessError: the user is no QuickBooks administrator of this company.
        """
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group(ADMINISTRATOR)):
            raise AccessError(
                self.env._(
                    "Only a QuickBooks administrator may connect, disconnect or change"
                    " where %s leads to.",
                    ", ".join(self.mapped("display_name")),
                )
            )

    # --- Connection -------------------------------------------------------------------

    def _credential(self, create=False):
        self.ensure_one()
        credential = self.env["qbo.credential"].sudo()
        found = credential.search([("backend_id", "in", self._origin.ids)])
        if not found and create:
            found = credential.create({"backend_id": self.id})
        return found

    def _redirect_uri(self):
        return self.get_base_url() + OAUTH_CALLBACK

    def _oauth_environment(self):
        """What `client.OAuth` needs to find Intuit's endpoints."""
        if self.environment == "custom":
            return self._custom_url("discovery_url")
        return self.environment

    def _api_url(self):
        if self.environment == "custom":
            return self._custom_url("base_url")
        return API_URLS[self.environment]

    def _ui_url(self):
        if self.environment == "custom":
            return self._custom_url("base_url")
        return UI_URLS[self.environment]

    def _custom_url(self, field):
        if not self[field]:
            raise UserError(
                self.env._(
                    "%(backend)s uses a custom server: fill in %(field)s first.",
                    backend=self.display_name,
                    field=self._fields[field]._description_string(self.env),
                )
            )
        return self[field].rstrip("/")

    def _object_url(self, entity, qbo_id):
        """Where a person sees the object in QuickBooks."""
        return object_url(self._ui_url(), entity, qbo_id)

    def _client(self, calls=None, token=None):
        """A client for this company's books.

        :param list calls: where the `CallInfo` of each call is added.
        :param token: `token(rejected=None) -> str`, in place of what is stored.
        """
        self.ensure_one()
        credential = self._credential()
        if not self.realm_id or not credential:
            raise UserError(
                self.env._(
                    "%s is not connected to QuickBooks yet. Open it and press Connect.",
                    self.display_name,
                )
            )
        return QboClient(
            self._api_url(),
            self.realm_id,
            token or credential.access_token_for_call,
            on_call=calls.append if calls is not None else None,
            pace=self._pace,
        )

    def _for_company(self, company):
        """The connection of a company in working order, or an empty recordset."""
        return self.sudo().browse(self._id_for_company(company.id))

    @api.model
    @tools.ormcache("company_id")
    def _id_for_company(self, company_id):
        """Asked for with each posted document: no search for that."""
        domain = [("company_id", "=", company_id), ("realm_id", "!=", False)]
        return self.sudo().with_context(active_test=True).search(domain, limit=1).id

    def _read_company(self, token=None):
        """Read what kind of company this is; a person waits for it.

        :param token: as for `_client`.
        :raise QboError: QuickBooks refused or did not answer.
        """
        client = self._client(token=token)
        info, preferences = client.company_info(), client.preferences()
        self._note_company(info, preferences)

    def _note_company(self, info, preferences):
        """Write what of them has changed: mostly nothing, and nobody is in the way."""
        values = self._company_values(info, preferences)
        now = self.new(values)
        changed = {name: values[name] for name in values if now[name] != self[name]}
        if changed:
            self.write(changed)

    @api.model
    def _company_values(self, info, preferences):
        """CompanyInfo and Preferences as fields of the connection."""
        accounting = preferences.get("AccountingInfoPrefs", {})
        currency = preferences.get("CurrencyPrefs", {})
        forms = preferences.get("SalesFormsPrefs", {})
        return {
            "company_name": info.get("CompanyName"),
            "country": info.get("Country"),
            "home_currency": currency.get("HomeCurrency", {}).get("value"),
            "multi_currency": currency.get("MultiCurrencyEnabled", False),
            "custom_numbers": forms.get("CustomTxnNumbers", False),
            "shipping_ref": forms.get("DefaultShippingAccount"),
            "tax_mode": _tax_mode(info, preferences.get("TaxPrefs", {})),
            "book_close_date": accounting.get("BookCloseDate") or False,
        }

    # --- Buttons ----------------------------------------------------------------------

    def action_refresh(self):
        """Read the company's settings and lists again."""
        self.check_access("write")
        for backend in self:
            backend._talk(backend._read_company)
            backend._talk(backend._pull_reference_lists)
        return self._toast(self.env._("Company, accounts and taxes read again."))

    def action_disconnect(self):
        """End the connection at Intuit; links, mappings and history stay."""
        self._check_administrator()
        words = [self.env._("Disconnected. Links and mappings are kept.")]
        for backend in self:
            left = backend._talk(backend._revoke)
            backend._credential().forget_tokens("disconnected")
            if left:
                backend.message_post(body=left)
                words.append(left)
        return self._toast(" ".join(words), "warning" if words[1:] else "success")

    def _revoke(self):
        """End the connection at Intuit, unless its tokens cannot be read any more.

        :returns: what is left to do at Intuit, or None.
        :raise QboError: Intuit did not answer.
        """
        try:
            self._credential().revoke()
        except UnreadableSecret:
            return self._words_for_left(
                self.env._("its tokens are encrypted with a key that is not here")
            )
        return None

    def _words_for_left(self, reason):
        """What a person does at Intuit where we could not end the connection."""
        return self.env._(
            "Intuit did not confirm the end of the connection to %(company)s"
            " (%(reason)s). Disconnect the app there too: in QuickBooks, under Apps.",
            company=self.company_name,
            reason=reason,
        )

    # --- Help -------------------------------------------------------------------------

    def _talk(self, call):
        """Call QuickBooks while a person waits; its refusal becomes a sentence.

        :raise UserError: with the connection's name and QuickBooks' own words.
        """
        try:
            return call()
        except QboError as error:
            raise UserError(
                self.env._(
                    "QuickBooks (%(backend)s): %(error)s",
                    backend=self.display_name,
                    error=error,
                )
            ) from error

    def _toast(self, message, kind="success", title=None):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": title or self.env._("QuickBooks"),
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _notify_sending(self, documents):
        """Open screens show *In progress*, at once: the job's work is stored later."""
        with self.env.registry.cursor() as cr:
            backend = self.with_env(self.env(cr=cr))
            group = backend.env.ref("qbo_connector.group_qbo_user")
            message = {"model": documents._name, "ids": documents.ids}
            group._bus_send("qbo_connector/sending", message)

    def _notify_changed(self, model, ids):
        """Tell open screens which records to read again; no data goes along."""
        group = self.env.ref("qbo_connector.group_qbo_user").sudo()
        group._bus_send("qbo_connector/changed", {"model": model, "ids": list(ids)})


def _tax_mode(info, tax_prefs):
    """How this company's sales tax works.

    PartnerTaxEnabled tells automated sales tax (true: on; false: not yet set up); it is
    absent where rates are set by hand (TaxPrefs of the Preferences page).
    """
    if not tax_prefs.get("UsingSalesTax"):
        return "none"
    if info.get("Country") not in ("US", "USA"):
        return "global"
    return "us_automated" if "PartnerTaxEnabled" in tax_prefs else "us_manual"
