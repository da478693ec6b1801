"""The moment in which a restore on PostgreSQL brings in what is ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections

from coding.management import postgres_store
from coding.management.base import Refusal
from coding.management.postgres_store import PostgresStore
from coding.management.stores import Busy, Stale
from tests.commands.place import SERVER, Place

pytestmark = pytest.mark.skipif(not SERVER.startswith("postgres"), reason="is about PostgreSQL")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Place(tmp_path_factory.mktemp("begun") / "data") as made:
        made.begin()
        made.say("create_project", "old")
        yield made


@pytest.fixture
def place(begun: Place, tmp_path: Path) -> Iterator[Place]:
    with Place(tmp_path / "data", like=begun) as made:
        yield made


@pytest.fixture
def store(place: Place, tmp_path: Path, django_db_blocker: Any) -> Iterator[PostgresStore]:
    """A store whose live database has the project `old`, and a script that calls it `new` is ready."""
    with django_db_blocker.unblock():
        made = PostgresStore("default")
        made.live = connections.create_connection("default")
        made.live.settings_dict = made.live.settings_dict | {"NAME": urlsplit(place.url).path[1:]}
        made._script = tmp_path / "script"
        made._script.write_text("UPDATE coding_project SET slug = 'new';\n")
        yield made
        made.live.close()


def slug(place: Place) -> str:
    return str(place.ask("select slug from coding_project")[0][0])


def test_the_last_look_is_taken_while_nobody_can_look_or_write(store: PostgresStore, place: Place) -> None:
    looks = []

    def look() -> bool:
        with psycopg.connect(place.url, autocommit=True) as other:
            other.execute("SET lock_timeout = '50ms'")
            for table in ("coding_project", "coding_coding", "coding_user"):
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    other.execute(f"SELECT 1 FROM {table}")  # type: ignore[call-overload]
        looks.append(1)
        return len(looks) > 1

    with pytest.raises(Stale):
        store.swap(look)
    assert slug(place) == "old"
    store.swap(look)
    assert slug(place) == "new"


def test_a_script_that_fails_changes_nothing_and_quotes_no_row(store: PostgresStore, place: Place) -> None:
    with store._script.open("a") as script:
        script.write(
            "INSERT INTO coding_project (slug) VALUES ('Kjerstin');\nUPDATE coding_project SET slug = 'x';"
        )
    with pytest.raises(Refusal) as refused:
        store.swap(lambda: True)
    assert "23502" in str(refused.value) and "Kjerstin" not in str(refused.value)
    assert slug(place) == "old"


def test_a_script_that_ends_too_early_changes_nothing(store: PostgresStore, place: Place) -> None:
    """As when the restore is killed: its pipe closes in the middle of a table."""
    with store._script.open("a") as script:
        script.write("COPY django_session (session_key) FROM stdin;\nabc")
    with pytest.raises(Refusal):
        store.swap(lambda: True)
    assert slug(place) == "old"


def test_a_database_that_is_written_to_all_the_time_stays_as_it_is(
    store: PostgresStore, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_store, "PATIENCE", 1)
    with psycopg.connect(place.url) as other:
        other.execute("SELECT slug FROM coding_project FOR UPDATE")
        with pytest.raises(Busy):
            store.swap(lambda: True)
        with pytest.raises(Busy), store.holding():
            pass
    assert slug(place) == "old"
    with store.holding(), psycopg.connect(place.url) as other:
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("SELECT slug FROM coding_project FOR UPDATE")
