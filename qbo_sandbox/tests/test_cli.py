"""The command line: one process serves, another asks for credentials."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "qbo_sandbox"]


@pytest.fixture
def database(tmp_path):
    return tmp_path / "a blank" / "books.db"


def start(database):
    database.parent.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--db", str(database)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    word, url = process.stdout.readline().split()
    assert word == "ready"
    return process, url


def credentials(*source):
    answer = subprocess.run(
        [*COMMAND, "credentials", *source],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_gives_credentials_ends_and_remembers(database, ending):
    process, url = start(database)
    try:
        keys = credentials("--db", str(database))
        assert set(keys) == {
            "client_id",
            "client_secret",
            "realm_id",
            "refresh_token",
            "verifier_token",
        }
        assert credentials("--url", url)["client_id"] == keys["client_id"]
        answer = requests.post(
            f"{url}/oauth2/v1/tokens/bearer",
            auth=(keys["client_id"], keys["client_secret"]),
            data={
                "grant_type": "refresh_token",
                "refresh_token": keys["refresh_token"],
            },
        )
        assert answer.status_code == 200
    finally:
        process.send_signal(ending)
        assert process.wait(10) == 0
    process, url = start(database)
    try:
        assert credentials("--url", url)["realm_id"] == keys["realm_id"]
    finally:
        process.terminate()
        assert process.wait(10) == 0


def test_the_benchmark_prints_its_figures():
    answer = subprocess.run(
        [*COMMAND, "bench", "--invoices", "200"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    titles = [line.rsplit(maxsplit=2)[0] for line in answer.stdout.splitlines()]
    assert titles[1].startswith("first page") and len(titles) == 11


def test_credentials_of_a_database_that_is_not_there_are_refused(tmp_path):
    answer = subprocess.run(
        [*COMMAND, "credentials", "--db", str(tmp_path / "none.db")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert answer.returncode != 0 and "there is no database" in answer.stderr
    assert not (tmp_path / "none.db").exists()
