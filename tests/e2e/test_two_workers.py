"""Two workers find an expired token at the same moment: one renews it, both go on."""

import fcntl
import subprocess
import sys

WORKERS = 3
TIMEOUT = 120  # seconds that a worker may take, start of Odoo included

# Runs in `odoo shell`. The gate opens for all workers at once.
WORKER = """
import fcntl, hashlib
from odoo.addons.qbo_connector.models.secret import reveal
backend = env["qbo.backend"].search([], limit=1)
client = backend._client()
print("up", flush=True)
with open({gate!r}) as gate:
    fcntl.flock(gate, fcntl.LOCK_SH)
print("answer", client.company_info()["CompanyName"], flush=True)
env.cr.rollback()
token = reveal(env, backend._credential().access_token)
print("token", hashlib.sha256(token.encode()).hexdigest(), flush=True)
"""


def _worker(stack, gate):
    instance = stack.instance
    where = ["-c", instance.config, "-d", instance.database, "--no-http"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "odoo", "shell", *where],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    worker.stdin.write(WORKER.format(gate=str(gate)))
    worker.stdin.close()
    return worker


def _said(worker, word):
    """Wait for a line that begins with a word; what follows it."""
    for line in worker.stdout:
        if line.startswith(word):
            return line.removeprefix(word).strip()
    raise AssertionError(f"the worker ended without saying {word}")


def test_one_of_three_workers_renews_the_token_and_all_go_on(
    stack, odoo, sandbox, tmp_path
):
    gate = tmp_path / "gate"
    gate.touch()
    before = odoo.call("qbo.backend", "search_read", [], ["company_name"])[0]
    with gate.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        workers = [_worker(stack, gate) for _number in range(WORKERS)]
        for worker in workers:
            assert _said(worker, "up") == ""
        sandbox.expire_tokens()
    answers = [_said(worker, "answer") for worker in workers]
    tokens = {_said(worker, "token") for worker in workers}
    for worker in workers:
        assert worker.wait(TIMEOUT) == 0
    assert answers == [before["company_name"]] * WORKERS
    assert len(tokens) == 1
    state = odoo.call("qbo.backend", "read", [before["id"]], ["state"])[0]["state"]
    assert state == "connected"
