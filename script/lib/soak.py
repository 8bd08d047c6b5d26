"""Minutes of random activity on both sides, with faults all along: do they agree then?

Two people in Odoo and one in QuickBooks do what they like. QuickBooks calls Odoo about
its changes, each time twice and not in their order; cron reads them, too. Calls of the
connector fail with a probability of 2 % for each kind of fault, tokens expire, and half
way the first of two Odoo nodes is killed. At the end the faults stop, everything that
is under way ends, and both sides are compared.
"""

import random
import re
import sys
import threading
import time
from collections import Counter

import ports
from first_run import connect_and_sync
from house import Problem, home, main, say
from instance import Instance
from odoo_rpc import OdooSession
from processes import Processes
from qbo_sandbox.control_client import Control
from server import bring_up
from soak_books import Books
from soak_nodes import Nodes, repeat
from soak_odoo import Clerk
from soak_quickbooks import Bookkeeper

USAGE = "usage: script/soak [MINUTES [SEED]]"
MINUTES = 10
PROBABILITY = 0.02
#: What any call of the connector may meet.
TROUBLES = ("500", "429", "429-retry-after", "503", "cut", "drop-answer", "401")
#: What one document of a batch may meet.
OF_DOCUMENTS = ("500", "stale", "busy")
OURS = r"^/v3/company/(?!.*person=1)"
IN_A_BATCH = '"bId"'
#: Seconds between two times that a person does something, from and to.
PAUSES = {Clerk: (0.0, 1.0), Bookkeeper: (0.2, 1.5)}
#: Seconds after which what waits to be tried again is tried.
SOONER = 5
QUIET_WITHIN = 600  # seconds


class Soak:
    """
    :param nodes: `Nodes` that run
    :param seed: decides what people do, and which calls fail
    :ivar problems: what is wrong, as sentences
    """

    def __init__(self, nodes, seed):
        self.nodes, self.seed = nodes, seed
        self.quickbooks = Control(nodes.sandbox_url)
        self.people = [
            Clerk(nodes, seed, "A"),
            Clerk(nodes, seed, "B"),
            Bookkeeper(nodes.sandbox_url, seed),
        ]
        self.problems, self.faults = [], Counter()

    def run(self, seconds):
        """Everything; :returns: whether both sides agree and nothing is stuck."""
        self._follow(True)
        self._order_faults()
        self._live(seconds)
        self._settle()
        self._compare()
        self._read_logs()
        return not self.problems

    def _follow(self, on):
        """Whether QuickBooks is read by itself: by cron, and when it calls."""
        node = self.nodes.living()[-1]
        self.odoo = OdooSession(node.url, self.nodes.instance.database)
        backends = self.odoo.call("qbo.backend", "search", [])
        token = self.quickbooks.credentials()["verifier_token"]
        values = {"auto_sync": on, "verifier_token": token}
        self.odoo.call("qbo.backend", "write", backends, values)
        self.nodes.sql("UPDATE qbo_backend SET changes_interval = 0, full_interval = 1")
        self._call_back(on)

    def _call_back(self, on=True):
        """QuickBooks calls the first node that lives, as behind a proxy."""
        url = f"{self.nodes.living()[0].url}/qbo/webhook" if on else ""
        self.quickbooks.webhook(url, format="cloudevents", repeat=2, reorder=True)

    # --- Activity --------------------------------------------------------------------

    def _order_faults(self):
        chance = random.Random(f"{self.seed} faults")
        orders = [{"kind": kind, "path": OURS} for kind in TROUBLES]
        names = OURS + r"\d+/(customer|item)\b"
        orders.append({"kind": "busy", "path": names, "method": "POST"})
        documents = ["Invoice", "CreditMemo", "Payment"]
        for kind in OF_DOCUMENTS:
            orders.append({"kind": kind, "entity": documents, "body": IN_A_BATCH})
        for order in orders:
            seed = chance.randrange(1 << 30)
            self.quickbooks.fail_next(probability=PROBABILITY, seed=seed, **order)

    def _live(self, seconds):
        """Let people work; half way the first node dies."""
        stop = threading.Event()
        begun = time.monotonic()
        threads = [
            repeat(person.act, stop, person.random, PAUSES[type(person)])
            for person in self.people
        ]
        try:
            while (now := time.monotonic() - begun) < seconds:
                if now > seconds / 2 and self.nodes.nodes[0].alive:
                    self.nodes.kill_first()
                    self._call_back()
                    say(f"{now:4.0f} s  node one is killed")
                self.nodes.pass_time()
                self.nodes.start_crons()
                stop.wait(SOONER)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        say(f"{time.monotonic() - begun:4.0f} s  people go home")

    # --- Quiet -----------------------------------------------------------------------

    def _settle(self):
        """No faults any more: what is under way ends, and a sync finds nothing new."""
        for order in self.quickbooks.faults():
            self.faults[order.get("kind")] += order["hits"]
        self.quickbooks.clear_faults()
        self._follow(False)
        self._finish_drafts()
        self._wait_until_quiet()
        for _ in range(2):
            self._sync()
        self._expect_nothing_new()

    def _finish_drafts(self):
        """What somebody was changing when a node died is confirmed now."""
        for model, method in (
            ("account.move", "action_post"),
            ("account.payment", "action_post"),
        ):
            known = [("state", "=", "draft"), ("qbo_state", "!=", False)]
            for each in self.odoo.call(model, "search", known):
                self.odoo.call(model, method, [each])

    def _wait_until_quiet(self):
        deadline = time.monotonic() + QUIET_WITHIN
        while jobs := self.nodes.open_jobs():
            if time.monotonic() > deadline:
                self.problems.append(f"jobs do not end: {Counter(jobs)}")
                return
            self.nodes.pass_time()
            time.sleep(0.5)

    def _sync(self):
        (backend,) = self.odoo.call("qbo.backend", "search", [])
        self.odoo.call("qbo.backend", "action_sync", [backend])
        self._wait_until_quiet()
        fields = ["state", "message", "read_count", "trigger"]
        run = self.odoo.read("qbo.run", [], fields, order="id desc", limit=1)[0]
        if run["state"] != "done":
            self.problems.append(f"with no faults any more, the last sync is {run}")
        return run

    def _expect_nothing_new(self):
        """Neither another sync nor sending everything again changes anything."""
        run = self._sync()
        if run["read_count"]:
            self.problems.append(f"a quiet sync read {run['read_count']} objects")
        before = self._versions()
        sent = [("qbo_state", "=", "synced"), ("qbo_origin", "=", "odoo")]
        for model in ("account.move", "account.payment"):
            ids = self.odoo.call(model, "search", [*sent, ("qbo_id", "!=", False)])
            if ids:
                self.odoo.call(model, "action_qbo_export", ids)
        self._wait_until_quiet()
        self._sync()  # compares what was sent
        changed = before ^ self._versions()
        if changed:
            self.problems.append(f"sending all again changed {sorted(changed)[:10]}")

    def _versions(self):
        """{(entity, id, SyncToken)} of all documents in QuickBooks."""
        return {
            (entity, row["Id"], row["SyncToken"])
            for (entity, _id), row in Books(None, self.quickbooks).theirs().items()
        }

    # --- The truth -------------------------------------------------------------------

    def _compare(self):
        self.books = Books(self.odoo, self.quickbooks)
        self.problems += self.books.compare()
        running = self.odoo.read(
            "qbo.run", [("state", "=", "running")], ["create_date"]
        )
        self.problems += [f"a sync runs for ever: {run}" for run in running]
        self.problems += [
            f"{count} jobs failed: {method}, {why}"
            for method, why, count in self.nodes.sql(
                "SELECT method_name, exc_name, count(*) FROM queue_job"
                " WHERE state = 'failed' GROUP BY 1, 2"
            )
        ]

    def _read_logs(self):
        """Every traceback, by its last line."""
        for node in self.nodes.nodes:
            text = self.nodes.log(node).read_text(errors="replace")
            for last, count in Counter(_tracebacks(text)).items():
                self.problems.append(f"node {node.name}, {count} times: {last}")

    # --- Words -----------------------------------------------------------------------

    @property
    def done(self):
        """How many things people have done."""
        return sum(sum(person.done.values()) for person in self.people)

    def _count_runs(self):
        """{(trigger, state): syncs}"""
        query = "SELECT trigger, state, sum(repeat_count) FROM qbo_run GROUP BY 1, 2"
        return {row[:2]: row[2] for row in self.nodes.sql(query)}

    def report(self):
        """Print the counts."""
        jobs = self.nodes.sql("SELECT state, count(*) FROM queue_job GROUP BY 1")
        self.runs = self._count_runs()
        clerks = Counter()
        for clerk in self.people[:2]:
            clerks.update(clerk.done)
        _show("Done in Odoo", clerks)
        _show("Done in QuickBooks", self.people[2].done)
        for person in self.people:
            _show("Refused", person.refused)
        _show("Faults", self.faults)
        _show("Jobs", dict(jobs))
        _show("Syncs", self.runs)
        _show("Compared", self.books.counts)
        _show("Documents that say why", self.books.reasons)
        _show("WRONG", Counter(self.problems))


def _show(title, counts):
    if counts:
        say(f"{title} ({sum(counts.values())})")
        for what, count in sorted(counts.items(), key=lambda pair: str(pair[0])):
            say(f"  {count:6}  {what}")


def _tracebacks(log):
    """The last line of each traceback in a log."""
    for part in log.split("Traceback (most recent call last):")[1:]:
        lines = part.splitlines()[1:]
        last = next((line for line in lines if re.match(r"\S", line)), "")
        yield last[:200]


# --- The command --------------------------------------------------------------------


def soak(arguments):
    """:return: exit status, 0 when all is well"""
    minutes, seed = _parse(arguments)
    odoo_port, sandbox_port = ports.chosen()
    instance = Instance(home(), "soak", odoo_port)
    say(f"seed {seed}")
    with instance.owned():
        instance.forget()
        with Processes() as processes:
            odoo, url = bring_up(instance, sandbox_port, processes)
            connect_and_sync(odoo, url)
    more = [odoo_port, *range(odoo_port + 2, odoo_port + 5)]
    with Nodes(instance, [sandbox_port, *more]) as nodes:
        soak = Soak(nodes, seed)
        well = soak.run(minutes * 60)
        soak.report()
    say(f"\nseed {seed}: {'green' if well else 'RED'}    logs {instance.folder}")
    return 0 if well else 1


def _parse(arguments):
    try:
        minutes = float(arguments[0]) if arguments else MINUTES
        seed = int(arguments[1]) if arguments[1:] else random.randrange(10**6)
    except ValueError as error:
        raise Problem(USAGE) from error
    if len(arguments) > 2 or minutes <= 0:
        raise Problem(USAGE)
    return minutes, seed


if __name__ == "__main__":
    main(lambda: soak(sys.argv[1:]))
