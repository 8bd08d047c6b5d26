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
#: And back, the type of an account that is created in QuickBooks: the first of a kind.
QUICKBOOKS_TYPES = {
    **{ours: theirs for theirs, ours in reversed(ACCOUNT_TYPES.items())},
    "asset_prepayments": "Other Current Asset",
    "expense_depreciation": "Expense",
}
#: Sub-types of accounts that are created for a slot of the connection.
SUBTYPES = {
    "income_account_id": ("Income", "SalesOfProductIncome"),
    "discount_account_id": ("Income", "DiscountsRefundsGiven"),
    "fee_account_id": ("Expense", "BankCharges"),
}
#: QuickBooks' API takes only income accounts for items (page of the Item entity), so
#: bad debts reduce income; whoever wants an expense makes the item in QuickBooks.
BAD_DEBT_KIND = ("Income", "DiscountsRefundsGiven")
UNDEPOSITED_FUNDS = "UndepositedFunds"
#: Types that imported documents book on; their accounts can be created in Odoo.
CREATED_TYPES = ("Bank", "Income", "Other Income")


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


def account_payload(account, name, slot):
    """An Odoo account that a slot has, as a new QuickBooks account.

    :param str slot: field of the connection, which tells the sub-type.
    """
    kind, subtype = QUICKBOOKS_TYPES[account.account_type], None
    if slot == "bad_debt_account_id":
        kind, subtype = BAD_DEBT_KIND
    elif SUBTYPES.get(slot, ("",))[0] == kind:
        subtype = SUBTYPES[slot][1]
    body = {"Name": name, "AccountType": kind}
    return {**body, "AccountSubType": subtype} if subtype else body


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
        return found | self._suggest_receivables(backend, objects, found)

    def _suggest_receivables(self, backend, objects, found):
        """QuickBooks' receivable account in the home currency is Odoo's default one.

        For another currency it is the company's only receivable account in that.
        """
        rows = (objects - objects.browse().union(*found)).filtered(
            lambda o: o.account_type == "Accounts Receivable"
        )
        home = backend.company_id.currency_id.name
        suggested = {}
        for code, same in rows.grouped("currency_code").items():
            accounts = self._receivables(backend, code, code in (None, home))
            if len(same) == len(accounts) == 1 and accounts not in found.values():
                suggested[same] = accounts
        return suggested

    def _receivables(self, backend, code, is_home):
        if is_home:
            partners = self.env["res.partner"].with_company(backend.company_id)
            field = partners._fields["property_account_receivable_id"]
            return field.get_company_dependent_fallback(partners)
        accounts = self.env["account.account"].with_company(backend.company_id)
        return accounts.search(
            [
                *accounts._check_company_domain(backend.company_id),
                ("account_type", "=", "asset_receivable"),
                ("currency_id.name", "=", code),
            ]
        )

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
