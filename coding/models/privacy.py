"""What protects the people of a study: marks in its texts, their consent, and the papers that say what was removed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from coding.models.informants import Informant
from coding.models.projects import Membership, Project
from coding.models.sources import Source, TextVersion


class MarkVerdict(models.TextChoices):
    KEEP = "keep", _("stays here")
    REPLACE = "replace", _("is replaced here")
    INDIRECT = "indirect", _("may identify indirectly")


class NameMark(models.Model):
    """What a person decided about one place of a text, code points [start, end) of a version.

    `keep` and `replace` make an exception from what was decided about the word; `indirect` points out what names
    nobody but may lead to somebody. The words themselves are never copied here.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="marks")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="marks")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=MarkVerdict)
    replacement = models.CharField(max_length=100, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    member = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "start", "end"], name="mark_once")]
        ordering = ["version", "start"]


class Consent(models.Model):
    """What an informant has agreed to; no row: nothing is known of it."""

    informant = models.OneToOneField(Informant, on_delete=models.CASCADE, related_name="consent")
    given = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    withdrawn = models.DateField(
        null=True, blank=True, help_text="Asked to be taken out; not yet carried out."
    )
    use = models.BooleanField(default=True)
    quotation = models.BooleanField(default=True)
    archiving = models.BooleanField(default=False)
    reference = models.CharField(max_length=200, blank=True, default="")


class CertificateKind(models.TextChoices):
    WITHDRAWAL = "withdrawal", _("An informant withdrew")
    KEY_REMOVED = "key", _("The key was removed")
    PROJECT_REMOVED = "project", _("The project was removed")


class Certificate(models.Model):
    """What was removed, when and by whom: figures only, never what it said. It outlives its project."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=CertificateKind)
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="certificates")
    project_uuid = models.UUIDField()
    project_title = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="certificates"
    )
    made_by = models.CharField(max_length=150)
    made = models.DateTimeField()
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made", "-id"]
