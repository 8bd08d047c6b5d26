"""Documents of Odoo that QuickBooks has although its answer never arrived.

A worker may die, or a sync run, between QuickBooks' commit and ours. What is read then
is recognised by its note, or there would be a second document of it in Odoo.
"""

PREFIX = "Odoo "


def note(name, *more):
    """Which Odoo document this is, for people and for finding it again."""
    return PREFIX + " - ".join(filter(None, [name, *more]))


def names(words, name):
    """Whether a note says which document this is; people may write on behind that."""
    said = f"{words or ''} - "
    return said.startswith(f"{note(name)} - ")


def own_documents(backend, model, work):
    """{object: document} of new objects that Odoo itself has sent.

    :param work: `Work` without records; the customer must be the document's, too.
    """
    named = {}
    for item in work:
        words = item.object.payload.get("PrivateNote") or ""
        if words.startswith(PREFIX):
            named.setdefault(words.removeprefix(PREFIX).split(" - ")[0], item)
    if not named:
        return {}
    documents = backend.env[model].search(
        [
            ("company_id", "=", backend.company_id.id),
            ("name", "in", list(named)),
            ("qbo_origin", "=", "odoo"),
            ("qbo_id", "=", False),
        ]
    )
    return {
        named[document.name].object: document
        for document in documents
        if document.partner_id.commercial_partner_id.id
        == named[document.name].values["partner_id"]
    }
