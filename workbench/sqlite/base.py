"""SQLite for several threads: one writer of this process at a time waits for the database, the others wait for it.

Threads that wait inside SQLite's busy handler hold the interpreter's attention while the one that could commit
waits for them. A lock of the process in front of BEGIN IMMEDIATE keeps all but one of them out.
"""

from __future__ import annotations

import threading
from typing import Any

from django.db.backends.sqlite3 import base

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


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite with the lock taken before a transaction begins and given back when it ends, however it ends."""

    _holds_lock = False

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
