"""Sources: their immutable text, who speaks where, and how far each coder has come."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from coding.models.informants import Informant
from coding.models.names import NamedModel
from coding.models.projects import Membership, Project


class SourceKind(models.TextChoices):
    INTERVIEW = "interview", _("Interview")
    FOCUS_GROUP = "focus_group", _("Focus group")
    DOCUMENT = "document", _("Document")


class SpeakerRole(models.TextChoices):
    INFORMANT = "informant", _("Informant")
    INTERVIEWER = "interviewer", _("Interviewer")
    UNIDENTIFIED = "unidentified", _("Unidentified")


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, member: Membership) -> SourceQuerySet:
        """Sources of the member's project that the member may see: uncleared ones only for who handles identities."""
        sources = self.filter(project_id=member.project_id)
        return sources if member.handles_identities else sources.filter(cleared__isnull=False)

    def blind_to(self, member: Membership) -> SourceQuerySet:
        """Sources of a blind project in which the member must not see colleagues' codings: none in another project.

        A coder sees them where they have marked the source finished; a lead is blind in what they are assigned to or
        have begun, until they have finished it; a reader, who does not code, never is.
        """
        if not member.project.blind or not member.may_code:
            return self.none()
        mine = SourceProgress.objects.filter(coder=member)
        if member.is_lead:
            open_ones = mine.filter(Q(assigned__isnull=False) | Q(started__isnull=False), finished=None)
            return self.filter(project_id=member.project_id, pk__in=open_ones.values("source_id"))
        finished = mine.filter(finished__isnull=False)
        return self.filter(project_id=member.project_id).exclude(pk__in=finished.values("source_id"))


class Source(NamedModel):
    """An interview, a focus group or a document. `cleared` is when its names were found to be out."""

    name_field = "title"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=SourceKind, default=SourceKind.INTERVIEW)
    held_on = models.DateField(null=True, blank=True)
    format = models.CharField(max_length=10, blank=True, default="")
    version = models.ForeignKey(
        "TextVersion", null=True, on_delete=models.RESTRICT, related_name="+", help_text="The current text."
    )
    cleared = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    primary_coder = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="primary_for"
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name_key"], name="source_title_once")]
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.title


class VersionReason(models.TextChoices):
    IMPORT = "import", _("as imported")
    CORRECTION = "correction", _("corrected")
    NAMES = "names", _("names replaced")
    WITHDRAWAL = "withdrawal", _("an informant withdrew")


class TextVersion(models.Model):
    """One immutable text of a source: NFC, `\\n` line ends. `words` counts its whitespace-separated words.

    `edits` is the span map from `previous`: [start, end, new length] in code points of that text, ascending (see
    `anchoring.spans`). A `purged` version has lost its text and turns for good; its span map stays.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    characters = models.PositiveIntegerField()
    words = models.PositiveIntegerField()
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    edits = models.JSONField(default=list)
    reason = models.CharField(max_length=12, choices=VersionReason, default=VersionReason.IMPORT)
    author = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    purged = models.DateTimeField(null=True)
    suggestions = models.JSONField(
        null=True,
        help_text="What may identify somebody: [start, end, kind, sure]; empty: not looked for yet.",
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="version_number_once")]


class Speaker(models.Model):
    """A label in one source, and whose it is."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="speakers")
    label = models.CharField(max_length=150)
    role = models.CharField(max_length=12, choices=SpeakerRole, default=SpeakerRole.INFORMANT)
    informant = models.ForeignKey(
        Informant, null=True, blank=True, on_delete=models.SET_NULL, related_name="speakers"
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "label"], name="speaker_label_once")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label


class TurnQuerySet(models.QuerySet["Turn"]):
    def counted(self) -> TurnQuerySet:
        """Turns whose words count: not an interviewer's, and no heading beside the speech of others.

        A turn without a speaker counts only in a text in which nobody speaks (a document).
        """
        spoken = Turn.objects.filter(version=OuterRef("version"), speaker__isnull=False)
        headings = Q(speaker__isnull=True) & Exists(spoken)
        return self.exclude(speaker__role=SpeakerRole.INTERVIEWER).exclude(headings)

    def spoken(self, version_id: int) -> models.QuerySet[Turn, Any]:
        """The turns of a version as `anchoring.attribution.speech` takes them."""
        speakers = ("speaker_id", "speaker__informant_id", "speaker__role")
        turns = self.filter(version_id=version_id).order_by("number")
        return turns.values_list("start", "end", "first_word", "words", *speakers)


class Turn(models.Model):
    """One speaker's stretch of a version's text: code points [start, end), words [first_word, first_word + words).

    Words are numbered through the version from 0; a word lies where its first character lies. `time` is as in the file.
    """

    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="turns")
    speaker = models.ForeignKey(Speaker, null=True, on_delete=models.RESTRICT, related_name="turns")
    number = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    first_word = models.PositiveIntegerField()
    words = models.PositiveIntegerField()
    time = models.CharField(max_length=20, blank=True, default="")

    objects = TurnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="turn_number_once")]
        ordering = ["number"]


class SourceProgress(models.Model):
    """How far a coder has come in a source: assigned by a lead, begun with the first coding, finished when the coder
    says so."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="progress")
    coder = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="progress")
    assigned = models.DateTimeField(null=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "coder"], name="progress_once")]


class Reading(models.Model):
    """What a member has had before their eyes of a source's current text, and where they stopped; for them alone.

    `spans` are stretches [start, end) in code points, ascending and apart; `position` is the first code point of the
    paragraph at which the reading goes on.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="readings")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="readings")
    spans = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "member"], name="reading_once")]
