"""What an entity is to the kernel; each file in `entities` fills this in."""

from .. import faults
from . import money
from .schema import COMMON

FIGURES = ("domain", "sparse", "MetaData", "SyncToken")


class Entity:
    """One QuickBooks type. The defaults are those of a plain list entity."""

    name = None  # as in JSON, "CreditMemo"
    fields = {}  # property table, see `schema`
    required = ()  # properties that a create and an update need
    required_sparse = ()  # those that a sparse update needs, too
    sequence = None  # id sequence; own by default
    transaction = False  # posts, has TxnDate, can be deleted
    posts_by_links = False  # its postings follow from what it is applied to
    operations = ("create", "update", "read", "query")
    in_cdc = True
    odd_ids = ()  # ids that are no numbers
    unqueryable = ()  # properties that a query may not filter by
    computed = ()  # properties that the ledger decides

    def __init__(self):
        self.fields = {**COMMON, **self.fields}
        self.sequence = self.sequence or self.name

    @property
    def path(self):
        return self.name.lower()

    # -- checks ------------------------------------------------------------------

    def permit(self, operation):
        """:raises Fault: 500 for an operation that the API does not offer"""
        if operation not in self.operations:
            raise faults.operation_refused(operation, self.name)

    def require(self, body):
        """:raises Fault: 2020 for a required property that is not there"""
        for name in self.required:
            if body.get(name) in (None, "", {}, []):
                raise faults.missing(name)

    def refuse_sparse(self, books, body):
        """Entities without sparse update raise here.

        :raises Fault: 2020
        """
        for name in self.required_sparse:
            if name not in body:
                raise faults.missing(name)

    def guard(self, books, old):
        """Raise when the object as it stands must not change."""

    def skip_reference(self, field, reference):
        """References that are not checked, such as pseudo ids."""
        return False

    # -- writing -----------------------------------------------------------------

    def merge(self, old, new):
        """The sparse update's full body: what was writable, and the new over it."""
        from .schema import clean  # the old body has read-only parts to drop

        return {**clean(self.fields, old, self.name), **new}

    def prepare(self, books, body, old):
        """Defaults and rules; changes ``body``. ``old`` is None on create."""

    def same(self, new, old):
        """Whether an update changes nothing (then the token stays)."""
        ignored = (*FIGURES, *self.computed)
        return {k: v for k, v in new.items() if k not in ignored} == {
            k: v for k, v in old.items() if k not in ignored
        }

    def link(self, books, body):
        """Record this object's links to transactions."""

    def postings(self, books, body):
        """The double entry of a transaction."""
        return []

    def after_create(self, books, body):
        """What QuickBooks does by itself once the object is there."""

    def after_update(self, books, body):
        """What the change made impossible elsewhere."""

    def ease(self, books, body):
        """Adapt what it is applied to, after others changed (`posts_by_links`)."""

    def erase(self, books, old):
        """What else goes when the object is deleted."""

    def voided(self, body):
        """The body of a voided transaction."""
        raise NotImplementedError(self.name)

    # -- consequences --------------------------------------------------------------

    def parties(self, books, body):
        """(entity, id) of the names whose balance a write may change."""
        return []

    def compute(self, books, body):
        """Fill the computed properties from the ledger and the links."""

    # -- columns and labels ----------------------------------------------------------

    def label(self, body):
        """The name shown in references to it."""
        return body.get("Name")

    def unique_name(self, body):
        """What must be unique, or None."""
        return None

    def party_of(self, body):
        """Id of the customer or vendor of a transaction, or None."""
        return None

    def columns(self, books, body):
        """active, name, doc_number, txn_date, party."""
        return (
            int(body.get("Active", True)),
            self.unique_name(body),
            body.get("DocNumber"),
            body.get("TxnDate"),
            self.party_of(body),
        )

    def figures(self, body):
        """total and balance, in cents, for filtering and sorting."""
        total, balance = body.get("TotalAmt"), body.get("Balance")
        return (
            None if total is None else money.cents(total),
            None if balance is None else money.cents(balance),
        )


def is_voided(transaction):
    """QuickBooks has no flag for it: the amount is gone and the memo says so."""
    note = transaction.get("PrivateNote", "")
    return not transaction["TotalAmt"] and note.startswith("Voided")
