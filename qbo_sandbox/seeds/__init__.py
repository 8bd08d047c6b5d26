"""Companies to start from."""

from .. import oauth
from . import demo, empty

SEEDS = {"demo": demo.plant, "empty": empty.plant}
DATA_TABLES = (
    "objects",
    "postings",
    "balances",
    "links",
    "sequences",
    "replays",
    "files",
)


def plant(sandbox, name, **options):
    """Put a seed in the place of whatever companies there are.

    Apps and tokens stay; the first realm has the same id in every seed, so that
    clients stay connected.

    :raises ValueError: for a seed that does not exist
    """
    if name not in SEEDS:
        raise ValueError(f"no seed {name}; there are {', '.join(sorted(SEEDS))}")
    with sandbox.transaction() as connection:
        for table in DATA_TABLES:
            connection.execute(f"DELETE FROM {table}")
        if oauth.first_app(connection) is None:
            oauth.add_app(connection)
    SEEDS[name](sandbox, **options)
