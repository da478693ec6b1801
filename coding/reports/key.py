"""The key as it can be described without opening it."""

from __future__ import annotations

from dataclasses import dataclass

from coding import sealing
from coding.models import Informant, Project, SealedIdentity
from coding.models.identities import IdentityKind
from coding.reports.consent import Open, open_consents


@dataclass(frozen=True)
class KeyState:
    """How many entries of each kind a project's key holds, and whether they can be opened now."""

    people: int
    labels: int
    files: int
    words: int
    readable: bool
    informants: int
    consents: Open

    @property
    def entries(self) -> int:
        return self.people + self.labels + self.files + self.words


def key_state(project: Project) -> KeyState:
    """The key of a project in figures; nothing is opened."""
    many = SealedIdentity.objects.by_kind(project.uuid)
    return KeyState(
        people=many.get(IdentityKind.PERSON, 0),
        labels=many.get(IdentityKind.LABEL, 0),
        files=many.get(IdentityKind.FILE, 0),
        words=many.get(IdentityKind.WORD, 0),
        readable=sealing.has_key() or not many,
        informants=Informant.objects.filter(project=project).count(),
        consents=open_consents(project),
    )
