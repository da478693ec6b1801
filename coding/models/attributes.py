"""What is known about informants and documents: city, informant type and whatever else a project defines."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coding.models.informants import Informant
from coding.models.names import NamedModel
from coding.models.projects import Project
from coding.models.sources import Source

CITY = "city"
INFORMANT_TYPE = "informant_type"
# What stands for "no value" in an address, where a value's UUID would.
NOT_SET = "none"


class AttributeKind(models.TextChoices):
    CHOICE = "choice", _("Choice")
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")


class LabelledModel(NamedModel):
    """A name with, where it differs, another one for English."""

    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True

    def label(self) -> str:
        """The name in the language that is active."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    def __str__(self) -> str:
        return self.label()


class Attribute(LabelledModel):
    """A question asked of every informant; `city` and `informant_type` are built in."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="attributes")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=AttributeKind, default=AttributeKind.CHOICE)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="attribute_key_once")]
        ordering = ["position", "id"]

    @property
    def is_built_in(self) -> bool:
        return self.key in (CITY, INFORMANT_TYPE)


class Value(LabelledModel):
    """One answer to an attribute. Numbers and dates stand as text: `12.5`, `2020-03-24`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="values")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attribute", "name_key"], name="value_name_once")]
        ordering = ["position", "sort_key", "id"]


class InformantValue(models.Model):
    """An informant's answer; none is "not set"."""

    informant = models.ForeignKey(Informant, on_delete=models.CASCADE, related_name="values")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="+")
    value = models.ForeignKey(Value, on_delete=models.CASCADE, related_name="informants")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["informant", "attribute"], name="informant_value_once")
        ]


class SourceValue(models.Model):
    """A source's own answer: what a document, or speech of nobody known, counts by."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="values")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="+")
    value = models.ForeignKey(Value, on_delete=models.CASCADE, related_name="sources")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "attribute"], name="source_value_once")]
