from odoo import api, models

from .customer import DELETED_SUFFIX


def plain_path(name):
    """A full name for comparing: parts by colons, whatever their blanks and case."""
    parts = (name or "").replace(" / ", ":").removesuffix(DELETED_SUFFIX).split(":")
    return ":".join(" ".join(part.casefold().split()) for part in parts)


def account_paths(name, plan_path):
    """What an analytic account may be called in QuickBooks.

    :param plan_path: names of the plans below the root plan, which QuickBooks may have
        as parents.

    >>> sorted(account_paths("Nursery", ["Retail"]))
    ['nursery', 'retail:nursery']
    """
    return {plain_path(name), plain_path(":".join([*plan_path, name]))}


class QboEntityClass(models.AbstractModel):
    """A class is mapped to an analytic account, by its name or by a person."""

    _name = "qbo.entity.class"
    _inherit = "qbo.entity"
    _description = "QuickBooks Class"
    _odoo_model = "account.analytic.account"

    @api.model
    def _apply(self, backend, objects):
        objects._settle_mapping()

    def _suggest(self, backend, objects, plan):
        """{object: analytic account} where one account of the plan has the full name.

        Two accounts of one name, or two entries that fit one, are left to a person.
        """
        accounts = self.env["account.analytic.account"].search_fetch(
            [
                ("root_plan_id", "=", plan.id),
                ("company_id", "in", (False, backend.company_id.id)),
            ],
            ["name", "plan_id"],
        )
        called = {}
        for account in accounts:
            below = account.plan_id.complete_name.split(" / ")[1:]
            for path in account_paths(account.name, below):
                called.setdefault(path, accounts.browse())
                called[path] |= account
        fits = {obj: called.get(plain_path(obj.name), ()) for obj in objects}
        taken = [hits for hits in fits.values() if len(hits) == 1]
        return {
            obj: hits
            for obj, hits in fits.items()
            if len(hits) == 1 and taken.count(hits) == 1
        }

    def _create_twin(self, backend, obj, plan):
        return self.env["account.analytic.account"].create(
            {
                "name": obj.name.removesuffix(DELETED_SUFFIX),
                "plan_id": plan.id,
                "company_id": backend.company_id.id,
            }
        )


class QboEntityDepartment(models.AbstractModel):
    """A department, which QuickBooks' screens call location."""

    _name = "qbo.entity.department"
    _inherit = "qbo.entity.class"
    _description = "QuickBooks Location"
