"""What a push collects on its way; it is written when all calls are made."""

from dataclasses import dataclass, field

from ..client import QboClient
from ..entities.refs import Refs


class Refusal(Exception):
    """Why a document cannot be sent, in a sentence for people."""


@dataclass
class Sending:
    """One push of a set of documents.

    :ivar client: of the company's books
    :ivar refs: what is linked, for payloads; what is created on the way is added
    :ivar answers: [(entity, QuickBooks' payload, Odoo record)] to remember
    :ivar problems: {document: sentence} of those that cannot be sent
    :ivar remarks: {record: sentence} of what was changed to fit into QuickBooks
    """

    client: QboClient
    refs: Refs | None = None
    answers: list = field(default_factory=list)
    problems: dict = field(default_factory=dict)
    remarks: dict = field(default_factory=dict)

    def answered(self, entity, payload, record):
        self.answers.append((entity, payload, record))
        if self.refs:
            self.refs.ids[record] = payload["Id"]

    def answer_for(self, record):
        """What QuickBooks answered for a record in this push, or None."""
        for _entity, payload, known in self.answers:
            if known == record:
                return payload
        return None
