"""A sandbox for tests: in this process, on a free port, over real HTTP."""

from . import seeds
from .control_client import Control
from .sandbox import Sandbox
from .serving import Server


class SandboxServer:
    """``with SandboxServer.start(seed="empty") as server: ... server.url``"""

    def __init__(self, sandbox, server):
        self.sandbox = sandbox
        self._server = server
        self.url = server.url
        self.realm_id = sandbox.realms[0]
        self.control = Control(self.url, self.realm_id)

    @classmethod
    def start(cls, seed="demo", db=None, port=0, **options):
        """
        :param seed: name of a seed; used only when the database has no company
        :param db: SQLite file; in memory when None
        :param port: 0 takes a free one
        """
        sandbox = Sandbox(str(db) if db else ":memory:")
        if not sandbox.realms:
            seeds.plant(sandbox, seed, **options)
        return cls(sandbox, Server(sandbox, port=port).start())

    def credentials(self):
        """See `Control.credentials`."""
        return self.control.credentials()

    def stop(self):
        self.control.session.close()
        self._server.stop()
        self.sandbox.close()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.stop()
