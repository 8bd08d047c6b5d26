"""TransactionList: every transaction of a period, one row each."""

from ..kernel.store import key
from .shape import cell, data, money, names, report

COLUMNS = [
    ("Date", "tx_date"),
    ("Transaction Type", "txn_type"),
    ("Num", "doc_num"),
    ("Posting", "is_no_post"),
    ("Name", "name"),
    ("Memo/Description", "memo"),
    ("Account", "account_name"),
    ("Amount", "subt_nat_amount"),
]


def transaction_list(books, name, scope):
    """``transaction_type`` and ``customer`` narrow it."""
    people = names(books, "Customer", "Vendor", "Employee")
    titles = names(books, "Account")
    kind = scope.arguments.get("transaction_type")
    rows = []
    for entity, txn, date, number, party, total, note in _found(books, scope):
        if (kind and kind.lower() != entity.lower()) or (
            scope.names and party not in scope.names
        ):
            continue
        account = _first_account(books, entity, txn)
        rows.append(
            data(
                date,
                cell(entity, txn),
                number or "",
                "Yes" if account else "No",
                cell(people.get(party, ""), party),
                note or "",
                cell(titles.get(account, ""), account),
                money(total),
            )
        )
    return report(books, name, scope, COLUMNS, rows)


def _found(books, scope):
    kinds = [kind.name for kind in books.kinds.values() if kind.transaction]
    marks = ",".join("?" * len(kinds))
    return books.connection.execute(
        "SELECT entity, id, txn_date, doc_number, party, total,"
        " json_extract(body, '$.PrivateNote') FROM objects"
        " WHERE realm=? AND deleted=0 AND txn_date>=? AND txn_date<=?"
        f" AND entity IN ({marks}) ORDER BY txn_date, id",
        (books.realm, scope.start, scope.end, *kinds),
    ).fetchall()


def _first_account(books, entity, txn):
    """The account that a transaction is seen in first."""
    row = books.connection.execute(
        "SELECT account FROM postings INDEXED BY postings_txn"
        " WHERE realm=? AND entity=? AND txn=? ORDER BY rowid LIMIT 1",
        (books.realm, entity, key(txn)),
    ).fetchone()
    return row[0] if row else None
