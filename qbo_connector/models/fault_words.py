"""What QuickBooks' refusals mean, and what to do: one table from code to sentence.

Sources: Intuit's list of error codes and the entity pages. Whether a refusal is tried
again by itself is decided in `client.faults`; this table is for people.
"""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

_AGAIN = _lt("then press Export back to QuickBooks")

#: code -> (what it means, what to do)
WORDS = {
    "120": (
        _lt("The user who connected lost access"),
        _lt("Reconnect as an administrator"),
    ),
    "610": (
        _lt("Something this document uses was deleted or made inactive in QuickBooks"),
        _lt("Reactivate it there"),
    ),
    "620": (
        _lt("The payment cannot be applied to one of its invoices in QuickBooks"),
        _lt("Check the customer and the open balance of the invoice there"),
    ),
    "2020": (_lt("QuickBooks misses a value"), _lt("Complete the mapping")),
    "2040": (_lt("A name has characters that QuickBooks forbids"), _lt("Rename it")),
    "2050": (_lt("A text is too long for QuickBooks"), _lt("Shorten it")),
    "2210": (_lt("QuickBooks does not accept the e-mail address"), _lt("Correct it")),
    "2500": (
        _lt("Something this document uses is missing or inactive in QuickBooks"),
        _lt("Map it again or reactivate it"),
    ),
    "3100": (
        _lt("This app may not use the company any more"),
        _lt("Reconnect and check the environment"),
    ),
    "3200": (_lt("QuickBooks no longer accepts the connection"), _lt("Reconnect")),
    "5010": (
        _lt("Somebody changed the document in QuickBooks at the same time"),
        _lt("Look at it there"),
    ),
    "5030": (
        _lt("The QuickBooks plan of this company lacks a feature"),
        _lt("Upgrade the plan or switch the feature off"),
    ),
    "6140": (
        _lt("QuickBooks has a document with this number already"),
        _lt("Change one of the numbers"),
    ),
    "6190": (
        _lt("The QuickBooks subscription of this company has ended"),
        _lt("Renew it"),
    ),
    "6200": (_lt("The books are closed in QuickBooks"), _lt("Reopen them there")),
    "6210": (
        _lt("The books are closed in QuickBooks for this date"),
        _lt("Reopen them there, or change the date"),
    ),
    "6240": (
        _lt("The name is used by another customer, vendor or employee in QuickBooks"),
        _lt("Rename one of them"),
    ),
    "6250": (_lt("The customer is inactive in QuickBooks"), _lt("Reactivate it there")),
    "6430": (_lt("A mapped account has the wrong type"), _lt("Correct the mapping")),
    "6540": (
        _lt("The payment is in a deposit in QuickBooks and cannot be changed"),
        _lt("Remove it from the deposit there"),
    ),
}

#: By class of fault, where a code has no words of its own.
CLASS_WORDS = {
    "auth": (_lt("QuickBooks no longer accepts the connection"), _lt("Reconnect")),
    "throttle": (_lt("QuickBooks is asked too often"), _lt("Wait a minute")),
    "transient": (_lt("QuickBooks did not answer properly"), _lt("Wait a little")),
    "conflict": (
        _lt("QuickBooks has something else in its place"),
        _lt("Compare both"),
    ),
    "mapping": (_lt("Something is not mapped correctly"), _lt("Correct the mapping")),
    "data": (_lt("QuickBooks does not accept the data"), _lt("Correct the document")),
    "policy": (_lt("The books in QuickBooks forbid it"), _lt("Change it there")),
    "account": (_lt("The QuickBooks company forbids it"), _lt("Ask its administrator")),
}


def explain(backend, error, label):
    """A refusal as a sentence: which record, what it means, their words, what to do.

    :param error: a `client.QboError`.
    :param str label: how people call the record.
    """
    meaning, remedy = WORDS.get(error.code) or CLASS_WORDS[error.fault_class]
    return backend.env._(
        "%(label)s: %(meaning)s. QuickBooks says: “%(words)s”. %(remedy)s, %(again)s.",
        label=label,
        meaning=meaning,
        words=error,
        remedy=remedy,
        again=_AGAIN,
    )
