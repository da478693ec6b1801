"""People and projects: who belongs where, with which role."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from coding.models.names import NamedModel


class User(AbstractUser):
    """A person who can sign in."""

    language = models.CharField(max_length=5, blank=True, default="")

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class Role(models.TextChoices):
    READER = "reader", _("Reader")
    CODER = "coder", _("Coder")
    LEAD = "lead", _("Project lead")


class AtEnd(models.TextChoices):
    """What happens on the day after a project's last."""

    REMIND = "remind", _("Nothing by itself: leads are reminded")
    REMOVE_KEY = "key", _("The key is removed: who is who is forgotten")
    REMOVE_ALL = "project", _("The whole project is removed")


class ProjectQuerySet(models.QuerySet["Project"]):
    def of(self, user: User) -> ProjectQuerySet:
        """Projects in which `user` has an active membership."""
        return self.filter(memberships__user=user, memberships__active=True)


class Project(NamedModel):
    """One study: its sources, codebook, people and results."""

    name_field = "title"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    sources_public = models.BooleanField(
        default=False, help_text="Labels and file names are public already and are kept as they are."
    )
    blind = models.BooleanField(
        default=False, help_text="Coders see no colleague's coding in a source until they have finished it."
    )
    ends = models.DateField(null=True, blank=True, help_text="When the study is over.")
    at_end = models.CharField(max_length=10, choices=AtEnd, default=AtEnd.REMIND)
    key_removed = models.DateTimeField(null=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.title


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> MembershipQuerySet:
        return self.filter(active=True)


class Membership(models.Model):
    """A person's place in a project. Its user may be missing: a coder whose work was imported, or who left."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="memberships"
    )
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=10, choices=Role, default=Role.READER)
    handles_identities = models.BooleanField(default=False)
    oversees_privacy = models.BooleanField(
        default=False, help_text="A data-protection officer: sees the whole history and all certificates."
    )
    active = models.BooleanField(default=True)
    joined = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once_per_project"),
            models.UniqueConstraint(fields=["project", "name"], name="membership_name_once"),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_lead(self) -> bool:
        return self.role == Role.LEAD

    @property
    def may_code(self) -> bool:
        return self.role in (Role.CODER, Role.LEAD)


class Invitation(models.Model):
    """A link that lets one person into a project (or set a first password) once. Only the token's hash is stored."""

    token_hash = models.CharField(max_length=64, unique=True)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="invitations")
    membership = models.ForeignKey(
        Membership,
        null=True,
        on_delete=models.CASCADE,
        related_name="invitations",
        help_text="Whose work it continues.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="password_links"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.CODER)
    handles_identities = models.BooleanField(default=False)
    oversees_privacy = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True, default="")
    created_by = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="invited")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created"]
