"""What Odoo records are in QuickBooks: the other direction of `Books`. Pure."""

from typing import NamedTuple


class EmptySlot(Exception):
    """A payload needs a default that the connection does not have.

    :ivar str field: of the connection
    """

    def __init__(self, field):
        self.field = field
        super().__init__(f"{field} is empty")


class Refs(NamedTuple):
    """References for payloads that go to QuickBooks.

    :ivar dict ids: {Odoo record: QuickBooks id} of partners, products, accounts,
        payment terms
    :ivar dict items: {invoice line: QuickBooks id of its item}
    :ivar dict generic_item: reference of the item for lines without a product
    :ivar dict deposit_to: {payment: reference of the account that it is deposited to}
    :ivar dict methods: {payment: reference of its payment method}
    :ivar list tax_codes: [(TaxCode id, frozenset of Odoo tax ids)]
    :ivar tax_mode: of the connection: none, us_manual, us_automated or global
    :ivar multi_currency: whether QuickBooks wants a currency on each document
    :ivar dimensions: each `Dimension` that documents have in QuickBooks
    """

    ids: dict
    items: dict
    generic_item: dict
    deposit_to: dict
    methods: dict
    tax_codes: list
    tax_mode: str
    multi_currency: bool
    dimensions: tuple = ()

    def customer(self, partner):
        return {"value": self.ids[partner.commercial_partner_id]}

    def item(self, line):
        """Reference of a line's item.

        :raise EmptySlot: it has none, and there is no item for such lines.
        """
        known = self.items.get(line)
        if not known and not self.generic_item:
            raise EmptySlot("used_item_id")
        return {"value": known} if known else self.generic_item

    def term(self, move):
        """Reference of a document's payment term, or None: the due date says it all."""
        known = self.ids.get(move.invoice_payment_term_id)
        return {"value": known} if known else None

    def payment_method(self, payment):
        """Reference of how a payment was paid, or None: QuickBooks shows none then."""
        return self.methods.get(payment)

    def line_tax_code(self, taxes):
        """The tax code that stands for these Odoo taxes.

        :raise LookupError: when QuickBooks has none; the message names the taxes.
        """
        wanted = frozenset(taxes.ids)
        for code, tax_ids in self.tax_codes:
            if tax_ids == wanted:
                return {"value": code}
        raise LookupError(", ".join(taxes.mapped("name")))

    def document_tax_code(self, move):
        """TxnTaxCodeRef of a US document, where one code stands for all its taxes."""
        try:
            code = self.line_tax_code(move.invoice_line_ids.tax_ids)
        except LookupError:
            return {}
        return {"TxnTaxCodeRef": code}
