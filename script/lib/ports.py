"""The two ports that script/server listens on, on this machine only."""

import os
import socket

from house import Problem

DEFAULTS = {"ODOO_PORT": 8069, "SANDBOX_PORT": 8070}


def chosen():
    """(Odoo's port, the sandbox's port) as the environment has them.

    :raises Problem: when one is no port number, or both are the same
    """
    numbers = [_number(name, default) for name, default in DEFAULTS.items()]
    if numbers[0] == numbers[1]:
        raise Problem(f"ODOO_PORT and SANDBOX_PORT are both {numbers[0]}; they differ.")
    return tuple(numbers)


def _number(name, default):
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"{name}={text} is not a port number.")
    return int(text)


def check_free():
    """:raises Problem: naming the first port that something else listens on"""
    for name, port in zip(DEFAULTS, chosen(), strict=True):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise Problem(
                    f"Port {port} cannot be used ({error.strerror}). Stop what uses "
                    f"it, or choose another one: {name}={port + 10} script/server"
                ) from error
