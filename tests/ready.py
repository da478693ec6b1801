"""An installation that is ready and was never used, made once for all processes of a run: others begin as its copies.

Only where a test is not about making one: `test_migrations.py`, `commands/test_reports.py` and `test_demo.py` begin
on a folder with nothing in it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A loaded machine takes its time.
PATIENCE = 600.0

# Each in a process of its own: both cores have nothing else to do yet.
STEPS = (
    ("migrate", "-v", "0"),
    (
        "shell", "-v", "0", "-c",
        "from django.conf import settings; from coding.language.lexicon import lexicon; "
        "from coding.management.serving import collect_static; "
        "collect_static(); assert lexicon(settings.DATA_DIR).is_word('hus')",
    ),
)  # fmt: skip


@functools.cache
def ready() -> Path:
    """The data folder to copy: both SQLite databases up to date, static files collected, the lexicon compiled, and
    no secret. Of several processes that ask at once, one makes it and the others wait."""
    folder = Path(os.environ["KODEBENK_TESTS"]) / "ready"
    lock = sqlite3.connect(folder.with_suffix(".lock"), timeout=PATIENCE, isolation_level=None)
    with contextlib.closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        if not folder.exists():
            _make(folder)
    return folder


def _make(folder: Path) -> None:
    draft = folder.with_suffix(".draft")
    environment = os.environ | {"DATA_DIR": str(draft), "DATABASE_URL": ""}
    started = [
        subprocess.Popen([sys.executable, "manage.py", *step], cwd=ROOT, env=environment) for step in STEPS
    ]
    assert [process.wait(timeout=PATIENCE) for process in started] == [0, 0]
    # Every installation makes its own.
    (draft / "secret_key").unlink()
    draft.rename(folder)


def begin(folder: Path) -> None:
    """Make `folder` an installation on SQLite that is ready and was never used."""
    copy(ready(), folder)


def copy(original: Path, folder: Path) -> None:
    """Make `folder` a copy of the data folder `original`, which nobody uses now."""

    def copy_file(source: str, target: str) -> None:
        # The lexicon is large, and nobody writes to it: another one takes its place whole.
        (os.link if Path(source).name.startswith("lexicon-") else shutil.copy2)(source, target)

    shutil.copytree(original, folder, copy_function=copy_file, dirs_exist_ok=True)
