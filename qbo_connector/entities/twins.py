"""How a document of Odoo and an object of QuickBooks are compared. Pure."""

from ..const import REFERENCE_LENGTH
from .own import names

#: Where QuickBooks keeps the number that people know a document by.
NUMBER_FIELDS = {
    "Invoice": "DocNumber",
    "CreditMemo": "DocNumber",
    "Payment": "PaymentRefNum",
}
#: Plain fields that matter, with what people call them.
PLAIN = {
    "TotalAmt": "total",
    "TxnDate": "date",
    "DueDate": "due date",
    "DocNumber": "number",
    "PaymentRefNum": "reference no.",
}
#: References that matter.
REFS = ("CustomerRef", "ClassRef", "DepartmentRef", "SalesTermRef", "CurrencyRef")


def is_voided(row):
    """Voided objects stay, with zero amounts and the word in their note.

    A payment of zero with lines is none: it joins credit memos and invoices.
    """
    words = row.get("PrivateNote") or ""
    return not row.get("TotalAmt") and "Voided" in words and not _links(row)


def numbers(entity, document, body):
    """The numbers a document may have in QuickBooks: its own, and with a suffix."""
    number = body.get(NUMBER_FIELDS[entity])
    if not number:
        return []
    return [number] if entity == "Payment" else [number, suffixed(number, document)]


def suffixed(number, document):
    """A number that no other document has, within QuickBooks' 21 characters."""
    suffix = f"-{document.id}"
    return number[: REFERENCE_LENGTH - len(suffix)] + suffix


def is_ours(row, body, name):
    """Whether an object is one that we sent: its note names the document.

    :param name: of the document; the rest of the note may have changed since.
    """
    return names(row.get("PrivateNote"), name) and (
        _value(row, "CustomerRef") == _value(body, "CustomerRef")
    )


def operation(entity, document, body, there):
    """How to send a document: operation, body, and what tells the request apart.

    A request id is answered with the first answer for ever: an object that was deleted
    in QuickBooks needs another one, and so does each change. Payments know no sparse
    update (2020); of the others, what Odoo does not know stays.
    """
    if not there:
        return "create", body, f"create/{document.qbo_id or ''}"
    token = there["SyncToken"]
    if entity != "Payment":
        # The note is the bookkeeper's once the object is found by its id.
        body = {key: body[key] for key in body if key != "PrivateNote"}
        body["sparse"] = True
    body = {**body, "Id": there["Id"], "SyncToken": token}
    return "update", body, f"update/{there['Id']}/{token}"


def says_the_same(entity, row, body):
    """Whether QuickBooks has a document just as we would send it.

    Only what we would send is compared; QuickBooks adds defaults of its own.
    """
    if any(row.get(key) != body[key] for key in PLAIN if key in body):
        return False
    if any(_value(row, key) != _value(body, key) for key in REFS if key in body):
        return False
    if row.get("ExchangeRate", 1) != body.get("ExchangeRate", 1):
        return False
    if entity == "Payment":
        same_note = row.get("PrivateNote") == body["PrivateNote"]
        return same_note and _links(row) == _links(body)
    return _total_tax(row, body) and _has_lines(_lines(row), _lines(body))


def changes(entity, before, now):
    """[(what, before, now)] of what somebody changed in an object of QuickBooks."""
    found = [
        (word, before.get(key), now.get(key))
        for key, word in PLAIN.items()
        if before.get(key) != now.get(key)
    ]
    if _content(entity, before) != _content(entity, now):
        word = "applications" if entity == "Payment" else "lines"
        found.append((word, len(before.get("Line", ())), len(now.get("Line", ()))))
    return found


def _content(entity, payload):
    return _links(payload) if entity == "Payment" else _lines(payload)


def _links(payload):
    return sorted(
        (link["TxnType"], link["TxnId"], round(line.get("Amount") or 0.0, 2))
        for line in payload.get("Line") or []
        for link in line.get("LinkedTxn") or []
    )


def _lines(payload):
    """What the lines say, without what QuickBooks adds: ids, numbers, a subtotal."""
    return [
        {
            "Amount": line.get("Amount") or 0.0,
            "Description": line.get("Description") or "",
            **{key: _plain(value) for key, value in _detail(line).items()},
        }
        for line in payload.get("Line") or []
        if line["DetailType"] != "SubTotalLineDetail"
    ]


def _detail(line):
    return line.get(line["DetailType"]) or {}


def _plain(value):
    return value.get("value") if isinstance(value, dict) else value


def _has_lines(theirs, ours):
    return len(theirs) == len(ours) and all(
        our.items() <= their.items() for their, our in zip(theirs, ours, strict=True)
    )


def _total_tax(row, body):
    wanted = (body.get("TxnTaxDetail") or {}).get("TotalTax")
    has = (row.get("TxnTaxDetail") or {}).get("TotalTax") or 0.0
    return wanted is None or wanted == has


def _value(payload, key):
    return (payload.get(key) or {}).get("value")
