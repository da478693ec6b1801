"""Themes, what is written of each in each column, the passages it rests on, and how it is reviewed.

The states of a summary, and who may take it from one to the next, are data here and nowhere else.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coding.models.codebook import Code
from coding.models.names import NamedModel
from coding.models.projects import Membership, Project, Role
from coding.models.sources import Source


class SummaryState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES = "changes", _("Changes asked for")
    APPROVED = "approved", _("Approved")


# What `Summary.by` says of a cell for one informant: no attribute has such a key. Other columns are an attribute's key.
BY_INFORMANT = "~informant"
WRITABLE = (SummaryState.DRAFT, SummaryState.CHANGES)


@dataclass(frozen=True)
class Transition:
    """A step of a summary from one of `sources` to `target`, which members with `role` may take; `own`: only who
    submitted it."""

    name: str
    sources: tuple[SummaryState, ...]
    target: SummaryState
    role: Role
    label: str | Promise
    own: bool = False


TRANSITIONS = (
    Transition("submit", WRITABLE, SummaryState.SUBMITTED, Role.CODER, _("Submit")),
    Transition(
        "take_back", (SummaryState.SUBMITTED,), SummaryState.DRAFT, Role.CODER, _("Take back"), own=True
    ),
    Transition(
        "ask",
        (SummaryState.SUBMITTED, SummaryState.APPROVED),
        SummaryState.CHANGES,
        Role.LEAD,
        _("Ask for changes"),
    ),
    Transition("approve", (SummaryState.SUBMITTED,), SummaryState.APPROVED, Role.LEAD, _("Approve")),
    Transition(
        "approve_again", (SummaryState.APPROVED,), SummaryState.APPROVED, Role.LEAD, _("Approve again")
    ),
    Transition("reopen", (SummaryState.APPROVED,), SummaryState.DRAFT, Role.CODER, _("Write on")),
)


class Theme(NamedModel):
    """What a chapter says something about. It draws on the codes it names and all codes below them."""

    name_field = "title"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="themes")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    codes: models.ManyToManyField[Code, ThemeCode] = models.ManyToManyField(
        Code, through="ThemeCode", related_name="themes"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name_key"], name="theme_title_once")]
        ordering = ["position", "sort_key", "id"]

    def __str__(self) -> str:
        return self.title


class ThemeCode(models.Model):
    """A theme names a code."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="names")
    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="named_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "code"], name="code_once_in_theme")]


class Summary(models.Model):
    """What is written of a theme in one column, in Markdown.

    `by` is empty for the cell across all columns, else an attribute's key or BY_INFORMANT; `key` is the UUID of the
    value or the informant, as text. `revision` grows with every new text: who writes says which one they had.
    `next_number` is the number of the next evidence; no number is given twice. `seen` is what the approval saw
    (`reports.staleness`), `behind` the ids of the codings that stood behind the cell then.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="summaries")
    by = models.CharField(max_length=60, blank=True, default="")
    key = models.CharField(max_length=36, blank=True, default="")
    body = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    next_number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=SummaryState, default=SummaryState.DRAFT)
    state_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    state_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    seen = models.JSONField(default=dict, blank=True)
    behind = models.JSONField(default=list, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField()
    changed_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "by", "key"], name="summary_once_per_cell")]
        ordering = ["id"]

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE


class SummaryText(models.Model):
    """A summary's text as it was at a revision. An `aside` one never became the text: somebody else had been quicker.

    It may quote what somebody said: no Change keeps it.
    """

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="texts")
    number = models.PositiveIntegerField()
    body = models.TextField(blank=True, default="")
    author = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    saved = models.DateTimeField()
    aside = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["summary", "number"], name="summary_text_number")]
        ordering = ["id"]


class Evidence(models.Model):
    """A passage pinned to a summary and cited in its text as [E`number`].

    `coding` is the UUID of the coding that it was pinned by, which carries it into new texts; no foreign key, for the
    evidence stays when the passage is uncoded. `version`, `start` and `end` are where it stood when it was pinned.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="evidence")
    number = models.PositiveIntegerField()
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="evidence")
    coding = models.UUIDField()
    version = models.BigIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    added_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="evidence_number_once"),
            models.UniqueConstraint(fields=["summary", "coding"], name="evidence_once_per_coding"),
        ]
        ordering = ["number"]


class SummaryComment(models.Model):
    """A comment on the words `quote` of a summary's text (their first place), or an answer to one.

    An empty quote is about the whole summary. The quote may hold what somebody said: no Change keeps it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    quote = models.TextField(blank=True, default="")
    body = models.TextField()
    created = models.DateTimeField()
    resolved = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]


class SummaryLook(models.Model):
    """When a member last looked at a summary; for them alone."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="looks")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    looked = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["summary", "member"], name="summary_look_once")]
