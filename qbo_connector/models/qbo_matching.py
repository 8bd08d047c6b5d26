from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import BOOKKEEPERS
from ..entities.entity import entity_model

#: Entities that are paired with what Odoo has, and the field that names the twin.
TWINS = {"Customer": "match_partner_id", "Item": "match_product_id"}
#: Fingerprint of a record that Odoo had before: the first import leaves it as it is.
AS_FOUND = "as found"

REMEMBER = """
    UPDATE qbo_object SET match_before = jsonb_build_object(
        'state', match_state, 'rung', match_rung,
        'partner', match_partner_id, 'product', match_product_id
    ) WHERE id IN %s
"""
#: A proposal whose record is gone by now is none.
RESTORE = """
    WITH before AS (
        SELECT o.id, partner.id AS partner, product.id AS product,
            o.match_before->>'state' AS state, o.match_before->>'rung' AS rung,
            o.match_before->>'partner' IS NOT NULL
                OR o.match_before->>'product' IS NOT NULL AS had
        FROM qbo_object o
            LEFT JOIN res_partner partner
                ON partner.id = (o.match_before->>'partner')::int
            LEFT JOIN product_product product
                ON product.id = (o.match_before->>'product')::int
        WHERE o.id IN %s
    ), known AS (
        SELECT *, had AND coalesce(partner, product) IS NULL AS lost FROM before
    )
    UPDATE qbo_object o SET
        match_state = CASE WHEN lost THEN 'none' ELSE coalesce(known.state, 'none') END,
        match_rung = CASE WHEN lost THEN NULL ELSE rung END,
        match_partner_id = partner, match_product_id = product, match_before = NULL
    FROM known WHERE known.id = o.id
"""


class QboObject(models.Model):
    """The matching workbench: what a customer or product is in Odoo, before any sync.

    The ladder proposes; a pair is only made when a person confirms it.
    """

    _inherit = "qbo.object"

    match_state = fields.Selection(
        [
            ("linked", "Linked"),
            ("suggested", "Suggested"),
            ("ambiguous", "Ambiguous"),
            ("none", "No match"),
            ("ignored", "Ignored"),
        ],
        "Match",
        readonly=True,
        help="Linked: exactly one record fits. Suggested: one is alike, look at it."
        " Ambiguous: several fit equally well, choose one.",
    )
    match_decision = fields.Selection(
        [
            ("known", "Linked before"),
            ("paired", "Confirmed"),
            ("create", "Create in Odoo"),
            ("ignore", "Ignore"),
        ],
        "Decision",
        readonly=True,
        help="Empty: nobody has decided yet, and nothing is written.",
    )
    match_rung = fields.Selection(
        [
            ("id", "Linked before"),
            ("hand", "Chosen by hand"),
            ("name", "Same name"),
            ("email", "Same e-mail"),
            ("tax", "Same tax ID"),
            ("parent", "Same name under its customer"),
            ("sku", "Same internal reference"),
            ("close", "Close name"),
        ],
        readonly=True,
    )
    match_score = fields.Float(readonly=True, help="1 is sure, less is a suggestion.")
    match_candidates = fields.Json(readonly=True, help="Odoo IDs, the best one first.")
    match_partner_id = fields.Many2one(
        "res.partner",
        "Odoo Customer",
        index="btree_not_null",
        domain="['|', ('type', '=', 'contact'), ('qbo_sub_customer', '=', True)]",
        check_company=True,
    )
    match_product_id = fields.Many2one(
        "product.product", "Odoo Product", index="btree_not_null", check_company=True
    )
    match_email = fields.Char("E-mail", readonly=True)
    match_code = fields.Char("SKU", readonly=True)
    match_currency_id = fields.Many2one("res.currency", readonly=True)
    match_amount = fields.Monetary(
        "Balance or Price",
        currency_field="match_currency_id",
        readonly=True,
        groups=BOOKKEEPERS,
    )
    match_before = fields.Json(
        readonly=True,
        help="What was proposed before the decision; Undo shows it again.",
    )
    match_reason = fields.Char("Why", compute="_compute_match_reason")

    _match_index = models.Index(
        "(backend_id, entity, match_state, match_decision)"
        " WHERE match_state IS NOT NULL"
    )
    _match_partner_unique = models.UniqueIndex(
        "(backend_id, match_partner_id) WHERE match_decision = 'paired'",
        "This Odoo customer is paired with another QuickBooks customer already.",
    )
    _match_product_unique = models.UniqueIndex(
        "(backend_id, match_product_id) WHERE match_decision = 'paired'",
        "This Odoo product is paired with another QuickBooks product already.",
    )

    @api.model
    def _match_field(self, entity):
        return TWINS[entity]

    def _twin(self):
        return self[TWINS[self.entity]]

    # --- Why -----------------------------------------------------------------------

    @api.depends(
        "match_rung", "match_score", "match_state", "match_candidates", "match_decision"
    )
    def _compute_match_reason(self):
        words = dict(self._fields["match_rung"]._description_selection(self.env))
        for record in self:
            record.match_reason = record._reason(words.get(record.match_rung))

    def _reason(self, rung):
        if not rung:
            open_row = self.match_state == "none" and not self.match_decision
            return self.env._("Nothing alike in Odoo") if open_row else False
        if self.match_rung == "close":
            rung = self.env._(
                "%(rung)s (%(score)d %%)", rung=rung, score=self._percent()
            )
        elif self.match_state == "suggested" and self.match_rung == "name":
            rung = self.env._("%s, but another tax ID or reference", rung)
        elif self.match_state == "suggested" and self.match_rung == "parent":
            rung = self.env._("%s, which is not sure itself", rung)
        elif self.match_state == "suggested":
            rung = self.env._("%s, but another name", rung)
        return self._choices(rung) if self.match_state == "ambiguous" else rung

    def _percent(self):
        return round(100 * self.match_score)

    def _choices(self, rung):
        """Ambiguous: either several records fit, or several rows want the same one."""
        model = self.env[self._fields[TWINS[self.entity]].comodel_name]
        found = model.browse(self.match_candidates or []).exists()
        listed = ", ".join(f"{one.display_name} (ID {one.id})" for one in found)
        if len(found) == 1:
            return self.env._(
                "%(rung)s: other QuickBooks rows fit %(record)s too",
                rung=rung,
                record=listed,
            )
        return self.env._(
            "%(rung)s: choose one of %(records)s", rung=rung, records=listed
        )

    # --- Decisions -----------------------------------------------------------------

    def write(self, vals):
        """A twin that somebody chose in the list is a proposal, kept from then on."""
        chosen = vals.keys() & set(TWINS.values())
        if chosen and "match_rung" not in vals:
            self._check_undecided()
            record = vals[chosen.pop()]
            state = "linked" if record else "none"
            by_hand = {"match_rung": record and "hand", "match_state": state}
            vals = {**vals, **by_hand, "match_score": 0, "match_candidates": False}
        return super().write(vals)

    def _check_undecided(self):
        decided = self.filtered("match_decision")
        if decided:
            raise UserError(
                self.env._(
                    "Already decided: %s. Press Undo there before choosing another.",
                    ", ".join(decided.mapped("name")),
                )
            )

    def _open_rows(self):
        """Rows that nobody has decided on and that nothing has linked since."""
        undecided = self.filtered(lambda o: not o.match_decision)
        return undecided - undecided.browse(o.id for o in undecided._records())

    def action_match_confirm(self):
        """Link each row to its proposed record; ambiguous and taken ones are left.

        The record stays as it is: what QuickBooks says now is only remembered, so that
        later changes in QuickBooks are seen as changes.
        """
        self.check_access("write")
        ready = self._open_rows().filtered(lambda o: o._twin())
        free = ready._refuse_taken()
        free._remember_proposals()
        for record in free:
            record._link(record._twin(), AS_FOUND)
        free.write({"match_decision": "paired", "match_state": "linked"})
        free._remember_as_found()
        free.backend_id._continue_waiting(free)
        return self._match_toast(len(free), self.env._("confirmed"))

    def action_match_create(self):
        """The import creates these in Odoo, whatever there is of that name."""
        self.check_access("write")
        chosen = self._open_rows()
        chosen._remember_proposals()
        chosen.write({"match_decision": "create", **self._no_twin("none")})
        return self._match_toast(len(chosen), self.env._("to be created by the import"))

    def action_match_ignore(self):
        """Leave these out; their documents wait and say so."""
        self.check_access("write")
        chosen = self._open_rows()
        chosen._remember_proposals()
        chosen.write({"match_decision": "ignore", **self._no_twin("ignored")})
        chosen._ignore_by_choice()
        return self._match_toast(len(chosen), self.env._("ignored"))

    def action_match_undo(self):
        """Decide again, unless the import has created the record already.

        The row shows at once what was proposed for it.
        """
        self.check_access("write")
        paired = self.filtered(lambda o: o.match_decision == "paired")
        others = self.filtered(
            lambda o: o.match_decision in ("create", "ignore") and not o.res_id
        )
        (paired + others)._restore_proposals()
        (paired + others).write(
            {
                "match_decision": False,
                "res_model": False,
                "res_id": False,
                "applied": False,
                "state": "new",
                "message": False,
                "waiting_for": False,
            }
        )
        return self._match_toast(len(paired + others), self.env._("open again"))

    def _remember_proposals(self):
        self.flush_recordset()
        self.env.cr.execute(SQL(REMEMBER, tuple(self.ids) or (0,)))
        self.invalidate_recordset(["match_before"])

    def _restore_proposals(self):
        self.flush_recordset()
        self.env.cr.execute(SQL(RESTORE, tuple(self.ids) or (0,)))
        self.invalidate_recordset()

    def _no_twin(self, state):
        twins = dict.fromkeys(TWINS.values(), False)
        return {**twins, "match_rung": False, "match_state": state}

    def _ignore_by_choice(self):
        self._ignore(self.env._("Ignored on the matching screen. Undo it there."))

    # --- Only one row for each record ----------------------------------------------

    def _refuse_taken(self):
        """The rows whose record no other row has; the others become ambiguous."""
        refused = self.browse()
        for (backend, entity), rows in self._by_list():
            taken = backend._match_taken(entity, decided_only=True)
            wanted = Counter(row._twin().id for row in rows)
            refused += rows.filtered(
                lambda o, w=wanted, t=taken: o._twin().id in t or w[o._twin().id] > 1
            )
        for row in refused:
            twin = row._twin().id
            row.write(
                {
                    **row._no_twin("ambiguous"),
                    "match_rung": row.match_rung,
                    "match_candidates": [twin],
                }
            )
        return self - refused

    def _by_list(self):
        return self.grouped(lambda o: (o.backend_id, o.entity)).items()

    def _remember_as_found(self):
        """Keep the fingerprints of what QuickBooks says now; Odoo is not written."""
        for (backend, entity), rows in self._by_list():
            model = entity_model(self.env, entity)
            model._update_records(backend, model._map(backend, rows))

    # --- Screen --------------------------------------------------------------------

    @api.model
    def match_counts(self, domain):
        """What the line above the lists says.

        :returns: [[status, its label, number of rows, how many are not decided], ...]
        """
        shown = [*domain, ("match_state", "!=", False)]
        groups = self._read_group(shown, ["match_state", "match_decision"], ["__count"])
        labels = dict(self._fields["match_state"]._description_selection(self.env))
        counts = {state: [0, 0] for state in labels}
        for state, decision, count in groups:
            counts[state][0] += count
            counts[state][1] += 0 if decision else count
        return [[state, labels[state], *pair] for state, pair in counts.items()]

    def action_match_again(self):
        """Header button: compare again what nobody has decided on."""
        company = self.env.company
        backend = self.env["qbo.backend"].search([("company_id", "=", company.id)])
        if not backend:
            raise UserError(
                self.env._(
                    "%s is not connected to QuickBooks yet. Make a connection first.",
                    company.display_name,
                )
            )
        return backend.action_match()

    def _match_toast(self, done, what):
        message = self.env._("%(count)s %(what)s.", count=done, what=what)
        left = len(self) - done
        if left:
            message += " " + self.env._(
                "%s left as they were: decided, ambiguous, or without a record.",
                left,
            )
        return self.backend_id[:1]._toast(message, "warning" if left else "success")
