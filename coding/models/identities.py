"""The identity store: the one place where real names may stand, in a database of its own, and sealed there.

What is sealed can be read with the installation's identity key only (`coding.sealing`). Rows refer to the rest of
the house by keys alone, so that the store can lie elsewhere, be exported alone and be removed alone.
"""

from __future__ import annotations

import uuid

from django.db import models

IDENTITIES = "identities"  # the database that it lies in


class IdentityKind(models.TextChoices):
    PERSON = "person"  # an informant's name and how to reach them
    LABEL = "label"  # what a speaker was called in the file
    FILE = "file"  # what the file was called
    WORD = "word"  # a name in the texts, and what was decided about it


class SealedIdentityQuerySet(models.QuerySet["SealedIdentity"]):
    def by_kind(self, project: uuid.UUID) -> dict[str, int]:
        """How many entries of each kind a project's key holds; nothing is opened."""
        rows = self.filter(project=project).order_by().values_list("kind")
        return dict(rows.annotate(n=models.Count("id")))


class SealedIdentity(models.Model):
    """One entry. `lookup` is a keyed digest by which a word is found again without opening all of them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=10, choices=IdentityKind)
    source = models.UUIDField(null=True)
    speaker = models.BigIntegerField(null=True)
    informant = models.UUIDField(null=True)
    lookup = models.CharField(max_length=64, null=True)
    sealed = models.TextField()
    modified = models.DateTimeField()

    objects = SealedIdentityQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "lookup"], name="identity_word_once")]
        indexes = [models.Index(fields=["project", "kind"], name="identity_by_kind")]
        verbose_name_plural = "sealed identities"
