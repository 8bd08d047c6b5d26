"""When nothing is sent by itself. Pure."""

from datetime import timedelta

#: So many collisions with people within so many seconds mean that somebody is at work.
MANY, WITHIN = 3, 300
#: Seconds that they are left alone, from the latest collision on.
PAUSE = 900


def noted(log, now):
    """The log of a company's calls with one more collision.

    :param float now: in seconds, by the clock of the log
    """
    return {**log, "collisions": [*log.get("collisions", []), now][-MANY:]}


def forgotten(log):
    return {**log, "collisions": []}


def end_of_presence(log):
    """The moment until which somebody is taken to be in the books, or None."""
    latest = (log or {}).get("collisions", [])
    if len(latest) < MANY or latest[-1] - latest[-MANY] > WITHIN:
        return None
    return latest[-1] + PAUSE


def end_of_hours(local, begin, end):
    """When the quiet hours end in which a moment lies, or None.

    :param datetime local: the moment, by the clock on the wall
    :param float begin: hour of the day, as 17.5 for half past five
    :param float end: as `begin`; one that is not later is on the next day
    """
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    length = (end - begin) % 24 or 24
    for day in (midnight - timedelta(days=1), midnight):
        start = day + timedelta(hours=begin)
        if start <= local < start + timedelta(hours=length):
            return start + timedelta(hours=length)
    return None
