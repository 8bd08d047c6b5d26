"""Run the tests of all parts or of one, and count them."""

import argparse
import os
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import postgres
from house import ROOT, home, locked, main, say
from instance import NO_JOB_RUNNER, Instance
from processes import Processes

PARTS = ("client", "sandbox", "addon", "e2e")
FOLDERS = {
    "client": "tests/client",
    "sandbox": "qbo_sandbox/tests",
    "e2e": "tests/e2e",
}
PART_TIMEOUT = 1200  # seconds
NO_TESTS_COLLECTED = 5  # pytest's exit status
PAYLOADS = ROOT.parent / "shared/payloads"  # real answers, not part of the project


def test(arguments):
    """:return: exit status, 0 when tests ran and none failed"""
    options = _parse(arguments)
    if PAYLOADS.is_dir():
        os.environ.setdefault("QBO_PAYLOADS", str(PAYLOADS))
    folder = home()
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with locked(folder / "test.lock", "Other tests are running; waiting for them"):
        for part in [options.part] if options.part else PARTS:
            started = time.monotonic()
            found = _run_part(part, options.expression, folder)
            say(f"{part}: {_sentence(found)} in {time.monotonic() - started:.0f} s\n")
            for outcome, number in found.items():
                counts[outcome] += number
    say(_sentence(counts))
    return 0 if counts["passed"] and not counts["failed"] else 1


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="script/test")
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("-k", dest="expression", help="as pytest has it")
    return parser.parse_args(arguments)


def _sentence(counts):
    text = f"{counts['passed']} passed, {counts['failed']} failed"
    return text + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


def _run_part(part, expression, folder):
    if part == "addon":
        return _run_addon(expression, folder)
    return _pytest([FOLDERS[part], "-p", "no:odoo"], expression, folder / part)


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


def _pytest(arguments, expression, report):
    """Run pytest; what it counted, a crash counting as one failure."""
    report = report.with_suffix(".xml")
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", *arguments, f"--junit-xml={report}"]
    if expression:
        command += ["-k", expression]
    status = _run_to_end(command)
    counts = _read_counts(report)
    if status not in (0, NO_TESTS_COLLECTED) or not report.is_file():
        counts["failed"] = max(counts["failed"], 1)
    return counts


def _run_to_end(command):
    """Exit status, or None if it had to be stopped, with what it had started."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(PART_TIMEOUT)
    except subprocess.TimeoutExpired:
        say(f"stopped after {PART_TIMEOUT} s")
        return None
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
