"""Batch: up to 30 operations in one call, each with its own answer or fault."""

import json

from . import envelope, faults, query
from .entities import KINDS
from .faults import Fault
from .kernel.text import array, members
from .operations import perform

MOST_ITEMS = 30
LONGEST_BID = 10  # when a requestid is given: the server joins both
LONGEST_REQUESTID = 36


def answer(sandbox, realm, request, requestid=None):
    """``[...]`` of item answers as text, and how many of them were queries."""
    items = _items(request, requestid)
    answers = [_item(sandbox, realm, item, requestid) for item in items]
    queries = sum(1 for item in items if "Query" in item)
    return array(answers), queries


def _items(request, requestid):
    items = request.get("BatchItemRequest") if isinstance(request, dict) else None
    if not isinstance(items, list) or not items:
        raise Fault(
            2020, "MalformedRequest", "Batch Request is Empty", kind="ValidationFault"
        )
    if len(items) > MOST_ITEMS:
        raise Fault(
            1040,
            "Batch size exceeds allowed limit",
            f"The batch has {len(items)} items; {MOST_ITEMS} are allowed.",
        )
    if not all(isinstance(item, dict) for item in items):
        raise faults.bad_property("BatchItemRequest")
    if requestid and len(requestid) > LONGEST_REQUESTID:
        raise faults.business(
            f"You cannot enter more than {LONGEST_REQUESTID} characters in the "
            f"request_id field of a batch. You tried entering {requestid}, which is "
            f"{len(requestid)} characters."
        )
    return items


def _item(sandbox, realm, item, requestid):
    bid = json.dumps(str(item.get("bId", "")))
    key = requestid and f"{requestid}{item.get('bId', '')}"
    try:
        if requestid and len(str(item.get("bId", ""))) > LONGEST_BID:
            raise faults.business(
                f"bId must not exceed {LONGEST_BID} characters with a requestid."
            )
        name, text = _perform(sandbox, realm, item, key)
    except Fault as fault:
        name = "Fault"
        text = json.dumps(envelope.fault_body(fault, element=True))
    return members({name: text, "bId": bid})


def _perform(sandbox, realm, item, requestid):
    if "Query" in item:
        with sandbox.lock:
            text, _count = query.run(sandbox.reading(realm), str(item["Query"]))
        return "QueryResponse", text
    names = [name for name in item if name in KINDS]
    if len(names) != 1:
        raise faults.missing("BatchItemRequest entity")
    order = sandbox.misbehaviour.hit_item(names[0], item)
    if order is not None:
        raise order.as_fault()
    return perform(
        sandbox,
        realm,
        names[0],
        item[names[0]],
        operation=item.get("operation", "create"),
        options=tuple(str(item.get("optionsData", "")).split(",")),
        requestid=requestid,
    )
