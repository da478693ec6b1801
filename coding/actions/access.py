"""A participant's right of access: that somebody took out all that is held about one is itself noted."""

from __future__ import annotations

from coding.actions.recording import recording
from coding.models import Informant, Membership
from coding.permissions import check_handles_identities


def note_access(*, actor: Membership, informant: Informant, file_format: str) -> None:
    """Note that everything held about `informant` left as a file."""
    check_handles_identities(actor)
    details = {"informant": str(informant.uuid), "format": file_format}
    with recording(verb="informant.export", actor=actor, details=details, always=True):
        pass
