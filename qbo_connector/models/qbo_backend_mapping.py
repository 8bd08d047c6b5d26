from odoo import models

from ..const import REFERENCE_LISTS
from ..entities.entity import entity_model

#: Lists whose entries a person maps, or lets be mapped from suggestions.
MAPPED = ("Account", "TaxRate")
#: QuickBooks sub-types that fill the default slots, the best first.
DEFAULT_KINDS = {
    "income_account_id": ("SalesOfProductIncome", "ServiceFeeIncome"),
    "discount_account_id": ("DiscountsRefundsGiven",),
}


class QboBackend(models.Model):
    """Mapping accounts and taxes: suggestions, and twins created on request."""

    _inherit = "qbo.backend"

    def action_map_suggestions(self):
        """Link accounts and tax rates that have one clear twin in Odoo."""
        self.ensure_one()
        self.check_access("write")
        linked = 0
        for entity in MAPPED:
            unmapped = self._unmapped(entity)
            found = entity_model(self.env, entity)._suggest(self, unmapped)
            found |= self._former_twins(unmapped)
            for obj, record in found.items():
                obj._link(record)
            linked += len(found)
        return self._mapped_toast(
            self.env._("%s accounts and tax rates mapped from suggestions.", linked)
        )

    def action_create_missing(self):
        """Create in Odoo the income, bank and tax twins that are still missing.

        Nothing is created in QuickBooks.
        """
        self.ensure_one()
        self.check_access("write")
        created = 0
        for entity in MAPPED:
            model = entity_model(self.env, entity)
            for obj in self._unmapped(entity).filtered(is_needed):
                obj._link(model._create_twin(self, obj))
                created += 1
        return self._mapped_toast(
            self.env._("%s accounts and taxes created in Odoo and mapped.", created)
        )

    def _mapped_toast(self, message):
        """What waited for a mapping goes on; say what was done and what is left."""
        self._continue_waiting(
            self.object_ids.filtered(
                lambda o: o.entity in MAPPED and o.state == "linked"
            )
        )
        self._choose_default_accounts()
        left = sum(map(self._count_to_map, MAPPED))
        if left:
            message += " " + self.env._("%s are not mapped yet.", left)
        return self._toast(message)

    def _choose_default_accounts(self):
        """Default slots take accounts that are mapped, so that both directions work.

        What a person chose stays.
        """
        mapped = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", "Account"),
                ("state", "=", "linked"),
            ],
            order="id",
        )
        # What `_prepare_journals` took before anything was mapped.
        first = self._first_income_account(but=mapped.account_id)
        automatic = {"income_account_id": first}
        for field, kinds in DEFAULT_KINDS.items():
            chosen = self[field] and self[field] != automatic.get(field)
            fit = mapped.filtered(lambda o, k=kinds: o.kind in k)
            if fit and not chosen:
                by_kind = fit.sorted(lambda o, k=kinds: k.index(o.kind))
                self[field] = by_kind[0].account_id

    def _unmapped(self, entity):
        return self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("state", "=", "unmapped"),
            ]
        )

    def _count_to_map(self, entity):
        """How many entries that documents use have no twin in Odoo."""
        return len(self._unmapped(entity).filtered("needed"))

    def _continue_waiting(self, objects):
        for backend in self:
            if backend._release_waiting(objects):
                backend._start_run("retry")._delay_apply()
            backend._delay_measure()

    def _settle_reference_lists(self):
        """Take over the lists that were just read; terms become Odoo terms."""
        for entity in REFERENCE_LISTS:
            objects = self.env["qbo.object"].search(
                [
                    ("backend_id", "=", self.id),
                    ("entity", "=", entity),
                    ("state", "=", "new"),
                ]
            )
            if objects:
                self._apply(objects)


def is_needed(obj):
    """Whether documents book on this account or tax rate, so that it needs a twin."""
    return obj.needed
