"""How names are compared when QuickBooks and Odoo know the same firm. Pure."""

import re
import unicodedata

#: Less alike than this, two names contradict what an e-mail or tax id says.
OTHER_NAME = 0.3
#: Words that say which kind of company it is, not which company.
LEGAL_FORMS = frozenset(
    "ab ag bv co company corp corporation gmbh inc incorporated limited llc llp ltd nv"
    " oy plc pllc pte pty sa sarl sas srl the".split()
)
#: QuickBooks answers a tax id masked, "XXXXXX1234": of no use for comparing.
_MASKED = re.compile(r"[xX*•]{3}")
_SILENT = re.compile(r"[.'`´’]")
_PUNCTUATION = re.compile(r"[\W_]+")


def path(name, parent=None):
    """A sub-customer by its full name, as QuickBooks writes it: "Parent:Job"."""
    return f"{parent}:{name}" if parent else name or ""


def of_customer(full):
    """What a customer may be called in Odoo; a job also as people write it in one name.

    >>> sorted(of_customer("Elm Court:Garden"))
    ['Elm Court, Garden', 'Elm Court:Garden']
    """
    return {full, ", ".join(part.strip() for part in full.split(":"))}


def plain(name):
    """The same name whatever its blanks and case."""
    text = unicodedata.normalize("NFKC", name or "").casefold()
    return ":".join(" ".join(part.split()) for part in text.split(":"))


def bare(name):
    """A name without accents, punctuation and legal form, for judging likeness.

    >>> bare("Maple & Sons Builders, L.L.C.")
    'maple and sons builders'
    """
    text = unicodedata.normalize("NFKD", name or "").casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _SILENT.sub("", text.replace("&", " and "))
    words = _PUNCTUATION.sub(" ", text).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)


def digits(name):
    """The numbers in a name: "Lot 7" and "Lot 8" are alike and not the same."""
    return "".join(sign for sign in name or "" if sign.isdigit())


def code(text):
    """A tax id or internal reference without blanks and signs; "" where masked."""
    text = text or ""
    return "" if _MASKED.search(text) else _PUNCTUATION.sub("", text).casefold()


def alike(one, other):
    """Whether two names have something in common; else they contradict other signs.

    Counted as PostgreSQL counts trigrams, which the match ladder does.
    """
    one, other = _trigrams(bare(one)), _trigrams(bare(other))
    return len(one & other) >= OTHER_NAME * len(one | other)


def _trigrams(name):
    padded = [f"  {word} " for word in name.split()]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}
