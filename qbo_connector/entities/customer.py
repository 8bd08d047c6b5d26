import unicodedata

from odoo import api, models
from odoo.tools.mail import plaintext2html

from ..const import NAME_LENGTH
from .entity import fingerprint
from .places import Places

#: What QuickBooks puts behind the name of an inactive entry.
DELETED_SUFFIX = " (deleted)"


def customer_values(payload, books):
    """A QuickBooks customer as a partner.

    A sub-customer has a balance of its own in QuickBooks, so it is a company of its own
    in Odoo too, under its parent: else Odoo would add its invoices to the parent's.
    """
    parent = payload.get("ParentRef")
    return {
        "name": _active_name(payload),
        "is_company": True,
        "parent_id": books.require("Customer", parent) if parent else False,
        "qbo_sub_customer": bool(parent),
        # Odoo would copy addresses up and down between "contacts" of one company.
        "type": "other" if parent else "contact",
        "active": payload.get("Active", True),
        "company_id": books.company_id,
        "customer_rank": 1,
        "email": _emails(payload),
        "phone": _text(payload, "PrimaryPhone", "FreeFormNumber")
        or _text(payload, "Mobile", "FreeFormNumber"),
        "website": _text(payload, "WebAddr", "URI"),
        "comment": payload.get("Notes") and plaintext2html(payload["Notes"]),
        "property_payment_term_id": books.find("Term", payload.get("SalesTermRef")),
        **address_values(payload.get("BillAddr") or {}),
    }


def address_values(address):
    """A QuickBooks address; country and state stay text until `Places` finds them."""
    more = [address.get(f"Line{number}") for number in (2, 3, 4, 5)]
    return {
        "street": address.get("Line1") or False,
        "street2": ", ".join(line for line in more if line) or False,
        "city": address.get("City") or False,
        "zip": address.get("PostalCode") or False,
        "country_id": address.get("Country") or False,
        "state_id": address.get("CountrySubDivisionCode") or False,
    }


def customer_payload(partner, name):
    """A partner as a new QuickBooks customer; empty fields are left out."""
    address = {
        "Line1": partner.street,
        "Line2": partner.street2,
        "City": partner.city,
        "CountrySubDivisionCode": partner.state_id.code,
        "PostalCode": partner.zip,
        "Country": partner.country_id.name,
    }
    body = {
        "DisplayName": name,
        "CompanyName": name if partner.is_company else None,
        "PrimaryEmailAddr": partner.email and {"Address": partner.email[:100]},
        "PrimaryPhone": partner.phone and {"FreeFormNumber": partner.phone[:30]},
        "BillAddr": {key: value for key, value in address.items() if value},
    }
    return {key: value for key, value in body.items() if value}


def quickbooks_name(name, suffix=""):
    """A name that QuickBooks accepts: no colon, tab or line break, 100 characters.

    It is cut before the suffix, and never inside a character that is made of several
    code points, such as a letter with combining accents.
    """
    plain = " ".join(name.replace(":", " ").split())
    room = NAME_LENGTH - len(suffix)
    cut = plain[:room]
    while cut and len(plain) > len(cut) and _continues(plain[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip() + suffix


def _continues(char):
    """Whether a code point belongs to the character before it."""
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf") or char == "\u200d"


def _active_name(payload):
    name = (
        payload.get("DisplayName") or payload.get("FullyQualifiedName") or payload["Id"]
    )
    return name if payload.get("Active", True) else name.removesuffix(DELETED_SUFFIX)


def _emails(payload):
    """QuickBooks keeps several addresses in one field; the first is the main one.

    Odoo does so too, and takes the first where it needs one.
    """
    emails = _text(payload, "PrimaryEmailAddr", "Address") or ""
    parts = emails.replace(";", ",").split(",")
    return ", ".join(part.strip() for part in parts if part.strip()) or False


def _text(payload, field, key):
    return (payload.get(field) or {}).get(key) or False


class QboEntityCustomer(models.AbstractModel):
    _name = "qbo.entity.customer"
    _inherit = "qbo.entity"
    _description = "QuickBooks Customer"
    _odoo_model = "res.partner"

    def _values(self, payload, books):
        return customer_values(payload, books)

    @api.model
    def _map(self, backend, objects):
        work = super()._map(backend, objects)
        places = Places(self.env) if work else None
        for item in work:
            country = places.country(item.values["country_id"])
            item.values["state_id"] = places.state(country, item.values["state_id"])
            item.values["country_id"] = country
        return work

    def _create_records(self, backend, work):
        """A partner that Odoo had before is linked, not overwritten."""
        twins = self._twins(backend, work) if work else {}
        new = []
        for item in work:
            twin = twins.get(_who(item.values))
            if twin:
                item.object._link(twin, fingerprint(item.values))
            else:
                new.append(item)
        return super()._create_records(backend, new)

    def _twins(self, backend, work):
        """{(name, parent): partner} where exactly one unlinked partner is called so.

        Two customers of one name are never guessed apart.
        """
        wanted = [_who(item.values) for item in work]
        partners = self.env["res.partner"].search_fetch(
            [
                ("name", "in", [name for name, _parent in wanted]),
                ("company_id", "in", (False, backend.company_id.id)),
                ("type", "in", ("contact", "other")),
            ],
            ["name", "parent_id"],
        )
        linked = self.env["qbo.object"].search(
            [
                ("backend_id", "=", backend.id),
                ("res_model", "=", "res.partner"),
                ("res_id", "in", partners.ids),
            ]
        )
        free = partners - partners.browse(linked.mapped("res_id"))
        found = free.grouped(lambda partner: (partner.name, partner.parent_id.id))
        return {
            who: twins
            for who, twins in found.items()
            if len(twins) == 1 and wanted.count(who) == 1
        }


def _who(values):
    return values["name"], values["parent_id"]
