"""What a mapping may look up. Pure: no database, no HTTP.

A mapping gets a QuickBooks payload and a `Books`, and gives Odoo values. What it needs
and does not find is a `Missing`, which names the cause that the object then waits for.
"""

from datetime import date, timedelta

#: Which entity a reference field points to.
REFERENCES = {
    "CustomerRef": "Customer",
    "ItemRef": "Item",
    "SalesTermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "TaxRateRef": "TaxRate",
    "TaxCodeRef": "TaxCode",
    "TxnTaxCodeRef": "TaxCode",
    "IncomeAccountRef": "Account",
    "ItemAccountRef": "Account",
    "DiscountAccountRef": "Account",
    "DepositToAccountRef": "Account",
}

#: Transactions that a payment's lines may point to and that the connector knows.
LINKED_TYPES = ("Invoice", "CreditMemo", "Payment")

#: QuickBooks' pseudo tax codes of US companies: taxable or not, no code of their own.
TAXABLE, NOT_TAXABLE = "TAX", "NON"


class Missing(Exception):
    """A mapping needs something that is not in Odoo yet."""

    def __init__(self, entity, qbo_id, name=""):
        self.key = f"{entity}:{qbo_id}"
        self.entity = entity
        self.label = name or qbo_id
        super().__init__(f"Waits for {entity} {self.label} of QuickBooks.")


class Books:
    """The Odoo ids behind QuickBooks ids, and the defaults of the connection.

    :param dict ids: {(entity, QuickBooks id): Odoo id}
    :param dict names: {(entity, QuickBooks id): what people call it}
    :param dict tax_codes: {TaxCode id: its payload}
    :param dict terms: {Term id: its payload}
    :param dict accounts: Odoo account ids of the slots income, discount, rounding
        and shipping
    :param dict undeposited: reference of QuickBooks' account for money not yet banked
    :param int company_id: the Odoo company
    :param str home_currency: ISO code of the company's currency
    :param dict currencies: {ISO code: Odoo currency id}
    :param dict words: names of lines that have none in QuickBooks: discount, shipping
    :ivar dict dimensions: {("Class" or "Department", id): analytic account id}
    :param empty_slots: fields of the connection's journals that are not chosen
    """

    def __init__(
        self,
        ids=None,
        names=None,
        tax_codes=None,
        terms=None,
        accounts=None,
        undeposited=None,
        company_id=None,
        home_currency="USD",
        currencies=None,
        empty_slots=(),
        words=None,
    ):
        self.ids = ids or {}
        self.names = names or {}
        self.tax_codes = tax_codes or {}
        self.terms = terms or {}
        self.accounts = accounts or {}
        self.undeposited = undeposited or {}
        self.company_id = company_id
        self.home_currency = home_currency
        self.currencies = currencies or {}
        self.dimensions = {}
        self.empty_slots = empty_slots
        self.words = words or {"discount": "Discount", "shipping": "Shipping"}

    def find(self, entity, ref):
        """Odoo id of a reference ({"value", "name"}), or False."""
        return bool(ref) and self.ids.get((entity, ref.get("value")), False)

    def require(self, entity, ref):
        """Odoo id of a reference.

        :raise Missing: when it is not linked to anything in Odoo.
        """
        found = self.find(entity, ref)
        if not found:
            ref = ref or {}
            qbo_id = ref.get("value", "")
            name = ref.get("name") or self.names.get((entity, qbo_id))
            raise Missing(entity, qbo_id, name)
        return found

    def account(self, ref, slot):
        """The mapped account of a reference, else the default of a slot.

        :raise Missing: neither is there.
        """
        found = self.find("Account", ref) or self.accounts.get(slot)
        if not found:
            raise Missing("Slot", "income_account_id")
        return found

    def require_slot(self, field):
        """
        :raise Missing: this journal of the connection is not chosen.
        """
        if field in self.empty_slots:
            raise Missing("Slot", field)

    def currency(self, ref):
        """Odoo currency id of a CurrencyRef; the home currency where there is none.

        :raise Missing: when the currency is not active in Odoo.
        """
        code = (ref or {}).get("value") or self.home_currency
        if code not in self.currencies:
            raise Missing("Currency", code)
        return self.currencies[code]

    def rate_refs(self, tax_code_id):
        """The TaxRateRefs that a tax code puts on sales.

        :raise Missing: when the code is newer than the lists that were read.
        """
        if tax_code_id not in self.tax_codes:
            raise Missing("TaxCode", tax_code_id)
        rates = self.tax_codes[tax_code_id].get("SalesTaxRateList") or {}
        details = rates.get("TaxRateDetail") or []
        return [detail["TaxRateRef"] for detail in details]

    def term(self, ref, txn_date, due_date):
        """Odoo's payment term, where it leads to QuickBooks' due date; else False.

        Odoo computes the due date of an invoice with a term, and a person may have
        given another one in QuickBooks.

        :param str txn_date, due_date: as QuickBooks writes them, 2026-11-21.
        """
        days = self.terms.get((ref or {}).get("value"), {}).get("DueDays")
        if days is None or not txn_date:
            return False
        due = date.fromisoformat(txn_date) + timedelta(days=days)
        return self.find("Term", ref) if due.isoformat() == due_date else False


def references(entity, payload):
    """All (entity, id) pairs that a payload points to."""
    return set(_walk(entity, payload or {}))


def _walk(entity, node):
    for key, value in node.items():
        if isinstance(value, list):
            for child in value:
                if isinstance(child, dict):
                    yield from _walk(entity, child)
        elif isinstance(value, dict):
            target = entity if key == "ParentRef" else REFERENCES.get(key)
            if target and value.get("value"):
                yield target, value["value"]
            else:
                yield from _walk(entity, value)
    if node.get("TxnType") in LINKED_TYPES:
        yield node["TxnType"], node["TxnId"]
