"""Which part answers which path."""

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
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
