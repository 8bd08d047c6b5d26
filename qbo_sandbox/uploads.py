"""``POST /upload``: files in pairs of parts, metadata and content."""

import json

from . import envelope, xmlform
from .entities import KINDS, plan
from .entities.attachable import store_file
from .faults import Fault
from .kernel.store import dump
from .kernel.text import array

METADATA, CONTENT = "file_metadata_", "file_content_"


def answer(sandbox, realm, request):
    """``[...]`` with an Attachable or a Fault for each content part; the HTTP status
    is 200 even when all are faults."""
    parts = {name: part for name, part in request.files.items(multi=True)}
    numbers = [name[len(CONTENT) :] for name in parts if name.startswith(CONTENT)]
    if not numbers:
        raise Fault(6041, "Invalid File", "There is no file_content part.")
    found = [_one(sandbox, realm, request, parts, number) for number in numbers]
    return array(found)


def _one(sandbox, realm, request, parts, number):
    part = parts[CONTENT + number]
    try:
        metadata = _metadata(request, parts, METADATA + number)
        with sandbox.writing(realm) as books:
            plan.check_paid(books)
            made = store_file(
                books,
                metadata,
                part.filename or "file",
                part.mimetype,
                part.stream.read(),
                request.host_url.rstrip("/"),
            )
    except Fault as fault:
        return dump({"Fault": envelope.fault_body(fault, element=True)})
    return dump({"Attachable": made})


def _metadata(request, parts, name):
    """The parsed metadata part; it may come as a file or as a plain field."""
    if name in parts:
        text = parts[name].stream.read().decode("utf-8", "replace")
    else:
        text = request.form.get(name, "{}")
    if xmlform.is_xml(text):
        return xmlform.read(text, "Attachable", KINDS["Attachable"].fields)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Fault(6040, "Metadata not Attachable", f"{name} is no JSON") from None


def content(sandbox, realm, identifier, signature):
    """(content type, bytes) behind a temporary address, or None."""
    with sandbox.lock:
        books = sandbox.reading(realm)
        found = books.find("Attachable", identifier)
        row = sandbox.connection.execute(
            "SELECT content FROM files WHERE realm=? AND attachable=?",
            (realm, identifier),
        ).fetchone()
    if row is None or not found["TempDownloadUri"].endswith(f"/{signature}"):
        return None
    return found["ContentType"], row[0]
