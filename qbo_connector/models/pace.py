"""When the next call may go, so that QuickBooks never has to refuse one. Pure.

Intuit's page on limits and throttles allows a company 40 batches a minute and 10 calls
a second. We stay a little below: a call is on its way for a moment before it is
counted, and longer or shorter than the one before.
"""

#: Per kind of call: at most so many within so many seconds.
LIMITS = {"call": (8, 1.1), "batch": (38, 61.0)}


def kinds_of(operation):
    """The limits that a call of the client counts for."""
    return ("call", "batch") if operation == "batch" else ("call",)


def earliest(log, kinds, now, count=1):
    """When the last of `count` calls may go.

    :param dict log: {kind: moments of its latest calls, in seconds, oldest first}
    :param float now: in seconds, by the clock of the log
    """
    moments = [now]
    for kind in kinds:
        most, seconds = LIMITS[kind]
        latest = log.get(kind, [])
        if len(latest) + count > most:
            moments.append(latest[len(latest) + count - 1 - most] + seconds)
    return max(moments)


def noted(log, kinds, moment):
    """The log with one more call."""
    latest = {kind: [*log.get(kind, []), moment][-LIMITS[kind][0] :] for kind in kinds}
    return {**log, **latest}
