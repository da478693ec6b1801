"""How often codes occur, in which columns: SQL filters, numpy counts distinct values from leaf to branch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from coding.models import Turn
from coding.models.sources import SpeakerRole
from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.columns import Columns, columns_of
from coding.reports.counting import (
    INFORMANTS,
    PASSAGES,
    SOURCES,
    WORDS,
    counting_sentence,
    counting_sentences,
)
from coding.reports.passages import (
    Scope,
    Whereabouts,
    counted_codings,
    visible_sources,
)
from coding.reports.tally import ancestors, as_array, distinct, known, looked_up, numbered, union

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
    sentences: tuple[str, ...]
    columns: Columns
    rows: tuple[Row, ...]

    @property
    def counting(self) -> str:
        """How the numbers were counted, exactly enough to count them again."""
        return counting_sentence(self.scope, self.measure, rolled_up=self.rolled_up)

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
        return (
            max((row.values[p] / base for row in self.rows for p, base in enumerate(bases)), default=0) or 1
        )


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
        sentences=counting_sentences(scope, measure, rolled_up=rolled_up),
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
    return np.delete(counts, place, axis=1)


class _Counter:
    """Counts one table. The last column of what it answers is the total."""

    def __init__(self, scope: Scope, columns: Columns, nodes: Sequence[CodeNode], rolled_up: bool) -> None:
        self.scope, self.columns, self.nodes = scope, columns, nodes
        self.width = len(columns.columns) + 1
        self.cells = len(nodes) * self.width
        self.places = {node.code.pk: place for place, node in enumerate(nodes)}
        parents = [self.places.get(node.code.parent_id or 0, -1) if rolled_up else -1 for node in nodes]
        self.above = ancestors(parents)

    def count(self, measure: str) -> np.ndarray:
        fields = ["code_id", "source_id", "who"]
        if measure in (PASSAGES, WORDS):
            fields += ["start", "end", "first_word", "end_word"]
        codings = counted_codings(self.scope).filter(links__isnull=False).order_by()
        rows = codings.annotate(who=Coalesce("links__informant_id", -1)).values_list(*fields)
        table = as_array(rows, len(fields))
        table = table[known(table[:, 0], self.places)]
        table = table[self._meeting(table)]
        node = looked_up(table[:, 0], self.places)
        column = self._columns_of(table)
        if measure == WORDS:
            return self._words(node, column, table)
        if measure == INFORMANTS:
            named = table[:, 2] >= 0
            node, column, item = node[named], column[named], table[named, 2]
        elif measure == SOURCES:
            item = table[:, 1]
        else:
            item = numbered(table[:, 1], table[:, 3], table[:, 4])
        row, cell = self._spread(node, column)
        return distinct(cell, item[row], self.cells).reshape(-1, self.width)

    def _pairs(self, table: np.ndarray) -> tuple[list[tuple[int | None, int]], np.ndarray]:
        """The distinct (informant or None, source) of the rows, and which of them each row has."""
        number = numbered(table[:, 2], table[:, 1])
        _values, first = np.unique(number, return_index=True)
        return [(None if who < 0 else int(who), int(source)) for source, who in table[first][:, 1:3]], number

    def _meeting(self, table: np.ndarray) -> np.ndarray:
        """Which rows' informants meet the scope's conditions."""
        if not self.scope.values or not len(table):
            return np.ones(len(table), dtype=bool)
        where = Whereabouts(self.scope.project)
        pairs, inverse = self._pairs(table)
        holds = [where.holds(self.scope.values, who, source) for who, source in pairs]
        return np.array(holds, dtype=bool)[inverse]

    def _columns_of(self, table: np.ndarray) -> np.ndarray:
        pairs, inverse = self._pairs(table)
        index = self.columns.index()
        places = [index[self.columns.place(who, source)] for who, source in pairs]
        return np.array(places, dtype=np.int64)[inverse]

    def _spread(self, node: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each row once for each node above it, in its column and in the total: (row number, cell number)."""
        above = self.above[node]
        row, level = np.nonzero(above >= 0)
        cell = above[row, level] * self.width
        return np.concatenate([row, row]), np.concatenate([cell + column[row], cell + self.width - 1])

    def _words(self, node: np.ndarray, column: np.ndarray, table: np.ndarray) -> np.ndarray:
        """The number of different words in each cell: the union of what each informant says in the passages."""
        offset, size = {}, 0
        for source, words in self._source_words():
            offset[source], size = size, size + words
        turns = self._turns()
        begin = looked_up(turns[:, 0], offset) + turns[:, 2]
        order = np.argsort(begin, kind="stable")
        begin, turns = begin[order], turns[order]
        finish = begin + turns[:, 3]
        shift = looked_up(table[:, 1], offset)
        first, last = shift + table[:, 5], shift + table[:, 6]
        low = np.searchsorted(finish, first, side="right")
        many = np.maximum(np.searchsorted(begin, last, side="left") - low, 0)
        row = np.repeat(np.arange(len(table)), many)
        turn = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
        own = turns[turn, 1] == table[row, 2]
        row, turn = row[own], turn[own]
        left, right = np.maximum(first[row], begin[turn]), np.minimum(last[row], finish[turn])
        piece, cell = self._spread(node[row], column[row])
        return union(cell, left[piece], right[piece], self.cells, size).reshape(-1, self.width)

    def _source_words(self) -> Iterable[tuple[int, int]]:
        return visible_sources(self.scope).order_by("id").values_list("id", "version__words")

    def _turns(self) -> np.ndarray:
        """(source, informant or -1, first word, words) for all turns whose words count."""
        turns = Turn.objects.counted().filter(
            version__source__in=visible_sources(self.scope), version_id=F("version__source__version_id")
        )
        who = Case(When(speaker__role=SpeakerRole.INFORMANT, then=F("speaker__informant_id")))
        rows = turns.annotate(who=Coalesce(who, -1))
        return as_array(rows.values_list("version__source_id", "who", "first_word", "words"), 4)
