"""What is stored stays stored: SQLite's settings, many writers at once, a locked file, a killed process, the secret."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from coding.models import AuditEvent, Change, Coding
from tests.factories import make_member, make_source, make_study, put
from tests.ready import begin
from workbench.data import data_dir, secret_key
from workbench.sqlite import base as storage

ROOT = Path(__file__).resolve().parent.parent
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite")


def pragma(name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


@on_sqlite
def test_sqlite_writes_ahead_fully_and_waits(transactional_db: None) -> None:
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("busy_timeout") == 20_000
    assert pragma("foreign_keys") == 1


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new file that another connection is about to write; who asks it to write ahead is turned away at once."""
    with closing(sqlite3.connect(tmp_path / "new.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            closing(sqlite3.connect(tmp_path / "new.sqlite3", timeout=60)) as asks,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            asks.execute("PRAGMA journal_mode=WAL")
        yield other


def opened(file: Path) -> Any:
    """The connection that the project makes to the file."""
    database = storage.DatabaseWrapper(connections.settings["default"] | {"NAME": file})
    return database.get_new_connection(database.get_connection_params())


@on_sqlite
def test_a_new_file_that_another_is_opening_is_asked_again(tmp_path, taken, monkeypatch) -> None:
    pauses = []

    def meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            taken.execute("COMMIT")

    monkeypatch.setattr(storage.time, "sleep", meanwhile)
    with closing(opened(tmp_path / "new.sqlite3")) as ours:
        assert ours.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert len(pauses) == 3


@on_sqlite
def test_who_waits_for_a_new_file_gives_up_in_the_end(tmp_path, taken, monkeypatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE", -1.0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        opened(tmp_path / "new.sqlite3")


@on_sqlite
def test_a_transaction_begins_as_a_writing_one(transactional_db: None) -> None:
    """Else two that began by reading could both wait for the other to let go."""
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    try:
        with transaction.atomic(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


HOLDER = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(12)
held.execute("COMMIT")
"""


@on_sqlite
def test_a_write_waits_for_another_process_that_holds_the_file_for_12_seconds(transactional_db: None) -> None:
    study = make_study()
    name = str(connection.settings_dict["NAME"])
    with subprocess.Popen([sys.executable, "-c", HOLDER, name], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        begun = time.monotonic()
        assert Coding.objects.count() == 0
        read = time.monotonic() - begun
        put(study.coder, study.source, "koker kaffe", study.code)
        waited = time.monotonic() - begun
        put(study.coder, study.source, "tar imot", study.code)
    assert read < 5 < waited
    assert Coding.objects.count() == 2


@on_sqlite
def test_eight_threads_with_twelve_writes_each_are_all_answered(transactional_db: None) -> None:
    study = make_study()
    words = [f"ord{number}" for number in range(12)]
    source = make_source(study.project, [("Informant", " ".join(words))])
    url = reverse("codings", args=[study.project.slug, source.uuid])
    answers: list[int] = []

    def code_all(client: Client) -> None:
        place = 0
        for word in words:
            body = {
                "start": place,
                "end": place + len(word),
                "quote": word,
                "codings": [[str(uuid.uuid4()), str(study.code.uuid)]],
            }
            place += len(word) + 1
            told = client.post(url, json.dumps(body), content_type="application/json")
            answers.append(told.status_code)
        connections.close_all()

    clients = [Client() for _ in range(8)]
    for client in clients:
        user = make_member(study.project).user
        assert user is not None
        client.force_login(user)
    threads = [threading.Thread(target=code_all, args=[client], daemon=True) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert answers == [200] * 96
    assert Coding.objects.count() == 96
    assert AuditEvent.objects.filter(verb="coding.create").count() == 96
    # The feed rests on this: changes are committed in the order of their ids.
    ids = list(Change.objects.filter(kind="Coding").order_by("id").values_list("event_id", flat=True))
    assert ids == sorted(ids)


@on_sqlite
def test_a_thread_that_fails_leaves_the_lock_to_the_others(transactional_db: None) -> None:
    study = make_study()

    def fail() -> None:
        try:
            put(study.coder, study.source, "koker kaffe", study.code, study.code, make_study().code)
        except Exception:
            failed.set()
        connections.close_all()

    failed = threading.Event()
    thread = threading.Thread(target=fail, daemon=True)
    thread.start()
    thread.join(timeout=60)
    assert failed.is_set()
    put(study.coder, study.source, "koker kaffe", study.code)
    assert Coding.objects.count() == 1


CODER = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "workbench.settings"
import django
django.setup()
from coding.actions.codings import code_passage
from tests.factories import make_source, make_study
study = make_study()
words = [f"ord{number}" for number in range(200)]
source = make_source(study.project, [("Informant", " ".join(words))])
place = 0
for word in words:
    made = code_passage(actor=study.coder, source=source, start=place, end=place + len(word),
                        codes=[study.code.uuid, study.other.uuid])
    place += len(word) + 1
    print(*[coding.uuid.hex for coding in made], flush=True)
"""


@on_sqlite
def test_a_killed_process_loses_no_coding_that_it_acknowledged(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    begin(tmp_path)
    acknowledged: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", CODER], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as coder:
        assert coder.stdout is not None
        for line in coder.stdout:
            acknowledged += line.split()
            if len(acknowledged) == 160:
                coder.send_signal(signal.SIGKILL)
        # What was on its way through the pipe when the process died has been read too, and was acknowledged.
    assert coder.returncode == -signal.SIGKILL
    assert 160 <= len(acknowledged) < 400
    with sqlite3.connect(tmp_path / "kodebenk.sqlite3") as found:
        assert found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = {row[0] for row in found.execute("SELECT uuid FROM coding_coding")}
        assert stored >= set(acknowledged)
        # Both codes of a passage or none, each with its change.
        assert len(stored) % 2 == 0
        changes = found.execute("SELECT count(*) FROM coding_change WHERE kind = 'Coding'").fetchone()
        assert changes == (len(stored),)
    found.close()


def test_the_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    secret = secret_key(tmp_path)
    assert len(secret) >= 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert secret_key(tmp_path) == secret


def test_two_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    asked = "import sys; from pathlib import Path; from workbench.data import secret_key; "
    asked += "sys.stdin.read(); print(secret_key(Path(sys.argv[1])))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", asked, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.flush()
    secrets = {one.communicate("")[0] for one in started}
    assert len(secrets) == 1 and len(secrets.pop()) > 64


def test_a_new_data_folder_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "a" / "b"))
    folder = data_dir(tmp_path)
    assert folder == tmp_path / "a" / "b"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
