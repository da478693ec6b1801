"""How often codes occur, in which columns: SQL filters, numpy counts distinct values from leaf to branch."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import F

from coding.models import SourceProgress, Turn
from coding.models.sources import SpeakerRole
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.columns import Columns, columns_of
from coding.reports.counting import INFORMANTS, PASSAGES, SOURCES, WORDS, counting_sentence
from coding.reports.passages import (
    PRIMARY,
    Scope,
    Whereabouts,
    counted_codings,
    counted_sources,
    visible_sources,
)

if TYPE_CHECKING:
    import numpy as np


HEAT_STEPS = 6


@dataclass(frozen=True)
class Row:
    """A code and its counts, one for each column, and its total."""

    node: CodeNode
    values: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Frequencies:
    """A table of codes by columns, with what has to be said beside it."""

    scope: Scope
    by: str
    measure: str
    rolled_up: bool
    counting: str
    columns: Columns
    rows: tuple[Row, ...]

    def base(self, place: int | None) -> int | None:
        """N for a column (None: the total); None for passages, which have no base."""
        base = self.columns.total if place is None else self.columns.columns[place].base
        bases = {INFORMANTS: base.informants, SOURCES: base.sources, WORDS: base.words}
        return bases.get(self.measure)

    def heat(self, count: int, place: int | None) -> int:
        """The step, 0 (nothing) to 6 (most), by which a cell is coloured.

        Informants and sources by their share of the column's base; passages and words by the largest such number of
        the table, words as shares.
        """
        if not count:
            return 0
        base = max(1, self.base(place) or 1)
        if self.measure in (INFORMANTS, SOURCES):
            return min(HEAT_STEPS, math.ceil(HEAT_STEPS * count / base))
        ratio = count / base if self.measure == WORDS else count
        return min(HEAT_STEPS, max(1, math.ceil(HEAT_STEPS * ratio / self.most)))

    @cached_property
    def most(self) -> float:
        """The largest number (of words: the largest share) in a column of the table."""
        bases = [max(1, self.base(place) or 1) for place in range(len(self.columns.columns))]
        if self.measure != WORDS:
            bases = [1] * len(bases)
        return max((row.values[p] / base for row in self.rows for p, base in enumerate(bases)), default=0) or 1


def frequencies(
    scope: Scope,
    *,
    by: str,
    measure: str = INFORMANTS,
    rolled_up: bool = True,
    tree: CodeTree | None = None,
) -> Frequencies:
    """Count every code in every column. Raises LookupError for a column or measure that is not there."""
    if measure not in (INFORMANTS, SOURCES, PASSAGES, WORDS):
        raise LookupError(measure)
    tree = tree or code_tree(scope.project)
    columns = columns_of(scope, by)
    nodes = list(tree.walk())
    counts = _Counter(scope, columns, nodes, rolled_up).count(measure)
    width = len(columns.columns)
    if _idle(columns) and not counts[:, width - 1].any():
        width -= 1
        columns, counts = columns.without_last(), _without(counts, width)
    return Frequencies(
        scope=scope,
        by=by,
        measure=measure,
        rolled_up=rolled_up,
        counting=counting_sentence(scope, measure, rolled_up=rolled_up),
        columns=columns,
        rows=tuple(
            Row(node, tuple(int(n) for n in counts[place, :width]), int(counts[place, width]))
            for place, node in enumerate(nodes)
        ),
    )


def _idle(columns: Columns) -> bool:
    """Whether the last column is "not set" and nothing that is counted stands in it."""
    last = columns.columns[-1] if columns.columns else None
    return last is not None and last.key is None and not last.base.sources


def _without(counts: np.ndarray, place: int) -> np.ndarray:
    import numpy as np

    return np.delete(counts, place, axis=1)


class _Counter:
    """Counts one table. The last column of what it answers is the total."""

    def __init__(self, scope: Scope, columns: Columns, nodes: Sequence[CodeNode], rolled_up: bool) -> None:
        import numpy as np

        self.np = np
        self.scope, self.columns, self.nodes = scope, columns, nodes
        self.places = {node.code.pk: place for place, node in enumerate(nodes)}
        self.above = self._ancestors(rolled_up)

    def _ancestors(self, rolled_up: bool) -> np.ndarray:
        """For each node its place and those of the nodes above it, filled up with -1."""
        depth = max((node.depth for node in self.nodes), default=0) + 1 if rolled_up else 1
        table = self.np.full((len(self.nodes), depth), -1, dtype=self.np.int64)
        for place, node in enumerate(self.nodes):
            table[place, 0] = place
            above, level = node.code.parent_id, 1
            while rolled_up and above is not None:
                table[place, level] = self.places[above]
                above, level = self.nodes[self.places[above]].code.parent_id, level + 1
        return table

    def count(self, measure: str) -> np.ndarray:
        fields = ["code_id", "source_id", "links__informant_id"]
        if measure in (PASSAGES, WORDS):
            fields += ["start", "end", "first_word", "end_word"]
        codings = counted_codings(self.scope).filter(links__isnull=False).order_by()
        rows = codings.values_list(*fields).distinct()
        table = self._as_array(rows, len(fields))
        table = table[self._meeting(table)]
        node = self._place_of(table[:, 0], self.places)
        column = self._columns_of(table)
        if measure == WORDS:
            return self._words(node, column, table)
        if measure == INFORMANTS:
            named = table[:, 2] >= 0
            node, column, item = node[named], column[named], table[named, 2]
        elif measure == SOURCES:
            item = table[:, 1]
        else:
            _unique, item = self.np.unique(table[:, [1, 3, 4]], axis=0, return_inverse=True)
            item = item.reshape(-1)
        return self._distinct(node, column, item)

    def _as_array(self, rows: object, width: int) -> np.ndarray:
        """Rows of numbers as an array, with -1 where there is none."""
        data = [tuple(-1 if cell is None else cell for cell in row) for row in rows]  # type: ignore[attr-defined]
        return self.np.array(data, dtype=self.np.int64).reshape(-1, width)

    def _pairs(self, table: np.ndarray) -> tuple[list[tuple[int | None, int]], np.ndarray]:
        """The distinct (informant or None, source) of the rows, and which of them each row has."""
        unique, inverse = self.np.unique(table[:, [2, 1]], axis=0, return_inverse=True)
        return [(None if who < 0 else int(who), int(source)) for who, source in unique], inverse.reshape(-1)

    def _meeting(self, table: np.ndarray) -> np.ndarray:
        """Which rows' informants meet the scope's conditions."""
        if not self.scope.values or not len(table):
            return self.np.ones(len(table), dtype=bool)
        where = Whereabouts(self.scope.project)
        pairs, inverse = self._pairs(table)
        holds = self.np.array(
            [where.holds(self.scope.values, who, source) for who, source in pairs], dtype=bool
        )
        return holds[inverse]

    def _columns_of(self, table: np.ndarray) -> np.ndarray:
        pairs, inverse = self._pairs(table)
        index = self.columns.index()
        places = [index[self.columns.place(who, source)] for who, source in pairs]
        return self.np.array(places, dtype=self.np.int64)[inverse]

    def _place_of(self, keys: np.ndarray, places: dict[int, int]) -> np.ndarray:
        unique, inverse = self.np.unique(keys, return_inverse=True)
        return self.np.array([places[int(key)] for key in unique], dtype=self.np.int64)[inverse.reshape(-1)]

    def _spread(self, node: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each row once for each node above it, in its column and in the total: (row number, cell number)."""
        np = self.np
        width = len(self.columns.columns) + 1
        above = self.above[node] if len(node) else np.empty((0, self.above.shape[1]), dtype=np.int64)
        row, level = np.nonzero(above >= 0)
        cell = above[row, level] * width
        return np.concatenate([row, row]), np.concatenate([cell + column[row], cell + width - 1])

    def _distinct(self, node: np.ndarray, column: np.ndarray, item: np.ndarray) -> np.ndarray:
        np = self.np
        width = len(self.columns.columns) + 1
        _unique, dense = np.unique(item, return_inverse=True)
        many = max(1, int(dense.max()) + 1) if len(dense) else 1
        row, cell = self._spread(node, column)
        unique = np.unique(cell * many + dense.reshape(-1)[row])
        return np.bincount(unique // many, minlength=len(self.nodes) * width).reshape(len(self.nodes), width)

    def _words(self, node: np.ndarray, column: np.ndarray, table: np.ndarray) -> np.ndarray:
        """The number of different words in each cell: the union of what each informant says in the passages."""
        np = self.np
        width = len(self.columns.columns) + 1
        turns = self._turns()
        offset, size = {}, 0
        for source, words in self._source_words().items():
            offset[source], size = size, size + words
        if not len(table) or not len(turns):
            return np.zeros((len(self.nodes), width), dtype=np.int64)
        begin = self._place_of(turns[:, 0], offset) + turns[:, 2]
        order = np.argsort(begin, kind="stable")
        begin, turns = begin[order], turns[order]
        finish = begin + turns[:, 3]
        shift = self._place_of(table[:, 1], offset)
        first, last = shift + table[:, 5], shift + table[:, 6]
        low = np.searchsorted(finish, first, side="right")
        high = np.searchsorted(begin, last, side="left")
        many = np.maximum(high - low, 0)
        row = np.repeat(np.arange(len(table)), many)
        turn = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
        own = turns[turn, 1] == table[row, 2]
        row, turn = row[own], turn[own]
        left, right = np.maximum(first[row], begin[turn]), np.minimum(last[row], finish[turn])
        piece, cell = self._spread(node[row], column[row])
        left, right = left[piece] + cell * size, right[piece] + cell * size
        counts = _union(np, left, right, cell, len(self.nodes) * width)
        return counts.reshape(len(self.nodes), width)

    def _source_words(self) -> dict[int, int]:
        return dict(visible_sources(self.scope).order_by("id").values_list("id", "version__words"))

    def _turns(self) -> np.ndarray:
        """(source, informant or -1, first word, words) for all turns that are not an interviewer's."""
        turns = (
            Turn.objects.filter(
                version__source__in=visible_sources(self.scope), version_id=F("version__source__version_id")
            )
            .exclude(speaker__role=SpeakerRole.INTERVIEWER)
            .values_list(
                "version__source_id", "speaker__informant_id", "first_word", "words", "speaker__role"
            )
        )
        rows = [
            (source, who if role == SpeakerRole.INFORMANT else None, first, words)
            for source, who, first, words, role in turns
        ]
        return self._as_array(rows, 4)


def _union(np: Any, left: np.ndarray, right: np.ndarray, cell: np.ndarray, cells: int) -> np.ndarray:
    """How many numbers the union of the intervals [left, right) of each cell holds; cells do not overlap."""
    order = np.lexsort((left, cell))
    left, right, cell = left[order], right[order], cell[order]
    if not len(left):
        return np.zeros(cells, dtype=np.int64)
    reached = np.maximum.accumulate(right)
    before = np.concatenate([[left[0]], reached[:-1]])
    fresh = np.maximum(right - np.maximum(left, before), 0)
    return np.bincount(cell, weights=fresh, minlength=cells).astype(np.int64)


@dataclass(frozen=True)
class Aside:
    """What stands beside a table: what it leaves out."""

    interviewer_only: int
    not_coded: tuple[str, ...]
    finished_before: tuple[tuple[CodeNode, tuple[str, ...]], ...]
    unlinked: int


def aside(scope: Scope, tree: CodeTree) -> Aside:
    """Passages on interviewers' speech alone, sources not coded yet, sources finished before a code existed."""
    unlinked = (
        counted_codings(scope).filter(links__isnull=True).values("source_id", "start", "end").distinct()
    )
    counted = set(counted_sources(scope).values_list("id", flat=True))
    titles = visible_sources(scope).order_by("sort_key", "id").values_list("id", "title")
    marks = SourceProgress.objects.filter(source_id__in=counted, finished__isnull=False)
    if scope.coders == PRIMARY:
        marks = marks.filter(coder=F("source__primary_coder"))
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
    )
