"""Passages as a person reads them: who says what, what stands around it, and how it is attributed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coding.models import Informant, Membership, Source, Turn
from coding.reports.codebook import CodeNode, CodeTree
from coding.reports.disclosure import Attributed, Attributions
from coding.reports.passages import Passage, Scope

CONTEXT = 160


@dataclass(frozen=True)
class Part:
    """What one speaker says of a passage, from the code point `start` on; `label` is None where there is none."""

    label: str | None
    text: str
    start: int


@dataclass(frozen=True)
class Quotation:
    """A passage with its words. `before` and `after` are what stands around it in its first and last turn."""

    passage: Passage
    source: Source
    text: str
    parts: tuple[Part, ...]
    before: str
    after: str
    turn: int
    time: str
    codes: tuple[CodeNode, ...]
    coders: tuple[str, ...]
    informants: tuple[str, ...]
    attributed: Attributed

    @property
    def title(self) -> str:
        """The source's title as it may leave the project: without a city that the attribution leaves out."""
        return self.attributed.without_city(self.source.title)

    @property
    def dialogue(self) -> bool:
        """Whether several turns speak in it."""
        return len(self.parts) > 1


@dataclass(frozen=True, slots=True)
class _Turn:
    number: int
    start: int
    end: int
    label: str | None
    time: str


def quotations(scope: Scope, found: Sequence[Passage], tree: CodeTree) -> list[Quotation]:
    """The passages with their words, in the same order. A fixed number of queries, whatever their number."""
    wanted = {passage.source_id for passage in found}
    sources = {
        source.pk: source
        for source in Source.objects.filter(project=scope.project, pk__in=wanted).select_related("version")
    }
    turns = _turns(sources.values())
    names = dict(Informant.objects.filter(project=scope.project).values_list("id", "pseudonym"))
    coders = dict(Membership.objects.filter(project=scope.project).values_list("id", "name"))
    attributions = Attributions(scope.project)
    result = []
    for passage in found:
        source = sources[passage.source_id]
        text = source.version.text if source.version else ""
        spoken = _covered(turns[passage.source_id], passage)
        first, last = spoken[0], spoken[-1]
        result.append(
            Quotation(
                passage=passage,
                source=source,
                text=text[passage.start : passage.end],
                parts=tuple(
                    Part(turn.label, text[start : min(turn.end, passage.end)], start)
                    for turn in spoken
                    for start in [max(turn.start, passage.start)]
                ),
                before=_shortened(text[first.start : passage.start], left=True),
                after=_shortened(text[passage.end : last.end], left=False),
                turn=first.number + 1,
                time=first.time,
                codes=tuple(tree.by_id[code] for code in passage.codes if code in tree.by_id),
                coders=tuple(coders[coder] for coder in passage.coders),
                informants=tuple(names[who] for who in passage.everybody if who is not None),
                attributed=attributions.of(passage),
            )
        )
    return result


def _turns(sources: Iterable[Source]) -> dict[int, list[_Turn]]:
    found: dict[int, list[_Turn]] = defaultdict(list)
    versions = {source.version_id: source.pk for source in sources}
    rows = Turn.objects.filter(version__in=list(versions)).order_by("version_id", "number")
    for version, number, start, end, label, time in rows.values_list(
        "version_id", "number", "start", "end", "speaker__label", "time"
    ):
        found[versions[version]].append(_Turn(number, start, end, label, time))
    return found


def _covered(turns: Sequence[_Turn], passage: Passage) -> Sequence[_Turn]:
    """The turns of which the passage covers a character; turns are in order and do not overlap."""
    first = bisect_right(turns, passage.start, key=lambda turn: turn.end)
    last = bisect_left(turns, passage.end, key=lambda turn: turn.start)
    return turns[first:last]


def _shortened(text: str, *, left: bool) -> str:
    """At most CONTEXT characters of what stands beside a passage, cut at a blank."""
    if len(text) <= CONTEXT:
        return text
    if left:
        return "…" + text[-CONTEXT:].partition(" ")[2].join((" ", ""))
    return text[:CONTEXT].rpartition(" ")[0] + " …"


@dataclass(frozen=True)
class Voice:
    """The passages in which one informant counts (None: speech of nobody known)."""

    informant: Informant | None
    quotations: tuple[Quotation, ...]


def by_informant(scope: Scope, found: Sequence[Quotation]) -> list[Voice]:
    """Quotations grouped by who counts in them; one in which two count stands under both."""
    groups: dict[int | None, list[Quotation]] = defaultdict(list)
    for quotation in found:
        for who in quotation.passage.informants:
            groups[who].append(quotation)
        if quotation.passage.unnamed:
            groups[None].append(quotation)
    people = Informant.objects.filter(
        project=scope.project, pk__in=[who for who in groups if who is not None]
    )
    voices = [Voice(person, tuple(groups[person.pk])) for person in people]
    if None in groups:
        voices.append(Voice(None, tuple(groups[None])))
    return voices
