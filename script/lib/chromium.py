"""The browser that the tests drive."""

import os
import shutil
import subprocess

from house import Problem, run, say

# The names that Odoo's own browser tests look for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find():
    """Path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure(home):
    """Install Debian's Chromium when there is none and we may.

    :raises Problem: when a person has to install it
    """
    if find():
        return
    advice = "Install it with: sudo apt-get install chromium"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(f"The browser tests need Chromium or Chrome. {advice}")
    say("Installing Chromium")
    apt = ["apt-get", "-q", "-y"]
    log = home / "chromium.log"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run([*apt, "update"], log)
        install = [*apt, "install", "--no-install-recommends", "chromium"]
        run(install, log, env=environment)
    except subprocess.CalledProcessError as error:
        raise Problem(
            f"Chromium could not be installed: see {log}. {advice}"
        ) from error
    if not find():
        raise Problem(f"Chromium is still not there after its install, see {log}.")
