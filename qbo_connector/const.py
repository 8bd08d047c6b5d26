"""What the connector knows of QuickBooks before it asks: entities and their order."""

#: Lists that are mapped to what Odoo has, by a person or from suggestions.
REFERENCE_LISTS = ("Account", "TaxRate", "TaxCode", "Term", "PaymentMethod")

#: Lists that are read only where analytic plans stand for them.
DIMENSIONS = ("Class", "Department")

#: The order in which objects become Odoo records: what is referred to comes first.
ENTITIES = (
    *REFERENCE_LISTS,
    *DIMENSIONS,
    "Customer",
    "Item",
    "Invoice",
    "CreditMemo",
    "Payment",
)

#: What people call them in the middle of a sentence. They are the labels of objects, so
#: that Odoo translates them: see `_entity_name` of `qbo.object`.
ENTITY_NAMES = {
    "Account": "account",
    "TaxRate": "tax rate",
    "TaxCode": "tax code",
    "Term": "payment term",
    "PaymentMethod": "payment method",
    "Class": "class",
    "Department": "location",
    "Customer": "customer",
    "Item": "item",
    "Invoice": "invoice",
    "CreditMemo": "credit memo",
    "Payment": "payment",
}

#: Change data capture does not serve tax codes and rates (Intuit's page on CDC).
CDC_ENTITIES = tuple(name for name in ENTITIES if name not in ("TaxRate", "TaxCode"))

#: Name lists hide their inactive rows from queries unless they are asked for.
NAME_LISTS = (*REFERENCE_LISTS, *DIMENSIONS, "Customer", "Item")

#: Objects that are read per page and handled per job; a job stays well below a minute.
PAGE_SIZE = 1000
APPLY_SIZE = 150
PUSH_SIZE = 30
#: Rows of the log, or of the syncs, that are deleted in one transaction.
CLEAN_UP_SIZE = 1000

#: QuickBooks' limits, in characters (pages of Payment, Invoice, Customer and Item).
REFERENCE_LENGTH = 21
NAME_LENGTH = 100
SKU_LENGTH = 100
NOTE_LENGTH = 4000
DESCRIPTION_LENGTH = 4000

#: Where QuickBooks says what of a document is open, left or not applied.
OPEN_FIELDS = {
    "Invoice": "Balance",
    "CreditMemo": "RemainingCredit",
    "Payment": "UnappliedAmt",
}

#: States of a document that something is still to be done about.
UNSETTLED = ("pending", "differs", "error")

#: A difference up to this is booked on a visible rounding line, in document currency.
ROUNDING_TOLERANCE = 0.05

#: Fields of the connection: where imported documents go, and nothing without them.
JOURNALS = ("sale_journal_id", "payment_journal_id")

#: Who may see amounts and messages of documents: whoever may see the documents.
BOOKKEEPERS = "account.group_account_invoice,account.group_account_readonly"

#: Who may see what was exchanged with QuickBooks, word by word.
MANAGER = "qbo_connector.group_qbo_manager"

#: Odoo does no mail or tracking work for records that arrive in bulk.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "qbo_import": True,
}
