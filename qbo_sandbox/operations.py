"""The writing operations, as requests and batch items ask for them."""

from . import faults
from .entities import KINDS, plan
from .entities.currency import set_rate
from .entities.recurring import lifted
from .kernel.names import PEOPLE
from .kernel.store import dump

LONGEST_REQUESTID = 50
ONE_AT_A_TIME = {**dict.fromkeys(PEOPLE, "name"), "Item": "product or service"}


def perform(
    sandbox, realm, entity, body, operation="create", options=(), requestid=None
):
    """Do one write in its own transaction, or replay it.

    :param operation: create, update, delete or void
    :param options: ``include`` of the URL or ``optionsData`` of a batch item
    :param requestid: repeats are answered with the first answer, even when the object
        is gone by now
    :return: (name of the member, its JSON text)
    """

    def write(books):
        books.options = options
        return _write(books, entity, body, operation)

    if not isinstance(body, dict):
        raise faults.bad_property(f"{entity} must be an object")
    if sandbox.misbehaviour.somebody_types and entity in ONE_AT_A_TIME:
        raise faults.one_at_a_time(ONE_AT_A_TIME[entity])
    return entity, once(sandbox, realm, requestid, write)


def once(sandbox, realm, requestid, write):
    """Run ``write(books)`` in a transaction and return its result's JSON text; with a
    requestid that was used before, return the text of then.

    :raises Fault: 6000 for a requestid that is too long, 6190
    """
    check_requestid(requestid)
    with sandbox.lock:
        replayed = _replay(sandbox, realm, requestid)
        if replayed is not None:
            return replayed
        with sandbox.writing(realm) as books:
            plan.check_paid(books)
            result = write(books)
            books.flush()
            text = dump(result)
            if requestid:
                books.connection.execute(
                    "INSERT INTO replays VALUES (?,?,?)", (realm, requestid, text)
                )
    return text


def check_requestid(requestid):
    """:raises Fault: 6000 when it is too long"""
    if requestid and len(requestid) > LONGEST_REQUESTID:
        raise faults.business(
            f"You cannot enter more than {LONGEST_REQUESTID} characters in the "
            f"request_id field. You tried entering {requestid}, which is "
            f"{len(requestid)} characters."
        )


def _replay(sandbox, realm, requestid):
    if not requestid:
        return None
    row = sandbox.connection.execute(
        "SELECT answer FROM replays WHERE realm=? AND requestid=?", (realm, requestid)
    ).fetchone()
    return row[0] if row else None


def _write(books, entity, body, operation):
    """:raises Fault: 500 for an operation that the entity does not have"""
    operation = str(operation or "create").lower()
    if entity == "RecurringTransaction":
        body = lifted(body)
    if "void" in books.options:
        operation = "void"
    elif operation == "create" and body.get("Id") is not None:
        operation = "update"
    actions = {
        "create": books.create,
        "update": books.update,
        "delete": books.delete,
        "void": books.void,
    }
    if operation not in actions:
        raise faults.operation_refused(operation, entity)
    KINDS[entity].permit(operation)
    if entity == "ExchangeRate":
        return set_rate(books, body)
    return actions[operation](entity, body)
