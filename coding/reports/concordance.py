"""The concordance: every hit on a line of its own with the words around it, sorted by what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast, overload

import numpy as np

from coding.models import Source
from coding.models.attributes import CITY, INFORMANT_TYPE
from coding.reports.corpus import SpokenTurn
from coding.reports.passages import Scope
from coding.reports.search import Found, Hits, Speakers, answer, texts_of

SOURCE = "source"
# Left of the hit the first word is the nearest, and so right of it.
SORTS = (SOURCE, "l1", "l2", "l3", "r1", "r2", "r3")
_FARTHEST = 3
# So many code points of a turn are shown at either side.
BESIDE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One hit: code points [start, end) of a turn of a source."""

    source: Source
    turn: SpokenTurn
    start: int
    end: int


class Lines(Sequence[Line]):
    """Hits in an order; each line is made when it is asked for."""

    def __init__(self, hits: Hits | None = None, order: np.ndarray | None = None) -> None:
        self._hits = hits
        self._order = order if order is not None else np.arange(len(hits) if hits is not None else 0)

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> list[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | list[Line]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        number, hits = int(self._order[place]), cast(Hits, self._hits)
        turn = int(hits.turns[number])
        start, end = map(int, hits.spans[number])
        return Line(hits.corpus.source(turn), hits.corpus.turn(turn), start, end)


@dataclass(frozen=True)
class Concordance:
    """The lines in the order asked for, and what a search says of them."""

    found: Found
    lines: Lines = field(default_factory=Lines)


def concordance(
    scope: Scope, question: str, *, sort: str = SOURCE, compounds: bool = True, interviewers: bool = False
) -> Concordance:
    """Every hit of a question. `sort` is one of SORTS: `l2` orders by the second word to the left, then the third,
    then as the sources stand; a word beyond the turn comes first. Raises Misasked, ValueError for another sort.
    """
    if sort not in SORTS:
        raise ValueError(sort)
    answered = answer(scope, question, compounds=compounds, interviewers=interviewers)
    order = None if sort == SOURCE else _order(answered.hits, sort)
    return Concordance(answered.found, Lines(answered.hits, order))


def _order(hits: Hits, sort: str) -> np.ndarray:
    """The places of the hits in the order of the words beside them, from the one asked for outwards."""
    words, ranks = hits.corpus.words, hits.corpus.joined.ranks
    keys = []
    for step in range(int(sort[1]), _FARTHEST + 1):
        beside = hits.words[:, 0] - step if sort[0] == "l" else hits.words[:, 1] + step - 1
        there = np.clip(beside, 0, max(len(words) - 1, 0))
        within = (beside == there) & (words.turn_of[there] == hits.turns)
        keys.append(np.where(within, ranks[words.numbers[there]], 0))
    return np.lexsort(keys[::-1])


@dataclass(frozen=True)
class ShownLine:
    """A line as it is read: what was found, and at most BESIDE characters of its turn at either side of it."""

    source: Source
    turn: SpokenTurn
    start: int
    end: int
    left: str
    text: str
    right: str
    speaker: str
    city: str
    informant_type: str


def shown(scope: Scope, lines: Sequence[Line]) -> list[ShownLine]:
    """Lines with their words, in the same order. As many queries, however many lines."""
    speakers = Speakers(scope)
    said = texts_of(line.source for line in lines)
    result = []
    for line in lines:
        turn, source = line.turn, line.source
        text = said[source.pk]
        result.append(
            ShownLine(
                source=source,
                turn=turn,
                start=line.start,
                end=line.end,
                left=_left(text[turn.start : line.start]),
                text=text[line.start : line.end],
                right=_right(text[line.end : turn.end]),
                speaker=speakers.name(turn),
                city=speakers.value(CITY, turn, source.pk),
                informant_type=speakers.value(INFORMANT_TYPE, turn, source.pk),
            )
        )
    return result


def _left(text: str) -> str:
    text = _flat(text)
    return text if len(text) <= BESIDE else "…" + text[-BESIDE:].partition(" ")[2]


def _right(text: str) -> str:
    text = _flat(text)
    return text if len(text) <= BESIDE else text[:BESIDE].rpartition(" ")[0] + "…"


def _flat(text: str) -> str:
    """A turn may hold line breaks; a line of a concordance holds none."""
    return text.replace("\n", " ")
