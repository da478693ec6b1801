"""What a table leaves out, to be said beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet

from coding.models import Coding, Turn
from coding.models.sources import SpeakerRole
from coding.reports.blindness import blind_sources, left_out
from coding.reports.codebook import CodeNode, CodeTree
from coding.reports.passages import (
    ALL_CODERS,
    UNCOUNTED,
    Scope,
    counted_codings,
    counted_progress,
    counted_sources,
    visible_sources,
)


@dataclass(frozen=True)
class Aside:
    """What stands beside a table: what it leaves out. `hidden` is a sentence, empty where the member is not blind.
    `own_uncounted` are the sources that the member has coded and in which somebody else is the primary coder."""

    interviewer_only: int
    not_coded: tuple[str, ...]
    finished_before: tuple[tuple[CodeNode, tuple[str, ...]], ...]
    unlinked: int
    hidden: str
    own_uncounted: tuple[str, ...] = ()


def aside(scope: Scope, tree: CodeTree) -> Aside:
    """Passages in which nobody counts, sources not coded yet, sources finished before a code existed."""
    unlinked = (
        counted_codings(scope).filter(links__isnull=True).values("source_id", "start", "end").distinct()
    )
    counted = set(counted_sources(scope).values_list("id", flat=True))
    # Whether colleagues have begun a source in which the member is blind is not said.
    open_to_all = visible_sources(scope).exclude(pk__in=blind_sources(scope.member))
    own = _own_elsewhere(scope).filter(source=OuterRef("pk"))
    titles = list(open_to_all.order_by("sort_key", "id").values_list("id", "title", Exists(own)))
    marks = counted_progress(scope).filter(source_id__in=counted, finished__isnull=False)
    finished: dict[str, list] = defaultdict(list)
    for title, when in marks.order_by("source__sort_key").values_list("source__title", "finished"):
        finished[title].append(when)
    early = []
    for node in tree.walk():
        late = tuple(title for title, whens in finished.items() if max(whens) < node.code.created)
        if late:
            early.append((node, late))
    speakerless = Turn.objects.filter(
        version__source__in=counted, speaker__role=SpeakerRole.INFORMANT, speaker__informant=None
    )
    return Aside(
        interviewer_only=unlinked.count(),
        not_coded=tuple(title for key, title, _own in titles if key not in counted),
        finished_before=tuple(early),
        unlinked=speakerless.values("speaker_id").distinct().count(),
        hidden=left_out(scope.member, visible_sources(scope)),
        own_uncounted=tuple(title for _key, title, elsewhere in titles if elsewhere),
    )


def _own_elsewhere(scope: Scope) -> QuerySet[Coding]:
    """The member's codings in sources of which another is the primary coder: they count only among all coders'."""
    if scope.member is None or scope.coders == ALL_CODERS:
        return Coding.objects.none()
    own = Coding.objects.filter(coder=scope.member, version_id=F("source__version_id"))
    return own.exclude(review__in=UNCOUNTED).exclude(source__primary_coder=scope.member)
