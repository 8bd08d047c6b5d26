"""The sandbox itself, so that it is never what another benchmark measures."""

from qbo_sandbox.bench import run

__all__ = ["run"]
