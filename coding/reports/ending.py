"""When a project ends, whom that concerns, and what happens then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from coding import retention
from coding.models import Membership, Project
from coding.models.projects import AtEnd

# From so many days before the end somebody is told, ever more firmly.
FAR, NEAR, SOON = 90, 30, 7


@dataclass(frozen=True)
class Ending:
    """A project's end. `days` until its last day, negative after it; `carried_out` is when something goes by itself."""

    ends: date
    days: int
    at_end: str
    carried_out: date | None

    @property
    def is_over(self) -> bool:
        return self.days < 0

    @property
    def days_over(self) -> int:
        return -self.days

    @property
    def level(self) -> str:
        """How firmly to say it: the class of a notice."""
        if self.days <= SOON and self.carried_out:
            return "error"
        return "warning" if self.days <= NEAR else ""


def ending_of(project: Project, today: date | None = None) -> Ending | None:
    """The end of a project that has a date for it and something left to decide or lose; None otherwise."""
    if project.ends is None:
        return None
    by_itself = project.at_end != AtEnd.REMIND and not (
        project.at_end == AtEnd.REMOVE_KEY and project.key_removed
    )
    grace = retention.kept("project_end") + timedelta(days=1)
    days = (project.ends - (today or timezone.localdate())).days
    return Ending(project.ends, days, project.at_end, project.ends + grace if by_itself else None)


def reminder(member: Membership, today: date | None = None) -> Ending | None:
    """The end of the member's project where it is near or past and the member is one who decides about it."""
    if not (member.is_lead or member.handles_identities):
        return None
    found = ending_of(member.project, today)
    return found if found is not None and found.days <= FAR else None
