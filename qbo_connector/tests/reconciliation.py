"""Both ledgers side by side, to the cent.

Neither side is read through the code that syncs: QuickBooks by its GeneralLedger report
and the balances of its customers, Odoo by sums over posted journal items. Of the
connector only the mapping of accounts and customers is used.
"""

from collections import defaultdict

#: The transactions that the connector carries, as the report calls them.
CARRIED = ("Invoice", "Credit Memo", "Payment")
#: What is mapped, of which the Odoo twin is looked up.
MAPPED = ("Account", "Customer")
COLUMNS = "tx_date,txn_type,name,debt_amt,credit_amt"
EVER = {"start_date": "2000-01-01", "end_date": "2099-12-31"}
#: Accounts of QuickBooks' own choice, by their type or sub-type.
BY_KIND = {
    "Accounts Receivable": "receivable",
    "SalesTaxPayable": "tax",
    "GlobalTaxPayable": "tax",
    "ExchangeGainOrLoss": "exchange",
}
#: Where Odoo has rules of its own for documents in other currencies. It dates exchange
#: differences as it likes, and those that are taken back today; and it converts a tax
#: before it is rounded, so that a cent of it may be income in QuickBooks.
OF_ODOO = {
    "exchange": ("exchange", "all"),
    "receivable": ("receivable", "all"),
    "tax": ("tax and income", "all"),
    "account Services": ("tax and income", "all"),
}


class Reconciliation:
    """
    :param control: of the sandbox: asks QuickBooks over HTTP, with a token of its own
    :param backend: the connection, for its mappings and its Odoo company; they are
        read once
    :param dict as_one: {what is compared by account and month: what of it is compared
        as one, see `OF_ODOO`}
    """

    def __init__(self, control, backend, as_one=()):
        self.as_one = dict(as_one)
        self.control = control
        self.backend = backend
        self.company = backend.company_id
        self.env = backend.env
        mapped = self.env["qbo.object"].search(
            [("backend_id", "=", backend.id), ("entity", "in", MAPPED)]
        )
        self.twins = {(row.entity, row.qbo_id): row.res_id for row in mapped}
        self.keys = self._keys()

    def differences(self, told=None):
        """What is not the same on both sides, as sentences; none when all agrees.

        :param dict told: {QuickBooks customer id: cents that it has open more} by
            documents that say so; their turnover is not compared, nor at home what
            they owe in another currency.
        """
        postings, told = self._quickbooks_postings(), told or {}
        found = self._compare_customers(postings, told)
        return found + self._compare_turnover(postings, told)

    # --- QuickBooks -------------------------------------------------------------------

    def _quickbooks_postings(self):
        """[(account id, customer id, month, home cents)] of what is carried."""
        report = self.control.api(
            "GET", "reports/GeneralLedger", columns=COLUMNS, **EVER
        )
        postings = []
        for section in report["Rows"].get("Row", []):
            account = section["Header"]["ColData"][0]["id"]
            for row in section["Rows"]["Row"]:
                date, kind, name, debit, credit = row["ColData"]
                if kind["value"] in CARRIED:
                    cents = _cents(debit["value"]) - _cents(credit["value"])
                    month = date["value"][:7]
                    postings.append((account, name.get("id"), month, cents))
        return postings

    def _accounts(self):
        statement = "select * from Account where Active in (true, false)"
        return self.control.query(f"{statement} maxresults 1000")

    def _customers(self):
        statement = "select * from Customer where Active in (true, false)"
        return self.control.query(f"{statement} maxresults 1000")

    # --- Odoo -------------------------------------------------------------------------

    def _items(self, domain, groupby, *sums):
        """Sums over posted journal items of the company."""
        posted = [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        return self.env["account.move.line"]._read_group(
            [*posted, *domain], groupby, sums
        )

    # --- Customers --------------------------------------------------------------------

    def _compare_customers(self, postings, told):
        """What each owes, in their own currency and at home."""
        ours = {
            partner.id: figures
            for partner, *figures in self._items(
                [("account_id.account_type", "=", "asset_receivable")],
                ["partner_id"],
                "amount_currency:sum",
                "amount_residual_currency:sum",
                "balance:sum",
                "amount_residual:sum",
            )
        }
        home = defaultdict(int)
        receivable = {
            each["Id"]
            for each in self._accounts()
            if each["AccountType"] == "Accounts Receivable"
        }
        for account, customer, _month, cents in postings:
            home[customer] += cents if account in receivable else 0
        found = []
        for customer in self._customers():
            partner = self._twin("Customer", customer["Id"])
            own, own_open, balance, home_open = ours.pop(partner, (0, 0, 0, 0))
            theirs = _cents(customer["Balance"]) - told.get(customer["Id"], 0)
            their_home = home[customer["Id"]] - told.get(customer["Id"], 0)
            name = customer["DisplayName"]
            currency = customer["CurrencyRef"]["value"]
            compared = [("entries", theirs, own), ("open items", theirs, own_open)]
            if currency == self.company.currency_id.name or customer["Id"] not in told:
                compared.append(("entries at home", their_home, balance))
                compared.append(("open items at home", their_home, home_open))
            for what, their_cents, amount in compared:
                found += _difference(f"{name}, {what}", their_cents, _cents(amount))
        for partner in self.env["res.partner"].browse(ours):
            amounts = [_cents(amount) for amount in ours[partner.id]]
            if any(amounts):
                found.append(f"{partner.name} owes {amounts} in Odoo only")
        return found

    def _twin(self, entity, qbo_id):
        return self.twins.get((entity, qbo_id)) or None

    # --- Accounts ---------------------------------------------------------------------

    def _compare_turnover(self, postings, told):
        """What each account took in each month, in home currency."""
        ours, theirs = defaultdict(int), defaultdict(int)
        others = [self._twin("Customer", customer) for customer in told]
        for account, month, balance in self._items(
            [("partner_id", "not in", others)],
            ["account_id", "date:month"],
            "balance:sum",
        ):
            key = self._place(self._key_of(account), month.strftime("%Y-%m"))
            ours[key] += _cents(balance)
        for account, customer, month, cents in postings:
            if customer not in told:
                theirs[self._place(self.keys[account], month)] += cents
        return [
            sentence
            for key in sorted(ours.keys() | theirs.keys(), key=str)
            for sentence in _difference(f"{key[0]} in {key[1]}", theirs[key], ours[key])
        ]

    def _place(self, key, month):
        return self.as_one.get(key) or (key, month)

    def _keys(self):
        """{QuickBooks account id: what it is compared as}."""
        keys = {}
        for account in self._accounts():
            kind = BY_KIND.get(account["AccountType"])
            kind = kind or BY_KIND.get(account["AccountSubType"])
            twin = self.env["account.account"].browse(
                self._twin("Account", account["Id"])
            )
            name = f"{account['Name']}, which is not mapped"
            keys[account["Id"]] = kind or (self._key_of(twin) if twin else name)
        return keys

    def _key_of(self, account):
        """What an Odoo account is compared as: one of a kind, or itself.

        Odoo has two accounts for exchange differences and one per tax; money on its way
        to the bank is Undeposited Funds.
        """
        company = self.company
        if account.account_type == "asset_receivable":
            return "receivable"
        exchange = company.income_currency_exchange_account_id
        if account in exchange | company.expense_currency_exchange_account_id:
            return "exchange"
        taxes = self.env["account.tax.repartition.line"].search(
            [("company_id", "=", company.id), ("repartition_type", "=", "tax")]
        )
        if account in taxes.account_id:
            return "tax"
        journals = self.env["account.journal"].search([("company_id", "=", company.id)])
        on_its_way = journals.inbound_payment_method_line_ids.payment_account_id
        on_its_way |= self.env["account.payment"]._get_outstanding_account("inbound")
        undeposited = self.backend._undeposited_funds().account_id
        return f"account {(undeposited if account in on_its_way else account).name}"


def _cents(amount):
    return round(float(amount or 0) * 100)


def _difference(what, theirs, ours):
    if theirs == ours:
        return []
    return [f"{what}: {theirs / 100:.2f} in QuickBooks, {ours / 100:.2f} in Odoo"]
