"""What lies on the disk, byte by byte: where something must be gone, it is looked for here."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from coding.actions import retention
from coding.management.backups import make_backup


def read(files: Sequence[Path]) -> bytes:
    """The bytes of `files`, read by another process: a file that is closed here takes SQLite's locks on it along."""
    code = "import sys; [sys.stdout.buffer.write(open(name, 'rb').read()) for name in sys.argv[1:]]"
    present = [str(path) for path in files if path.exists()]
    return subprocess.run([sys.executable, "-c", code, *present], capture_output=True, check=True).stdout


def bytes_of_the_databases() -> bytes:
    """What lies on the disk of both databases after the daily clean-up, their logs included."""
    list(retention.carry_out())
    assert retention.compact() == []
    files = [Path(connections[alias].settings_dict["NAME"]) for alias in connections
             if connections[alias].vendor == "sqlite"]  # fmt: skip
    content = read([path for file in files for path in file.parent.glob(f"{file.name}*")])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 't', 'i')")
            for (path,) in cursor.fetchall():
                cursor.execute("SELECT pg_read_binary_file(%s::text, 0, 1000000000, true)", [path])
                content += bytes(cursor.fetchone()[0] or b"")
    return content


def bytes_of_a_fresh_backup(folder: Path) -> bytes:
    make_backup(folder / "fresh.backup", with_identities=True, keep_days=1)
    with zipfile.ZipFile(folder / "fresh.backup") as backup:
        return b"".join(backup.read(name) for name in backup.namelist())


def bytes_of_the_data_folder() -> bytes:
    """Every other file of the data folder but the program's own: uploads, the ledger, keys."""
    own = {"static", "sqlite3"}
    files = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()]
    kept = [path for path in files if not own & {*path.parts, path.suffix[1:]} and "lexicon" not in path.name]
    return b"".join(path.read_bytes() for path in kept)
