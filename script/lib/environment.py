"""The virtual environment, made from the lock files in requirements/."""

import os
import shutil
import subprocess
import sys

from house import ROOT, Problem, run, say, sha256

# (lock file, further options for pip)
LOCKS = (("dev.txt", ()), ("no-deps.txt", ("--no-deps",)))


def ensure(home):
    """Make the environment that the lock files describe unless it is there already.

    Each content of the lock files has a folder of its own, so that a server that
    runs keeps its packages while a newer environment is made beside it.

    :return: path of its Python
    :raises Problem: when a package could not be fetched
    """
    files = [ROOT / "requirements" / name for name, _options in LOCKS]
    version = "{}.{}".format(*sys.version_info)
    folder = home / "venvs" / f"{version}-{sha256(*files)[:12]}"
    ready = folder / "ready"
    if not ready.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        _make(folder, home)
        ready.touch()
    return folder / "bin/python"


def _make(folder, home):
    say("Making the Python environment (about 130 MB)")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    environment = {**os.environ, "PIP_CACHE_DIR": str(home / "pip")}
    environment.pop("PYTHONPATH", None)
    log = home / "pip.log"
    for name, options in LOCKS:
        install = ["-m", "pip", "install", "--no-input", "--require-hashes"]
        install += ["--only-binary=:all:", "--disable-pip-version-check", *options]
        command = [folder / "bin/python", *install, "-r", ROOT / "requirements" / name]
        try:
            run(command, log, env=environment)
        except subprocess.CalledProcessError as error:
            raise Problem(
                f"The Python packages of requirements/{name} could not be fetched from "
                f"the package index: see {log}. Check the network and start again."
            ) from error
