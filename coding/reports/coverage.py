"""What a table leaves out, to be said beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from coding.models import Turn
from coding.models.sources import SpeakerRole
from coding.reports.blindness import blind_sources, left_out
from coding.reports.codebook import CodeNode, CodeTree
from coding.reports.passages import (
    Scope,
    counted_codings,
    counted_progress,
    counted_sources,
    visible_sources,
)


@dataclass(frozen=True)
class Aside:
    """What stands beside a table: what it leaves out. `hidden` is a sentence, empty where the member is not blind."""

    interviewer_only: int
    not_coded: tuple[str, ...]
    finished_before: tuple[tuple[CodeNode, tuple[str, ...]], ...]
    unlinked: int
    hidden: str


def aside(scope: Scope, tree: CodeTree) -> Aside:
    """Passages in which nobody counts, sources not coded yet, sources finished before a code existed."""
    unlinked = (
        counted_codings(scope).filter(links__isnull=True).values("source_id", "start", "end").distinct()
    )
    counted = set(counted_sources(scope).values_list("id", flat=True))
    # Whether colleagues have begun a source in which the member is blind is not said.
    open_to_all = visible_sources(scope).exclude(pk__in=blind_sources(scope.member))
    titles = open_to_all.order_by("sort_key", "id").values_list("id", "title")
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
        not_coded=tuple(title for key, title in titles if key not in counted),
        finished_before=tuple(early),
        unlinked=speakerless.values("speaker_id").distinct().count(),
        hidden=left_out(scope.member, visible_sources(scope)),
    )
