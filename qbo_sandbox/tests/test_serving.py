"""The web server: many calls at once, kept connections, requests that make no sense."""

import socket
import threading
import time

import pytest
import requests

from qbo_sandbox.testing import SandboxServer

HELD = 40


class Wire:
    """Bytes to the server and back."""

    def __init__(self, server, control):
        self.address = server.url.removeprefix("http://").split(":")
        self.root = f"/v3/company/{server.realm_id}"
        self.headers = (
            f"Host: here\r\nAuthorization: Bearer {control.token()}\r\n"
            "Accept: application/json\r\n"
        )

    def send(self, text):
        """What came back until the server closed or a whole answer was there."""
        host, port = self.address
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(text.encode("latin-1"))
            with connection.makefile("rb") as stream:
                return _answer(stream)

    def ask(self, method, path, headers="", body=""):
        start = f"{method} {self.root}/{path} HTTP/1.1\r\n"
        return self.send(f"{start}{self.headers}{headers}\r\n{body}")


def _answer(stream):
    """(status, headers, body)"""
    status = int(stream.readline().split()[1])
    headers = {}
    while line := stream.readline().strip():
        name, value = line.decode().split(": ", 1)
        headers[name] = value
    return status, headers, stream.read(int(headers.get("Content-Length", 0)))


@pytest.fixture
def wire(server, control):
    return Wire(server, control)


def hold(server, count):
    """Calls that a latency holds up, in threads."""
    root = f"{server.url}/v3/company/{server.realm_id}"
    token = server.control.token()

    def write():
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {token}"
            try:
                session.post(f"{root}/customer", json={"DisplayName": "x"}, timeout=60)
            except requests.ConnectionError:
                pass  # the server was stopped

    threads = [threading.Thread(target=write) for _ in range(count)]
    for thread in threads:
        thread.start()
    wait_until(lambda: running(server) == count)
    return threads


def running(server):
    return server.sandbox.limits._running.get(server.realm_id, 0)


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_calls_held_by_a_latency_hold_up_no_other_call(server, control, api):
    control.latency(60, kind="write")
    threads = hold(server, HELD)
    started = time.perf_counter()
    assert api.call("GET", "preferences").status_code == 200
    assert time.perf_counter() - started < 1
    control.clear_faults()  # lets them go
    for thread in threads:
        thread.join(10)
    assert running(server) == 0


def test_it_stops_at_once_while_calls_are_held():
    server = SandboxServer.start("empty")
    server.control.latency(60)
    threads = hold(server, 3)
    started = time.perf_counter()
    server.stop()
    assert time.perf_counter() - started < 5
    for thread in threads:
        thread.join(10)
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)


def test_a_port_that_is_taken_is_an_error(server):
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        SandboxServer.start("empty", port=port)


def test_a_connection_serves_many_calls(server):
    with requests.Session() as session:
        ports = set()
        for _ in range(20):
            with session.get(f"{server.url}/_control/log", stream=True) as answer:
                ports.add(answer.raw._connection.sock.getsockname()[1])
                answer.content  # noqa: B018 - read, so that the connection is free
        assert len(ports) == 1


def test_head_is_get_without_the_body(wire):
    status, headers, _body = wire.ask("GET", "preferences")
    assert status == 200
    host, port = wire.address
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        start = f"HEAD {wire.root}/preferences HTTP/1.1\r\n"
        end = "Connection: close\r\n\r\n"
        connection.sendall(f"{start}{wire.headers}{end}".encode())
        text = connection.makefile("rb").read()
    assert text.startswith(b"HTTP/1.1 200 ") and text.endswith(b"\r\n\r\n")
    assert f"Content-Length: {headers['Content-Length']}\r\n".encode() in text


def test_a_body_may_come_in_chunks(wire, control):
    body = '5\r\n{"Dis\r\n10\r\nplayName":"Ann"}\r\n0\r\n\r\n'
    status, headers, text = wire.ask(
        "POST", "customer", "Transfer-Encoding: chunked\r\n", body
    )
    assert status == 200 and b'"DisplayName":"Ann"' in text
    assert headers["Connection"] == "close"


def test_a_request_without_a_length_has_no_body(wire):
    status, _headers, text = wire.ask("POST", "customer")
    assert status == 400 and b"2010" in text


@pytest.mark.parametrize(
    "text",
    [
        "nonsense\r\n\r\n",
        "\x00\xff\xfe\r\n\r\n",
        "get / HTTP/1.1\r\n\r\n",
        "GET / HTTP/9\r\n\r\n",
        "GET //[ HTTP/1.1\r\n\r\n",
        "GET http://[::1 HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\n\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_a_request_that_is_no_http_is_400(wire, text):
    assert wire.send(text)[0] == 400


@pytest.mark.parametrize("body", ["zz\r\nabc", "5\r\nabcdefgh\r\n0\r\n\r\n"])
def test_bad_chunks_are_400(wire, body):
    chunked = "Transfer-Encoding: chunked\r\n"
    assert wire.ask("POST", "customer", chunked, body)[0] == 400


@pytest.mark.parametrize("path", ["upload", "customer"])
def test_more_than_100_mb_is_fault_6030(wire, control, path):
    status, headers, text = wire.ask(
        "POST", path, f"Content-Length: {100 * 1024 * 1024 + 1}\r\n"
    )
    assert status == 413 and b'"6030"' in text
    assert headers["Connection"] == "close"
    assert control.log()[-1]["status"] == 413


def test_a_bug_is_told_and_a_client_that_left_is_not(server, control, capfd):
    control.fail_next(kind="cut")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/v3/company/1/query", timeout=5)
    assert capfd.readouterr().err == ""
    server.sandbox.misbehaviour.orders.append("no order")
    answer = requests.get(f"{server.url}/v3/company/1/query", timeout=5)
    assert answer.status_code == 500
    assert '<Error code="10000"' in answer.text
    assert "AttributeError" in capfd.readouterr().err
