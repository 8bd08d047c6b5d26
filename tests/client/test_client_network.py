"""Connections that break, and answers that do not come."""

import socket

import pytest
from client import QboClient, QboUnavailable

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{"Term": {"Id": "9999"}}'
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"


def client(url, calls, timeout=5):
    return QboClient(
        url, "1", lambda rejected=None: "t", timeout=timeout, on_call=calls.append
    )


@pytest.mark.parametrize("broken", [b"", CUT])
def test_a_read_is_repeated_once_on_a_broken_connection(raw_server, calls, broken):
    server = raw_server(broken, OK)
    assert client(server.url, calls).read("Term", 1) == {"Id": "9999"}
    assert [call.status for call in calls] == [None, 200]


def test_a_read_is_not_repeated_twice(raw_server, calls):
    server = raw_server(b"", b"")
    with pytest.raises(QboUnavailable) as caught:
        client(server.url, calls).read("Term", 1)
    assert len(server.requests) == 2
    assert caught.value.retryable
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("answer", [b"", CUT])
def test_a_write_is_never_repeated_and_its_outcome_unknown(raw_server, calls, answer):
    server = raw_server(answer)
    with pytest.raises(QboUnavailable, match="broke off") as caught:
        client(server.url, calls).create("Term", {"Name": "T"}, requestid="R-secret")
    assert len(server.requests) == len(calls) == 1
    assert caught.value.outcome_unknown
    assert (caught.value.entity, caught.value.operation) == ("Term", "create")
    assert "R-secret" not in str(caught.value)


def test_a_slow_answer_ends_in_a_time_out(raw_server, calls):
    server = raw_server(None, None)
    qbo = client(server.url, calls, timeout=(5, 0.2))
    with pytest.raises(QboUnavailable, match="did not answer in time") as caught:
        qbo.create("Term", {})
    assert caught.value.outcome_unknown
    with pytest.raises(QboUnavailable):
        qbo.read("Term", 1)
    assert len(server.requests) == 2


def test_a_write_that_found_no_server_has_not_happened(calls):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refuses
        qbo = client(f"http://127.0.0.1:{taken.getsockname()[1]}", calls)
        with pytest.raises(QboUnavailable, match="could not be reached") as caught:
            qbo.create("Term", {})
        with pytest.raises(QboUnavailable, match="could not be reached"):
            qbo.read("Term", 1)
    assert len(calls) == 2
    assert caught.value.retryable
    assert not caught.value.outcome_unknown
