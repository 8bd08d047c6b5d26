"""The linters that need no Node.js: ruff on all, pylint-odoo on the addon."""

import subprocess
import sys

from house import ROOT, main, say

CHECKS = (
    ("ruff", "check", "--no-fix", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("pylint", "--rcfile=.pylintrc-mandatory", "qbo_connector"),
)


def lint():
    """:return: exit status, 0 when no linter found anything"""
    failed = [check for check in CHECKS if not _passes(check)]
    for check in failed:
        say(f"failed: {' '.join(check)}")
    return 1 if failed else 0


def _passes(check):
    return subprocess.run([sys.executable, "-m", *check], cwd=ROOT).returncode == 0


if __name__ == "__main__":
    main(lint)
