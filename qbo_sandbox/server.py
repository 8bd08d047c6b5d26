"""HTTP: which part answers which path, and the threaded server around it."""

import threading

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from . import control, gateway, oauth, uploads, web

URLS = Map(
    [
        Rule("/.well-known/openid_configuration", endpoint="discovery"),
        Rule("/.well-known/openid_configuration/", endpoint="discovery"),
        Rule("/.well-known/openid_sandbox_configuration", endpoint="discovery"),
        Rule("/.well-known/openid_sandbox_configuration/", endpoint="discovery"),
        Rule("/connect/oauth2", endpoint="authorize"),
        Rule("/oauth2/v1/tokens/bearer", endpoint="token", methods=["POST"]),
        Rule("/v2/oauth2/tokens/revoke", endpoint="revoke", methods=["POST"]),
        Rule("/v1/openid_connect/userinfo", endpoint="userinfo"),
        Rule("/op/v1/jwks", endpoint="jwks"),
        Rule("/_control/<name>", endpoint="control"),
        Rule("/files/<realm>/<int:identifier>/<signature>", endpoint="file"),
        Rule("/v3/<path:rest>", endpoint="company"),
        *(Rule(path, endpoint="web") for path in ("/", "/company", "/app/<path:rest>")),
    ],
    strict_slashes=False,
    merge_slashes=False,
)
BIGGEST_UPLOAD = 100 * 1024 * 1024


class SandboxRequest(Request):
    max_content_length = BIGGEST_UPLOAD
    max_form_memory_size = BIGGEST_UPLOAD


class Application:
    """The WSGI application of one sandbox."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def __call__(self, environ, start_response):
        request = SandboxRequest(environ)
        try:
            endpoint, arguments = URLS.bind_to_environ(environ).match()
            response = self._respond(request, endpoint, arguments)
        except HTTPException as problem:
            response = problem
        return response(environ, start_response)

    def _respond(self, request, endpoint, arguments):
        if endpoint == "company":
            return gateway.serve(self.sandbox, request)
        if endpoint == "web":
            return web.serve(self.sandbox, request)
        if endpoint == "control":
            return control.serve(self.sandbox, request, arguments["name"])
        if endpoint == "discovery":
            return oauth.as_json(oauth.discovery(request.host_url.rstrip("/")))
        if endpoint == "file":
            return _file(self.sandbox, arguments)
        response = gateway.guarded(
            self.sandbox, request, lambda: _OAUTH[endpoint](self.sandbox, request)
        )
        gateway.headers(response)
        return response


def _file(sandbox, arguments):
    """What ``TempDownloadUri`` leads to."""
    found = uploads.content(sandbox, **arguments)
    if found is None:
        return Response("", 404)
    content_type, content = found
    return Response(content, content_type=content_type or "application/octet-stream")


_OAUTH = {
    "authorize": oauth.authorize,
    "token": oauth.token,
    "revoke": oauth.revoke,
    "userinfo": oauth.userinfo,
    "jwks": oauth.jwks,
}


class Handler(WSGIRequestHandler):
    """Quiet, and without the delay that small writes suffer from Nagle's algorithm."""

    disable_nagle_algorithm = True

    def log_request(self, *_args):
        """The sandbox has its own log."""

    def log_error(self, *_args):
        """Connections that we cut, and clients that went away, are no news."""


class Server:
    """A running server in a thread of its own."""

    def __init__(self, sandbox, host="127.0.0.1", port=0):
        self.sandbox = sandbox
        self._server = make_server(
            host, port, Application(sandbox), threaded=True, request_handler=Handler
        )
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="qbo_sandbox",
            daemon=True,
        )

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


__all__ = ["Application", "Response", "Server"]
