"""Queries: passages of codes, or turns with words, that stand so near to others or do not; counted as all else is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.db.models import Q

from coding.language.queries import Misasked
from coding.reports.cooccurrence import people_counted
from coding.reports.crossing import apart, meets_any
from coding.reports.meeting import INFORMANT, NOBODY, Marks, Turns, laid, marks, meets_conditions
from coding.reports.pairs import people_of
from coding.reports.passages import (
    Passage,
    Scope,
    Whereabouts,
    counted_codings,
    counted_sources,
    visible_sources,
)
from coding.reports.questions import AFTER, Clause, Operand, Question, Unanswerable
from coding.reports.search import search, why_not
from coding.reports.tally import numbered

Place = tuple[int, int, int]


@dataclass(frozen=True)
class _Rows:
    """What an operand finds: rows as of `Marks`; `coded` says that coders put them there."""

    rows: Marks
    coded: bool


@dataclass(frozen=True)
class Answer:
    """What a query finds: stretches in the order of sources and places. For words, `read` texts were asked, and
    `waiting` ones have not been read yet.

    `informants` of `base` count in a stretch that fits; `found` are the rows that fit, `everybody` all rows on the
    same stretches and others.
    """

    scope: Scope
    places: tuple[Place, ...]
    informants: int
    base: int
    sources: int
    read: int
    waiting: int
    found: Marks
    everybody: Marks
    hits: dict[int, list[tuple[int, int]]]

    def passages(self, start: int, stop: int) -> list[Passage]:
        """The stretches from `start` to before `stop`, with who counts there and the codes of the counted coders that
        overlap them. One query."""
        wanted = self.places[start:stop]
        fit, all_there = _who(self.found, wanted), _who(self.everybody, wanted)
        codes = self._codes_on(wanted)
        return [
            Passage(
                source_id=place[0],
                start=place[1],
                end=place[2],
                # No word is counted here.
                first_word=0,
                end_word=0,
                codes=tuple(dict.fromkeys(codes[place])),
                coders=tuple(sorted({coder for _who, coder in fit[place]} - {NOBODY})),
                codings=(),
                informants=tuple(sorted({who for who, _coder in fit[place]} - {NOBODY})),
                unnamed=any(who == NOBODY for who, _coder in fit[place]),
                everybody=people_of(who for who, _coder in all_there[place]),
            )
            for place in wanted
        ]

    def _codes_on(self, places: Sequence[Place]) -> dict[Place, list[int]]:
        codes: dict[Place, list[int]] = defaultdict(list)
        if not places:
            return codes
        near = Q()
        for source, start, end in places:
            near |= Q(source_id=source, start__lt=end, end__gt=start)
        rows = counted_codings(self.scope).filter(near).order_by("start", "id")
        for source, start, end, code in rows.values_list("source_id", "start", "end", "code_id"):
            for place in places:
                if place[0] == source and start < place[2] and end > place[1]:
                    codes[place].append(code)
        return codes

    def hits_in(self, place: Place) -> list[tuple[int, int]]:
        """The words that were looked for, in a stretch."""
        return [(a, b) for a, b in self.hits.get(place[0], ()) if a < place[2] and b > place[1]]


def _who(rows: Marks, places: Sequence[Place]) -> dict[Place, list[tuple[int, int]]]:
    """(who, coder) of the rows on each of a few stretches."""
    found: dict[Place, list[tuple[int, int]]] = {place: [] for place in places}
    for place in places:
        at = (rows.source == place[0]) & (rows.start == place[1]) & (rows.end == place[2])
        found[place] = list(zip(rows.who[at].tolist(), rows.coder[at].tolist(), strict=True))
    return found


def answer(scope: Scope, question: Question) -> Answer:
    """Ask a question. Raises Unanswerable with a sentence where its words cannot be understood."""
    return _Asker(scope, question).answer()


class _Asker:
    def __init__(self, scope: Scope, question: Question) -> None:
        self.scope, self.question = scope, question
        # Whom the conditions are about is settled by who counts in what is found; what it is near to may be anybody's.
        self.open = replace(scope, values={})
        if question.of_codes:
            begun = frozenset(counted_sources(self.open).values_list("id", flat=True))
            self.searched = replace(self.open, sources=begun)
        else:
            self.searched = self.open
        self.read = self.waiting = 0
        self.hits: dict[int, list[tuple[int, int]]] = defaultdict(list)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.open)

    def answer(self) -> Answer:
        kept: list[Marks] = []
        everybody: list[Marks] = []
        others = [
            [self._near(operand, clause) for operand in clause.any_of] for clause in self.question.clauses
        ]
        for operand in self.question.any_of:
            base = self._found(operand)
            fits = meets_conditions(self.scope, base.rows.who, base.rows.source)
            for clause, near in zip(self.question.clauses, others, strict=True):
                held = np.zeros(len(base.rows), dtype=bool)
                for other in near:
                    held |= self._together(base, other, clause)
                fits &= ~held if clause.without else held
            kept.append(base.rows.only(fits))
            everybody.append(base.rows)
        found = _all(kept)
        return Answer(
            scope=self.scope,
            places=self._places(found),
            informants=len(set(found.who.tolist()) - {NOBODY}),
            base=self._base(),
            sources=len(set(found.source.tolist())),
            read=self.read,
            waiting=self.waiting,
            found=found,
            everybody=_all(everybody),
            hits=self.hits,
        )

    def _found(self, operand: Operand) -> _Rows:
        """The passages of a code; the turns that hold the words, interviewers' left out."""
        if operand.node is not None:
            return _Rows(marks(self.open, _codes(operand)), coded=True)
        rows = [
            (found.source.pk, found.turn.informant, found.turn.start, found.turn.end)
            for found in self._search(operand.words, lit=True)
        ]
        return _Rows(_said(rows), coded=False)

    def _near(self, operand: Operand, clause: Clause) -> _Rows:
        """What a condition is about: the passages of a code; the words themselves."""
        if operand.node is not None:
            return _Rows(marks(self.open, _codes(operand)), coded=True)
        rows = [
            (found.source.pk, found.turn.informant, start, end)
            for found in self._search(operand.words, lit=not clause.without)
            for start, end in found.hits
        ]
        return _Rows(_said(rows), coded=False)

    def _search(self, words: str, *, lit: bool) -> list:
        try:
            found = search(self.searched, words)
        except Misasked as refused:
            raise Unanswerable(why_not(refused)) from None
        self.read, self.waiting = found.read, found.waiting
        turns = [one for one in found.turns if one.turn.counts]
        if lit:
            for one in turns:
                self.hits[one.source.pk].extend(one.hits)
        return turns

    def _together(self, base: _Rows, other: _Rows, clause: Clause) -> np.ndarray:
        """Which rows of `base` have one of `other` as near as the clause says.

        Codings meet codings of the same coder only. Who counts must count in both, but for what follows and for words:
        these are anybody's.
        """
        many = len(base.rows)
        rows = base.rows + other.rows
        none = np.zeros_like(rows.who)
        if not (base.coded and other.coded):
            rows = replace(rows, coder=none)
        if clause.way == AFTER:
            return self._followed(rows, many, clause.within)
        if clause.way == INFORMANT:
            known = base.rows.who != NOBODY
        else:
            known = np.ones(many, dtype=bool)
            rows = rows if other.coded else replace(rows, who=none)
        lines = laid(rows, self.open, clause.way, clause.within)
        there = (lines.low[many:], lines.high[many:])
        return known & meets_any(lines.low[:many], lines.high[:many], there)

    def _followed(self, rows: Marks, many: int, within: int) -> np.ndarray:
        """Which of the first `many` rows have a later one that begins where they end or behind, and whose first turn
        is at most `within` turns behind their last one.

        On one line, those that begin before it ends, and those whose first turn is near enough, are both the first so
        many in the order in which they begin.
        """
        line = numbered(rows.source, rows.coder)
        first = self.turns.first(rows.source, rows.start)
        reach = self.turns.last(rows.source, rows.end) + within
        begin, end = apart(line, rows.start, rows.end)
        turn, reached = apart(line, first, np.maximum(reach, first))
        before = np.searchsorted(np.sort(begin[many:]), end[:many], side="left")
        return np.searchsorted(np.sort(turn[many:]), reached[:many], side="right") > before

    def _places(self, found: Marks) -> tuple[Place, ...]:
        sources = visible_sources(self.scope).order_by("sort_key", "id").values_list("id", flat=True)
        order = {key: at for at, key in enumerate(sources)}
        stretches = set(zip(found.source.tolist(), found.start.tolist(), found.end.tolist(), strict=True))
        return tuple(sorted(stretches, key=lambda place: (order[place[0]], place[1], place[2])))

    def _base(self) -> int:
        if self.question.of_codes:
            return people_counted(self.scope)
        where = Whereabouts(self.scope.project)
        sources = visible_sources(self.scope).values_list("id", flat=True)
        return len(
            {
                who
                for source in sources
                for who in where.informants_of[source]
                if where.holds(self.scope.values, who, source)
            }
        )


def _codes(operand: Operand) -> list[int]:
    assert operand.node is not None
    nodes = operand.node.walk() if operand.below else [operand.node]
    return [node.code.pk for node in nodes]


def _said(rows: Sequence[tuple[int, int | None, int, int]]) -> Marks:
    """(source, informant, start, end) as rows that no coder put there."""
    table = np.array(
        [[source, NOBODY if who is None else who, start, end] for source, who, start, end in rows],
        dtype=np.int64,
    ).reshape(-1, 4)
    nothing = np.full(len(table), NOBODY, dtype=np.int64)
    return Marks(nothing, table[:, 0], nothing, table[:, 1], table[:, 2], table[:, 3], nothing, nothing)


def _all(found: Sequence[Marks]) -> Marks:
    rows = found[0]
    for other in found[1:]:
        rows = rows + other
    return rows
