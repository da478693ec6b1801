"""Which codings meet, and in how many ways they can: the one rule behind codes together and behind queries.

Two codings meet where one coder put both there and the same informant counts in both (speech of nobody known counts
as one more, of its source).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from coding.models import Turn
from coding.reports.crossing import apart
from coding.reports.fetching import numbers
from coding.reports.passages import ALL_CODERS, Scope, Whereabouts, counted_codings, visible_sources
from coding.reports.tally import numbered

OVERLAP = "overlap"
TURN = "turn"
NEAR = "near"
INFORMANT = "informant"
WAYS = {
    OVERLAP: gettext_lazy("In the same words"),
    TURN: gettext_lazy("In the same turn"),
    NEAR: gettext_lazy("Within some turns"),
    INFORMANT: gettext_lazy("By the same informant"),
}
MOST_TURNS = 100
NOBODY = -1


@dataclass(frozen=True)
class Marks:
    """Codings as arrays, a row for each coding and each who counts in it and meets the scope's conditions.

    `who` is an informant's id, or NOBODY for speech of nobody known. `start` and `end` are code points, `first_word`
    and `end_word` numbers of words, in the source's current text; `code`, `source` and `coder` are ids.
    """

    code: np.ndarray
    source: np.ndarray
    coder: np.ndarray
    who: np.ndarray
    start: np.ndarray
    end: np.ndarray
    first_word: np.ndarray
    end_word: np.ndarray

    def __len__(self) -> int:
        return len(self.code)

    def only(self, rows: np.ndarray) -> Marks:
        """Some of the rows, by number or by a mask."""
        return Marks(*(getattr(self, field.name)[rows] for field in fields(self)))

    def __add__(self, other: Marks) -> Marks:
        """The rows of both, the other's last."""
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return Marks(*map(np.concatenate, pairs))

    @property
    def stretch(self) -> np.ndarray:
        """For each row a number from 0, the same for the same stretch of text."""
        return numbered(self.source, self.start, self.end)


_FIELDS = ("code_id", "source_id", "coder_id", "who", "start", "end", "first_word", "end_word")


def marks(scope: Scope, codes: Collection[int] | None = None) -> Marks:
    """The counted codings of the scope, of some codes (ids) or of all."""
    codings = counted_codings(scope).filter(links__isnull=False).order_by()
    if codes is not None:
        codings = codings.filter(code_id__in=codes)
    rows = codings.annotate(who=Coalesce("links__informant_id", NOBODY)).values_list(*_FIELDS)
    found = Marks(*np.ascontiguousarray(numbers(rows, len(_FIELDS)).T))
    return found.only(meets_conditions(scope, found.who, found.source))


def meets_conditions(scope: Scope, who: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Which rows' people (NOBODY: speech of nobody known, by its source) meet the scope's conditions."""
    if not scope.values or not len(who):
        return np.ones(len(who), dtype=bool)
    where = Whereabouts(scope.project)
    number = numbered(who, source)
    _values, first = np.unique(number, return_index=True)
    holds = [
        where.holds(scope.values, None if who[at] == NOBODY else int(who[at]), int(source[at]))
        for at in first
    ]
    return np.array(holds, dtype=bool)[number]


class Turns:
    """The turns of the scope's current texts, numbered through; a text without turns is one turn."""

    def __init__(self, scope: Scope) -> None:
        texts = visible_sources(scope).filter(version__isnull=False).order_by("id")
        sizes = dict(texts.values_list("id", "version__characters"))
        rows = Turn.objects.filter(
            version__source__in=visible_sources(scope), version_id=F("version__source__version_id")
        )
        table = numbers(rows.values_list("version__source_id", "start", "end"), 3)
        silent = sorted(set(sizes) - set(table[:, 0].tolist()))
        whole = np.array([[source, 0, sizes[source]] for source in silent], dtype=np.int64).reshape(-1, 3)
        table = np.concatenate([table, whole])
        self._span = max(sizes.values(), default=0) + 2
        at = table[:, 0] * self._span
        self._starts = np.sort(at + table[:, 1])
        self._ends = np.sort(at + table[:, 2])

    def first(self, source: np.ndarray, start: np.ndarray) -> np.ndarray:
        """The number of the first turn that lies, in part at least, behind the code point `start`."""
        return np.searchsorted(self._ends, source * self._span + start, side="right")

    def last(self, source: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The number of the last turn that begins before the code point `end`."""
        return np.searchsorted(self._starts, source * self._span + end, side="left") - 1


@dataclass(frozen=True)
class Laid:
    """Intervals that meet exactly where their codings do."""

    low: np.ndarray
    high: np.ndarray


def laid(found: Marks, scope: Scope, way: str, within: int = 0) -> Laid:
    """The rows as intervals that meet exactly where codings meet in this way. `within` is a number of turns (NEAR).

    Rows of different people, of different coders, and (but for INFORMANT) of different sources never meet. Two
    stretches are within n turns where the first turn of the one is at most n turns behind the last one of the other;
    so both are made n turns longer at their end. Raises LookupError for another way.
    """
    if way == INFORMANT:
        # Each source has one counted coder: an informant's passages in two sources may be of two coders.
        same = (found.coder,) if scope.coders == ALL_CODERS else ()
        line = numbered(found.who, *same)
        return Laid(line, line + 1)
    if way == OVERLAP:
        low, high = found.start, found.end
    elif way in (TURN, NEAR):
        turns = Turns(scope)
        low = turns.first(found.source, found.start)
        high = turns.last(found.source, found.end) + 1 + (within if way == NEAR else 0)
    else:
        raise LookupError(way)
    return Laid(*apart(numbered(found.source, found.coder, found.who), low, high))
