"""Memos: what a researcher thinks, and about what."""

from __future__ import annotations

import uuid

from django.db import models

from coding.models.codebook import Code
from coding.models.codings import Coding
from coding.models.informants import Informant
from coding.models.projects import Membership, Project
from coding.models.sources import Source


class Memo(models.Model):
    """A note about the project (nothing else set), or about one source, code, coding or informant."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memos")
    author = models.ForeignKey(Membership, on_delete=models.RESTRICT, related_name="memos")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    coding = models.ForeignKey(Coding, null=True, blank=True, on_delete=models.CASCADE, related_name="memos")
    informant = models.ForeignKey(
        Informant, null=True, blank=True, on_delete=models.CASCADE, related_name="memos"
    )
    body = models.TextField()
    start = models.PositiveIntegerField(
        null=True, blank=True, help_text="Where in the source, in code points."
    )
    end = models.PositiveIntegerField(null=True, blank=True)
    created = models.DateTimeField()
    modified = models.DateTimeField()

    class Meta:
        ordering = ["id"]
