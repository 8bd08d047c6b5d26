from odoo import api, models
from odoo.fields import Command

#: QuickBooks' limits of a term (page of the Term entity).
NAME_LENGTH = 31
MOST_DAYS = 999


def term_values(payload, company_id):
    """A standard term: due so many days after the invoice date.

    :returns: values, or None for a date-driven term, which Odoo sees by its due date.
    """
    if payload.get("DueDays") is None:
        return None
    line = {"value": "percent", "value_amount": 100.0, "nb_days": payload["DueDays"]}
    return {
        "name": payload["Name"],
        "company_id": company_id,
        "active": payload.get("Active", True),
        "line_ids": [Command.clear(), Command.create(line)],
    }


def term_payload(term):
    """An Odoo payment term as a new QuickBooks term.

    :returns: None for what QuickBooks cannot say: instalments, ends of months.
    """
    days = due_days(term)
    if days is None:
        return None
    return {"Name": term.name.strip()[:NAME_LENGTH], "DueDays": days}


def due_days(term):
    """Days from the invoice date to the one due date of a term; None: another kind."""
    line = term.line_ids
    plain = len(line) == 1 and line.delay_type == "days_after"
    if plain and line.value == "percent" and 0 <= line.nb_days <= MOST_DAYS:
        return line.nb_days
    return None


class QboEntityTerm(models.AbstractModel):
    """A QuickBooks term is an Odoo term of as many days; a new one where none is."""

    _name = "qbo.entity.term"
    _inherit = "qbo.entity"
    _description = "QuickBooks Term"
    _odoo_model = "account.payment.term"

    def _values(self, payload, books):
        return term_values(payload, books.company_id)

    def _why_ignored(self, payload):
        return self.env._("Due on a day of the month; invoices carry their due date.")

    @api.model
    def _apply(self, backend, objects):
        """What a person mapped stays mapped, whatever kind of term it is."""
        result = super()._apply(backend, objects)
        chosen = objects.filtered(
            lambda o: o.res_id and o.state == "ignored" and not o.deleted
        )
        chosen.write({"state": "linked", "message": False})
        return result

    def _create_records(self, backend, work):
        """Terms that Odoo has are taken, and never rewritten: they are Odoo's own."""
        free = self._free_terms(backend)
        new = []
        for item in work:
            twin = _twin(item.object.payload, free)
            if twin:
                free -= twin
                item.object._link(twin)
            else:
                new.append(item)
        return super()._create_records(backend, new)

    def _update_records(self, backend, work):
        """Only what was made from QuickBooks' term follows it."""
        own = [item for item in work if not item.object.applied]
        for item in own:
            item.object._link(item.record)
        return super()._update_records(
            backend, [item for item in work if item not in own]
        )

    def _free_terms(self, backend):
        """The company's terms that no QuickBooks term is linked to."""
        rows = self.env["qbo.object"].search(
            [("backend_id", "=", backend.id), ("res_model", "=", self._odoo_model)]
        )
        return self.env[self._odoo_model].search(
            [
                ("company_id", "in", (False, backend.company_id.id)),
                ("id", "not in", rows.mapped("res_id")),
            ]
        )


def _twin(payload, terms):
    """The one term of as many days: of the same name, or the only one."""
    same = terms.filtered(lambda term: due_days(term) == payload.get("DueDays"))
    named = same.filtered(
        lambda term: term.name.strip().casefold() == payload["Name"].strip().casefold()
    )
    return (named or same) if len(named or same) == 1 else terms.browse()
