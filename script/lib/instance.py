"""One Odoo of our own: its folder, database and configuration, keyed by its port."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg2

import postgres
from house import ROOT, Problem, locked, run, say, sha256, tail
from processes import Processes

ADDON = ROOT / "qbo_connector"
CONFIG = """\
[options]
addons_path = {addons}
data_dir = {folder}/data
db_host = {host}
db_port = {port}
db_user = {user}
{password}dbfilter = ^{database}$
http_interface = 127.0.0.1
http_port = {http_port}
max_cron_threads = 1
server_wide_modules = base,web,rpc,queue_job

[queue_job]
channels = {channels}
host = 127.0.0.1
port = {http_port}
"""

SERVER_CHANNELS = "root:4,root.qbo_import:1,root.qbo_export:1"
NO_JOB_RUNNER = "root:0"


class Instance:
    """What one `script/server` keeps, or what the addon's tests keep, between runs."""

    def __init__(self, home, name, http_port, channels=SERVER_CHANNELS):
        """
        :param channels: of the job runner; NO_JOB_RUNNER where tests or benchmarks
            alone use the database, and take back what they write
        """
        self.folder = home / "instances" / name
        self.database = f"qbo_{name}"
        if postgres.is_named():  # others may have a database for the same port there
            key = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:8]
            self.database += f"_{key}"
        self.http_port = http_port
        self.channels = channels
        self.config = self.folder / "odoo.conf"
        self.folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def owned(self):
        """:raises Problem: when another command works with this instance"""
        try:
            with locked(self.folder / "lock"):
                yield
        except BlockingIOError as error:
            raise Problem(
                f"Another command works with {self.folder}. Wait for it or stop it."
            ) from error

    def forget(self):
        """Remove the database, and all files but the lock."""
        with Processes() as processes:
            postgres.drop_database(self.open(processes), self.database)
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def open(self, processes):
        """Start PostgreSQL and write the configuration.

        :return: the server, as psycopg2 takes it
        """
        serves = self.channels != NO_JOB_RUNNER
        server = postgres.connect_or_start(self.folder, processes, autovacuum=serves)
        password = server["password"]
        text = CONFIG.format(
            **{**server, "password": f"db_password = {password}\n" if password else ""},
            addons=",".join(_addon_folders()),
            folder=self.folder,
            database=self.database,
            http_port=self.http_port,
            channels=self.channels,
        )
        self.config.touch(mode=0o600)
        self.config.write_text(text)
        return server

    def odoo(self, *arguments):
        """Command line of Odoo on this instance."""
        return [sys.executable, "-m", "odoo", "-c", self.config, *arguments]

    def install(self, server, anew_if_broken=False, bundles=False):
        """Make the database with the addon in it; bring one that is there up to date.

        :param anew_if_broken: make it anew where it cannot be brought up to date
        :param bundles: make the web client's bundles with it
        :raises subprocess.CalledProcessError: when Odoo could not
        """
        state = _addon_state()
        installed = self.folder / "installed"
        known = installed.read_text() if self._has_database(server) else None
        if known == state:
            return
        try:
            if not known:
                self._make_database(server)
            else:
                say("Updating the addon in its database")
                self._change(server, "-u", "qbo_connector")
        except subprocess.CalledProcessError:
            if not (known and anew_if_broken):
                raise
            self._make_database(server)
        if bundles:
            say("Making the web client's bundles")
            program = [sys.executable, Path(__file__).with_name("assets.py")]
            run([*program, self.config, self.database], self.folder / "assets.log")
        installed.write_text(state)

    def copy(self, database):
        """Copy the database, with its files, to another one in place of any there is.

        :raises subprocess.CalledProcessError: when Odoo could not
        """
        command = [sys.executable, "-m", "odoo", "db", "-c", self.config, "duplicate"]
        names = ["--force", self.database, database]
        run([*command, *names], self.folder / "copy.log")

    def _make_database(self, server):
        (self.folder / "installed").unlink(missing_ok=True)  # until it is made again
        postgres.drop_database(server, self.database)
        say("Making the database (a US company with its chart of accounts)")
        command = [sys.executable, "-m", "odoo", "db", "-c", self.config, "init"]
        run([*command, self.database, "--country", "US"], self.folder / "init.log")
        say("Installing Accounting and the addon")
        self._change(server, "-i", "account,qbo_connector")

    def _change(self, server, option, modules):
        command = self.odoo("-d", self.database, option, modules, "--no-http")
        command, log = [*command, "--stop-after-init"], self.folder / "install.log"
        run(command, log)
        # Odoo leaves out a module that it cannot import, and calls that a success.
        installed = "SELECT 1 FROM ir_module_module WHERE name = %s AND state = %s"
        if not _finds(server, self.database, installed, "qbo_connector", "installed"):
            raise subprocess.CalledProcessError(1, command, tail(log, 40))

    def _has_database(self, server):
        """Whether the database was made, and made to the end."""
        if not (self.folder / "installed").is_file():
            return False
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return _finds(server, "postgres", query, self.database)


def _finds(server, database, query, *parameters):
    """Whether a query of a database has an answer."""
    connection = psycopg2.connect(**server, dbname=database)
    with contextlib.closing(connection):
        cursor = connection.cursor()
        cursor.execute(query, parameters)
        return bool(cursor.fetchone())


def _addon_folders():
    """The checkout; before it Odoo's addons, where they lie beside its package."""
    package = Path(importlib.util.find_spec("odoo.release").origin).parent
    if (package / "addons/account").is_dir():
        return [str(ROOT)]
    return [str(package.parent / "addons"), str(ROOT)]


def _addon_state():
    """A hash that changes with any file of the addon."""
    return sha256(
        *(
            path
            for path in sorted(ADDON.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        )
    )
