"""SQLite for several threads and processes: a database writes ahead, and one writer of this process waits for it.

Threads that wait inside SQLite's busy handler hold the interpreter's attention while the one that could commit
waits for them. A lock of the process in front of BEGIN IMMEDIATE keeps all but one of them out.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from django.db.backends.sqlite3 import base

PATIENCE = 20.0  # seconds that a new connection waits for one that opens the same new file
_PAUSE = 0.02

_writing = threading.RLock()
_READS = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "BEGIN", "WITH")


def _only_reads(query: str) -> bool:
    beginning = query.lstrip()[:24].upper()
    # A checkpoint waits for writers inside SQLite, as a write does.
    return beginning.startswith(_READS) and not beginning.startswith("PRAGMA WAL_CHECKPOINT")


class _Cursor(base.SQLiteCursorWrapper):
    """Outside a transaction each writing statement is a transaction of its own and takes the lock for itself."""

    def execute(self, query: Any, params: Any = None) -> Any:
        if self.connection.in_transaction or _only_reads(query):
            return super().execute(query, params)
        with _writing:
            return super().execute(query, params)

    def executemany(self, query: Any, param_list: Any) -> Any:
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        with _writing:
            return super().executemany(query, param_list)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let the file of `connection` be one with a write-ahead log, which it then stays.

    Of several that open a new file at once SQLite turns all but one away, whatever their timeout: they ask again.
    """
    latest = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            time.sleep(_PAUSE)
        else:
            return


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite with the lock taken before a transaction begins and given back when it ends, however it ends."""

    _holds_lock = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        _write_ahead(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=_Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        if not self._holds_lock:
            _writing.acquire()
            self._holds_lock = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release()
            raise

    def _release(self) -> None:
        if self._holds_lock:
            self._holds_lock = False
            _writing.release()

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            if self.connection is None or not self.connection.in_transaction:
                self._release()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._release()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._release()
