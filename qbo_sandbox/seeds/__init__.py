"""Companies to start from."""

from .. import oauth
from . import demo, empty, large, uk_vat, us_ast

SEEDS = {
    "demo": demo.plant,
    "empty": empty.plant,
    "large": large.plant,
    "uk-vat": uk_vat.plant,
    "us-ast": us_ast.plant,
}
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
    _check(name)
    with sandbox.transaction() as connection:
        for table in DATA_TABLES:
            connection.execute(f"DELETE FROM {table}")
        if oauth.app(connection) is None:
            oauth.add_app(connection)
    SEEDS[name](sandbox, **options)


def add(sandbox, name, realm):
    """Plant a seed as one more company.

    :raises ValueError: for a seed that does not exist
    """
    _check(name)
    SEEDS[name](sandbox, realm=realm)


def _check(name):
    if name not in SEEDS:
        raise ValueError(f"no seed {name}; there are {', '.join(sorted(SEEDS))}")
