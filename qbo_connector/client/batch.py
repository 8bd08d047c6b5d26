"""Up to 30 operations in one call, each with its own success or fault.

Source: "Batch" page. QuickBooks promises no order among the answers and forbids items
that depend on each other; answers are matched by `bId` and put back into the order of
the items. With a requestid, the server joins it to the bId and allows 50 characters:
36 and 10 (Intuit blog, 2015-04-06).
"""

from dataclasses import dataclass, field
from typing import ClassVar

from . import answers, errors

MAX_ITEMS = 30
MAX_REQUESTID = 36
MAX_BID = 10


@dataclass(frozen=True)
class BatchItem:
    """One operation.

    :param str bid: your name for it, unique in the batch, up to 10 characters
    :param str operation: "create", "update", "delete" or "void"
    :param str entity: "Invoice", ...
    :param dict body: the object, as for the single call
    :param str options: `optionsData`, such as "allowduplicatedocnum"
    """

    OPERATIONS: ClassVar = ("create", "update", "delete", "void", "query")

    bid: str
    operation: str
    entity: str
    body: dict | str
    options: str | None = None

    @classmethod
    def query(cls, bid, statement):
        """An item that reads; its rows come as `BatchResult.objects`."""
        return cls(bid, "query", "", statement)

    def request(self):
        """The item as QuickBooks wants it."""
        if self.operation == "query":
            return {"bId": self.bid, "Query": self.body}
        operation, body, options = self.operation, self.body, self.options
        if operation == "delete":
            body = stub(body)
        elif operation == "void":
            operation, body, options = "update", void_body(body), "void"
        request = {"bId": self.bid, "operation": operation, self.entity: body}
        if options:
            request["optionsData"] = options
        return request


@dataclass(frozen=True)
class BatchResult:
    """What became of one item: `object`, or `objects` of a query, or `error`."""

    bid: str
    object: dict | None = None
    error: errors.QboFault | None = None
    objects: list = field(default_factory=list)


def stub(body):
    """Of an object, what is enough to delete it, or to void an invoice."""
    return {key: body[key] for key in ("Id", "SyncToken")}


def void_body(body):
    """What to send to void: the whole object if it was given, else a sparse one."""
    whole = set(body) - {"Id", "SyncToken", "sparse"}
    return body if whole else {**stub(body), "sparse": True}


def check(items, requestid):
    """Refuse what QuickBooks would refuse or mix up.

    :raises ValueError: more than 30 items, a bId twice or too long, a requestid
        too long, an unknown operation
    """
    if len(items) > MAX_ITEMS:
        raise ValueError(f"A batch has at most {MAX_ITEMS} items, not {len(items)}")
    if requestid and len(requestid) > MAX_REQUESTID:
        raise ValueError(f"A batch's requestid has at most {MAX_REQUESTID} characters")
    if len({item.bid for item in items}) < len(items):
        raise ValueError("Two items of the batch have the same bId")
    for item in items:
        if not 1 <= len(item.bid) <= MAX_BID:
            raise ValueError(f"bId {item.bid!r}: 1 to {MAX_BID} characters")
        if item.operation not in BatchItem.OPERATIONS:
            raise ValueError(f"QuickBooks cannot {item.operation!r} in a batch")


def parse(payload, items, tid=""):
    """One `BatchResult` per item, in the order of `items`.

    :raises KeyError: when the answer is not a batch answer
    """
    by_bid = {one.get("bId"): one for one in payload["BatchItemResponse"]}
    return [_result(item, by_bid.get(item.bid), tid) for item in items]


def _result(item, answer, tid):
    context = {"entity": item.entity, "operation": item.operation, "intuit_tid": tid}
    write = item.operation != "query"
    if answer is None:
        return BatchResult(item.bid, error=_unanswered(write, context))
    found = answers.errors_in(answer)
    if found:
        error = answers.fault(found, write=write, **context)
        return BatchResult(item.bid, error=error)
    if write:
        return BatchResult(item.bid, answer[item.entity])
    return BatchResult(item.bid, objects=rows_of(answer["QueryResponse"]))


def _unanswered(write, context):
    return errors.QboFault(
        "QuickBooks gave no answer for this item of a batch",
        fault_class="transient",
        retryable=True,
        outcome_unknown=write,
        **context,
    )


def rows_of(query_response):
    """The rows of a QueryResponse; an empty page has none, nor counters."""
    lists = (value for value in query_response.values() if isinstance(value, list))
    return next(lists, [])
