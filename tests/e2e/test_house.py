"""The commands' own library, without starting anything large."""

import subprocess
import sys

import pytest

import house
import odoo_source
import ports
import run_tests
from house import Problem, sha256


def test_a_package_that_was_cut_off_is_removed_and_fetched_again(tmp_path):
    whole, cut = tmp_path / "whole.deb", tmp_path / "cut.deb"
    whole.write_bytes(b"all of it")
    cut.write_bytes(b"all of it, too")
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(f"{sha256(whole)}  whole.deb\n{sha256(cut)}  cut.deb\n")
    assert odoo_source._intact(tmp_path, sums) == [whole, cut]
    cut.write_bytes(b"all of")
    assert odoo_source._intact(tmp_path, sums) is None
    assert whole.exists() and not cut.exists()


def test_checksums_are_those_that_apt_announces():
    listing = "Reading...\n'http://mirror/odoo.deb' odoo.deb 12 SHA256:00ff\n"
    assert odoo_source._checksums(listing) == "00ff  odoo.deb\n"


def test_an_odoo_of_another_version_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo/release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')")
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    with pytest.raises(Problem, match=f"ODOO_PATH={tmp_path} is not Odoo 19"):
        odoo_source.find_or_fetch(tmp_path)


def test_a_chosen_odoo_is_taken(tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo/release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')")
    monkeypatch.setenv("ODOO_PATH", str(tmp_path))
    assert odoo_source.find_or_fetch(tmp_path) == tmp_path


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_what_is_no_port_is_named(monkeypatch, text):
    monkeypatch.setenv("ODOO_PORT", text)
    with pytest.raises(Problem, match=f"ODOO_PORT={text} is not a port"):
        ports.chosen()


def test_both_ports_must_differ(monkeypatch):
    monkeypatch.setenv("ODOO_PORT", "8070")
    monkeypatch.setenv("SANDBOX_PORT", "8070")
    with pytest.raises(Problem, match="both 8070"):
        ports.chosen()


def test_a_failing_step_shows_the_end_of_its_log(tmp_path):
    command = [sys.executable, "-c", "print('what went wrong'); raise SystemExit(3)"]
    with pytest.raises(subprocess.CalledProcessError) as error:
        house.run(command, tmp_path / "log")
    assert (error.value.returncode, error.value.output) == (3, "what went wrong")


def test_a_lock_that_another_process_holds_is_noticed(tmp_path):
    with house.locked(tmp_path / "lock"):
        with pytest.raises(BlockingIOError):
            with house.locked(tmp_path / "lock"):
                pass


def test_tests_are_counted_by_outcome_and_a_crash_is_a_failure(tmp_path):
    tests = tmp_path / "test_outcomes.py"
    tests.write_text(
        "import pytest\n"
        "def test_good(): pass\n"
        "def test_bad(): assert False\n"
        "def test_skip(): pytest.skip()\n"
        "def test_broken(nothing): pass\n"
    )
    report = tmp_path / "report"
    arguments = [str(tests), "-p", "no:odoo"]
    counts = run_tests._pytest(arguments, None, report)
    assert counts == {"passed": 1, "failed": 2, "skipped": 1}
    counts = run_tests._pytest(arguments, "good", report)
    assert counts == {"passed": 1, "failed": 0, "skipped": 0}
    counts = run_tests._pytest(arguments, "nothing_of_that_name", report)
    assert counts == {"passed": 0, "failed": 0, "skipped": 0}
    tests.write_text("import os\ndef test_crash(): os._exit(0)\n")
    assert run_tests._pytest(arguments, None, report)["failed"] == 1
    tests.write_text("this is not Python")
    assert run_tests._pytest(arguments, None, report)["failed"] == 1
