"""The ledger: what is noted in it is on disk, whole, whoever else writes, and outlives a torn line."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coding import ledger
from tests.served import ROOT


@pytest.fixture(autouse=True)
def file(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "ledger.jsonl"


def test_what_is_noted_is_there_in_order_and_for_its_owner_only(file: Path) -> None:
    assert ledger.entries("withdrawal") == []
    ledger.note("withdrawal", made="2026-01-01T00:00:00+00:00", informant="a")
    ledger.note("backup", uuid="b")
    ledger.note("withdrawal", informant="å")
    assert [entry["informant"] for entry in ledger.entries("withdrawal")] == ["a", "å"]
    assert ledger.entries("withdrawal")[0]["made"] == "2026-01-01T00:00:00+00:00"
    assert ledger.entries("backup")[0]["made"].endswith("+00:00")
    assert file.read_bytes().count(b"\n") == 3
    assert os.name != "posix" or stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "torn", [b'{"what": "withdr', b'{"what": "a", "b": "\xc3', b"[" * 100_000, b"7", b'{"made": 1}']
)
def test_a_torn_line_is_skipped_and_spoils_no_later_one(file: Path, torn: bytes) -> None:
    ledger.note("a", n=1)
    with file.open("ab") as stream:
        stream.write(torn)
    assert [entry["n"] for entry in ledger.entries("a")] == [1]
    ledger.note("a", n=2)
    ledger.note("a", n=3)
    assert [entry["n"] for entry in ledger.entries("a")] == [1, 2, 3]


def test_rewriting_leaves_out_what_is_not_wanted(file: Path) -> None:
    for n in range(4):
        ledger.note("a", n=n)
    assert ledger.rewrite(lambda entry: entry["n"] % 2 == 0) == 2
    assert [entry["n"] for entry in ledger.entries("a")] == [0, 2]
    assert os.name != "posix" or stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.stat().st_ino
    assert ledger.rewrite(lambda entry: True) == 0
    assert file.stat().st_ino == before


def test_entries_of_another_ledger_come_in_once(file: Path, tmp_path: Path, settings: Any) -> None:
    ledger.note("a", n=1)
    foreign = [*ledger.entries("a"), {"what": "a", "n": 2, "made": "2026-01-01T00:00:00+00:00"}]
    assert ledger.adopt(foreign) == 1
    assert ledger.adopt(foreign) == 0
    assert [entry["n"] for entry in ledger.entries("a")] == [1, 2]
    assert ledger.parsed(ledger.content()) == ledger.read(file)


WRITER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "workbench.settings"
import django
django.setup()
from coding import ledger
sys.stdin.read()
for n in range(60):
    ledger.note("a", writer=int(sys.argv[1]), n=n)
    if n % 10 == 9:
        ledger.rewrite(lambda entry: entry["what"] == "a")
        ledger.note("passing")
"""


def test_several_processes_lose_no_entry_though_the_file_is_rewritten_meanwhile(tmp_path: Path) -> None:
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "DATABASE_URL": ""}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(number)], cwd=ROOT, env=environment, stdin=subprocess.PIPE
        )
        for number in range(3)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.close()
    for writer in writers:
        assert writer.wait(timeout=60) == 0
    found = [(entry["writer"], entry["n"]) for entry in ledger.entries("a")]
    assert sorted(found) == [(number, n) for number in range(3) for n in range(60)]
    for number in range(3):
        assert [n for writer, n in found if writer == number] == list(range(60))
