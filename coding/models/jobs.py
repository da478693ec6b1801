"""Work that goes on in the background, and imports that wait for a person."""

from __future__ import annotations

import uuid

from django.db import models

from coding.models.projects import Membership, Project
from coding.models.sources import Source, SourceKind


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """A piece of long work. `heartbeat` says that its worker lives; a stale one is taken up again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    cancel = models.BooleanField(default=False)
    error = models.TextField(blank=True, default="")
    heartbeat = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="job_queue")]


class ImportBatch(models.Model):
    """Files that one person brought in together."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="batches")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="batches")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()


class DraftState(models.TextChoices):
    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    REFUSED = "refused"
    STORED = "stored"


class ImportDraft(models.Model):
    """One uploaded file on its way to a source: nothing of it is one before a person has confirmed its speakers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="drafts")
    file_name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.WAITING)
    kind = models.CharField(max_length=12, choices=SourceKind, default=SourceKind.INTERVIEW)
    title = models.CharField(max_length=200, blank=True, default="")
    encoding = models.CharField(max_length=20, blank=True, default="")
    with_speakers = models.BooleanField(default=True)
    document = models.JSONField(null=True, help_text="What was read; ReadDocument.to_json().")
    choices = models.JSONField(
        default=dict, help_text="What the person decided: labels, roles, splits and joins."
    )
    error = models.JSONField(null=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
