"""Where the next or previous coding of a code stands, in the sources after or before the one that is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from coding.models import Membership, Source, SourceProgress
from coding.models.codings import Review
from coding.reports.blindness import seen_codings


@dataclass(frozen=True)
class Neighbour:
    """A coding (by UUID) on the code points [start, end) of a source (by UUID)."""

    source: UUID
    coding: UUID
    start: int
    end: int


def neighbour(
    member: Membership, source: Source, code: UUID, *, back: bool, shown: Mapping[UUID, Collection[int]]
) -> Neighbour | None:
    """The nearest coding with exactly `code` in the sources after `source` in the order of titles, or before it.

    The member's own codings count, and a colleague's where that page would show it to the member: `shown` are the
    coders (ids) whom the member chose to see, by source; where nothing was chosen, all in a source that the member has
    finished, and all for who only reads. What the member must not see is not there. Two queries.
    """
    finished = set(
        SourceProgress.objects.filter(coder=member, finished__isnull=False).values_list(
            "source_id", flat=True
        )
    )
    here = {"source__sort_key": source.sort_key}
    if back:
        beyond = Q(source__sort_key__lt=source.sort_key) | Q(source_id__lt=source.pk, **here)
        order = ("-source__sort_key", "-source_id", "-start", "end", "-code_id", "-uuid")
    else:
        beyond = Q(source__sort_key__gt=source.sort_key) | Q(source_id__gt=source.pk, **here)
        order = ("source__sort_key", "source_id", "start", "-end", "code_id", "uuid")
    codings = seen_codings(member).filter(beyond, code__uuid=code, version=F("source__version"))
    rows = codings.exclude(review=Review.EMPTIED).order_by(*order)
    fields = ("source_id", "source__uuid", "coder_id", "uuid", "start", "end")
    for key, where, coder, uuid, start, end in rows.values_list(*fields).iterator():
        by_rule = key in finished or not member.may_code
        if coder == member.pk or (coder in shown[where] if where in shown else by_rule):
            return Neighbour(where, uuid, start, end)
    return None
