"""The match ladder over as many QuickBooks customers as Odoo has, typos included.

A tenth of the customers has no twin, a fifth has a typo, another legal form or swapped
words; e-mails and tax ids are there for some. Nothing talks HTTP.
"""

import random

from benchmarks.house import measure, odoo_environment

GIVEN = "Alder Bay Blue Bright Cactus Cedar Clear Copper Dahlia East Elm Fern".split()
WORDS = (
    "Dental Condominiums Inn School Cafe Homeowners Pools Bank Realty Flowers Golf"
    " Brewing Apartments Clinic Church Veterinary Catering Hotel Nursery Storage"
    " Villas Coffee"
    " Museum Builders Grill Family Law Rowing Library Ranch Retirement Therapy Motors"
).split()
FORMS = ("", " Inc", " LLC", " Ltd", " & Sons")


def run(size=10_000):
    with odoo_environment() as env:
        backend = _company(env, size)
        for rounds in ("first", "again"):
            cost = measure(env, lambda: _match(backend))
            print(
                f"matching: {size} x {size} customers, {rounds}: {cost.seconds:.1f} s,"
                f" {cost.queries} queries, {cost.megabytes:.0f} MB more"
            )
        _match(backend)
        counts = {k: v for k, v in backend._match_counts()["Customer"].items() if v}
        print(f"  {counts}")
        linked = [("backend_id", "=", backend.id), ("match_state", "=", "linked")]
        rows = env["qbo.object"].search(linked, limit=min(1000, size))
        cost = measure(env, rows.action_match_confirm)
        print(
            f"  confirm {len(rows)}: {cost.seconds:.1f} s, {cost.queries} queries;"
            f" {1000 * cost.seconds / len(rows):.1f} ms each"
        )


def _match(backend):
    backend._job_match(backend._start_run("match").id, "Customer")


def _company(env, size):
    names = _names(size)
    quiet = env["qbo.backend"].with_context(tracking_disable=True)
    backend = quiet.create({"realm_id": "1", "tax_mode": "none"})
    payloads = [_customer(number, name) for number, name in enumerate(names)]
    backend.env["qbo.object"]._upsert(backend, "Customer", payloads)
    partners = [
        {
            "name": _in_odoo(number, name),
            "email": _email(number),
            "vat": f"GB{number:09}" if number % 7 == 0 else False,
        }
        for number, name in enumerate(names)
    ]
    context = {"no_vat_validation": True, "tracking_disable": True}
    backend.env["res.partner"].with_context(**context).create(partners)
    env.flush_all()
    env.invalidate_all()
    return backend


def _names(size):
    """Firm names of three words and a place, all different."""
    dice = random.Random(19)
    names = set()
    while len(names) < size:
        place = "".join(dice.choices("aeiourstlnmbcd", k=6)).title()
        words = [dice.choice(GIVEN), place, dice.choice(WORDS)]
        names.add(" ".join(words) + dice.choice(FORMS))
    return sorted(names)


def _in_odoo(number, name):
    if number % 10 == 0:
        return f"Nobody {number}"
    if number % 10 == 1:
        return name[:4] + name[5:]
    if number % 10 == 2:
        return " ".join(reversed(name.split()))
    return name.upper() if number % 10 == 3 else name


def _email(number):
    return f"office{number}@firm.example" if number % 3 == 0 else False


def _customer(number, name):
    return {
        "Id": str(number + 1),
        "DisplayName": name,
        "FullyQualifiedName": name,
        "PrimaryEmailAddr": {"Address": _email(number) or f"q{number}@qb.example"},
        "BusinessNumber": f"GB{number:09}" if number % 7 == 0 else "",
        "Balance": number % 1000,
        "Active": True,
    }
