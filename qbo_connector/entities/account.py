from odoo import api, models
from odoo.fields import Command

from .customer import DELETED_SUFFIX

#: QuickBooks' account types as Odoo's (page of the Account entity).
ACCOUNT_TYPES = {
    "Bank": "asset_cash",
    "Accounts Receivable": "asset_receivable",
    "Other Current Asset": "asset_current",
    "Fixed Asset": "asset_fixed",
    "Other Asset": "asset_non_current",
    "Accounts Payable": "liability_payable",
    "Credit Card": "liability_credit_card",
    "Other Current Liability": "liability_current",
    "Long Term Liability": "liability_non_current",
    "Equity": "equity",
    "Income": "income",
    "Other Income": "income_other",
    "Cost of Goods Sold": "expense_direct_cost",
    "Expense": "expense",
    "Other Expense": "expense",
}
UNDEPOSITED_FUNDS = "UndepositedFunds"


def matches(payload, account):
    """Whether an Odoo account is this QuickBooks account, for a suggestion.

    :param account: anything with the keys code, name and account_type.
    """
    if ACCOUNT_TYPES.get(payload.get("AccountType")) != account["account_type"]:
        return False
    number = payload.get("AcctNum")
    if number and number == account["code"]:
        return True
    return _plain(payload["Name"]) == _plain(account["name"])


def _plain(name):
    return " ".join(name.casefold().split())


class QboEntityAccount(models.AbstractModel):
    """A QuickBooks account is mapped to an Odoo account by a person."""

    _name = "qbo.entity.account"
    _inherit = "qbo.entity"
    _description = "QuickBooks Account"
    _odoo_model = "account.account"

    @api.model
    def _apply(self, backend, objects):
        objects._settle_mapping()

    def _suggest(self, backend, objects):
        """{object: account} where exactly one account of the company matches."""
        accounts = self.env["account.account"].with_company(backend.company_id)
        candidates = accounts.search_fetch(
            accounts._check_company_domain(backend.company_id),
            ["code", "name", "account_type"],
        )
        found = {}
        for obj in objects:
            hits = candidates.filtered(lambda a, o=obj: matches(o.payload, a))
            if len(hits) == 1:
                found[obj] = hits
        return found

    def _create_twin(self, backend, obj):
        """An Odoo account with the same name and type, numbered next to its like."""
        accounts = self.env["account.account"].with_company(backend.company_id)
        deposits = obj.kind == UNDEPOSITED_FUNDS
        kind = ACCOUNT_TYPES[obj.payload["AccountType"]]
        own = accounts._check_company_domain(backend.company_id)
        like = accounts.search([*own, ("account_type", "=", kind)], limit=1)
        return accounts.create(
            {
                "name": obj.payload["Name"].removesuffix(DELETED_SUFFIX),
                "code": accounts._search_new_account_code(like.code or "100000"),
                "account_type": kind,
                # Deposits take payments out again, one by one.
                "reconcile": deposits,
                "company_ids": [Command.link(backend.company_id.id)],
            }
        )
