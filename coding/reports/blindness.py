"""What a member of a blind project may see of colleagues' codings: the one place that reports ask.

In which sources a member is blind is `Source.objects.blind_to`; the conditions that follow from it stand beside the
models. Hidden are colleagues' codings, the memos on them, how many there are, that there are any, and what was done to
them. Not hidden is who is assigned to a source and who has said that they have finished it: that is about work, not
about judgement. What the law asks for (an informant's data, a withdrawal, the end of a project) tells all.
"""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from coding.models import AuditEvent, Change, Coding, Membership, Source
from coding.models.codings import may_be_blind, seen_by

Rows = TypeVar("Rows", bound=Model)

# What is done to codings, in the history and the feed: rows of these kinds in a source tell of them.
_TELLING = ("Attribution", "Coding", "Memo")


def blind_sources(member: Membership | None) -> QuerySet[Source]:
    """The sources in which the member must not see colleagues' codings. None (the command line) is never blind.

    Empty, without a query, where the project is not blind.
    """
    return Source.objects.blind_to(member) if member is not None else Source.objects.none()


def is_blind_in(member: Membership, source: Source) -> bool:
    """Whether the member must not see colleagues' codings in `source`. At most one query."""
    return may_be_blind(member) and blind_sources(member).filter(pk=source.pk).exists()


def without_hidden(rows: QuerySet[Rows], member: Membership | None, way: str = "") -> QuerySet[Rows]:
    """`rows` without those on codings that are hidden from the member; the same query where the project is not blind.

    `way` leads from a row to its coding ("coding__" from memos); a row on no coding stays. Rows that have a source and
    a coder of their own, as codings do, need none.
    """
    if member is None or not may_be_blind(member):
        return rows
    return rows.filter(seen_by(member, way))


def seen_codings(member: Membership) -> QuerySet[Coding]:
    """The codings of the project in the sources that the member may see, without colleagues' where they are blind, and
    without those that are only suggested."""
    codings = Coding.objects.filter(project_id=member.project_id).confirmed()
    if not member.handles_identities:
        codings = codings.filter(source__cleared__isnull=False)
    return without_hidden(codings, member)


def seen_changes(changes: QuerySet[Change], member: Membership) -> QuerySet[Change]:
    """`changes` without what others did to codings and memos where the member is blind."""
    if not may_be_blind(member):
        return changes
    blind = blind_sources(member).values("pk")
    return changes.exclude(~Q(event__actor=member), kind__in=_TELLING, source_id__in=blind)


def seen_events(events: QuerySet[AuditEvent], member: Membership) -> QuerySet[AuditEvent]:
    """`events` without those of others of which all that they changed is hidden from the member."""
    if not may_be_blind(member):
        return events
    changes = Change.objects.filter(event=OuterRef("pk"))
    return events.filter(Q(actor=member) | Exists(seen_changes(changes, member)) | ~Exists(changes))


def left_out(member: Membership | None, sources: QuerySet[Source]) -> str:
    """A sentence for numbers over `sources`, where colleagues' codings are left out of them; else empty."""
    if member is None or not may_be_blind(member):
        return ""
    many = sources.filter(pk__in=blind_sources(member).values("pk")).count()
    if not many:
        return ""
    return ngettext(
        "Left out: colleagues’ codings in %(number)d source that you have not finished (the project is blind).",
        "Left out: colleagues’ codings in %(number)d sources that you have not finished (the project is blind).",
        many,
    ) % {"number": many}
