import unicodedata
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL, email_normalize, email_split
from odoo.tools.mail import plaintext2html

from ..const import NAME_LENGTH
from . import match_names as names
from .entity import fingerprint
from .places import Places

#: What QuickBooks puts behind the name of an inactive entry.
DELETED_SUFFIX = " (deleted)"
#: Of all addresses together, with their commas (page of Customer).
EMAIL_LENGTH = 100
#: Of what is put behind a name that is taken, so that the name itself stays readable.
SUFFIX_LENGTH = 30

#: Where a customer's tax id may be; QuickBooks masks the first in its answers.
TAX_IDS = ("PrimaryTaxIdentifier", "GSTIN", "BusinessNumber", "SecondaryTaxIdentifier")


def customer_values(payload, books):
    """A QuickBooks customer as a partner.

    A sub-customer has a balance of its own in QuickBooks, so it is a company of its own
    in Odoo too, under its parent: else Odoo would add its invoices to the parent's.
    What QuickBooks says nothing of (notes, website, term) stays as it is in Odoo.

    `delivery` is the shipping address, a contact of its own in Odoo; None for none.
    """
    parent = payload.get("ParentRef")
    currency = (payload.get("CurrencyRef") or {}).get("value")
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
        "phone": next(iter(_phones(payload).values()), False),
        "qbo_resale_number": payload.get("ResaleNum") or False,
        "qbo_currency_id": books.currencies.get(currency, False),
        "delivery": _delivery(payload),
        **address_values(payload.get("BillAddr") or {}),
        **_if_said(payload, books),
    }


def _if_said(payload, books):
    """What is only written where QuickBooks has it."""
    notes = [payload.get("Notes"), *_more_phones(payload)]
    values = {
        "website": _text(payload, "WebAddr", "URI"),
        "comment": plaintext2html("\n".join(filter(None, notes))),
        "property_payment_term_id": books.find("Term", payload.get("SalesTermRef")),
    }
    if not any(notes):
        del values["comment"]
    return {key: value for key, value in values.items() if value}


def _phones(payload):
    """{what QuickBooks calls it: number}, the main one first; Odoo has one field."""
    fields = {"PrimaryPhone": "Phone", "Mobile": "Mobile", "AlternatePhone": "Other"}
    numbers = {
        word: _text(payload, field, "FreeFormNumber") for field, word in fields.items()
    }
    return {word: number for word, number in numbers.items() if number}


def _more_phones(payload):
    """The numbers that Odoo has no field for, as lines of the notes."""
    others = list(_phones(payload).items())[1:]
    fax = _text(payload, "Fax", "FreeFormNumber")
    return [f"{word}: {number}" for word, number in [*others, ("Fax", fax)] if number]


def _delivery(payload):
    """Values of the shipping address, where it is another one than for bills."""
    there = address_values(payload.get("ShipAddr") or {})
    same = there == address_values(payload.get("BillAddr") or {})
    return there if any(there.values()) and not same else None


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


def customer_payload(partner, name, currency=None):
    """A partner as a new QuickBooks customer; empty fields are left out.

    :param currency: of its documents, where the company has several; QuickBooks never
        changes it.
    """
    delivery = partner.child_ids.filtered(lambda child: child.type == "delivery")[:1]
    emails = _emails_that_fit(partner.email)
    body = {
        "DisplayName": name,
        "CompanyName": name if partner.is_company else None,
        "PrimaryEmailAddr": emails and {"Address": emails},
        "PrimaryPhone": partner.phone and {"FreeFormNumber": partner.phone[:30]},
        "WebAddr": partner.website and {"URI": partner.website[:1000]},
        "BillAddr": _address(partner),
        "ShipAddr": _address(delivery),
        "ResaleNum": (partner.qbo_resale_number or "")[:16],
        "CurrencyRef": currency and {"value": currency.name},
    }
    body = {key: value for key, value in body.items() if value}
    return {**body, "Taxable": False} if partner.qbo_tax_exempt else body


def _address(partner):
    address = {
        "Line1": partner.street,
        "Line2": partner.street2,
        "City": partner.city,
        "CountrySubDivisionCode": partner.state_id.code,
        "PostalCode": partner.zip,
        "Country": partner.country_id.name,
    }
    return {key: value for key, value in address.items() if value}


def _emails_that_fit(text):
    """As many whole addresses as QuickBooks has room for; what is none is left out."""
    kept = ""
    for address in email_split(text or ""):
        longer = f"{kept}, {address}" if kept else address
        if len(longer) > EMAIL_LENGTH:
            break
        kept = longer
    return kept


def quickbooks_name(name, suffix=""):
    """A name that QuickBooks accepts: no colon, tab or line break, 100 characters.

    It is cut before the suffix, and never inside a character that is made of several
    code points, such as a letter with combining accents.

    :param suffix: of `name_suffix`
    """
    return _cut(name, NAME_LENGTH - len(suffix)) + suffix


def name_suffix(text):
    """What tells two equal names apart, in brackets behind them; "" for nothing."""
    short = _cut(str(text or ""), SUFFIX_LENGTH)
    return f" ({short})" if short else ""


def _cut(text, room):
    """As many whole characters as there is room for, of those that names may have."""
    plain = " ".join(text.replace(":", " ").split())
    cut = plain[:room]
    while cut and len(plain) > len(cut) and _continues(plain[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip()


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
            for address in filter(None, (item.values, item.values["delivery"])):
                country = places.country(address["country_id"])
                address["state_id"] = places.state(country, address["state_id"])
                address["country_id"] = country
            item.values.update(self._exemption(backend, item.object.payload))
        return work

    def _exemption(self, backend, payload):
        """Whether a customer pays no sales tax, which only US companies say by name."""
        us = backend.tax_mode in ("us_manual", "us_automated")
        exempt = us and payload.get("Taxable") is False
        values = {"qbo_tax_exempt": exempt}
        if exempt and backend.exempt_position_id:
            values["property_account_position_id"] = backend.exempt_position_id.id
        return values

    def _new_values(self, item):
        values = dict(item.values)
        delivery = values.pop("delivery")
        if delivery:
            values["child_ids"] = [Command.create({"type": "delivery", **delivery})]
        return values

    def _write_record(self, item, values):
        """The shipping address is the delivery contact without a name; people's stay.

        Where QuickBooks has none any more, it is archived.
        """
        delivery = values.pop("delivery")
        here = item.record.child_ids.filtered(
            lambda child: child.type == "delivery" and not child.name
        )[:1]
        if delivery and here:
            values["child_ids"] = [Command.update(here.id, delivery)]
        elif delivery:
            values["child_ids"] = [Command.create({"type": "delivery", **delivery})]
        elif here:
            values["child_ids"] = [Command.update(here.id, {"active": False})]
        return super()._write_record(item, values)

    def _create_records(self, backend, work):
        """A partner that Odoo had before is linked, not overwritten."""
        twins = self._twins(backend, work) if work else {}
        for item in work:
            if item.object in twins:
                item.object._link(twins[item.object], fingerprint(item.values))
        new = [item for item in work if item.object not in twins]
        return super()._create_records(backend, new)

    def _twins(self, backend, work):
        """{object: partner} where one free partner and one customer say the same.

        The surest sign comes first; what fits two of either side is not guessed apart.
        """
        theirs = {item.object: _identity(item) for item in work}
        partners = self._free_partners(backend, theirs.values())
        ours = {partner: _identity_of(partner) for partner in partners}
        twins = {}
        for sign in SIGNS:
            wanted, found = _by(sign, theirs), _by(sign, ours)
            for key in wanted.keys() & found.keys():
                if len(wanted[key]) == len(found[key]) == 1:
                    [obj], [partner] = wanted[key], found[key]
                    if names.alike(theirs[obj].name, ours[partner].name):
                        twins[obj] = partner
                        del theirs[obj], ours[partner]
        return twins

    def _free_partners(self, backend, identities):
        """Partners without a customer that have a name, e-mail or tax id of these.

        In one read of the table, however many are asked for.
        """
        partners = self.env["res.partner"]
        partners.flush_model()
        self.env["qbo.object"].flush_model()
        rows = self.env.execute_query(
            SQL(
                r"""
                SELECT id FROM res_partner
                WHERE active AND type IN ('contact', 'other')
                    AND (company_id IS NULL OR company_id = %(company)s)
                    AND (lower(regexp_replace(btrim(name), '\s+', ' ', 'g'))
                            = ANY(%(names)s)
                        OR email_normalized = ANY(%(emails)s)
                        OR lower(regexp_replace(vat, '\W|_', '', 'g'))
                            = ANY(%(codes)s))
                    AND NOT EXISTS (
                        SELECT FROM qbo_object
                        WHERE backend_id = %(backend)s
                            AND res_model = 'res.partner' AND res_id = res_partner.id
                    )
                """,
                company=backend.company_id.id,
                backend=backend.id,
                names=[" ".join(who.name.lower().split()) for who in identities],
                emails=[who.email for who in identities if who.email],
                codes=[who.code for who in identities if who.code],
            )
        )
        return partners.browse(row[0] for row in rows)


class Identity(NamedTuple):
    """By what a customer is known again on the other side."""

    name: str
    parent: int
    email: str
    code: str


#: Each is a key that both have, or nothing; under one parent, because jobs share the
#: e-mail address of their customer.
SIGNS = (
    lambda who: (who.name, who.parent),
    lambda who: (names.plain(who.name), who.parent),
    lambda who: who.email and (who.email, who.parent),
    lambda who: who.code and (who.code, who.parent),
)


def _identity(item):
    payload, values = item.object.payload, item.values
    codes = (names.code(payload.get(field)) for field in TAX_IDS)
    email = email_normalize(values["email"] or "", strict=False)
    code = next(filter(None, codes), "")
    return Identity(values["name"], values["parent_id"], email, code)


def _identity_of(partner):
    email, code = partner.email_normalized, names.code(partner.vat)
    return Identity(partner.name or "", partner.parent_id.id, email, code)


def _by(sign, identities):
    """{key: [records]} of those that have the sign."""
    found = {}
    for record, who in identities.items():
        if key := sign(who):
            found.setdefault(key, []).append(record)
    return found
