"""Run the tests of all parts or of one, and count them."""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import postgres
from house import ROOT, home, locked, main, say
from instance import NO_JOB_RUNNER, Instance
from processes import Processes

PARTS = ("client", "sandbox", "addon", "e2e")
#: What runs side by side: Odoo's tests keep one core busy for as long as all others.
BESIDE = ("client", "sandbox", "e2e")
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
    """What each part counted; those in `BESIDE` run beside the addon's."""
    expression = options.expression
    if options.part:
        return [_run_part(options.part, expression, folder)]
    with ThreadPoolExecutor(1) as other:
        beside = other.submit(
            lambda: [
                _run_part(part, expression, folder, quiet=True)
                for part in BESIDE
                if not _STOPPED.is_set()
            ]
        )
        try:
            return [_run_part("addon", expression, folder), *beside.result()]
        except BaseException:  # Ctrl-C, too
            _STOPPED.set()
            raise


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="script/test")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("-k", dest="expression", help="as pytest has it")
    return parser.parse_args(arguments)


def _sentence(counts):
    text = f"{counts['passed']} passed, {counts['failed']} failed"
    return text + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


def _run_part(part, expression, folder, quiet=False):
    """:param quiet: show what the part printed when it has ended, not line by line"""
    started = time.monotonic()
    log = folder / f"{part}.log" if quiet else None
    if part == "addon":
        found = _run_addon(expression, folder)
    else:
        arguments = [FOLDERS[part], "-p", "no:odoo"]
        found = _pytest(arguments, expression, folder / part, log)
    with _SAYING:
        if log:
            say(log.read_text())
        say(f"{part}: {_sentence(found)} in {time.monotonic() - started:.0f} s\n")
    return found


def _run_addon(expression, folder):
    """Odoo's own tests, run by pytest for its -k, on a database kept for them."""
    instance = Instance(folder, "test", 0, NO_JOB_RUNNER)
    with instance.owned(), Processes() as processes:
        server = instance.open(processes)
        try:
            instance.install(server, anew_if_broken=True)
        except subprocess.CalledProcessError as error:
            say(f"The addon cannot be installed:\n{error.output}")
            return {"passed": 0, "failed": 1, "skipped": 0}
        postgres.vacuum(server, instance.database)
        odoo = [f"--odoo-database={instance.database}", "--odoo-http"]
        odoo += [f"--odoo-config={instance.config}", "--odoo-log-level=error"]
        return _pytest(["qbo_connector/tests", *odoo], expression, folder / "addon")


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
