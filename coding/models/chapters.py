"""Report chapters: what goes where, which passages are quoted and how they are shown, and what may be said of whom."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coding.models.attributes import Value
from coding.models.codebook import Code
from coding.models.projects import Membership, Project
from coding.models.sources import Source, TextVersion
from coding.models.themes import Theme


class Pattern(models.TextChoices):
    """How a report says whose words a quotation is."""

    TYPE_CITY = "type_city", _("informant type and city")
    PSEUDONYM = "pseudonym", _("pseudonym")
    NUMBER = "number", _("number (“informant 7”)")
    ATTRIBUTES = "attributes", _("attributes of the project’s own choice")


class Report(models.Model):
    """A report and how it speaks of people.

    `attributes` are keys, in the order in which they are printed; the last is left out first. `voices` maps an
    informant's id, as text, to the number that they keep in this report. `next_number` is the number of the next
    quotation; no number is given twice.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reports")
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="nb")
    pattern = models.CharField(max_length=12, choices=Pattern, default=Pattern.TYPE_CITY)
    attributes = models.JSONField(default=list, blank=True)
    footnotes = models.BooleanField(default=False)
    print_wordings = models.BooleanField(default=False)
    voices = models.JSONField(default=dict, blank=True)
    next_number = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class ReportPart(models.Model):
    """A piece of a report, in the order of `position`; its number is its place.

    `code` is the branch of the codebook that it was made from, if any.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.ForeignKey(Code, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Chapter(ReportPart):
    """A chapter of a report, made from a research question by default."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="chapters")


class Section(ReportPart):
    """A section of a chapter."""

    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="sections")


class SectionTheme(models.Model):
    """A section takes a theme's approved summary."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="themes")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="sections")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "theme"], name="theme_once_in_section")]


class ReportQuotation(models.Model):
    """A passage as a report quotes it: code points [start, end) of a version's text.

    `marks` are what the author did to it: [start, end, text] counted from the passage's first character, a cut where
    `text` is empty, else words in brackets. `print_wording` is another wording of it, beside it; it is printed when a
    second person has approved it. It holds what somebody said: no Change keeps it. Without a `section` the
    quotation is out of the report, and keeps its number. `changed` says that a new version of the text touched it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="quotations")
    section = models.ForeignKey(Section, null=True, on_delete=models.SET_NULL, related_name="quotations")
    number = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quoted")
    version = models.ForeignKey(TextVersion, on_delete=models.CASCADE, related_name="quoted")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    marks = models.JSONField(default=list, blank=True)
    print_wording = models.TextField(blank=True, default="")
    print_revision = models.PositiveIntegerField(default=0)
    print_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    approved = models.DateTimeField(null=True)
    changed = models.BooleanField(default=False)
    added_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="quotation_number_once"),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="quotation_in_order"),
        ]
        ordering = ["position", "number"]


class Overridden(models.TextChoices):
    ATTRIBUTION = "attribution", _("the attribution")
    TEXT = "text", _("the words")


class Override(models.Model):
    """A lead lets a quotation out as it is, though the disclosure check speaks against it, and says why.

    `covers` is a digest of what the lead saw (words and attribution): what changes afterwards is checked anew.
    """

    quotation = models.ForeignKey(ReportQuotation, on_delete=models.CASCADE, related_name="overrides")
    what = models.CharField(max_length=12, choices=Overridden)
    reason = models.TextField()
    covers = models.CharField(max_length=64)
    member = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quotation", "what"], name="override_once")]


class DisclosureRule(models.Model):
    """How many must share what an attribution says in a project (k)."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="disclosure_rule")
    k = models.PositiveIntegerField(default=3)


class Population(models.Model):
    """How many people of an informant type there are in a city, interviewed or not: six centres have six managers."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="populations")
    city = models.ForeignKey(Value, on_delete=models.CASCADE, related_name="+")
    informant_type = models.ForeignKey(Value, on_delete=models.CASCADE, related_name="+")
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "city", "informant_type"], name="population_once")
        ]
