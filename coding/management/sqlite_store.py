"""A database in a SQLite file: copied while it is written to, and replaced while it is open."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connections
from django.utils.translation import gettext as _

from coding.management.base import Refusal
from coding.management.stores import KEYS_LEFT_FREE, PATIENCE, Busy, Stale, Store

_MOST_PAGES_A_STEP = 256


class SqliteStore(Store):
    """See Store. Copies are VACUUM INTO: they hold no freed pages, and writers go on meanwhile."""

    engine = "sqlite"

    @property
    def path(self) -> Path:
        return Path(self.live.settings_dict["NAME"])

    def exists(self) -> bool:
        return self.path.is_file()

    def copy(self, target: Path, folder: Path) -> None:
        first = folder / f"{self.alias}.first"
        _vacuum(self.path, first)
        with closing(sqlite3.connect(first, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA secure_delete=ON")
            for table in self.left_out() & _tables(copy):
                copy.execute(f'DELETE FROM "{table}"')
        # What was left out has left freed pages behind.
        _vacuum(first, target)
        first.unlink()
        _check(target)

    @contextmanager
    def aside(self, file: Path, folder: Path) -> Iterator[None]:
        _check(file)
        with self.pointed_at(str(file)):
            self._aside, self._ready = file, folder / f"{self.alias}.ready"
            yield

    def make_ready(self) -> None:
        connections[self.alias].close()
        used = self._keys_used()
        with closing(sqlite3.connect(self._aside, isolation_level=None)) as aside:
            tables = _tables(aside)
            last = dict(aside.execute("SELECT name, seq FROM sqlite_sequence"))
            for table, key in used.items():
                if table in tables and last.get(table, 0) < key:
                    aside.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
                    aside.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, key + KEYS_LEFT_FREE))
        self._ready.unlink(missing_ok=True)
        _vacuum(self._aside, self._ready, like=self.path)

    def _keys_used(self) -> dict[str, int]:
        """The last key of each table of the live database; nothing where it is new or cannot be read."""
        if not self.exists():
            return {}
        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as live:
                return dict(live.execute("SELECT name, seq FROM sqlite_sequence"))
        except sqlite3.DatabaseError:
            return {}

    def swap(self, is_current: Callable[[], bool]) -> None:
        """One transaction of SQLite's backup API: the first step takes the write lock, the last one commits."""
        looked = False

        def look(status: int, remaining: int, total: int) -> None:
            nonlocal looked
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Busy
            if not looked and remaining:
                looked = True
                if not is_current():
                    raise Stale

        try:
            with (
                closing(sqlite3.connect(self._ready)) as ready,
                closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as live,
            ):
                live.execute("PRAGMA journal_mode=WAL")
                live.execute("PRAGMA synchronous=FULL")
                (pages,) = ready.execute("PRAGMA page_count").fetchone()
                # At least two steps: between the first and the last one there is a look.
                ready.backup(live, pages=max(1, min(_MOST_PAGES_A_STEP, pages - 1)), progress=look)
                # Of what was replaced nothing stays in the log, where no reader needs it.
                live.execute("PRAGMA busy_timeout=1000")
                with suppress(sqlite3.OperationalError):
                    live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Busy from None
            raise self._unusable(error) from None
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> Refusal:
        return Refusal(
            _(
                "The database %(file)s cannot be used (%(reason)s). Move it away, with the files -wal and -shm"
                " beside it, and run the command again."
            )
            % {"file": self.path, "reason": error}
        )

    @contextmanager
    def holding(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as live:
            try:
                live.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                raise Busy from None
            yield
            live.execute("ROLLBACK")

    def forget_leftovers(self) -> None:
        """Its copies lie in the folder that is swept."""


def _tables(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _vacuum(file: Path, target: Path, like: Path | None = None) -> None:
    """A compact copy of a SQLite file, with the page size of the file `like`, where that can be told."""
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as database:
        try:
            if like is not None and like.is_file():
                with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(like)) as other:
                    (size,) = other.execute("PRAGMA page_size").fetchone()
                    database.execute("PRAGMA journal_mode=DELETE")
                    database.execute(f"PRAGMA page_size={int(size)}")
            database.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.DatabaseError as error:
            raise Refusal(_("%(file)s: %(reason)s") % {"file": file, "reason": error}) from None


def _check(file: Path) -> None:
    """Refuse a file that is no whole SQLite database or that would run something when it is used."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        try:
            kinds = {
                (kind, str(sql or "")[:14].upper() == "CREATE VIRTUAL")
                for kind, sql in database.execute("SELECT type, sql FROM sqlite_master")
            }
            sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except sqlite3.DatabaseError:
            sound, kinds = False, set()
    if not sound or not kinds <= {("table", False), ("index", False)}:
        raise Refusal(_("The database in the backup is damaged."))
