"""How much of a source a member has read and coded, and where they stopped: three things, none of them "finished"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from coding.anchoring.covering import Stretch, common, size, united
from coding.models import Coding, Membership, Reading, Source, Turn


@dataclass(frozen=True)
class ReadingRow:
    """`read`: the share (0 to 1) of the text that the member has had before their eyes. `coded`: the share of the
    words that count (`Turn.counted`) lying in a passage that the member has coded. `position`: the code point at which
    the reading goes on."""

    read: float = 0.0
    coded: float = 0.0
    position: int = 0

    @property
    def read_percent(self) -> int:
        return _percent(self.read)

    @property
    def coded_percent(self) -> int:
        return _percent(self.coded)


def _percent(share: float) -> int:
    """Whole percents, 0 and 100 only where they are exact."""
    return min(99, max(1, round(100 * share))) if 0 < share < 1 else round(100 * share)


def reading_rows(member: Membership, sources: Iterable[int]) -> dict[int, ReadingRow]:
    """How far `member` has come in each of `sources` (ids) that they may see. Four queries, however many there are.

    Words coded twice count once.
    """
    visible = Source.objects.visible_to(member).filter(pk__in=list(sources))
    lengths = {key: characters or 0 for key, characters in visible.values_list("pk", "version__characters")}
    notes = {
        key: (spans, position)
        for key, spans, position in Reading.objects.filter(
            member=member, source__in=list(lengths)
        ).values_list("source_id", "spans", "position")
    }
    coded = _coded(member, lengths)
    rows = {}
    for key, characters in lengths.items():
        spans, position = notes.get(key, ([], 0))
        read = size((start, min(end, characters)) for start, end in spans if start < characters)
        rows[key] = ReadingRow(
            read=read / characters if characters else 0.0,
            coded=coded.get(key, 0.0),
            position=min(position, characters),
        )
    return rows


def _coded(member: Membership, sources: Iterable[int]) -> dict[int, float]:
    """By source, the share of its counting words that lie in codings of the member. Two queries."""
    mine = Coding.objects.confirmed().filter(coder=member, source__in=list(sources))
    return {source: part.share for (source, _coder), part in coded_parts(mine).items()}


@dataclass(frozen=True)
class CodedPart:
    """How many of the words that count in a source (`Turn.counted`) a coder has coded; twice coded counts once."""

    words: int
    of: int

    @property
    def share(self) -> float:
        return self.words / self.of if self.of else 0.0

    @property
    def percent(self) -> int:
        return _percent(self.share)


def coded_parts(codings: QuerySet[Coding]) -> dict[tuple[int, int], CodedPart]:
    """By (source, coder), what lies in `codings` of the current text; no entry where there is none. Two queries."""
    words: dict[tuple[int, int], list[Stretch]] = defaultdict(list)
    now = codings.filter(version=F("source__version")).order_by()
    for source, coder, first, end in now.values_list("source_id", "coder_id", "first_word", "end_word"):
        words[source, coder].append((first, end))
    spoken: dict[int, list[Stretch]] = defaultdict(list)
    turns = Turn.objects.counted().filter(
        version__source__in={source for source, _coder in words},
        version=F("version__source__version"),
        words__gt=0,
    )
    for source, first, count in turns.order_by("version", "number").values_list(
        "version__source", "first_word", "words"
    ):
        spoken[source].append((first, first + count))
    return {
        (source, coder): CodedPart(size(common(united(stretches), spoken[source])), size(spoken[source]))
        for (source, coder), stretches in words.items()
    }
