"""Files that the worker wrote of a report, waiting to be fetched: for a day at most, and gone when words must be."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from coding.models import Job, Project

KEPT_SECONDS = 24 * 3600


def _folder(project: Project) -> Path:
    return Path(settings.DATA_DIR) / "exports" / str(project.uuid)


def file_of(job: Job) -> Path:
    """Where the file that a job writes lies. Its name says nothing."""
    assert job.project is not None
    return _folder(job.project) / str(job.uuid)


def keep_file(*, job: Job, content: bytes) -> None:
    """Write what a job made; only whoever runs Kodebenk may read it."""
    path = file_of(job)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    partial.replace(path)


def drop_exports(project: Project) -> None:
    """Remove the files of a project: what they hold may have to be gone."""
    shutil.rmtree(_folder(project), ignore_errors=True)


def sweep(now: datetime | None = None) -> int:
    """Remove files that nobody fetched in a day; answers how many."""
    before = (now or timezone.now()).timestamp() - KEPT_SECONDS
    gone = 0
    for path in (Path(settings.DATA_DIR) / "exports").glob("*/*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
