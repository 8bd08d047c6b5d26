from contextlib import contextmanager

from odoo.tests import HttpCase

from .common import QboCase


class QboHttpCase(QboCase, HttpCase):
    """A connected company, seen through Odoo's own web server by its accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.login = cls.env.user.login
        cls.env.user.company_id = cls.company

    @contextmanager
    def enter_registry_test_mode(self):
        """An HttpCase is in that mode from the start; Odoo's own version warns."""
        yield

    def screen(self, path, tour):
        """Walk through a tour that starts on a page of the web client."""
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", tour, login=self.login)
        self.env.invalidate_all()
