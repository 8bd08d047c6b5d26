"""Run the tests of all parts or of one, and count them."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from xml.etree import ElementTree

import postgres
from house import ROOT, home, locked, main, say
from instance import NO_JOB_RUNNER, Instance
from processes import Processes

PARTS = ("client", "sandbox", "addon", "e2e")
#: What runs beside the addon's tests; last come those of them that compare books.
BESIDE = ("client", "sandbox", "e2e")
TESTS = "qbo_connector/tests"
BOOKS = [
    f"{TESTS}/test_{name}.py"
    for name in (
        "histories",
        "reconciliation",
        "volume",
        "import",
    )
]
FOLDERS = {
    "client": "tests/client",
    "sandbox": "qbo_sandbox/tests",
    "e2e": "tests/e2e",
}
PART_TIMEOUT = 2700  # seconds, on a machine that has other work to do
NO_TESTS_COLLECTED = 5  # pytest's exit status
_SAYING = threading.Lock()
_STOPPED = threading.Event()
PATIENCE = 0.2  # seconds between looks at a running part
PAYLOADS = ROOT.parent / "shared/payloads"  # real answers, not part of the project


def test(arguments):
    """:return: exit status, 0 when tests ran and none failed"""
    options = _parse(arguments)
    if PAYLOADS.is_dir():
        os.environ.setdefault("QBO_PAYLOADS", str(PAYLOADS))
    folder = home()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with locked(folder / "test.lock", "Other tests are running; waiting for them"):
        for found in _run(options, folder):
            for outcome, number in found.items():
                counts[outcome] += number
    say(_sentence(counts))
    return 0 if counts["passed"] and not counts["failed"] else 1


def _run(options, folder):
    """What each part counted; two of them run at a time."""
    part, expression = options.part, options.expression
    if part not in (None, "addon"):
        return [_run_plain(part, expression, folder)]
    beside = [
        partial(_run_plain, each, expression, folder, quiet=True)
        for each in (() if part else BESIDE)
    ]
    copied = Future()
    if not expression:
        beside.append(partial(_run_books, copied, folder))
    with ThreadPoolExecutor(1) as other:
        rest = other.submit(lambda: [run() for run in beside if not _STOPPED.is_set()])
        try:
            return _run_addon(expression, folder, copied, rest)
        except BaseException:  # Ctrl-C, too
            _STOPPED.set()
            copied.cancel()
            raise


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="script/test")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("-k", dest="expression", help="as pytest has it")
    return parser.parse_args(arguments)


def _sentence(counts):
    text = f"{counts['passed']} passed, {counts['failed']} failed"
    return text + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


def _run_plain(part, expression, folder, quiet=False):
    return _run_part(part, [FOLDERS[part], "-p", "no:odoo"], expression, folder, quiet)


def _run_addon(expression, folder, copied, rest):
    """Odoo's own tests, run by pytest for its -k, on a database kept for them.

    Without a -k, some of them run on a copy of it at the same time.

    :param copied: future that is told the command line of pytest on that copy; None
        where it could not be made
    :param rest: future of what runs beside, which the database has to outlive
    :return: what each counted
    """
    instance = Instance(folder, "test", 0, NO_JOB_RUNNER)
    copy = f"{instance.database}_books"
    with instance.owned(), Processes() as processes:
        try:
            server = instance.open(processes)
            instance.install(server, anew_if_broken=True, bundles=True)
            postgres.vacuum(server, instance.database)
            if not expression:
                instance.copy(copy)
        except subprocess.CalledProcessError as error:
            say(f"The addon cannot be installed:\n{error.output}")
            copied.set_result(None)
            return [{"passed": 0, "failed": 1, "skipped": 0}, *rest.result()]
        copied.set_result(_on_odoo(instance, copy))
        arguments = [TESTS, *_on_odoo(instance, instance.database)]
        if not expression:
            arguments += [f"--ignore={path}" for path in BOOKS]
        found = _run_part("addon", arguments, expression, folder)
        return [found, *rest.result()]


def _run_books(copied, folder):
    arguments = copied.result()
    if not arguments:
        return {"passed": 0, "failed": 0, "skipped": 0}
    return _run_part("books", [*BOOKS, *arguments], None, folder, quiet=True)


def _on_odoo(instance, database):
    """Arguments of pytest for tests on a database."""
    return [
        f"--odoo-database={database}",
        f"--odoo-config={instance.config}",
        "--odoo-log-level=error",
        "--odoo-http",
    ]


def _run_part(part, arguments, expression, folder, quiet=False):
    """:param quiet: show what the part printed when it has ended, not line by line"""
    started = time.monotonic()
    log = folder / f"{part}.log" if quiet else None
    found = _pytest(arguments, expression, folder / part, log)
    with _SAYING:
        if log:
            say(log.read_text())
        say(f"{part}: {_sentence(found)} in {time.monotonic() - started:.0f} s\n")
    return found


def _pytest(arguments, expression, report, log=None):
    """Run pytest; what it counted, a crash counting as one failure."""
    report = report.with_suffix(".xml")
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", *arguments, f"--junit-xml={report}"]
    if expression:
        command += ["-k", expression]
    status = _run_to_end(command, log)
    counts = _read_counts(report)
    if status not in (0, NO_TESTS_COLLECTED) or not report.is_file():
        counts["failed"] = max(counts["failed"], 1)
    return counts


def _run_to_end(command, log):
    """Exit status, or None if it had to be stopped, with what it had started.

    :param log: file for what it prints; None: this terminal
    """
    with log.open("wb") if log else contextlib.nullcontext() as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
            start_new_session=True,
        )
        ends = time.monotonic() + PART_TIMEOUT
        try:
            while process.poll() is None and not _STOPPED.wait(PATIENCE):
                if time.monotonic() > ends:
                    say(f"stopped after {PART_TIMEOUT} s")
                    return None
            return process.poll()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
                process.wait()


def _read_counts(report):
    """Outcomes by test: a test with several subtests or errors counts once."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    if report.is_file():
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            found = {child.tag for child in case}
            if found & {"failure", "error"}:
                counts["failed"] += 1
            else:
                counts["skipped" if "skipped" in found else "passed"] += 1
    return counts


if __name__ == "__main__":
    main(lambda: test(sys.argv[1:]))
