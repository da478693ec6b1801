"""The passages behind two codes that occur together: as many as the table says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from coding.reports.codebook import CodeTree
from coding.reports.crossing import meeting_pairs, meets_any
from coding.reports.meeting import INFORMANT, NOBODY, Marks, laid, marks, meets_conditions
from coding.reports.passages import Passage, Scope, visible_sources
from coding.reports.quotations import Part, Quotation, quotations

# So far before and behind a passage the other one is shown with it, in characters.
REACH = 1_500
MOST_EACH = 5
FIRST, SECOND = "first", "second"


@dataclass(frozen=True)
class Piece:
    """A bit of what somebody says; `kinds` tells which of the marks lie on it."""

    text: str
    kinds: frozenset[str]

    @property
    def both(self) -> bool:
        return len(self.kinds) > 1


@dataclass(frozen=True)
class Lit:
    """A passage in which other stretches are marked: for each part its label and its pieces."""

    quotation: Quotation
    parts: tuple[tuple[str | None, tuple[Piece, ...]], ...]


def lit(quotation: Quotation, stretches: Sequence[tuple[int, int, str]]) -> Lit:
    """Mark stretches (start, end, kind), code points of the source's text, in a passage."""
    return Lit(quotation, tuple((part.label, _pieces(part, stretches)) for part in quotation.parts))


def _pieces(part: Part, stretches: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    end = part.start + len(part.text)
    here = [(max(a, part.start), min(b, end), kind) for a, b, kind in stretches if a < end and b > part.start]
    bounds = sorted({part.start, end, *(a for a, _b, _k in here), *(b for _a, b, _k in here)})
    return tuple(
        Piece(
            part.text[a - part.start : b - part.start],
            frozenset(kind for first, last, kind in here if first <= a and b <= last),
        )
        for a, b in pairwise(bounds)
    )


Stretch = tuple[int, int, int]


@dataclass(frozen=True)
class Said:
    """What one informant (an id) says under the first code and under the second, and how many passages there are."""

    who: int
    first: list[Quotation]
    first_in_all: int
    second: list[Quotation]
    second_in_all: int


@dataclass(frozen=True)
class Meetings:
    """What two codes have together. `places` are the passages (source, start, end) of the first that meet the second,
    in order; `others` is how many passages of the second meet the first, `people` who counts in both."""

    scope: Scope
    places: tuple[Stretch, ...]
    others: int
    people: frozenset[int]
    order: dict[int, int]
    first: Marks
    second: Marks
    everybody: Marks
    lines: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

    def shown(self, tree: CodeTree, start: int, stop: int) -> list[Lit]:
        """Some of the places with their words: where the one code stands, where the other, and where both."""
        wanted = self.places[start:stop]
        rows = np.flatnonzero(_on(self.first, wanted))
        (low, high), others = self.lines
        at, other = meeting_pairs(low[rows], high[rows], others)
        met: dict[Stretch, set[tuple[int, int]]] = {place: set() for place in wanted}
        codes: dict[Stretch, set[int]] = {place: set() for place in wanted}
        for row, near in zip(rows[at].tolist(), other.tolist(), strict=True):
            place = _stretch(self.first, row)
            met[place].add(_stretch(self.second, near)[1:])
            codes[place].update((int(self.first.code[row]), int(self.second.code[near])))
        made = [
            self._passage(self.first, place, _window(place, met[place]), codes[place]) for place in wanted
        ]
        return [
            lit(quotation, [(*place[1:], FIRST), *((a, b, SECOND) for a, b in sorted(met[place]))])
            for place, quotation in zip(wanted, quotations(self.scope, made, tree), strict=True)
        ]

    def by_person(self, tree: CodeTree, people: Sequence[int]) -> list[Said]:
        """What some of the people say under each of the codes: the first few passages of each, and how many there are.

        For INFORMANT, where the passages need not stand near each other.
        """
        sides = []
        for rows in (self.first, self.second):
            for who in people:
                mine = rows.only(rows.who == who)
                sides.append(self._in_order({_stretch(mine, row) for row in range(len(mine))}))
        few = [places[:MOST_EACH] for places in sides]
        rows = self.first + self.second
        made = [self._passage(rows, place, place, ()) for places in few for place in places]
        words = iter(quotations(self.scope, made, tree))
        shown = [[next(words) for _place in places] for places in few]
        half = len(people)
        return [
            Said(who, shown[at], len(sides[at]), shown[half + at], len(sides[half + at]))
            for at, who in enumerate(people)
        ]

    def _in_order(self, places: set[Stretch]) -> list[Stretch]:
        return sorted(places, key=lambda place: (self.order[place[0]], *place[1:]))

    def _passage(self, rows: Marks, place: Stretch, seen: Stretch, codes: Iterable[int]) -> Passage:
        """The stretch `place` as it is shown, widened to `seen`, with whoever counts in it."""
        here = rows.only(_on(rows, [place]))
        all_there = self.everybody.who[_on(self.everybody, [place])].tolist()
        return Passage(
            source_id=place[0],
            start=seen[1],
            end=seen[2],
            # No word is counted here.
            first_word=0,
            end_word=0,
            codes=tuple(sorted({*codes} or set(here.code.tolist()))),
            coders=tuple(sorted(set(here.coder.tolist()))),
            codings=(),
            informants=tuple(sorted(set(here.who.tolist()) - {NOBODY})),
            unnamed=NOBODY in here.who,
            everybody=people_of(all_there),
        )


def _window(place: Stretch, met: set[tuple[int, int]]) -> Stretch:
    """A passage widened so far that what it meets is seen, but not without end."""
    source, start, end = place
    first = max(start - REACH, min([start, *(a for a, _ in met)]))
    return source, first, min(end + REACH, max([end, *(b for _, b in met)]))


def people_of(who: Iterable[int]) -> tuple[int | None, ...]:
    """People as passages name them: ids in order, None last for speech of nobody known."""
    found = set(who)
    named = sorted(found - {NOBODY})
    return (*named, None) if NOBODY in found else tuple(named)


def _stretch(rows: Marks, row: int) -> Stretch:
    return int(rows.source[row]), int(rows.start[row]), int(rows.end[row])


def _on(rows: Marks, places: Sequence[Stretch]) -> np.ndarray:
    """Which rows stand on exactly these few stretches."""
    there = np.zeros(len(rows), dtype=bool)
    for source, start, end in places:
        there |= (rows.source == source) & (rows.start == start) & (rows.end == end)
    return there


def meetings(scope: Scope, way: str, within: int, first: Sequence[int], second: Sequence[int]) -> Meetings:
    """Where passages of the codes `first` (ids) meet passages of `second`. See `reports.meeting.laid`."""
    # A passage is attributed to everybody who counts in it, whomever the conditions are about.
    everybody = marks(replace(scope, values={}), [*first, *second])
    fits = everybody.only(meets_conditions(scope, everybody.who, everybody.source))
    ones, others = fits.only(np.isin(fits.code, first)), fits.only(np.isin(fits.code, second))
    if way == INFORMANT:
        ones, others = ones.only(ones.who != NOBODY), others.only(others.who != NOBODY)
    many = len(ones)
    lines = laid(ones + others, scope, way, within)
    low, high = lines.low[:many], lines.high[:many]
    there = (lines.low[many:], lines.high[many:])
    held, back = meets_any(low, high, there), meets_any(*there, (low, high))
    ones, others = ones.only(held), others.only(back)
    sources = visible_sources(scope).order_by("sort_key", "id").values_list("id", flat=True)
    order = {key: place for place, key in enumerate(sources)}
    places = {_stretch(ones, row) for row in range(len(ones))}
    return Meetings(
        scope=scope,
        places=tuple(sorted(places, key=lambda place: (order[place[0]], *place[1:]))),
        others=len({_stretch(others, row) for row in range(len(others))}),
        people=frozenset(ones.who.tolist()) - {NOBODY},
        order=order,
        first=ones,
        second=others,
        everybody=everybody,
        lines=((low[held], high[held]), (there[0][back], there[1][back])),
    )
