"""What a push collects on its way; it is written when all calls are made."""

from dataclasses import dataclass, field

from ..client import QboClient
from ..entities.refs import Refs


class Refusal(Exception):
    """Why a document cannot be sent, in a sentence for people.

    :ivar cause: the key of what has to change first, see `cause_of`; "" when unknown
    """

    def __init__(self, sentence, cause=""):
        super().__init__(sentence)
        self.cause = cause


class Held(Refusal):
    """Why a document is not sent now; it goes by itself later."""


def cause_of(record):
    """The key of a record that documents wait for: "account.tax,12"."""
    return f"{record._name},{record.id}"


@dataclass
class Sending:
    """One push of a set of documents.

    :ivar client: of the company's books
    :ivar refs: what is linked, for payloads; what is created on the way is added
    :ivar alone: whether it is one document, which holds back no other one
    :ivar answers: [(entity, QuickBooks' payload, Odoo record)] to remember
    :ivar links: QuickBooks' payments of zero that join credit memos and invoices
    :ivar gone: {entity: ids} of what was deleted in QuickBooks
    :ivar moved: {document: date} of those that QuickBooks has on another day
    :ivar closed: whether QuickBooks said that its books are closed for a document
    :ivar done: credit notes whose applications QuickBooks has
    :ivar problems: {document: (sentence, cause)} of those that cannot be sent
    :ivar held: {document: sentence} of those that are sent later, by themselves
    :ivar later: {document: error} of those that met passing trouble of their own
    :ivar remarks: {record: sentence} of what was changed to fit into QuickBooks
    :ivar overwritten: {document: sentence} of QuickBooks' changes that Odoo's replaced
    :ivar exchanges: {document: values of its log: what was sent and answered}
    """

    client: QboClient
    refs: Refs | None = None
    alone: bool = True
    answers: list = field(default_factory=list)
    links: list = field(default_factory=list)
    gone: dict = field(default_factory=dict)
    moved: dict = field(default_factory=dict)
    closed: bool = False
    done: list = field(default_factory=list)
    problems: dict = field(default_factory=dict)
    held: dict = field(default_factory=dict)
    later: dict = field(default_factory=dict)
    remarks: dict = field(default_factory=dict)
    overwritten: dict = field(default_factory=dict)
    exchanges: dict = field(default_factory=dict)

    def exchange(self, document):
        """What the log of a document will tell of this push, to be filled in."""
        return self.exchanges.setdefault(document, {})

    def answered(self, entity, payload, record):
        self.answers.append((entity, payload, record))
        if self.refs:
            self.refs.ids[record] = payload["Id"]

    def linked(self, entity, payload, _credit_note):
        """QuickBooks changed or deleted a payment of zero."""
        if payload.get("status") == "Deleted":
            self.gone.setdefault(entity, set()).add(payload["Id"])
        else:
            self.links.append(payload)

    def answer_for(self, record):
        """What QuickBooks answered for a record in this push, or None."""
        for _entity, payload, known in self.answers:
            if known == record:
                return payload
        return None

    def given(self, entity):
        """Ids of QuickBooks' objects that records of Odoo have got in this push."""
        return {payload["Id"] for kind, payload, _to in self.answers if kind == entity}

    def id_of(self, document):
        """A document's QuickBooks id, also of one that was sent just now, or None."""
        answer = self.answer_for(document)
        return answer["Id"] if answer else document.qbo_id or None

    def remark(self, record, sentence):
        """Add a sentence to what is said of a record."""
        known = self.remarks.get(record)
        self.remarks[record] = f"{known} {sentence}" if known else sentence
