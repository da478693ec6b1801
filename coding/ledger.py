"""What has to outlive a restore: which backups were made, who withdrew. A file of JSON lines outside the databases.

An entry holds keys, numbers and times, never content: it may be copied to another machine and kept for years.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

Entry = dict[str, Any]


def ledger_file() -> Path:
    return Path(settings.DATA_DIR) / "ledger.jsonl"


def note(what: str, **fields: Any) -> None:
    """Add an entry, on disk when this returns: `what`, `made` (now, unless given) and `fields`. Raises OSError.

    An action that cannot be undone by a restore notes it inside its transaction, before the commit: a restore looks at
    the ledger while no transaction is under way.
    """
    _add([{"what": what, "made": timezone.now().isoformat(), **fields}])


def adopt(foreign: Iterable[Entry]) -> int:
    """Add those entries of another ledger that stand not here yet, as they are; answers how many."""
    known = {_line(entry) for entry in read(ledger_file())}
    new = [entry for entry in foreign if _line(entry) not in known]
    _add(new)
    return len(new)


def entries(what: str) -> list[Entry]:
    """The entries of one kind, the oldest first."""
    return [entry for entry in read(ledger_file()) if entry["what"] == what]


def read(path: Path) -> list[Entry]:
    """The entries in a file; none where it is missing. What was torn while it was written is skipped."""
    try:
        return parsed(path.read_bytes())
    except FileNotFoundError:
        return []


def content() -> bytes:
    """The whole ledger, as a file of its own could hold it."""
    return b"".join(_line(entry) for entry in read(ledger_file()))


def parsed(content: bytes) -> list[Entry]:
    """The entries in the content of a ledger file."""
    found = []
    for line in content.split(b"\n"):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict) and isinstance(entry.get("what"), str):
            found.append(entry)
    return found


def rewrite(keep: Callable[[Entry], bool]) -> int:
    """Leave out the entries that `keep` does not want, and what was torn; answers how many entries went."""
    path = ledger_file()
    with _alone():
        before = read(path)
        kept = [entry for entry in before if keep(entry)]
        if len(kept) < len(before):
            draft = path.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            _append(draft, b"".join(_line(entry) for entry in kept))
            os.replace(draft, path)
            sync_folder(path.parent)
    return len(before) - len(kept)


def _line(entry: Entry) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _add(new: Iterable[Entry]) -> None:
    lines = b"".join(_line(entry) for entry in new)
    if lines:
        with _alone():
            _append(ledger_file(), lines)


def _append(path: Path, lines: bytes) -> None:
    is_new = not path.exists()
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0) as stream:
        end = stream.seek(0, os.SEEK_END)
        if end:
            stream.seek(end - 1)
            # Somebody was killed, or the disk was full, in the middle of a line.
            lines = lines if stream.read(1) == b"\n" else b"\n" + lines
        while lines:
            lines = lines[stream.write(lines) :]
        os.fsync(stream.fileno())
    if is_new:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were given in a folder survive a power cut, on systems where a folder can be asked for that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _alone() -> Iterator[None]:
    """One writing process at a time. The lock is SQLite's on an empty file: it dies with its holder."""
    with closing(
        sqlite3.connect(ledger_file().with_suffix(".lock"), timeout=20, isolation_level=None)
    ) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(ledger_file())) from None
        yield
