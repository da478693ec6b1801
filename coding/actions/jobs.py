"""The queue of long work: put in, taken up by one worker, kept alive by a heartbeat, ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from coding import retention
from coding.models import Project
from coding.models.jobs import Job, JobState

BEAT_SECONDS = 4
STALE_AFTER = timedelta(seconds=15)
MOST_ATTEMPTS = 3


def enqueue(*, kind: str, payload: dict[str, Any], project: Project | None = None, total: int = 0) -> Job:
    """Put work in the queue. Its task may run twice, so it must be able to."""
    return Job.objects.create(kind=kind, payload=payload, project=project, total=total)


def _open() -> Q:
    stale = timezone.now() - STALE_AFTER
    return Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, heartbeat__lt=stale)


def claim() -> Job | None:
    """Take up the oldest job that waits or whose worker has died; `attempts` then counts this one. None: no work."""
    if not Job.objects.filter(_open()).exists():
        return None
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(_open()).order_by("id").first()
        if job is None:
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.heartbeat = timezone.now()
        job.save(update_fields=["state", "attempts", "heartbeat"])
    return job


def beat(*, job: Job, done: int | None = None, total: int | None = None) -> bool:
    """Say that the job's worker lives, and how far it is. False: go no further, it was cancelled or taken up anew."""
    values: dict[str, Any] = {"heartbeat": timezone.now()}
    if done is not None:
        values["done"] = done
    if total is not None:
        values["total"] = total
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts, cancel=False)
    return bool(mine.update(**values))


def finish(*, job: Job, state: str = JobState.DONE, error: str = "") -> None:
    """End the job, unless another worker has taken it up since."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    mine.update(state=state, error=error, heartbeat=timezone.now())


def try_again(*, job: Job) -> None:
    """Put the job back, after an attempt that failed."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
        state=JobState.WAITING
    )


def forget_old_jobs(now: datetime | None = None) -> int:
    """Delete jobs that ended and are older than the rules of retention keep them; answers how many."""
    ended = [JobState.DONE, JobState.FAILED, JobState.CANCELLED]
    before = (now or timezone.now()) - retention.kept("ended_jobs")
    return Job.objects.filter(state__in=ended, created__lt=before).delete()[0]
