"""The commands keep what they promise to whoever runs them."""

import json
import signal
import socket
import subprocess

import psutil
import pytest
import requests

from .stack import free_port

SECOND_START = 20  # seconds
STOP_TIMEOUT = 30


@pytest.fixture
def own_port(stack):
    """A port of this machine that the test itself listens on."""
    with socket.create_server(("127.0.0.1", free_port())) as server:
        yield server.getsockname()[1]


def _run(stack, *command):
    process = stack.command(*command, stdout=subprocess.PIPE)
    output, _ = process.communicate(timeout=60)
    return process.returncode, output


def test_the_server_says_where_it_is_and_how_to_log_in(stack):
    text = "\n".join(stack.output)
    assert stack.odoo_url in text
    assert stack.sandbox_url in text
    assert "admin" in text
    assert stack.output[-1] == "ready"


def test_only_its_own_database_is_listed(stack):
    answer = requests.post(f"{stack.odoo_url}/web/database/list", json={}, timeout=30)
    assert answer.json()["result"] == [stack.instance.database]


@pytest.mark.parametrize("name", ["odoo_port", "sandbox_port"])
def test_a_port_that_is_taken_is_named_before_anything_starts(
    stack, own_port, monkeypatch, name
):
    other = {"odoo_port": free_port(), "sandbox_port": free_port()}
    for key, port in {**other, name: own_port}.items():
        monkeypatch.setattr(stack, key, port)
    status, output = _run(stack, "server")
    assert status == 1
    assert f"Port {own_port}" in output
    assert name.upper() in output
    assert not (stack.instance.folder.parent / str(stack.odoo_port) / "data").exists()


def test_an_unknown_option_is_refused(stack, monkeypatch):
    monkeypatch.setattr(stack, "odoo_port", free_port())
    monkeypatch.setattr(stack, "sandbox_port", free_port())
    status, output = _run(stack, "server", "--rest")
    assert status == 1
    assert "--reset" in output


def test_the_sandbox_shows_what_a_client_needs_to_connect(stack):
    status, output = _run(stack, "sandbox", "credentials", "--url", stack.sandbox_url)
    assert status == 0
    assert set(json.loads(output)) >= {
        "client_id",
        "client_secret",
        "realm_id",
        "refresh_token",
        "verifier_token",
    }


def _alive(processes):
    """Those that still run after the time that an orderly stop may take."""
    _gone, alive = psutil.wait_procs(processes, timeout=STOP_TIMEOUT)
    return alive


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_and_the_next_start_is_quick(stack, odoo, number):
    before = odoo.call("account.move", "search_count", [])
    started = stack.processes()
    assert len(started) >= 2  # Odoo, the sandbox, and PostgreSQL unless PG* name one
    assert stack.stop(number) == 0
    assert not any(process.is_running() for process in started)
    assert stack.start() < SECOND_START
    assert odoo.call("account.move", "search_count", []) == before


def test_a_killed_server_leaves_nothing_running_and_starts_again(stack):
    started = stack.processes()
    stack.stop(signal.SIGKILL)
    assert _alive(started) == []
    stack.start()
    assert stack.running
