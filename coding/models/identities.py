"""The one place where real names may stand: original labels and file names."""

from __future__ import annotations

from django.db import models

from coding.models.projects import Project
from coding.models.sources import Source, Speaker


class Identity(models.Model):
    """What a speaker's label or a source's file name was before it was made neutral."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="identities")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="identities")
    speaker = models.ForeignKey(Speaker, null=True, on_delete=models.CASCADE, related_name="identities")
    original = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = "identities"
