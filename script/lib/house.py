"""Where things are, and how the commands speak. Standard library only."""

import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEARTBEAT = 5  # seconds of silence after which a long step shows where it is


class Problem(Exception):
    """Something that the person who runs a command has to know or to do.

    The message is a whole sentence: what happened, and what helps."""


def home():
    """The one folder that keeps all that is fetched or made outside the checkout."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    chosen = os.environ.get("QBO_DEV_HOME") or cache / "qbo_connector-dev"
    folder = Path(chosen).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def say(text):
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


def main(function):
    """Run a command's function; a `Problem` becomes one line and exit status 1.

    SIGTERM and SIGHUP do what Ctrl-C does: unwind, which stops the children."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        sys.exit(function())
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@contextlib.contextmanager
def locked(path, waiting=None):
    """Hold the file lock `path`; say `waiting` if another process has it.

    Without `waiting`, a lock that is taken raises BlockingIOError instead."""
    with open(path, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is None:
                raise
            say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def run(command, log, **kwargs):
    """Run a long command, its output going to the file `log`; show signs of life.

    :raises subprocess.CalledProcessError: with the end of the log as its output
    """
    started = time.monotonic()
    with open(log, "w") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **kwargs,
        )
        try:
            while True:
                try:
                    status = process.wait(HEARTBEAT)
                    break
                except subprocess.TimeoutExpired:
                    seconds = round(time.monotonic() - started)
                    say(f"  {seconds:4} s  {last_line(log)}")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if status:
        raise subprocess.CalledProcessError(status, command, tail(log))


def tail(log, lines=15):
    """The last lines of a text file."""
    return "\n".join(Path(log).read_text(errors="replace").splitlines()[-lines:])


def last_line(log):
    """The last line of a log file that says something, cut to a terminal's width."""
    lines = [line for line in tail(log, 5).splitlines() if line.strip()]
    return lines[-1].strip()[-70:] if lines else ""


def sha256(*paths):
    """Hash over the contents of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()
