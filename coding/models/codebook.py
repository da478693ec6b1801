"""The codebook: a tree of codes whose roots are the research questions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from coding.models.names import NamedModel
from coding.models.projects import Membership, Project


class Code(NamedModel):
    """A code. A root is a research question, or, while `proposed`, a coder's own code that no lead has placed yet."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="codes")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="children"
    )
    name = models.CharField(max_length=200)
    definition = models.TextField(blank=True, default="")
    use_when = models.TextField(blank=True, default="")
    not_when = models.TextField(blank=True, default="")
    example = models.TextField(blank=True, default="")
    indicators = models.TextField(
        blank=True, default="", help_text="Words and phrases that point to the code, one to a line."
    )
    colour = models.CharField(
        max_length=7, blank=True, default="", help_text="#rrggbb, or empty: as its parent."
    )
    position = models.PositiveIntegerField(default=0)
    proposed = models.BooleanField(default=False)
    created_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_key"],
                condition=Q(parent__isnull=False),
                name="code_once_among_siblings",
            ),
            models.UniqueConstraint(
                fields=["project", "proposed", "name_key"],
                condition=Q(parent__isnull=True),
                name="code_once_at_root",
            ),
        ]
        indexes = [models.Index(fields=["project", "parent", "position"], name="code_tree")]
        ordering = ["position", "sort_key", "id"]

    def __str__(self) -> str:
        return self.name
