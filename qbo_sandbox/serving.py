"""The web server around the application: cheroot, with threads as calls need them."""

import logging
import selectors
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest

from .gateway import SOCKET
from .server import Application

MOST_CALLS = 500  # at the same time; more wait their turn
LINGER = 0.5  # seconds that a thread waits for the next call of its client
IDLE = 60  # seconds that a kept connection may be silent


class Workers:
    """A thread for every call that is being answered, in the place of cheroot's pool.

    That has a number of threads which nothing makes larger, and calls that are held
    up by a latency on order would hold up all others.
    """

    def __init__(self, server):
        self._server = server
        self._threads = ThreadPoolExecutor(MOST_CALLS, "qbo_sandbox call")
        self._connections = set()  # those being answered

    def start(self):
        """Threads start with the calls."""

    def put(self, connection):
        self._threads.submit(self._answer, connection)

    def _answer(self, connection):
        self._connections.add(connection)
        kept = False
        try:
            kept = connection.communicate()
            while kept and _more_comes(connection):
                kept = connection.communicate()
        finally:
            self._connections.discard(connection)
            if kept:
                self._server.put_conn(connection)
            else:
                connection.close()

    def stop(self, _timeout):
        """Let calls that are there have their answer; read no others."""
        for connection in list(self._connections):
            try:
                connection.socket.shutdown(socket.SHUT_RD)
            except OSError:
                pass  # the client was faster
        self._threads.shutdown()


def _more_comes(connection):
    """Whether the client goes on at once: then the thread stays with it, which saves
    the way through the thread that watches all silent connections."""
    if connection.rfile.has_data():
        return True
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection.socket, selectors.EVENT_READ)
        return bool(waiting.select(LINGER))


class WireRequest(HTTPRequest):
    """Refuses what cheroot would answer with 500, or wait for until it times out."""

    def read_request_line(self):
        try:
            return super().read_request_line()
        except ValueError:  # such as brackets where a host would stand
            self.simple_response("400 Bad Request", "Malformed Request-URI")
            return False

    def read_request_headers(self):
        if not super().read_request_headers():
            return False
        if self.inheaders.get(b"Content-Length", b"").startswith(b"-"):
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
            return False
        if self.chunked_read:  # cheroot leaves the end of the body on the connection
            self.close_connection = True
        return True

    def respond(self):
        """Head and body in one packet: clients are not woken twice."""
        _cork(self.conn.socket, 1)
        super().respond()
        _cork(self.conn.socket, 0)


def _cork(connection, on):
    """Hold small packets back, where the system can."""
    if hasattr(socket, "TCP_CORK"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, on)


class Connection(HTTPConnection):
    RequestHandlerClass = WireRequest


class Gateway(wsgi.Gateway_10):
    """Hands the socket to the application."""

    def get_environ(self):
        environ = super().get_environ()
        environ[SOCKET] = self.req.conn.socket
        environ["SERVER_NAME"] = self.req.server.bind_addr[0]
        return environ


class QuietServer(wsgi.Server):
    ConnectionClass = Connection
    keep_alive_conn_limit = None
    expiration_interval = 0.05  # seconds that stopping may take

    def error_log(self, msg="", level=logging.INFO, traceback=False):
        """Only mistakes of ours: clients that went away are no news."""
        if level >= logging.ERROR:
            super().error_log(msg, level, traceback)


class Server:
    """A running server in a thread of its own.

    :raises OSError: when the port is taken
    """

    def __init__(self, sandbox, host="127.0.0.1", port=0):
        self.sandbox = sandbox
        self._server = QuietServer(
            (host, port),
            Application(sandbox),
            server_name="qbo_sandbox",
            request_queue_size=128,
            timeout=IDLE,
        )
        self._server.gateway = Gateway
        self._server.requests = Workers(self._server)
        self._server.prepare()
        self.url = f"http://{host}:{self._server.bind_addr[1]}"
        self._thread = threading.Thread(
            target=self._server.serve, name="qbo_sandbox", daemon=True
        )

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self.sandbox.misbehaviour.clear()  # whoever is held up goes on
        self._server.stop()
        self._thread.join()
