from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = [
    ("connect", "Connect"),
    ("company", "Company"),
    ("mapping", "Mappings"),
    ("matching", "Matching"),
    ("preview", "Preview"),
    ("live", "On"),
]


class QboBackend(models.Model):
    """From installed to trusted: nothing is written until it is switched on.

    The path can be left and taken up again at any step; every step is a fact of the
    connection, not of a wizard.
    """

    _inherit = "qbo.backend"

    company_confirmed = fields.Boolean(copy=False, readonly=True)
    mapping_confirmed = fields.Boolean(copy=False, readonly=True)
    matching_confirmed = fields.Boolean(copy=False, readonly=True)
    live = fields.Boolean(
        "Switched On",
        copy=False,
        readonly=True,
        tracking=True,
        help="Documents are only written, here or in QuickBooks, while this is on.",
    )
    step = fields.Selection(STEPS, "Step", compute="_compute_step")

    @api.depends(
        "realm_id",
        "company_confirmed",
        "mapping_confirmed",
        "matching_confirmed",
        "live",
    )
    def _compute_step(self):
        for backend in self:
            backend.step = backend._current_step()

    def _current_step(self):
        if self.live:
            return "live"
        if not self.realm_id:
            return "connect"
        if not self.company_confirmed:
            return "company"
        if not self.mapping_confirmed:
            return "mapping"
        return "preview" if self.matching_confirmed else "matching"

    # --- Steps ------------------------------------------------------------------------

    def action_confirm_company(self):
        """*This is our company*: its books are read, no document is written yet."""
        self.ensure_one()
        self.check_access("write")
        self._talk(self._pull_reference_lists)
        self._prepare_journals()
        self.company_confirmed = True
        run = self._start_run("first")
        self._delay_pull_all(run)
        words = self.env._("Reading %s. No document is written yet.", self.company_name)
        return self._toast(words, "info")

    def action_reject_company(self):
        """*Another company*: end this sign-in, as if it had never been.

        :raise UserError: the company's books were read, which is not undone so easily.
        """
        self.ensure_one()
        self._check_administrator()
        if self.company_confirmed or self.object_ids:
            raise UserError(
                self.env._(
                    "The books of %s were read already. Press Change QuickBooks Company"
                    " instead, which archives what was read.",
                    self.company_name,
                )
            )
        name = self.company_name
        left = self._end_at_intuit()
        self._credential().forget_tokens("disconnected")
        self.write(dict.fromkeys(["realm_id", *self._company_values({}, {})], False))
        words = self.env._(
            "Signed out of %s. Press Connect and choose your company.", name
        )
        return self._toast(left or words, "warning" if left else "success")

    def action_confirm_mapping(self):
        """The mappings are good; required slots must be filled."""
        self.ensure_one()
        self._require_slots(self.env._("Before going on,"))
        self.mapping_confirmed = True
        return self.action_match()

    def action_confirm_matching(self):
        """Pair what is exactly the same; what has no match is created later.

        :raise UserError: not everything was compared, or close and ambiguous names
            are left, which a person has to decide.
        """
        self.ensure_one()
        self._require_compared()
        unsure = self._proposed("suggested", "ambiguous")
        if unsure:
            raise UserError(self._words_for_unsure(unsure))
        self._proposed("linked").action_match_confirm()
        unsure = self._proposed("ambiguous")
        if unsure:
            # Two want the same record. An exception would undo that they are marked.
            return self._toast(self._words_for_unsure(unsure), "warning")
        self.matching_confirmed = True

    def _require_compared(self):
        """
        :raise UserError: customers or products that nobody has looked for in Odoo; the
            first sync would create them again.
        """
        if not self.cursor:
            problem = self.env._(
                "The books of %s are not read yet. Wait until Recent Syncs shows that"
                " it is done; if it failed, press Sync Now. Then press Compare.",
                self.display_name,
            )
        elif self._running().filtered(lambda run: run.trigger == "match"):
            problem = self.env._(
                "The customers and products of %s are being compared. Wait until Recent"
                " Syncs shows that it is done, then go on.",
                self.display_name,
            )
        elif self._is_compared():
            return
        else:
            problem = self.env._(
                "Not all customers and products of %s are compared with those in Odoo"
                " yet. Press Compare, wait until Recent Syncs shows that it is done,"
                " then go on.",
                self.display_name,
            )
        raise UserError(problem)

    def _proposed(self, *states):
        """Customers and products with such a proposal that nobody decided on."""
        return self.env["qbo.object"].search(
            [
                *self._match_domain(),
                ("match_decision", "=", False),
                ("match_state", "in", states),
            ]
        )

    def _words_for_unsure(self, rows):
        return self.env._(
            "%(count)s customers and products of %(backend)s have a match that is not"
            " sure, %(name)s for one. Open Customers and Products and confirm, create"
            " or ignore them; then go on.",
            count=len(rows),
            backend=self.display_name,
            name=rows[0].name,
        )

    def action_switch_on(self):
        """Start the first sync; from here on documents are written."""
        self.ensure_one()
        self._require_slots(self.env._("Before it is switched on,"))
        self.write(
            {
                "company_confirmed": True,
                "mapping_confirmed": True,
                "matching_confirmed": True,
                "live": True,
            }
        )
        self._start_sync("first")
        self._go_on_after_reconnecting()
        return self._toast(self.env._("Switched on; the first sync has started."))

    def action_switch_off(self):
        """Stop writing; links and mappings are kept."""
        self.write({"auto_sync": False, "live": False})
