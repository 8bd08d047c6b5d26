"""Odoo, its PostgreSQL and the sandbox, started together and stopped together."""

import subprocess
import sys
import time

import requests

import ports
from first_run import connect_and_sync
from house import ROOT, Problem, home, main, say, tail
from instance import Instance
from odoo_rpc import OdooSession
from processes import Processes

START_TIMEOUT = 120  # seconds
USAGE = "usage: [ODOO_PORT=8069] [SANDBOX_PORT=8070] script/server [--reset]"


def serve(arguments):
    if arguments not in ([], ["--reset"]):
        raise Problem(USAGE)
    odoo_port, sandbox_port = ports.chosen()
    instance = Instance(home(), str(odoo_port), odoo_port)
    try:
        with instance.owned(), Processes() as processes:
            if arguments:
                instance.forget()
            _start(instance, sandbox_port, processes)
            while True:
                processes.check()
                time.sleep(1)
    except KeyboardInterrupt:
        say("stopped")


def _start(instance, sandbox_port, processes):
    odoo, sandbox_url = bring_up(instance, sandbox_port, processes)
    connected = instance.folder / "connected"
    if not connected.exists():
        connect_and_sync(odoo, sandbox_url)
        connected.touch()
    say(f"\nOdoo     {odoo.url}  (log in as admin, password admin)")
    say(f"Sandbox  {sandbox_url}")
    say(f"Logs     {instance.folder}\nready")


def bring_up(instance, sandbox_port, processes):
    """Start everything, without connecting the two.

    :returns: the administrator's `OdooSession`, and the sandbox's address
    """
    database_server = instance.open(processes)
    sandbox_url = _start_sandbox(instance, sandbox_port, processes)
    try:
        instance.install(database_server)
    except subprocess.CalledProcessError as error:
        raise Problem(
            f"Odoo could not install it:\n{error.output}\nIf this database was made "
            "with an earlier state of the addon, start anew: script/server --reset"
        ) from error
    url = f"http://localhost:{instance.http_port}"
    log = instance.folder / "odoo.log"
    processes.start("Odoo", instance.odoo(), log)
    _wait_for(f"{url}/web/health", processes, log)
    return OdooSession(url, instance.database), sandbox_url


def _start_sandbox(instance, port, processes):
    url = f"http://localhost:{port}"
    log = instance.folder / "sandbox.log"
    serve = ["-m", "qbo_sandbox", "serve", "--port", port, "--seed", "demo"]
    command = [sys.executable, *serve, "--db", instance.folder / "sandbox.db"]
    processes.start("The sandbox", command, log, cwd=ROOT)
    _wait_for(f"{url}/.well-known/openid_configuration", processes, log)
    return url


def _wait_for(url, processes, log):
    """Wait until an address answers, while its process lives."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        processes.check()
        try:
            if requests.get(url, timeout=START_TIMEOUT).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise Problem(f"{url} does not answer. The end of the log {log}:\n{tail(log)}")


if __name__ == "__main__":
    main(lambda: serve(sys.argv[1:]))
