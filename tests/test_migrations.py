"""An older database is brought up to date with nothing lost, and its open names are sealed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def manage(folder: Path, *arguments: str, status: int = 0) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(folder), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def insert(database: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def test_names_that_stood_open_are_sealed_and_gone_from_the_database(tmp_path: Path) -> None:
    manage(tmp_path, "migrate", "coding", "0001", "-v", "0")
    with sqlite3.connect(tmp_path / "kodebenk.sqlite3") as database:
        common = {"name_key": "p", "sort_key": "70", "uuid": "f" * 32, "title": "P", "created": "2020-01-01"}
        insert(
            database,
            "coding_project",
            common | {"id": 7, "slug": "p", "description": "", "sources_public": 0},
        )
        kind = {"kind": "interview", "format": "", "project_id": 7}
        insert(database, "coding_source", common | {"id": 3} | kind)
        insert(
            database, "coding_identity", {"original": "Hjørdis Bråten.docx", "project_id": 7, "source_id": 3}
        )
    database.close()
    told = manage(tmp_path, "identity_key", "--language", "en", status=2)
    assert "older version" in told
    manage(tmp_path, "migrate", "-v", "0")
    told = manage(tmp_path, "identity_key", "--language", "en")
    assert "can be opened: 1." in told
    manage(tmp_path, "daily")
    for path in tmp_path.glob("*.sqlite3*"):
        assert "Hjørdis".encode() not in path.read_bytes(), path.name
