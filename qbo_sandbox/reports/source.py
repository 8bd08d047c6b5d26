"""Where a report reads from: the postings themselves, or a table made of them for it.

Made tables have the columns of `postings` but ``amount``, and ``line``, the rowid of
the posting that a row comes from. They are temporary and go when the report is done.

Where statements join objects they say ``o.id=+p.txn``: ids may be texts, and SQLite
uses the index of such a column only for a value that has no type of its own. CROSS
JOIN keeps the tables in the order in which they are named.
"""

from contextlib import contextmanager

from . import cash, dimensions

DIMENSION_COLUMNS = ("klass_name", "dept_name", "item_name", "cust_name", "vend_name")


@contextmanager
def opened(books, scope, postings):
    """Set ``scope.source``; drop what was made for it at the end.

    :param postings: whether the report is made of postings at all
    """
    books.connection.execute("SAVEPOINT report")  # or each row would be a commit
    try:
        if postings and scope.basis == "Cash":
            scope.source = cash.build(books)
        if postings and (
            scope.filters or scope.columns in dimensions.COLUMNS or _asked(scope)
        ):
            scope.source = dimensions.build(books, scope)
        yield
    finally:
        books.connection.execute("ROLLBACK TO report")
        books.connection.execute("RELEASE report")


def _asked(scope):
    """Whether the columns of a list show what only documents' lines know."""
    return set(DIMENSION_COLUMNS) & set(scope.arguments.get("columns", "").split(","))


def account_sums(books, scope, start, end, by=None):
    """{account: home cents, debit positive} of a period; {(account, id): cents} when
    split ``by`` a column of `dimensions`."""
    keys = f"account, {by}" if by else "account"
    rows = books.connection.execute(
        f"SELECT {keys}, SUM(home) FROM {scope.source}"
        f" WHERE realm=? AND date>=? AND date<=? GROUP BY {keys}",
        (books.realm, start, end),
    )
    return {tuple(row[:2]) if by else row[0]: row[-1] for row in rows}
