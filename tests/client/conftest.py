"""The client is tested without Odoo: its folder is put on the path as it stands."""

import json
import os
import sys
import threading
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "qbo_connector"), str(REPOSITORY)]


@pytest.fixture
def calls():
    """The `CallInfo` of every exchange, when given to a client as `on_call`."""
    return []


class RawServer:
    """A TCP server whose answer to the n-th connection is `answers[n]`.

    Bytes are sent and the connection is closed; None keeps silent until `stop()`.
    `requests` holds the head of each request.
    """

    def __init__(self, *answers):
        self.requests = []
        self._answers = list(answers)
        self._stopped = threading.Event()
        outer = self

        class Handler(StreamRequestHandler):
            def handle(self):
                outer._answer(self.rfile, self.wfile)

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,)).start()

    def _answer(self, reader, writer):
        head = b"".join(iter(reader.readline, b"\r\n"))
        self.requests.append(head.decode())
        answer = self._answers.pop(0)
        if answer is None:
            self._stopped.wait()
        else:
            writer.write(answer)

    def stop(self):
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def raw_server():
    """Starts `RawServer`s and stops them."""
    started = []

    def start(*answers):
        started.append(RawServer(*answers))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def payload():
    """Reads a recorded answer of QuickBooks by its file name.

    The recordings are not part of the repository. QBO_PAYLOADS names their folder.
    """
    default = REPOSITORY.parent / "shared" / "payloads"
    folder = Path(os.environ.get("QBO_PAYLOADS", default))
    if not folder.is_dir():
        pytest.skip(f"no recorded answers in {folder}; set QBO_PAYLOADS")

    def read(name):
        """(status, headers, body as bytes)"""
        content = (folder / name).read_bytes()
        try:
            response = json.loads(content)["response"]
        except (ValueError, KeyError):
            return None, {}, content
        body = json.dumps(response["body"]).encode()
        return response["status"], response["headers"], body

    return read
