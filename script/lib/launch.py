"""Do the set-up that a command needs, then become that command.

Runs on whatever Python the machine has; the command itself runs in the virtual
environment, with Odoo and the checkout on its path.
"""

import contextlib
import os
import sys
from pathlib import Path

import chromium
import environment
import odoo_source
import ports
from house import ROOT, home, locked, main, say

COMMANDS = {
    "lint": "lint.py",
    "server": "server.py",
    "test": "run_tests.py",
    "screenshots": "screenshots.py",
    "soak": "soak.py",
}
MODULES = {"sandbox": "qbo_sandbox", "bench": "benchmarks"}
NEED_BROWSER = ("setup", "test", "screenshots")


def launch(command, *arguments):
    if command in ("server", "soak"):
        ports.check_free()
    folder = home()
    # What a module prints may be read by another program.
    said = sys.stderr if command in MODULES else sys.stdout
    with (
        contextlib.redirect_stdout(said),
        locked(folder / "setup.lock", "Another set-up is running; waiting for it"),
    ):
        odoo = odoo_source.find_or_fetch(folder)
        python = environment.ensure(folder)
        if command in NEED_BROWSER:
            chromium.ensure(folder)
    if command in ("bootstrap", "setup"):
        say(f"Python  {python}\nOdoo    {odoo}\nready")
        return 0
    _become(python, odoo, command, arguments)


def _become(python, odoo, command, arguments):
    """Replace this process, so that signals reach the command itself."""
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(odoo)])
    # What runs here is reached directly, also where a proxy leads to the world.
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "localhost,127.0.0.1"
    if command in MODULES:
        program = ["-m", MODULES[command]]
    else:
        program = [str(Path(__file__).with_name(COMMANDS[command]))]
    os.execv(python, [str(python), *program, *arguments])


if __name__ == "__main__":
    main(lambda: launch(*sys.argv[1:]))
