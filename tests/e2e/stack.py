"""`script/server` as a real process, on ports and with a database of its own."""

import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import psutil

from house import ROOT, home
from instance import Instance

START_TIMEOUT = 420  # seconds; a first start installs Odoo's database
STOP_TIMEOUT = 60


LISTENED_ON = range(20_000, 32_000)


def free_port():
    """A port that nothing uses, and that no outgoing connection will be given.

    Linux gives those a port above 32767; one of them could otherwise take a port
    between this look and the start, or while a test has its server stopped.
    """
    for port in random.sample(LISTENED_ON, k=100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("A hundred ports were tried, and all are in use.")


class Stack:
    """One instance of everything: start and stop as often as a test likes."""

    def __init__(self):
        self.odoo_port, self.sandbox_port = free_port(), free_port()
        self.odoo_url = f"http://localhost:{self.odoo_port}"
        self.sandbox_url = f"http://localhost:{self.sandbox_port}"
        self.instance = Instance(home(), str(self.odoo_port), self.odoo_port)
        self.output = []
        self._process = None

    @classmethod
    @contextmanager
    def running_for(cls, kept):
        """A stack in its first run, forgotten afterwards but for its logs.

        :param kept: folder where the logs go
        """
        stack = cls()
        try:
            stack.start()
            yield stack
        finally:
            if stack.running:
                stack.stop()
            stack.keep_logs(kept)
            stack.forget()

    def start(self):
        """Run `script/server` until its last line; return the seconds that it took.

        :raises AssertionError: with what it printed, when it ends before
        """
        started = time.monotonic()
        self._process = self.command("server", stdout=subprocess.PIPE)
        guard = threading.Timer(START_TIMEOUT, self._process.kill)
        guard.start()
        try:
            self.output = self._read_until_ready()
        finally:
            guard.cancel()
        assert self.output and self.output[-1] == "ready", "\n".join(self.output)
        return time.monotonic() - started

    def _read_until_ready(self):
        lines = []
        for line in self._process.stdout:
            lines.append(line.rstrip())
            if lines[-1] == "ready":
                break
        return lines

    def command(self, name, *arguments, **options):
        """Start one of the commands with this instance's ports."""
        environment = {
            **os.environ,
            "ODOO_PORT": str(self.odoo_port),
            "SANDBOX_PORT": str(self.sandbox_port),
        }
        return subprocess.Popen(
            [ROOT / "script" / name, *arguments],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    @property
    def running(self):
        return self._process is not None and self._process.poll() is None

    def stop(self, number=signal.SIGTERM):
        """Send a signal to `script/server`; return its exit status."""
        self._process.send_signal(number)
        status = self._process.wait(STOP_TIMEOUT)
        self._process.stdout.close()
        return status

    def processes(self):
        """The living processes that `script/server` has started."""
        return psutil.Process(self._process.pid).children(recursive=True)

    def keep_logs(self, folder):
        """Copy the logs to where they outlive this instance."""
        for log in self.instance.folder.glob("*.log"):
            shutil.copy(log, folder / log.name)

    def forget(self):
        """Remove everything that the instance kept."""
        self.instance.forget()
        shutil.rmtree(self.instance.folder)
