"""Exports change no row, but who took what out of a project is audited."""

from __future__ import annotations

from coding.actions.recording import recording
from coding.models import Membership, Project


def record_export(
    *, project: Project, actor: Membership | None, what: str, file_format: str, many: int
) -> None:
    """Note that `many` of `what` (quotations, frequencies ...) left the project as a file."""
    details = {"what": what, "format": file_format, "many": many}
    with recording(verb="export", actor=actor, project=project, details=details, always=True):
        pass
