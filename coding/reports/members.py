"""People and projects as lists show them: my projects and what is new there, a project's members, its open links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.utils import timezone

from coding.models import AuditEvent, Code, Coding, Invitation, Membership, Project, Role, Source, User
from coding.models.names import search_key, sort_key
from coding.reports.blindness import seen_codings
from coding.reports.ending import Ending, ending_of

_RANK = {Role.LEAD: 0, Role.CODER: 1, Role.READER: 2}
SORTS = ("name", "role", "codings", "active")


@dataclass(frozen=True)
class News:
    """What others have added to a project since the member last did something there, in what the member may see."""

    sources: int
    codings: int
    codes: int

    def __bool__(self) -> bool:
        return bool(self.sources or self.codings or self.codes)


@dataclass(frozen=True)
class ProjectRow:
    """One of a person's projects."""

    project: Project
    member: Membership
    sources: int
    codings: int
    latest: datetime | None
    news: News
    ending: Ending | None


@dataclass(frozen=True)
class MemberRow:
    """A member with what the list says of them."""

    member: Membership
    codings: int
    latest: datetime | None

    @property
    def searched(self) -> str:
        user = self.member.user
        return search_key(
            " ".join([self.member.name, user.username if user else "", str(Role(self.member.role).label)])
        )


@dataclass(frozen=True)
class OpenLink:
    """An invitation that nobody has used."""

    invitation: Invitation
    expired: bool


def projects_of(user: User) -> list[ProjectRow]:
    """The projects in which the user takes part, by title."""
    members = (
        Membership.objects.active()
        .filter(user=user)
        .select_related("project")
        .order_by("project__sort_key", "project_id")
    )
    return [_project_row(member) for member in members]


def _last_own(member: Membership) -> datetime:
    """When the member last did something in the project, or joined it."""
    own = AuditEvent.objects.filter(project_id=member.project_id, actor=member)
    return own.aggregate(at=Max("created"))["at"] or member.joined


def news(member: Membership, since: datetime | None = None) -> News:
    """What others have added since the member last did something, or since `since`. Four queries."""
    since = since or _last_own(member)
    codes = Code.objects.filter(project_id=member.project_id, created__gt=since)
    return News(
        sources=Source.objects.visible_to(member).filter(created__gt=since).count(),
        codings=seen_codings(member).filter(created__gt=since).exclude(coder=member).count(),
        codes=codes.exclude(created_by=member).count(),
    )


def _project_row(member: Membership) -> ProjectRow:
    """A few counts for each project: a person takes part in a handful."""
    last_own = _last_own(member)
    codings = seen_codings(member)
    return ProjectRow(
        project=member.project,
        member=member,
        sources=Source.objects.visible_to(member).count(),
        codings=codings.count(),
        latest=max(filter(None, [codings.aggregate(at=Max("modified"))["at"], last_own])),
        news=news(member, last_own),
        ending=ending_of(member.project),
    )


def members_of(asker: Membership, *, words: str = "", sort: str = "name") -> list[MemberRow]:
    """The members of the asker's project who fit `words`; `sort` is one of SORTS, with `-` in front for the other way.

    Those who no longer take part stand last, whichever the order.
    """
    project = asker.project
    counted = Coding.objects.filter(project=project).confirmed().seen_by(asker)
    codings = dict(counted.values_list("coder").annotate(n=Count("id")).order_by())
    latest = dict(
        AuditEvent.objects.filter(project=project, actor__isnull=False)
        .values_list("actor")
        .annotate(at=Max("created"))
        .order_by()
    )
    members = Membership.objects.filter(project=project).select_related("user")
    rows = [MemberRow(member, codings.get(member.pk, 0), latest.get(member.pk)) for member in members]
    asked = search_key(words).split()
    rows = [row for row in rows if all(word in row.searched for word in asked)]
    _order(rows, sort)
    return rows


def _order(rows: list[MemberRow], sort: str) -> None:
    never = datetime.min.replace(tzinfo=timezone.get_default_timezone())
    keys = {
        "name": lambda row: sort_key(row.member.name),
        "role": lambda row: _RANK[Role(row.member.role)],
        "codings": lambda row: row.codings,
        "active": lambda row: row.latest or never,
    }
    rows.sort(key=keys["name"])
    rows.sort(key=keys.get(sort.lstrip("-"), keys["name"]), reverse=sort.startswith("-"))
    rows.sort(key=lambda row: not row.member.active)


def without_account(project: Project) -> Sequence[Membership]:
    """The members whose work was brought in and who cannot sign in yet."""
    found = Membership.objects.filter(project=project, user=None)
    return sorted(found, key=lambda member: sort_key(member.name))


def open_links(project: Project) -> list[OpenLink]:
    """The invitations to a project that nobody has used yet, the newest first."""
    now = timezone.now()
    links = (
        Invitation.objects.filter(project=project, used=None)
        .select_related("created_by", "membership")
        .order_by("-created", "-id")
    )
    return [OpenLink(link, expired=link.expires <= now) for link in links]
