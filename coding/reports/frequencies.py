"""How often codes occur, in which columns: SQL filters, numpy counts distinct values from leaf to branch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.db.models.functions import Coalesce

from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.columns import Columns, Voice, columns_of
from coding.reports.counting import (
    INFORMANTS,
    PASSAGES,
    SOURCES,
    WORDS,
    coder_sentence,
    counting_sentence,
    counting_sentences,
)
from coding.reports.fetching import numbers
from coding.reports.limits import limits_sentence
from coding.reports.passages import (
    Scope,
    Whereabouts,
    counted_codings,
)
from coding.reports.spoken import own_words
from coding.reports.tally import ancestors, distinct, known, looked_up, numbered, union

HEAT_STEPS = 6


@dataclass(frozen=True)
class Row:
    """A code and its counts, one for each column, and its total."""

    node: CodeNode
    values: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Frequencies:
    """A table of codes by columns, with what has to be said beside it.

    `any` counts any code at all, in each column and in all, which is not the sum of the rows; empty where only some of
    the codes are asked about.
    """

    scope: Scope
    by: tuple[str, ...]
    measure: str
    rolled_up: bool
    columns: Columns
    rows: tuple[Row, ...]
    any: tuple[int, ...]

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """How the numbers were counted, sentence by sentence: first what a number says."""
        sentences = counting_sentences(self.scope, self.measure, rolled_up=self.rolled_up)
        return (*sentences, coder_sentence()) if self.columns.by_coder else sentences

    @property
    def counting(self) -> str:
        """How the numbers were counted, exactly enough to count them again."""
        sentences = [counting_sentence(self.scope, self.measure, rolled_up=self.rolled_up)]
        sentences += [coder_sentence()] if self.columns.by_coder else []
        return " ".join(filter(None, [*sentences, limits_sentence(self.scope)]))

    def shown(
        self,
        *,
        question: str = "",
        depth: int = 0,
        sort: str = "",
        without_empty_rows: bool = False,
        without_empty_columns: bool = False,
    ) -> Frequencies:
        """The table with some of its rows and columns; what stands in a cell is as it was.

        `question` (a root's UUID) keeps its branch, `depth` (1: the roots) the upper levels. `sort` is a column's key,
        `total` or `code`, with a `-` before it for the greatest first; else the codebook's order is kept.
        """
        rows, root = [], ""
        for row in self.rows:
            if not row.node.depth:
                root = str(row.node.code.uuid)
            left_out = (question and root != question) or (depth and row.node.depth >= depth)
            if not left_out and (row.total or not without_empty_rows):
                rows.append(row)
        keys = [column.key for column in self.columns.columns]
        by = sort.removeprefix("-")
        if by == "code":
            rows.sort(key=lambda row: row.node.code.sort_key, reverse=sort != by)
        elif by == "total" or by in keys:
            place = keys.index(by) if by in keys else len(keys)
            rows.sort(key=lambda row: (*row.values, row.total)[place], reverse=sort != by)
        kept = [
            place
            for place in range(len(keys))
            if not without_empty_columns or any(row.values[place] for row in rows)
        ]
        columns = replace(self.columns, columns=tuple(self.columns.columns[place] for place in kept))
        rows = [replace(row, values=tuple(row.values[place] for place in kept)) for row in rows]
        total = tuple(self.any[place] for place in (*kept, -1)) if self.any and not question else ()
        return replace(self, columns=columns, rows=tuple(rows), any=total)

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
    by: str | Sequence[str],
    measure: str = INFORMANTS,
    rolled_up: bool = True,
    tree: CodeTree | None = None,
) -> Frequencies:
    """Count every code in every column. `by` is one thing or two (see `columns.parts_of`).

    Raises LookupError for columns or a measure that are not there.
    """
    if measure not in (INFORMANTS, SOURCES, PASSAGES, WORDS):
        raise LookupError(measure)
    by = (by,) if isinstance(by, str) else tuple(by)
    tree = tree or code_tree(scope.project)
    nodes = list(tree.walk())
    counter = _Counter(scope, nodes, rolled_up, measure)
    columns = columns_of(scope, by, counter.where, counter.voices)
    counts = counter.count(columns)
    return Frequencies(
        scope=scope,
        by=by,
        measure=measure,
        rolled_up=rolled_up,
        columns=columns,
        rows=tuple(
            Row(node, tuple(line[:-1]), line[-1])
            for node, line in zip(nodes, counts[:-1].tolist(), strict=True)
        ),
        any=tuple(counts[-1].tolist()),
    )


class _Counter:
    """Counts one table: what is counted is fetched first, then put into columns."""

    def __init__(self, scope: Scope, nodes: Sequence[CodeNode], rolled_up: bool, measure: str) -> None:
        self.scope, self.nodes, self.measure = scope, nodes, measure
        self.places = {node.code.pk: place for place, node in enumerate(nodes)}
        parents = [self.places.get(node.code.parent_id or 0, -1) if rolled_up else -1 for node in nodes]
        # The last line of the table stands above all codes.
        above = ancestors(parents)
        self.above = np.column_stack([above, np.full(len(above), len(nodes))])
        self.where = Whereabouts(scope.project)
        self.table = self._fetched()
        number = numbered(*(self.table[name] for name in ("who", "source_id", "coder_id")))
        _values, first, self.voice = np.unique(number, return_index=True, return_inverse=True)
        self.voices: list[Voice] = [
            (None if who < 0 else int(who), int(source), int(coder))
            for who, source, coder in zip(
                *(self.table[name][first] for name in ("who", "source_id", "coder_id")), strict=True
            )
        ]
        holds = np.array(
            [self.where.holds(scope.values, who, source) for who, source, _coder in self.voices], dtype=bool
        )
        meeting = holds[self.voice]
        self.table = {name: column[meeting] for name, column in self.table.items()}
        number = np.cumsum(holds) - 1
        self.voices = [voice for voice, held in zip(self.voices, holds, strict=True) if held]
        self.voice = number[self.voice[meeting]]

    def _fetched(self) -> dict[str, np.ndarray]:
        """What is counted, a row for each coding and each who counts in it, as columns of numbers."""
        fields = ["code_id", "source_id", "who", "coder_id"]
        fields += {PASSAGES: ["start", "end"], WORDS: ["first_word", "end_word"]}.get(self.measure, [])
        codings = counted_codings(self.scope).filter(links__isnull=False).order_by()
        rows = codings.annotate(who=Coalesce("links__informant_id", -1)).values_list(*fields)
        table = numbers(rows, len(fields))
        table = table[known(table[:, 0], self.places)]
        return {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(fields)}

    def count(self, columns: Columns) -> np.ndarray:
        """The numbers, a row for each node and one for any code; a column for each column, the last for the total."""
        self.width = len(columns.columns) + 1
        self.cells = (len(self.nodes) + 1) * self.width
        node = looked_up(self.table["code_id"], self.places)
        column = np.array(columns.places(self.voices), dtype=np.int64)[self.voice]
        if self.measure == WORDS:
            return self._words(node, column)
        if self.measure == INFORMANTS:
            named = self.table["who"] >= 0
            node, column, item = node[named], column[named], self.table["who"][named]
        elif self.measure == SOURCES:
            item = self.table["source_id"]
        else:
            item = numbered(*(self.table[name] for name in ("source_id", "start", "end")))
        row, cell = self._spread(node, column)
        return distinct(cell, item[row], self.cells).reshape(-1, self.width)

    def _spread(self, node: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each row once for each node above it, in its column and in the total: (row number, cell number)."""
        above = self.above[node]
        row, level = np.nonzero(above >= 0)
        cell = above[row, level] * self.width
        return np.concatenate([row, row]), np.concatenate([cell + column[row], cell + self.width - 1])

    def _words(self, node: np.ndarray, column: np.ndarray) -> np.ndarray:
        """The number of different words in each cell: the union of what each informant says in the passages."""
        said = own_words(
            self.scope, *(self.table[name] for name in ("source_id", "who", "first_word", "end_word"))
        )
        row = said.row
        piece, cell = self._spread(node[row], column[row])
        return union(cell, said.left[piece], said.right[piece], self.cells, said.size).reshape(-1, self.width)
