"""``/_control/...``: the strings behind the scene, for tests and people. No login."""

import json
import re

from werkzeug.wrappers import Response

from . import faults, oauth, orders, seeds
from .entities import KINDS
from .faults import Fault
from .kernel.consequences import TOKEN
from .kernel.merging import merge
from .kernel.reading import CLOSING_PASSWORD

WRONG = (
    AttributeError, KeyError, OverflowError, TypeError, ValueError, re.error,
)  # fmt: skip


def serve(sandbox, request, name):
    """One control call; its answer is JSON, problems are 400 with ``error``."""
    action = _ACTIONS.get((request.method, name))
    if action is None:
        return _answer({"error": f"no control call {request.method} {name}"}, 404)
    try:
        given = request.get_json(silent=True) or {}
        return _answer(action(sandbox, {**request.args.to_dict(), **given}))
    except WRONG as problem:
        return _answer({"error": f"{type(problem).__name__}: {problem}"}, 400)
    except Fault as fault:
        return _answer({"error": str(fault)}, 400)


def _answer(body, status=200):
    return Response(json.dumps(body), status, content_type="application/json")


def _realm(sandbox, given):
    realms = sandbox.realms
    realm = str(given.get("realm_id") or realms[0])
    if realm not in realms:
        raise ValueError(f"no company {realm}")
    return realm


def _token(sandbox, given):
    realm = _realm(sandbox, given)
    with sandbox.transaction() as connection:
        now = sandbox.clock.now()
        app = oauth.app(connection)[0]
        grant = oauth.add_grant(connection, now, app, realm)
        return {"access_token": oauth.add_token(connection, now, grant, "access")}


def _credentials(sandbox, given):
    realm = _realm(sandbox, given)
    with sandbox.transaction() as connection:
        return oauth.credentials(connection, sandbox.clock.now(), realm)


def _companies(sandbox, given):
    with sandbox.lock:
        return [
            {
                "realm_id": realm,
                "name": sandbox.reading(realm).find("CompanyInfo", "1")["CompanyName"],
            }
            for realm in sandbox.realms
        ]


def _close_books(sandbox, given):
    """The bookkeeper closes (or with null reopens) the books, with a password that
    lets people, but no app, change them; or without one."""
    blocks = {"AccountingInfoPrefs": {"BookCloseDate": given.get("date")}}
    with sandbox.writing(_realm(sandbox, given)) as books:
        books.set_preferences(blocks)
        books.remember(CLOSING_PASSWORD, int(given.get("password", True)))
    return {}


def _preferences(sandbox, given):
    """Switch preferences, CurrencyPrefs too, which the API does not let change."""
    with sandbox.writing(_realm(sandbox, given)) as books:
        return books.set_preferences(given["preferences"])


def _fail(sandbox, given):
    """Order a fault: for the next call, or by chance for all calls to come."""
    given = {name: value for name, value in given.items() if name != "realm_id"}
    chance = float(given.pop("probability", 1))
    entity = given.pop("entity", None) or ()
    order = orders.Order(
        left=given.pop("n", 1 if chance == 1 else None),
        probability=chance,
        entity=(entity,) if isinstance(entity, str) else tuple(entity),
        **given,
    )
    sandbox.misbehaviour.add(order)
    return {}


def _faults(sandbox, given):
    """The orders, and how often each was carried out."""
    return [order.shown() for order in sandbox.misbehaviour.orders]


def _clear_faults(sandbox, given):
    sandbox.misbehaviour.clear()
    return {}


def _clock(sandbox, given):
    sandbox.clock.set(given.get("time"))
    return {"time": sandbox.clock.stamp()}


def _latency(sandbox, given):
    sandbox.misbehaviour.latencies[given.get("kind")] = float(given["seconds"])
    return {}


def _expire(sandbox, given):
    with sandbox.transaction() as connection:
        oauth.expire_all(connection)
    return {}


def _rotation(sandbox, given):
    """For how long a refresh gives the same refresh token back."""
    sandbox.rotation = float(given["hours"]) * 3600
    return {}


def _revoke(sandbox, given):
    with sandbox.transaction() as connection:
        oauth.revoke_all(connection)
    return {}


def _log(sandbox, given):
    return sandbox.log.entries(int(given.get("since", 0)))


def _clear_log(sandbox, given):
    sandbox.log.clear()
    return {}


def _counters(sandbox, given):
    return sandbox.log.counters()


def _snapshot(sandbox, given):
    return {"id": sandbox.snapshot()}


def _restore(sandbox, given):
    sandbox.restore(str(given["id"]))
    return {}


def _reset(sandbox, given):
    seeds.plant(sandbox, given.get("seed", "demo"), **given.get("options", {}))
    return {"realms": sandbox.realms}


def _edit(sandbox, given):
    """Somebody else saves the object: new token, new time, same content."""
    entity, identifier = given["entity"], given["id"]
    if entity not in KINDS:
        raise ValueError(f"no entity {entity}")
    with sandbox.writing(_realm(sandbox, given)) as books:
        if books.find(entity, identifier) is None:
            raise faults.not_found()
        books.touch(entity, identifier, TOKEN)
        books.flush()
        return books.find(entity, identifier)


def _merge(sandbox, given):
    """A person merges two customers or vendors."""
    if given["entity"] not in ("Customer", "Vendor"):
        raise ValueError("only customers and vendors are merged")
    with sandbox.writing(_realm(sandbox, given)) as books:
        merge(books, given["entity"], str(given["keep"]), str(given["absorb"]))
    return {}


def _somebody_types(sandbox, given):
    """A person has the form for a new name or item open: ours are refused (6000)."""
    sandbox.misbehaviour.somebody_types = bool(given.get("on", True))
    return {}


def _limits(sandbox, given):
    names = [name for name in given if name != "realm_id"]
    sandbox.limits.configure(**{name: given[name] for name in names})
    return {}


def _plan(sandbox, given):
    """Change what the company pays for: its plan, or whether it pays."""
    changed = {
        "OfferingSku": given.get("offering"),
        "SubscriptionStatus": given.get("status"),
    }
    with sandbox.writing(_realm(sandbox, given)) as books:
        body = json.loads(json.dumps(books.find("CompanyInfo", "1")))
        for pair in body["NameValue"]:
            pair["Value"] = changed.get(pair["Name"]) or pair["Value"]
        books.rewrite("CompanyInfo", body)
        return body["NameValue"]


def _webhook(sandbox, given):
    given = {name: value for name, value in given.items() if name != "realm_id"}
    app = oauth.app(sandbox.connection, given.pop("client_id", None))
    return sandbox.webhooks.configure(app[0], app[4], **given)


def _deliveries(sandbox, given):
    app = oauth.app(sandbox.connection, given.get("client_id"))
    return sandbox.webhooks.deliveries(app[0])


def _app(sandbox, given):
    """Register another app; its keys."""
    with sandbox.transaction() as connection:
        name = given.get("name", "Another app")
        client_id = oauth.add_app(connection, name, given.get("redirects", []))
        return oauth.credentials(
            connection, sandbox.clock.now(), _realm(sandbox, given), client_id
        )


def _company(sandbox, given):
    """Found another company from a seed, beside those there are."""
    realm = str(given["realm_id"])
    if realm in sandbox.realms:
        raise ValueError(f"there is a company {realm} already")
    seeds.add(sandbox, given.get("seed", "empty"), realm)
    return {"realms": sandbox.realms}


_ACTIONS = {
    ("POST", "token"): _token,
    ("POST", "credentials"): _credentials,
    ("GET", "companies"): _companies,
    ("POST", "close_books"): _close_books,
    ("POST", "preferences"): _preferences,
    ("POST", "fail"): _fail,
    ("GET", "faults"): _faults,
    ("POST", "clear_faults"): _clear_faults,
    ("POST", "clock"): _clock,
    ("POST", "latency"): _latency,
    ("POST", "expire_tokens"): _expire,
    ("POST", "revoke_tokens"): _revoke,
    ("POST", "rotation"): _rotation,
    ("GET", "log"): _log,
    ("POST", "clear_log"): _clear_log,
    ("GET", "counters"): _counters,
    ("POST", "snapshot"): _snapshot,
    ("POST", "restore"): _restore,
    ("POST", "reset"): _reset,
    ("POST", "edit"): _edit,
    ("POST", "merge"): _merge,
    ("POST", "somebody_types"): _somebody_types,
    ("POST", "limits"): _limits,
    ("POST", "plan"): _plan,
    ("POST", "webhook"): _webhook,
    ("GET", "deliveries"): _deliveries,
    ("POST", "app"): _app,
    ("POST", "company"): _company,
}
