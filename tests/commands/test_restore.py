"""Restores that must not happen: hostile files, a database in use, a process that is killed in the middle."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from coding import ledger
from coding.management import backups, restoring, sqlite_store
from coding.management.base import Refusal
from coding.management.sqlite_store import SqliteStore
from coding.management.stores import Busy, Stale
from tests.commands.place import SETUP, Place, code_words, members, pack
from tests.served import ROOT, needs_posix

Files = dict[str, bytes]
DAMAGED = "The backup is damaged and cannot be restored."
NONE = "This is no backup of Kodebenk."
NEWER = "The backup was made by a newer version of Kodebenk."
BROKEN = "The database in the backup is damaged."


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A study on SQLite, with three codings, and `a.backup` beside it, made when there were two."""
    with Place(tmp_path_factory.mktemp("begun") / "data", sqlite=True) as made:
        made.begin()
        made.shell(SETUP)
        code_words(made, 0, 2)
        made.say("backup", str(made.folder.parent / "a.backup"))
        code_words(made, 2, 3)
        yield made


@pytest.fixture
def place(begun: Place, tmp_path: Path) -> Iterator[Place]:
    with Place(tmp_path / "data", like=begun, sqlite=True) as made:
        yield made


@pytest.fixture
def backup(begun: Place) -> Path:
    return begun.folder.parent / "a.backup"


def told(files: Files, **changes: Any) -> Files:
    """The same with another manifest."""
    manifest = json.loads(files["manifest.json"]) | changes
    return files | {"manifest.json": json.dumps(manifest).encode()}


def holding(files: Files, database: bytes) -> Files:
    """The same with another database, of which the manifest tells the truth."""
    held = json.loads(files["manifest.json"])["members"]
    held["default.sqlite3"] = {"bytes": len(database), "sha256": sha256(database).hexdigest()}
    return told(files | {"default.sqlite3": database}, members=held)


def changed(files: Files, statement: str) -> Files:
    """The same after a statement on its database."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.deserialize(files["default.sqlite3"])
        database.execute(statement)
        return holding(files, database.serialize())


def renamed(files: Files, name: str) -> Files:
    """The same with the database under another name, in the manifest too."""
    held = json.loads(files["manifest.json"])["members"]
    held[name] = held.pop("default.sqlite3")
    kept = {key: content for key, content in files.items() if key != "default.sqlite3"}
    return told(kept | {name: files["default.sqlite3"]}, members=held)


def engine(files: Files, name: str) -> Files:
    databases = json.loads(files["manifest.json"])["databases"]
    databases["default"]["engine"] = name
    return told(files, databases=databases)


def migrated(files: Files) -> Files:
    databases = json.loads(files["manifest.json"])["databases"]
    databases["default"]["migrations"].append(["coding", "9999_later"])
    return told(files, databases=databases)


HOSTILE: dict[str, tuple[Callable[[Files], Files], str]] = {
    "no manifest": (lambda f: {"default.sqlite3": f["default.sqlite3"]}, NONE),
    "no JSON": (lambda f: f | {"manifest.json": b"\xff{"}, DAMAGED),
    "a list": (lambda f: f | {"manifest.json": b"[]"}, DAMAGED),
    "deep JSON": (lambda f: f | {"manifest.json": b"[" * 500_000}, DAMAGED),
    "a huge manifest": (lambda f: f | {"manifest.json": b" " * 2_000_000}, DAMAGED),
    "another product": (lambda f: told(f, product="other"), NONE),
    "a later format": (lambda f: told(f, format=2), NEWER),
    "a later migration": (migrated, NEWER),
    "a migration only in the database": (
        lambda f: changed(f, "INSERT INTO django_migrations VALUES (999, 'coding', '9999_later', '2030-01-01')"),
        NEWER,
    ),
    "no time zone": (lambda f: told(f, made="2026-01-01T00:00:00"), DAMAGED),
    "an unknown engine": (lambda f: engine(f, "oracle"), DAMAGED),
    "no such database": (lambda f: told(f, databases={}), DAMAGED),
    "a path": (lambda f: renamed(f, "../default.sqlite3"), DAMAGED),
    "an absolute path": (lambda f: renamed(f, "/default.sqlite3"), DAMAGED),
    "one more member": (lambda f: f | {"../../x": b"x"}, DAMAGED),
    "a member less": (lambda f: {k: v for k, v in f.items() if k != "default.sqlite3"}, DAMAGED),
    "another content": (
        lambda f: f | {"default.sqlite3": f["default.sqlite3"][:-1] + b"x"},
        DAMAGED,
    ),
    "another length": (lambda f: f | {"default.sqlite3": f["default.sqlite3"] + b"x"}, DAMAGED),
    "another ledger": (lambda f: f | {"ledger.jsonl": b" "}, DAMAGED),
    "a bomb": (lambda f: holding(f, bytes(200_000_000)), DAMAGED),
    "a bomb with a head": (lambda f: holding(f, f["default.sqlite3"][:100] + bytes(50_000_000)), DAMAGED),
    "pages of noughts": (
        lambda f: holding(f, f["default.sqlite3"][:4096] + bytes(len(f["default.sqlite3"]) - 4096)),
        BROKEN,
    ),
    "a trigger": (
        lambda f: changed(f, "CREATE TRIGGER t AFTER INSERT ON coding_coding BEGIN DELETE FROM coding_user; END"),
        BROKEN,
    ),
    "a view": (lambda f: changed(f, "CREATE VIEW v AS SELECT 1"), BROKEN),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_gets_one_sentence_and_changes_nothing(
    what: str, place: Place, backup: Path, tmp_path: Path
) -> None:
    make, sentence = HOSTILE[what]
    hostile = pack(tmp_path / "hostile", make(members(backup)))
    before = (place.file.read_bytes(), sorted(tmp_path.rglob("*")))
    said = place.refused("restore", str(hostile), "--yes")
    assert said == sentence
    # A restore that comes that far makes locks, and nothing else.
    after = {path for path in sorted(tmp_path.rglob("*")) if path.suffix != ".lock"}
    assert after <= set(before[1])
    assert place.file.read_bytes() == before[0] and len(place.codings()) == 3


def test_a_file_that_is_no_zip_or_not_a_whole_one(place: Place, backup: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    whole = backup.read_bytes()
    middle = len(whole) // 2
    spoilt = whole[:middle] + bytes(1000) + whole[middle + 1000 :]
    for content, sentence in ((b"", NONE), (b"PK", NONE), (whole[:-200], NONE), (spoilt, DAMAGED)):
        broken.write_bytes(content)
        assert place.refused("restore", str(broken), "--yes") == sentence
    with pytest.warns(UserWarning), zipfile.ZipFile(broken, "w") as file:
        for name, content in [*members(backup).items(), ("default.sqlite3", b"twice")]:
            file.writestr(name, content)
    assert place.refused("restore", str(broken), "--yes") == NONE
    assert place.leftovers() == [] and len(place.codings()) == 3


def test_a_backup_of_the_other_engine_is_refused(place: Place, backup: Path, tmp_path: Path) -> None:
    files = renamed(engine(members(backup), "postgresql"), "default.pgdump")
    content = b"PGDMP" + bytes(100)
    held = json.loads(files["manifest.json"])["members"]
    held["default.pgdump"] = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    other = pack(tmp_path / "other", told(files | {"default.pgdump": content}, members=held))
    said = place.refused("restore", str(other), "--yes")
    assert said == "The backup is of PostgreSQL and this installation uses SQLite."


def test_a_database_file_that_is_none_is_not_thrown_away(place: Place, backup: Path) -> None:
    for path in place.folder.glob("kodebenk.sqlite3*"):
        path.unlink()
    place.file.write_text("no database at all, but perhaps all there is")
    assert "Move it away" in place.refused("restore", str(backup), "--yes")
    place.file.unlink()
    place.say("restore", str(backup), "--yes")
    assert len(place.codings()) == 2


def test_a_restore_into_an_empty_folder_asks_nothing(place: Place, backup: Path, tmp_path: Path) -> None:
    asked = "Everything written since would be gone. Say --yes if that is meant."
    assert place.refused("restore", str(backup)) == asked
    with Place(tmp_path / "empty", sqlite=True) as empty:
        told = empty.say("restore", str(backup))
        assert "Restored the backup of" in told and "Everything written" not in told
        assert len(empty.codings()) == 2
        # Now there is something to lose.
        assert empty.refused("restore", str(backup)) == asked
    with Place(tmp_path / "made", sqlite=True) as made:
        made.begin()
        assert "Restored the backup of" in made.say("restore", str(backup))
        assert len(made.codings()) == 2


def test_what_cannot_be_looked_into_may_be_something(place: Place, backup: Path) -> None:
    for path in place.folder.glob("kodebenk.sqlite3*"):
        path.unlink()
    place.file.write_text("no database at all, but perhaps all there is")
    assert "Say --yes" in place.refused("restore", str(backup))


BIG = """
from django.utils import timezone
from coding.models import AuditEvent, Project
common = {"project": Project.objects.get(), "verb": "x", "created": timezone.now()}
AuditEvent.objects.bulk_create(
    [AuditEvent(**common, details={"n": "x" * 1_000_000}) for _ in range(40)]
)
"""


@needs_posix
def test_a_restore_that_is_killed_leaves_the_old_or_the_new(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "big.backup"
    place.shell(BIG)
    place.say("backup", str(target))
    new = place.codings()
    code_words(place, 10, 12)
    old = place.codings()
    log = place.folder / "kodebenk.sqlite3-wal"

    def size() -> int:
        try:
            return log.stat().st_size
        except OSError:
            return 0

    outcomes = []
    moments: dict[str, Callable[[], object]] = {
        "it unpacks": lambda: list(place.folder.glob(".aside-*")),
        "it begins to write": lambda: size() > 1_000_000,
        "it writes": lambda: size() > 20_000_000,
    }
    for what, has_come in moments.items():
        with subprocess.Popen(
            [sys.executable, "manage.py", "restore", str(target), "--yes"],
            cwd=ROOT,
            env=place.environment,
            stdout=subprocess.DEVNULL,
        ) as process:
            while not has_come():
                assert process.poll() is None, what
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        with contextlib.closing(sqlite3.connect(place.file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        outcomes.append(place.codings())
        assert outcomes[-1] in (old, new)
        assert place.leftovers() != []
    assert outcomes[0] == outcomes[1] == old
    place.say("restore", str(target), "--yes")
    assert place.codings() == new and place.leftovers() == []


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """A store whose live file says `old` and where `new` is ready."""
    made = SqliteStore("default")
    made.live = SimpleNamespace(settings_dict={"NAME": tmp_path / "live"})
    made._ready = tmp_path / "ready"
    for path in (tmp_path / "live", tmp_path / "ready"):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL" if path.name == "live" else "PRAGMA user_version=1")
            database.execute("CREATE TABLE t (x)")
            database.execute("INSERT INTO t VALUES (?)", ("old" if path.name == "live" else "new",))
    return made


def content(store: SqliteStore) -> str:
    with contextlib.closing(sqlite3.connect(store.path)) as database:
        return str(database.execute("SELECT x FROM t").fetchone()[0])


def test_the_last_look_is_taken_while_nobody_can_write(store: SqliteStore) -> None:
    looks = []

    def look() -> bool:
        with contextlib.closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as other:
            assert other.execute("SELECT x FROM t").fetchone() == ("old",)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        looks.append(content(store))
        return len(looks) > 1

    with pytest.raises(Stale):
        store.swap(look)
    assert content(store) == "old"
    store.swap(look)
    assert content(store) == "new" and looks == ["old", "old"]


def test_a_database_that_is_written_to_all_the_time_stays_as_it_is(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "PATIENCE", 0.05)
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            store.swap(lambda: True)
        with pytest.raises(Busy), store.holding():
            pass
        other.execute("ROLLBACK")
    assert content(store) == "old"


def test_readers_need_not_close_the_file(store: SqliteStore) -> None:
    with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT x FROM t").fetchone() == ("old",)
        store.swap(lambda: True)
        assert reader.execute("SELECT x FROM t").fetchone() == ("old",)
        reader.execute("COMMIT")
        assert reader.execute("SELECT x FROM t").fetchone() == ("new",)


KEY = {"project": "00000000-0000-0000-0000-000000000001", "texts": []}


def test_who_withdraws_at_the_last_moment_is_taken_out_too(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    done: list[str] = []
    monkeypatch.setattr(
        restoring.withdrawals, "apply_again", lambda entry: not done.append(entry["informant"][-1])
    )

    class Store:
        def make_ready(self) -> None:
            done.append("ready")

        def swap(self, is_current: Callable[[], bool]) -> None:
            if done.count("ready") == 1:
                ledger.note("withdrawal", informant="00000000-0000-0000-0000-000000000003", **KEY)
            if not is_current():
                raise Stale
            done.append("in")

    ledger.note("withdrawal", informant="00000000-0000-0000-0000-000000000002", **KEY)
    assert restoring._bring_in([Store()]) == 2  # type: ignore[list-item]
    assert done == ["2", "ready", "3", "ready", "in"]

    class Restless(Store):
        def swap(self, is_current: Callable[[], bool]) -> None:
            raise Stale

    with pytest.raises(Refusal, match="Nothing was changed"):
        restoring._bring_in([Restless()])  # type: ignore[list-item]


@pytest.fixture
def kept(backup: Path, tmp_path: Path, settings: Any) -> Callable[..., Path]:
    """Puts a backup in a data folder of the test, made and expiring so many days from now."""
    settings.DATA_DIR = tmp_path / "here"
    settings.DATA_DIR.mkdir()

    def keep(name: str, made: int, expires: int, **changes: Any) -> Path:
        now = timezone.now()
        times = {
            "made": (now + timedelta(made)).isoformat(),
            "expires": (now + timedelta(expires)).isoformat(),
        }
        pack(tmp_path / name, told(members(backup), uuid=name, **times))
        ledger.note(
            "backup", **times, file=str(tmp_path / name), with_identities=False, **{"uuid": name} | changes
        )
        return tmp_path / name

    return keep


def test_what_has_expired_is_deleted_where_it_lies(kept: Callable[..., Path], tmp_path: Path) -> None:
    young, old = kept("young", -1, 29), kept("old", -31, -1)
    # Another one lies by now where this was written.
    other = kept("other", -31, -1, uuid="was here before")
    os.chmod(young, 0o600)
    assert backups.forget_expired() == 1
    assert (young.exists(), old.exists(), other.exists()) == (True, False, True)
    assert backups.forget_expired() == 0
    found = {
        backup.uuid: (backup.exists, backup.expired, backup.deleted) for backup in backups.known_backups()
    }
    assert found == {
        "young": (True, False, False),
        "old": (False, True, True),
        "was here before": (False, True, False),
    }
    assert backups.known_backups()[0].name == "young"
    assert [entry["uuid"] for entry in ledger.entries("backup_deleted")] == ["old"]


def test_withdrawals_are_remembered_as_long_as_a_backup_may_be_restored(kept: Callable[..., Path]) -> None:
    now = timezone.now()
    for days in (900, 700, 100):
        ledger.note("withdrawal", made=(now - timedelta(days)).isoformat(), n=days)
    kept("gone", -1000, -366).unlink()
    kept("far away", -800, -364).unlink()
    ledger.note("restore", uuid="far away")
    backups.forget_expired()
    assert [backup.uuid for backup in backups.known_backups()] == ["far away"]
    assert [entry["n"] for entry in ledger.entries("withdrawal")] == [700, 100]
    assert len(ledger.entries("restore")) == 1


def test_nothing_is_deleted_while_a_backup_is_under_way(kept: Callable[..., Path]) -> None:
    old = kept("old", -31, -1)
    with backups.alone():
        assert backups.forget_expired() == 0
    assert old.exists()


def test_a_backup_that_fails_leaves_no_file(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path / "here"
    settings.DATA_DIR.mkdir()
    monkeypatch.setattr(SqliteStore, "exists", lambda self: False)
    monkeypatch.setattr(backups, "store_of", SqliteStore)
    with pytest.raises(Refusal, match="There is no database yet"):
        backups.make_backup(tmp_path / "a")
    assert [path.name for path in tmp_path.rglob("*")] == ["here", "backup.lock"]
