"""Certificates as pages show them: what was removed, in figures with their words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coding.models import Certificate, Membership, Project, User
from coding.models.privacy import CertificateKind
from coding.permissions import can_oversee

# The figures of all kinds of certificates, in the order in which they are told.
FIGURES: dict[str, Any] = {
    "people": _("Informants' names and contact details"),
    "labels": _("What speakers were called in the files"),
    "files": _("Names of files"),
    "names": _("Names in the texts, with what stands for them"),
    "sources": _("Sources"),
    "texts": _("Texts of other sources that were changed"),
    "turns": _("Turns"),
    "words": _("Words"),
    "mentions": _("Places in the speech of others"),
    "speakers": _("Speakers"),
    "informants": _("Informants"),
    "codes": _("Codes"),
    "codings": _("Codings"),
    "to_review": _("Codings that were cut and wait for their coder"),
    "memos": _("Memos"),
    "summaries": _("Summaries of themes"),
    "members": _("Memberships"),
    "events": _("Entries of the history"),
    "uploads": _("Uploaded files that waited"),
    "identities": _("Entries of the key"),
}


def figures(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Figures with their words; one that no word is known for is not shown."""
    return [(str(words), counts[name]) for name, words in FIGURES.items() if name in counts]


def is_under_way(certificate: Certificate) -> bool:
    """Whether what it will certify has not ended yet: the project is still there."""
    return certificate.kind == CertificateKind.PROJECT_REMOVED and certificate.project_id is not None


def certificates_of(project: Project) -> Sequence[Certificate]:
    """The certificates of a project, the newest first."""
    return list(project.certificates.all())


def certificate_for(user: User, key: uuid.UUID) -> Certificate | None:
    """A certificate that the user may read: their own, or one of a project that they oversee."""
    found = Certificate.objects.select_related("project").filter(uuid=key).first()
    if found is None or found.user_id == user.pk:
        return found
    return found if oversees(user, found.project) else None


def oversees(user: User, project: Project | None) -> bool:
    """Whether the user sees all certificates of a project; of one that is gone nobody does."""
    members = Membership.objects.active().filter(user=user, project=project, project__isnull=False)
    return any(can_oversee(member) for member in members)


def of_removed_projects(user: User) -> Sequence[Certificate]:
    """The user's certificates whose project is gone or going, so that no page of a project shows them."""
    gone = Q(project=None) | Q(kind=CertificateKind.PROJECT_REMOVED)
    return list(Certificate.objects.filter(gone, user=user))


def left_to_remove(certificate: Certificate) -> int:
    """How many sources of a removal that is under way still stand."""
    return certificate.project.sources.count() if certificate.project else 0
