"""``python -m qbo_sandbox serve|credentials|bench``"""

import argparse
import json
import signal
import threading
from pathlib import Path

from . import bench, oauth, seeds
from .control_client import Control
from .sandbox import Sandbox
from .serving import Server


def main(arguments=None):
    options = _parser().parse_args(arguments)
    return options.run(options)


def _parser():
    parser = argparse.ArgumentParser(prog="qbo_sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True)
    serve = commands.add_parser("serve", help="run until SIGTERM or SIGINT")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--db", default=":memory:", help="SQLite file")
    serve.add_argument("--seed", default="demo", choices=sorted(seeds.SEEDS))
    serve.set_defaults(run=_serve)
    show = commands.add_parser("credentials", help="print JSON to connect with")
    source = show.add_mutually_exclusive_group(required=True)
    source.add_argument("--db", help="SQLite file of a sandbox")
    source.add_argument("--url", help="address of a running sandbox")
    show.add_argument("--realm", help="company id; the first one when left out")
    show.set_defaults(run=_credentials)
    measure = commands.add_parser("bench", help="print how quick it is")
    measure.add_argument("--invoices", type=int, default=100_000)
    measure.set_defaults(run=_bench)
    return parser


def _bench(options):
    bench.run(options.invoices)
    return 0


def _serve(options):
    sandbox = Sandbox(options.db)
    if not sandbox.realms:
        seeds.plant(sandbox, options.seed)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server = Server(sandbox, options.host, options.port).start()
    print(f"ready {server.url}", flush=True)
    ended.wait()
    server.stop()
    sandbox.close()
    return 0


def _credentials(options):
    if options.url:
        found = Control(options.url).credentials(options.realm)
    else:
        if not Path(options.db).is_file():
            raise SystemExit(f"there is no database {options.db}; start `serve` first")
        sandbox = Sandbox(options.db)
        realm = options.realm or (sandbox.realms or [None])[0]
        if realm not in sandbox.realms:
            raise SystemExit(f"{options.db} has no such company; start `serve` first")
        with sandbox.transaction() as connection:
            found = oauth.credentials(connection, sandbox.clock.now(), realm)
        sandbox.close()
    print(json.dumps(found, indent=1))
    return 0
