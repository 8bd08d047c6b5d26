"""Which documents must not be taken over by two workers at the same time. Pure.

Documents of one lane are applied one set after another; those of different lanes may
be at the same time, because they do not write the same rows.
"""

from zlib import crc32

#: More than there are workers, usually, so that none waits for another at the end.
LANES = 4


def lane_of(entity, payload):
    """The lane of an object, from 0. Lists have one: they are small, and nested.

    * Payments of one customer meet at invoices and credit memos: one lane a customer.
    * Documents with one number must not both be given it: one lane. Neighbours, too,
      because Odoo notes on a document whether the number before it is there.
    """
    if entity == "Payment":
        return _spread((payload.get("CustomerRef") or {}).get("value") or "")
    if entity in ("Invoice", "CreditMemo"):
        return _spread(document_number(payload)[:-2])
    return 0


def document_number(payload):
    """QuickBooks' number of a document, or what stands for it where it has none."""
    return payload.get("DocNumber") or f"QB-{payload['Id']}"


def _spread(key):
    return crc32(key.encode()) % LANES
