"""Informants: the people whose words are counted, known here only by pseudonym."""

from __future__ import annotations

import uuid

from django.db import models

from coding.models.names import NamedModel
from coding.models.projects import Project


class Informant(NamedModel):
    name_field = "pseudonym"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="informants")
    pseudonym = models.CharField(max_length=150)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name_key"], name="pseudonym_once")]
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.pseudonym
