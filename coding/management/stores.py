"""What backups ask of a database, whichever engine it has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# Seconds that a restore waits for the moment in which nobody writes.
PATIENCE = 20.0
# Files that wait for a person hold what speakers and files were really called, and the uploaded files themselves lie
# outside; sessions and jobs are of the moment. So none of these is in any backup.
_LEFT_OUT = frozenset({"coding_importdraft", "coding_importbatch", "coding_job", "django_session"})
# After a restore no key is given a second time, neither those given since the backup nor those given meanwhile: the
# identity store and open pages name rows by key.
KEYS_LEFT_FREE = 100_000


class Busy(Exception):
    """The database was written to all the time."""


class Stale(Exception):
    """Somebody withdrew while what is to be brought in was being prepared."""


class Store(ABC):
    """One database (by its alias). A restore goes `aside`, `make_ready`, `swap`, the last two again after Stale."""

    engine: ClassVar[str]

    def __init__(self, alias: str) -> None:
        self.alias = alias
        # It stays the one that people use while the alias means another one.
        self.live: Any = connections[alias]

    def left_out(self) -> frozenset[str]:
        """The tables whose rows no copy holds."""
        return _LEFT_OUT if self.alias == "default" else frozenset()

    def migrations(self) -> tuple[tuple[str, str], ...]:
        """The migrations that the database which the alias means now has had, in order of name."""
        return tuple(sorted(MigrationRecorder(connections[self.alias]).applied_migrations()))

    @contextmanager
    def pointed_at(self, name: str) -> Iterator[None]:
        """Meanwhile this process's alias means another database of the same engine."""
        self.live.close()
        other: Any = connections.create_connection(self.alias)
        other.settings_dict = {**self.live.settings_dict, "NAME": name, "CONN_MAX_AGE": 0}
        connections[self.alias] = other
        try:
            yield
        finally:
            other.close()
            connections[self.alias] = self.live

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is something to copy."""

    @abstractmethod
    def copy(self, target: Path, folder: Path) -> None:
        """Write the database as it is at one moment to `target`, without `left_out`.

        `folder` is for what lies between.
        """

    @abstractmethod
    def aside(self, file: Path, folder: Path) -> AbstractContextManager[None]:
        """Meanwhile the alias means a database that is made of a copy. Raises Refusal where it is none."""

    @abstractmethod
    def make_ready(self) -> None:
        """Make of the database aside, as it is by now, what `swap` brings in; it keeps no trace of what was deleted."""

    @abstractmethod
    def swap(self, is_current: Callable[[], bool]) -> None:
        """Replace the live database, in one transaction, by what is ready.

        Everybody who has it open sees the old or the new. `is_current` is asked while nobody else can write: where it
        says no, nothing is changed and Stale raised. Raises Busy after PATIENCE, and Refusal.
        """

    @abstractmethod
    def holding(self) -> AbstractContextManager[None]:
        """Meanwhile no action writes to the live database. Raises Busy after PATIENCE."""

    @abstractmethod
    def forget_leftovers(self) -> None:
        """Remove what a killed restore left behind."""


def store_of(alias: str) -> Store:
    from coding.management.postgres_store import PostgresStore
    from coding.management.sqlite_store import SqliteStore

    return PostgresStore(alias) if connections[alias].vendor == "postgresql" else SqliteStore(alias)
