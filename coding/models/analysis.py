"""What a project keeps of its analyses: views with a name, tables as they were, figures from elsewhere, stop words."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from coding.models.attributes import Attribute
from coding.models.names import NamedModel
from coding.models.projects import Membership, Project


class ViewKind(models.TextChoices):
    MATRIX = "matrix", _("Matrix")
    TOGETHER = "together", _("Codes together")
    QUERY = "query", _("Query")
    SEARCH = "search", _("Search")
    CONCORDANCE = "concordance", _("Concordance")
    WORDS = "words", _("Word frequencies")


class SavedView(NamedModel):
    """What somebody chose on an analysis page, under a name. `query` holds the page's parameters: [name, value] pairs.

    `shared` shows it to the whole project; else only its author has it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="views")
    author = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="views")
    kind = models.CharField(max_length=12, choices=ViewKind)
    name = models.CharField(max_length=100)
    query = models.JSONField(default=list)
    shared = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "kind", "name_key"], name="view_name_once_per_author")
        ]
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """A table as it was on a day, for a figure that is printed. `table` holds columns and rows as they were shown."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="snapshots")
    author = models.ForeignKey(Membership, on_delete=models.RESTRICT, related_name="snapshots")
    kind = models.CharField(max_length=12, choices=ViewKind)
    name = models.CharField(max_length=100)
    query = models.JSONField(default=list)
    counting = models.TextField(help_text="How it was counted, in words.")
    table = models.JSONField()
    taken = models.DateTimeField()

    class Meta:
        ordering = ["-taken", "-id"]

    def __str__(self) -> str:
        return self.name


class OutsideRow(models.Model):
    """Figures from elsewhere (a survey), shown as a row beside the codes: one number for each value of an attribute.

    `figures` maps a value's id, as text, to its number.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="outside_rows")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="outside_rows")
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=200, blank=True, default="", help_text="Where the figures are from.")
    figures = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class StopWords(models.Model):
    """A project's own list of words that a word count leaves out, one to a line; without it the shipped list holds."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="stop_words")
    language = models.CharField(max_length=2, choices=[("nb", _("Bokmål")), ("nn", _("Nynorsk"))])
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "language"], name="stop_words_once_per_language")
        ]
