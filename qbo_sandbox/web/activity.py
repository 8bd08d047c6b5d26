"""The API calls to this company as they come."""

from urllib.parse import unquote_plus

MOST = 200  # calls shown, the newest first
KINDS = ("read", "metered", "write")


def listing(visit):
    kind = visit.asked.get("show")
    rows = calls(visit, kind=kind if kind in KINDS else None, limit=MOST)
    counters = visit.sandbox.log.counters()
    live = visit.asked.get("live") != "no"
    return "activity.html", {"rows": rows, "counters": counters, "live": live}


def calls(visit, limit, kind=None):
    """Newest log entries of the company, each with the path below the company."""
    root = f"/v3/company/{visit.realm}"
    found = []
    for entry in reversed(visit.sandbox.log.entries()):
        below = entry["path"] == root or entry["path"].startswith(f"{root}/")
        if below and kind in (None, entry["kind"]):
            short = entry["path"][len(root) :].lstrip("/")
            query = unquote_plus(entry["query"])
            found.append({**entry, "short": short, "asked": query})
        if len(found) == limit:
            break
    return found
