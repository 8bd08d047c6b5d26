"""The tables, and the few statements that read and write them.

One SQLite database holds every company (realm). An object's ``body`` is the very text
that is answered; the columns beside it are what queries filter and sort by. ``id`` is
an integer where QuickBooks' id is a number and a text otherwise (TaxCode ``TAX``), so
that order by id is numeric.
"""

import json
import sqlite3

TABLES = """
CREATE TABLE IF NOT EXISTS objects (
  realm TEXT NOT NULL, entity TEXT NOT NULL, id NOT NULL, token INTEGER NOT NULL,
  created REAL NOT NULL, updated REAL NOT NULL,
  active INTEGER NOT NULL DEFAULT 1, deleted INTEGER NOT NULL DEFAULT 0,
  name TEXT COLLATE NOCASE, doc_number TEXT COLLATE NOCASE, txn_date TEXT,
  party INTEGER, total INTEGER, balance INTEGER, body TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS objects_id ON objects (realm, entity, id);
CREATE INDEX IF NOT EXISTS objects_company ON objects (realm)
  WHERE entity = 'CompanyInfo';
DROP INDEX IF EXISTS objects_display;
CREATE INDEX IF NOT EXISTS objects_displayed
  ON objects (
    realm, entity, deleted, json_extract(body, '$.DisplayName') COLLATE NOCASE)
  WHERE entity = 'Customer';
CREATE INDEX IF NOT EXISTS objects_due
  ON objects (realm, json_extract(body, '$.DueDate')) WHERE entity = 'Invoice';
CREATE INDEX IF NOT EXISTS objects_reference
  ON objects (
    realm, entity, deleted, json_extract(body, '$.PaymentRefNum') COLLATE NOCASE)
  WHERE entity = 'Payment';
CREATE INDEX IF NOT EXISTS objects_page ON objects (realm, entity, deleted, id);
CREATE INDEX IF NOT EXISTS objects_updated ON objects (realm, entity, updated);
CREATE INDEX IF NOT EXISTS objects_name ON objects (realm, name)
  WHERE name IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_number ON objects (realm, entity, doc_number)
  WHERE doc_number IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_date ON objects (realm, entity, txn_date)
  WHERE txn_date IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_party ON objects (realm, entity, party)
  WHERE party IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_open
  ON objects (realm, entity, deleted, id, balance) WHERE balance <> 0;
CREATE TABLE IF NOT EXISTS postings (
  realm TEXT NOT NULL, entity TEXT NOT NULL, txn INTEGER NOT NULL,
  account INTEGER NOT NULL, name INTEGER NOT NULL DEFAULT 0,
  home INTEGER NOT NULL, amount INTEGER NOT NULL, date TEXT NOT NULL, memo TEXT);
CREATE INDEX IF NOT EXISTS postings_txn ON postings (realm, entity, txn);
CREATE INDEX IF NOT EXISTS postings_account ON postings (realm, account, date);
CREATE TABLE IF NOT EXISTS balances (
  realm TEXT NOT NULL, account INTEGER NOT NULL, name INTEGER NOT NULL,
  home INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (realm, account, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS balances_name ON balances (realm, name);
CREATE TABLE IF NOT EXISTS links (
  realm TEXT NOT NULL, entity TEXT NOT NULL, txn INTEGER NOT NULL,
  target TEXT NOT NULL, target_txn INTEGER NOT NULL, amount INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS links_from ON links (realm, entity, txn);
CREATE INDEX IF NOT EXISTS links_to ON links (realm, target, target_txn);
CREATE TABLE IF NOT EXISTS sequences (
  realm TEXT NOT NULL, name TEXT NOT NULL, last TEXT NOT NULL,
  PRIMARY KEY (realm, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replays (
  realm TEXT NOT NULL, requestid TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (realm, requestid)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
  realm TEXT NOT NULL, attachable INTEGER NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS apps (
  client_id TEXT PRIMARY KEY, secret TEXT NOT NULL, name TEXT NOT NULL,
  redirects TEXT NOT NULL, verifier TEXT NOT NULL, webhook TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS grants (
  id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, realm TEXT, scope TEXT NOT NULL,
  redirect TEXT NOT NULL, nonce TEXT, created REAL NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, grant_id INTEGER NOT NULL,
  expires REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS posting_added AFTER INSERT ON postings BEGIN
  INSERT INTO balances VALUES (new.realm, new.account, 0, new.home, new.amount)
    ON CONFLICT DO UPDATE SET home = home + new.home, amount = amount + new.amount;
  INSERT INTO balances
    SELECT new.realm, new.account, new.name, new.home, new.amount WHERE new.name <> 0
    ON CONFLICT DO UPDATE SET home = home + new.home, amount = amount + new.amount;
END;
CREATE TRIGGER IF NOT EXISTS posting_gone AFTER DELETE ON postings BEGIN
  UPDATE balances SET home = home - old.home, amount = amount - old.amount
    WHERE realm = old.realm AND account = old.account AND name IN (0, old.name);
END;
"""

# Restoring a snapshot leaves who may come in as it is: tokens outlive it.
ACCESS_TABLES = ("apps", "grants", "tokens", "meta")


def connect(path):
    """A connection with the tables in place; ``path`` may be ``:memory:``.

    It may be used from any thread: the sandbox holds one lock around each request.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=30
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    connection.executescript(TABLES)
    return connection


def key(value):
    """QuickBooks' id as it is stored."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 19 else text


dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def copy(connection):
    """A copy of a whole database in memory; milliseconds for a small company."""
    twin = sqlite3.connect(":memory:", check_same_thread=False)
    connection.backup(twin)
    return twin


def restore(connection, twin):
    """Make ``connection`` what ``twin`` is, but for who may come in."""
    kept = {
        table: connection.execute(f"SELECT * FROM {table}").fetchall()
        for table in ACCESS_TABLES
    }
    twin.backup(connection)
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in kept.items():
        connection.execute(f"DELETE FROM {table}")
        if rows:
            marks = ",".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.execute("COMMIT")
