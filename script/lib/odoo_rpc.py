"""A person's session in Odoo's web client, as far as a script needs one."""

import requests

from house import Problem

TIMEOUT = 300  # seconds; the first call after a start builds Odoo's registry


class OdooError(Problem):
    """What Odoo answered instead of a result, in its own words."""


class OdooSession:
    """Logged in to one database of an Odoo server.

    :raises OdooError: when the login is refused
    """

    def __init__(self, url, database, login="admin", password="admin"):
        self.url = url
        self.http = requests.Session()
        credentials = {"db": database, "login": login, "password": password}
        self.uid = self._post("/web/session/authenticate", credentials)["uid"]

    def call(self, model, method, *arguments, **named):
        """Call a public method, as the web client does.

        :returns: its result; None also where Odoo's answer has none
        :raises OdooError: with the message that a person would have seen
        """
        parameters = {"model": model, "method": method}
        parameters |= {"args": arguments, "kwargs": named}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", parameters)

    def read(self, model, domain, fields, **named):
        """Records that match a domain, as dictionaries."""
        return self.call(model, "search_read", domain, fields, **named)

    def _post(self, path, parameters):
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        answer = self.http.post(self.url + path, json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        answer = answer.json()
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise OdooError(data.get("message") or answer["error"]["message"])
        return answer.get("result")
