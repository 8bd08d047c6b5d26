"""The writing operations, as requests and batch items ask for them."""

import json

from . import faults

LONGEST_REQUESTID = 50


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
    check_requestid(requestid)
    if not isinstance(body, dict):
        raise faults.bad_property(f"{entity} must be an object")
    with sandbox.lock:
        replayed = _replay(sandbox, realm, requestid)
        if replayed is not None:
            return entity, replayed
        with sandbox.writing(realm) as books:
            result = _write(books, entity, body, operation, options)
            books.flush()
            text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
            if requestid:
                books.connection.execute(
                    "INSERT INTO replays VALUES (?,?,?)", (realm, requestid, text)
                )
    return entity, text


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


def _write(books, entity, body, operation, options):
    operation = (operation or "create").lower()
    if "void" in options or operation == "void":
        return books.void(entity, body)
    if operation == "delete":
        return books.delete(entity, body)
    if operation == "update" or body.get("Id") is not None:
        return books.update(entity, body)
    if operation == "create":
        return books.create(entity, body)
    raise faults.operation_refused(operation, entity)
