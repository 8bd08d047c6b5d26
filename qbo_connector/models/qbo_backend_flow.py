from datetime import date

from markupsafe import Markup

from odoo import api, fields, models, tools

DIRECTIONS = [
    ("off", "Off"),
    ("import", "QuickBooks to Odoo"),
    ("export", "Odoo to QuickBooks"),
    ("both", "Both ways"),
]
#: QuickBooks entity -> the setting that says which way it flows.
FLOW_FIELDS = {
    "Customer": "customer_flow",
    "Item": "product_flow",
    "Invoice": "invoice_flow",
    "CreditMemo": "credit_note_flow",
    "Payment": "payment_flow",
}
ARROWS = {"off": "✕", "import": "→", "export": "←", "both": "⇄"}


class QboBackend(models.Model):
    """Which objects flow which way."""

    _inherit = "qbo.backend"

    customer_flow = fields.Selection(
        DIRECTIONS,
        "Customers",
        default="both",
        required=True,
        help="Out: a customer is created in QuickBooks when a document needs it.",
    )
    product_flow = fields.Selection(
        DIRECTIONS,
        "Products",
        default="both",
        required=True,
        help="Out: a product is created in QuickBooks when an invoice needs it.",
    )
    invoice_flow = fields.Selection(
        DIRECTIONS,
        "Invoices",
        default="both",
        required=True,
        help="Out: each posted invoice is sent, and again when it is changed.",
    )
    credit_note_flow = fields.Selection(
        DIRECTIONS,
        "Credit Notes",
        default="both",
        required=True,
        help="Out: each posted credit note is sent, with what it is applied to.",
    )
    payment_flow = fields.Selection(
        DIRECTIONS,
        "Payments",
        default="both",
        required=True,
        help="Out: each confirmed customer payment becomes a Receive Payment.",
    )
    flow_picture = fields.Html("What Flows", compute="_compute_flow_picture")

    def _flows_in(self, entity):
        """Whether objects of this entity come from QuickBooks; lists always do."""
        field = FLOW_FIELDS.get(entity)
        return not field or self[field] in ("import", "both")

    def _flows_out(self, entity):
        """Whether objects of this entity are created in QuickBooks."""
        return self[FLOW_FIELDS[entity]] in ("export", "both")

    def _flow_name(self, entity):
        """What people call records of an entity: the name of its setting."""
        return self._fields[FLOW_FIELDS[entity]]._description_string(self.env)

    @api.model
    def _sends(self, company, entity, date):
        """Whether a company has a connection that sends an entity of this date."""
        entities, start = self._sending_rules(company.id)
        return entity in entities and (not start or date >= start)

    @api.model
    def _starts_on(self, company):
        """The first day of what a company's connection sends, or None."""
        _entities, start = self._sending_rules(company.id)
        return start

    @api.model
    @tools.ormcache("company_id")
    def _sending_rules(self, company_id):
        """What goes out, and from which day on; asked for with each posted document."""
        backend = self.sudo().browse(self._id_for_company(company_id))
        if not backend.live:
            return (), None
        entities = tuple(name for name in FLOW_FIELDS if backend._flows_out(name))
        return entities, backend.start_date

    def write(self, vals):
        """Where more is to come in than before, the next sync reads everything."""
        before = {backend: backend._what_comes_in() for backend in self}
        result = super().write(vals)
        if {"live", "start_date", *FLOW_FIELDS.values()} & vals.keys():
            self.env.registry.clear_cache()  # of `_sending_rules`
        for backend, (entities, start) in before.items():
            now_entities, now_start = backend._what_comes_in()
            if now_start < start or now_entities - entities:
                backend._read_all_again()
        return result

    def _what_comes_in(self):
        """({entities}, first day) of what is read; names of lists are always."""
        entities = {entity for entity in FLOW_FIELDS if self._flows_in(entity)}
        return entities, self.start_date or date.min

    @api.depends(*FLOW_FIELDS.values())
    def _compute_flow_picture(self):
        for backend in self:
            backend.flow_picture = Markup(
                '<table class="table table-sm w-auto mb-0"><thead><tr>'
                "<th>QuickBooks</th><th></th><th>Odoo</th></tr></thead>"
                "<tbody>{}</tbody></table>"
            ).format(Markup("").join(backend._flow_rows()))

    def _flow_rows(self):
        for field in FLOW_FIELDS.values():
            arrow = ARROWS[self[field]]
            name = self._fields[field]._description_string(self.env)
            muted = "text-muted" if self[field] == "off" else ""
            yield Markup(
                '<tr class="{muted}"><td>{name}</td><td class="text-center fw-bold">'
                "{arrow}</td><td>{name}</td></tr>"
            ).format(muted=muted, name=name, arrow=arrow)

    @api.onchange(*FLOW_FIELDS.values())
    def _onchange_flows(self):
        """Say what a change of direction means for what is linked already."""
        flows = {field: self[field] for field in FLOW_FIELDS.values()}
        return self._origin and self._origin._warn_of_flows(flows, self.auto_sync)

    def _warn_of_flows(self, flows, auto_sync):
        """What directions that are not saved yet would change, as a screen shows it.

        :param dict flows: {field: direction}
        :param bool auto_sync: as on that screen
        :returns: a warning about each kind of record that would flow another way.
        """
        changed = {
            entity: flows[field]
            for entity, field in FLOW_FIELDS.items()
            if flows[field] != self[field]
        }
        if not changed:
            return None
        linked = self.env["qbo.object"]._read_group(
            [
                ("backend_id", "=", self.id),
                ("entity", "in", list(changed)),
                ("state", "=", "linked"),
            ],
            ["entity"],
            ["__count"],
        )
        counts = dict(linked)
        words = [
            self._words_for_flow(entity, flow, counts.get(entity, 0), auto_sync)
            for entity, flow in changed.items()
        ]
        title = self._fields["flow_picture"]._description_string(self.env)
        return {"warning": {"title": title, "message": "\n".join(words)}}

    def _words_for_flow(self, entity, flow, count, auto_sync):
        """What a new direction means for records of an entity; it is not saved yet."""
        sentences = [
            self.env._(
                "%(count)s linked %(name)s stay linked.",
                count=count,
                name=self._flow_name(entity),
            )
        ]
        comes, goes = flow in ("import", "both"), flow in ("export", "both")
        if not comes:
            sentences.append(
                self.env._("Changes in QuickBooks no longer come to Odoo.")
            )
        if not goes:
            sentences.append(self.env._("Nothing new is sent to QuickBooks."))
        if comes and goes:
            sentences.append(self.env._("From now on they flow both ways."))
        if comes and not self._flows_in(entity):
            sentences.append(
                self.env._("The next sync reads those that QuickBooks has already.")
            )
        if entity == "Payment" and comes and not auto_sync:
            sentences.append(
                self.env._(
                    "Payments of QuickBooks come by themselves only with Auto-Sync,"
                    " which is off: switch it on under Schedule."
                )
            )
        return " ".join(sentences)
