"""Child processes that end with the command that started them, and nothing else."""

import shutil
import signal
import subprocess

from house import Problem, tail

PATIENCE = 20  # seconds that a child has to stop by itself
STOPPING = (signal.SIGINT, signal.SIGTERM)


class Processes:
    """The children of one command; use as a context manager, which stops them."""

    def __init__(self):
        self._children = []

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        # A second Ctrl-C must not leave children behind.
        usual = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
        self.stop()
        for number, handler in usual.items():
            signal.signal(number, handler)

    def start(self, name, command, log, stop_signal=signal.SIGTERM, **kwargs):
        """Start a child in a session of its own, its output going to the file `log`.

        Its own session, because Ctrl-C in a terminal reaches the whole foreground
        group, while PostgreSQL has to be the last to stop."""
        with open(log, "ab") as output:
            child = subprocess.Popen(
                [*_dies_with_parent(stop_signal), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=kwargs.pop("stdout", output),
                stderr=output,
                start_new_session=True,
                **kwargs,
            )
        self._children.append((name, child, log, stop_signal))
        return child

    def check(self):
        """:raises Problem: when a child has ended, with the end of its log"""
        for name, child, log, _signal in self._children:
            if child.poll() is not None:
                raise Problem(
                    f"{name} stopped by itself (status {child.returncode}). The end of "
                    f"its log {log}:\n{tail(log)}"
                )

    def stop(self):
        """Stop the children, the last started first."""
        while self._children:
            _name, child, _log, stop_signal = self._children.pop()
            if child.poll() is None:
                child.send_signal(stop_signal)
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _dies_with_parent(stop_signal):
    """Command prefix for a child that the kernel stops if we are killed ourselves."""
    if not shutil.which("setpriv"):
        return []
    return ["setpriv", "--pdeathsig", signal.Signals(stop_signal).name[3:]]
