"""Backups and restores with real processes that write meanwhile, on the engine of the run."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import stat
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.commands.place import SETUP, WORDS, Coder, Place, code_words, members, pack
from tests.factories import PASSWORD
from tests.served import Person, needs_posix

pytestmark = needs_posix


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Place(tmp_path_factory.mktemp("begun") / "data") as made:
        made.begin()
        made.shell(SETUP)
        yield made


@pytest.fixture
def place(begun: Place, tmp_path: Path) -> Iterator[Place]:
    with Place(tmp_path / "data", like=begun) as made:
        yield made


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Place]:
    """Another machine, on which nothing is yet."""
    with Place(tmp_path / "elsewhere") as made:
        yield made


def sound(file: Path) -> bool:
    with contextlib.closing(sqlite3.connect(file)) as database:
        whole = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return whole and database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_backup_holds_one_moment_while_two_coders_write(
    place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    target = tmp_path / "a.backup"
    coders = [Coder(place, 0, WORDS // 2), Coder(place, WORDS // 2, WORDS)]
    for coder in coders:
        coder.goes_on(20)
    before = [list(coder.said) for coder in coders]
    assert "It holds no identities." in place.say("backup", str(target))
    after = [len(coder.said) for coder in coders]
    for coder in coders:
        coder.goes_on(5)
        coder.end()
    # Nobody had to wait for the backup to end.
    assert sum(after) > sum(map(len, before))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert set(members(target)) >= {"manifest.json", "ledger.jsonl"} and len(members(target)) == 3
    if not place.url:
        copy = tmp_path / "copy"
        copy.write_bytes(members(target)["default.sqlite3"])
        assert sound(copy)
    elsewhere.say("restore", str(target), "--yes")
    held = elsewhere.codings()
    for coder, acknowledged, many in zip(coders, before, after, strict=True):
        theirs = [key in held for key in coder.said]
        # What was acknowledged before is in it, then what came while it began, and of what came later nothing.
        assert all(theirs[: len(acknowledged)])
        assert theirs == sorted(theirs, reverse=True)
        assert sum(theirs) <= many + 1
    assert len(held) == sum(key in held for coder in coders for key in coder.said)
    assert elsewhere.number("select count(*) from coding_change where kind = 'Coding'") == len(held)


ONE_STATE = """
select (select count(*) from coding_coding), (select count(*) from coding_change where kind = 'Coding'),
(select count(*) from coding_codinginformant), (select count(*) from coding_project),
(select count(*) from coding_coding where id <= 40)
"""


def test_a_restore_under_the_hands_of_two_coders(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    code_words(place, 0, 40)
    place.say("backup", str(target))
    kept = place.codings()
    coders = [Coder(place, 40, WORDS // 2), Coder(place, WORDS // 2, WORDS)]
    for coder in coders:
        coder.goes_on(20)
    seen: list[tuple[int, ...]] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            seen.append(place.ask(ONE_STATE)[0])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        lost = [len(coder.said) for coder in coders]
        highest = place.number("select max(id) from coding_coding")
        told = place.say("restore", str(target), "--yes")
        counts = [len(coder.said) for coder in coders]
        for coder in coders:
            coder.goes_on(20)
    finally:
        ended.set()
        watcher.join()
    for coder in coders:
        coder.end()
    assert "0 removals made since were carried out again." in told
    found = place.codings()
    assert len(kept) == 40 and kept <= found
    for coder, gone, many in zip(coders, lost, counts, strict=True):
        theirs = [key in found for key in coder.said]
        # Up to one moment all is gone, from then on all is there.
        assert theirs == sorted(theirs)
        assert not any(theirs[:gone]) and all(theirs[many:])
    # Whoever looked saw the old or the new, whole.
    assert len(seen) > 5
    assert all(
        codings == changes and (projects, first) == (1, 40) for codings, changes, _, projects, first in seen
    )
    assert all(links == codings for codings, _, links, _, _ in seen)
    many = [codings for codings, *_ in seen]
    fell = [place for place in range(1, len(many)) if many[place] < many[place - 1]]
    assert len(fell) == 1
    # A key that was given once is never given to another row.
    assert place.number("select min(id) from coding_coding where id > 40") > highest
    assert place.leftovers() == []
    if not place.url:
        assert sound(place.file)
        assert place.ask("pragma journal_mode") == [("wal",)]


def test_a_server_goes_on_through_a_restore_and_everybody_signs_in_again(
    place: Place, tmp_path: Path
) -> None:
    target = tmp_path / "a.backup"
    code_words(place, 0, 3)
    place.start("serve")
    person = Person(place.port)

    def sign_in() -> None:
        person.get("/accounts/login/")
        person.post("/accounts/login/", login="lena", password=PASSWORD)

    sign_in()
    assert "/p/p/" in person.get("/")[1]
    place.say("backup", str(target))
    code_words(place, 3, 5)
    place.say("restore", str(target), "--yes")
    assert 'name="login"' in person.get("/p/p/sources/")[1]
    sign_in()
    assert person.get("/p/p/sources/")[0] == 200
    assert len(place.codings()) == 3
    assert place.number("select count(*) from django_session") == 1


NAMED = """
import uuid
from datetime import timedelta
from django.utils import timezone
from coding.actions.identities import write_person
from coding.models import Source, SealedIdentity
from coding.models.jobs import ImportBatch, ImportDraft
from tests.factories import *
from coding.models import Project
from coding import sealing
sealing.make_key()
project = Project.objects.get(slug="p")
person = link(Source.objects.get(), "Informant", "Anne")
write_person(actor=lead_of(project), informant=person, name="Kjerstin Vangberg")
batch = ImportBatch.objects.create(project=project, member=lead_of(project), expires=timezone.now() + timedelta(days=7))
ImportDraft.objects.create(batch=batch, file_name="Vangberg Kjerstin.docx", document={"label": "Kjerstin Vangberg"})
print(SealedIdentity.objects.get().sealed)
"""


def test_no_identity_is_in_a_backup_unless_asked(place: Place, tmp_path: Path) -> None:
    sealed = place.shell(NAMED).strip().encode()
    plain, named = tmp_path / "plain", tmp_path / "named"
    place.say("backup", str(plain))
    assert "It holds the identity store" in place.say("backup", str(named), "--with-identities")
    if not place.url:
        # The search would find it.
        assert any(b"Vangberg" in path.read_bytes() for path in place.folder.glob("kodebenk.sqlite3*"))
    for backup in (plain, named):
        assert not any(b"Vangberg" in content for content in members(backup).values())
        assert b"Vangberg" not in backup.read_bytes()
    assert not any(sealed in content for content in members(plain).values())
    assert sealed in members(named)["identities.sqlite3"]
    assert b'"Anne"' not in members(plain)["manifest.json"]


IDENTITIES = "from coding.models import SealedIdentity as S; print(S.objects.count())"


def test_identities_come_back_only_where_asked(place: Place, tmp_path: Path) -> None:
    place.shell(NAMED)
    plain, named = tmp_path / "plain", tmp_path / "named"
    place.say("backup", str(plain))
    place.say("backup", str(named), "--with-identities")
    place.shell("from coding.models import SealedIdentity as S; S.objects.all().delete()")
    assert "stays as it was" in place.say("restore", str(named), "--yes")
    assert place.shell(IDENTITIES).strip() == "0"
    assert (
        place.refused("restore", str(plain), "--with-identities", "--yes")
        == "The backup holds no identities."
    )
    assert "restored too" in place.say("restore", str(named), "--with-identities", "--yes")
    assert place.shell(IDENTITIES).strip() == "1"


TWO_PEOPLE = """
from tests.factories import *
from coding.actions.identities import write_person
from coding import sealing
sealing.make_key()
project = make_project("q", lead=make_user("liv"))
source = make_source(project, [("Anna", "Vaffelrøren min."), ("Berit", "Jeg liker best kaffe.")])
for label in ("Anna", "Berit"):
    person = link(source, label, "P-" + label)
    write_person(actor=lead_of(project), informant=person, name="Navn " + label)
"""
WITHDRAW = """
from coding.actions.withdrawals import withdraw
from coding.models import Informant
from tests.factories import lead_of
person = Informant.objects.get(pseudonym="P-Anna")
withdraw(actor=lead_of(person.project), informant=person.uuid, confirmation="P-Anna")
"""
PEOPLE = "select pseudonym from coding_informant order by pseudonym"


def test_who_has_withdrawn_since_does_not_come_back(place: Place, elsewhere: Place, tmp_path: Path) -> None:
    place.shell(TWO_PEOPLE)
    target = tmp_path / "a.backup"
    place.say("backup", str(target), "--with-identities")
    place.shell(WITHDRAW)
    assert place.ask(PEOPLE) == [("P-Berit",)]
    for _ in range(2):
        told = place.say("restore", str(target), "--with-identities", "--yes")
        assert "1 removal made since was carried out again." in told
        assert place.ask(PEOPLE) == [("P-Berit",)]
        assert place.number("select count(*) from coding_textversion where text like '%Vaffel%'") == 0
        assert place.number("select count(*) from coding_textversion where text like '%kaffe%'") == 1
        assert place.shell(IDENTITIES).strip() == "1"
    if not place.url:
        assert not any(
            "Vaffelrøren".encode() in path.read_bytes() for path in place.folder.glob("*.sqlite3*")
        )
    # A machine that knows nothing of it says so, and learns it from the ledger for good.
    assert "not in this installation's ledger" in elsewhere.say("restore", str(target), "--yes")
    assert elsewhere.ask(PEOPLE) == [("P-Anna",), ("P-Berit",)]
    ledger = str(place.folder / "ledger.jsonl")
    assert "1 removal" in elsewhere.say("restore", str(target), "--ledger", ledger, "--yes")
    assert "1 removal" in elsewhere.say("restore", str(target), "--yes")
    assert elsewhere.ask(PEOPLE) == [("P-Berit",)]


REMOVE = """
from coding.actions.closing import remove_key, remove_project
from coding.models import Project
from tests.factories import lead_of, make_project, make_source, make_user
gone = Project.objects.get(slug="r")
remove_project(actor=lead_of(gone), project=gone, typed_title=gone.title)
kept = Project.objects.get(slug="q")
remove_key(actor=lead_of(kept), project=kept)
"""


def test_a_key_and_a_project_that_were_removed_since_do_not_come_back(place: Place, tmp_path: Path) -> None:
    place.shell(TWO_PEOPLE + "make_source(make_project('r', lead=make_user('per')))")
    target = tmp_path / "a.backup"
    place.say("backup", str(target), "--with-identities")
    place.shell(REMOVE)
    told = place.say("restore", str(target), "--with-identities", "--yes")
    assert "2 removals made since were carried out again." in told
    assert place.ask("select slug from coding_project where slug in ('q', 'r')") == [("q",)]
    assert place.shell(IDENTITIES).strip() == "0"
    assert place.number("select count(*) from coding_certificate") == 2
    assert place.ask(PEOPLE) == [("P-Anna",), ("P-Berit",)]


def test_a_ledger_that_cannot_be_read_stops_the_restore(place: Place, tmp_path: Path) -> None:
    target, ledger = tmp_path / "a.backup", tmp_path / "ledger.jsonl"
    place.say("backup", str(target))
    sentence = "The ledger holds a removal that cannot be read."
    for fields in (
        {},
        {"made": "soon"},
        {"made": "2026-01-01T00:00:00+00:00", "project": 1, "informant": "x"},
    ):
        ledger.write_text(json.dumps({"what": "withdrawal", **fields}))
        assert place.refused("restore", str(target), "--yes", "--ledger", str(ledger)) == sentence
    missing = str(tmp_path / "none")
    assert (
        place.refused("restore", str(target), "--yes", "--ledger", missing)
        == f"There is no file “{missing}”."
    )
    assert place.leftovers() == []


def test_a_backup_is_not_written_over_what_is_none(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    target.write_text("a letter")
    assert "already" in place.refused("backup", str(target))
    assert place.refused("backup", str(target), "--force") == f"“{target}” is no backup and is not replaced."
    assert target.read_text() == "a letter"
    assert "There is no folder" in place.refused("backup", str(tmp_path / "none" / "a"))
    assert place.refused("backup", str(tmp_path / "b"), "--keep-days", "0")
    target.unlink()
    place.say("backup", str(target))
    first = target.read_bytes()
    assert "already" in place.refused("backup", str(target))
    assert target.read_bytes() == first
    place.say("backup", str(target), "--force")
    assert target.read_bytes() != first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.backup", "data"]


def test_the_list_states_age_and_expiry(place: Place, tmp_path: Path) -> None:
    assert place.say("backups") == "No backup was made yet.\n"
    place.say("backup", str(tmp_path / "a.backup"), "--keep-days", "3", "--with-identities")
    expires = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d")
    where, what = place.say("backups").splitlines()
    assert where.endswith(str(tmp_path / "a.backup"))
    assert "0 minutes old" in what and f"expires on {expires}" in what
    assert what.endswith("with identities, there")
    os.rename(tmp_path / "a.backup", tmp_path / "b.backup")
    assert place.say("backups").endswith("with identities, not there any more\n")


def aged(backup: Path, days: int) -> None:
    """Let a backup have been made and have expired so many days ago."""
    held = members(backup)
    told = json.loads(held["manifest.json"])
    told["made"] = told["expires"] = (timezone.now() - timedelta(days=days)).isoformat()
    pack(backup, held | {"manifest.json": json.dumps(told).encode()})


def test_an_expired_backup_is_restored_on_demand_and_not_for_ever(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    place.say("backup", str(target))
    code_words(place, 0, 2)
    aged(target, 1)
    assert place.refused("restore", str(target), "--yes").startswith("The backup expired on ")
    assert len(place.codings()) == 2
    place.say("restore", str(target), "--yes", "--expired-too")
    assert place.codings() == set()
    aged(target, 366)
    assert "more than a year ago" in place.refused("restore", str(target), "--yes", "--expired-too")


def test_it_asks_before_it_replaces_anything(place: Place, tmp_path: Path) -> None:
    place.say("backup", str(tmp_path / "a.backup"))
    code_words(place, 0, 1)
    assert "Say --yes" in place.refused("restore", str(tmp_path / "a.backup"))
    assert len(place.codings()) == 1


def test_an_older_schema_is_backed_up_and_brought_up_to_date_when_restored(
    place: Place, elsewhere: Place, tmp_path: Path
) -> None:
    target = tmp_path / "a.backup"
    elsewhere.run("migrate", "coding", "0001_initial", "--database", "default", "-v", "0")
    elsewhere.say("backup", str(target))
    place.say("restore", str(target), "--yes")
    assert place.codings() == set() and place.number("select count(*) from coding_project") == 0
    assert place.number("select count(*) from django_migrations where name = '0002_privacy'") == 1
    assert place.say("create_project", "ny")


def test_only_one_at_a_time(place: Place, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(place.folder / "backup.lock", isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        assert place.refused("backup", str(tmp_path / "a")) == "Another backup or restore is under way."
    assert not (tmp_path / "a").exists()
    place.say("backup", str(tmp_path / "a"))
    assert uuid.UUID(json.loads(members(tmp_path / "a")["manifest.json"])["uuid"])
