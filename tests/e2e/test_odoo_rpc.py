"""The scripts' own session in Odoo, against answers as Odoo gives them."""

import pytest
import requests

from odoo_rpc import OdooError, OdooSession

LOGGED_IN = {"result": {"uid": 2}}


class Answer:
    def __init__(self, body):
        self.body = body

    def raise_for_status(self):
        pass

    def json(self):
        return self.body


def _call(monkeypatch, answer):
    answers = iter([LOGGED_IN, answer])
    post = lambda *_arguments, **_named: Answer(next(answers))  # noqa: E731
    monkeypatch.setattr(requests.Session, "post", post)
    return OdooSession("http://localhost", "any").call("res.partner", "any")


def test_a_method_that_returns_nothing_gives_none(monkeypatch):
    assert _call(monkeypatch, {"jsonrpc": "2.0", "id": None}) is None


def test_what_a_person_would_have_read_is_raised(monkeypatch):
    error = {"message": "Odoo Server Error", "data": {"message": "Fill it in first."}}
    with pytest.raises(OdooError, match="Fill it in first"):
        _call(monkeypatch, {"error": error})
