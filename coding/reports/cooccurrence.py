"""Codes that occur together: how many people put two of them in the same words, the same turn, or say both at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from coding.reports.codebook import CodeNode, CodeTree, code_tree
from coding.reports.columns import words_by_voice
from coding.reports.crossing import carried, crossed, met, packed, united, unpacked
from coding.reports.meeting import INFORMANT, NOBODY, OVERLAP, WAYS, laid, marks
from coding.reports.passages import Scope, Whereabouts
from coding.reports.spoken import own_words
from coding.reports.tally import ancestors, known, looked_up, numbered
from coding.reports.together_words import together_sentences


@dataclass(frozen=True)
class Pair:
    """Two codes and what they have together. `informants` of `base`; `words` in both of `either` words (OVERLAP).

    `passages` are those of the first code that meet one of the second and the other way round, `own` all that each
    has.
    """

    first: CodeNode
    second: CodeNode
    informants: int
    base: int
    passages: tuple[int, int]
    own: tuple[int, int]
    words: int | None
    either: int | None

    @property
    def share(self) -> float | None:
        """Words in both as a share (0 to 1) of the words in either; None where words are not counted."""
        return self.words / self.either if self.words is not None and self.either else None


@dataclass(frozen=True)
class Together:
    """All codes by all codes. `informants` and `words` are the same both ways; `passages[a, b]` are those of a.

    `barred` are the pairs of one branch, which never occur together. `own` counts the passages of each code; `either`
    are the words in passages of the one code or the other.
    """

    scope: Scope
    way: str
    within: int
    rolled_up: bool
    nodes: tuple[CodeNode, ...]
    barred: np.ndarray
    informants: np.ndarray
    passages: np.ndarray
    own: np.ndarray
    words: np.ndarray | None
    either: np.ndarray | None
    base: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """How it was counted, exactly enough to count it again; first what co-occurs."""
        return together_sentences(self.scope, self.way, self.within, rolled_up=self.rolled_up)

    def pair(self, first: int, second: int) -> Pair:
        """The pair of the nodes with these numbers."""
        return Pair(
            first=self.nodes[first],
            second=self.nodes[second],
            informants=int(self.informants[first, second]),
            base=self.base,
            passages=(int(self.passages[first, second]), int(self.passages[second, first])),
            own=(int(self.own[first]), int(self.own[second])),
            words=int(self.words[first, second]) if self.words is not None else None,
            either=int(self.either[first, second]) if self.either is not None else None,
        )

    def pairs(self, among: Collection[int] | None = None) -> list[Pair]:
        """The pairs that occur together, each once, the strongest first: most informants, then words, then passages.

        `among` (ids) keeps those of which one code at least is among these.
        """
        there = np.triu(~self.barred & (self.passages > 0), 1)
        if among is not None:
            chosen = np.array([node.code.pk in among for node in self.nodes], dtype=bool)
            there &= chosen[:, None] | chosen[None, :]
        found = [self.pair(int(first), int(second)) for first, second in zip(*np.nonzero(there), strict=True)]
        return sorted(found, key=lambda one: (-one.informants, -(one.share or 0), -sum(one.passages)))


def cooccurrence(
    scope: Scope,
    *,
    way: str = OVERLAP,
    within: int = 0,
    rolled_up: bool = True,
    tree: CodeTree | None = None,
) -> Together:
    """Count every code with every code. `within` is a number of turns, for NEAR. Raises LookupError for another way."""
    if way not in WAYS:
        raise LookupError(way)
    tree = tree or code_tree(scope.project)
    nodes = list(tree.walk())
    counter = _Counter(scope, nodes, rolled_up)
    informants, passages, own = counter.meetings(way, within)
    words, either = counter.words() if way == OVERLAP else (None, None)
    for table in (informants, passages, words):
        if table is not None:
            table[counter.barred] = 0
    return Together(
        scope=scope,
        way=way,
        within=within,
        rolled_up=rolled_up,
        nodes=tuple(nodes),
        barred=counter.barred,
        informants=informants,
        passages=passages,
        own=own,
        words=words,
        either=either,
        base=people_counted(scope),
    )


def people_counted(scope: Scope) -> int:
    """How many informants speak in the counted sources and meet the scope's conditions: N."""
    where = Whereabouts(scope.project)
    voices = words_by_voice(scope)
    return len(
        {who for source, who, _ in voices if who is not None and where.holds(scope.values, who, source)}
    )


class _Counter:
    """Counts one table of codes by codes."""

    def __init__(self, scope: Scope, nodes: Sequence[CodeNode], rolled_up: bool) -> None:
        self.scope = scope
        self.many = len(nodes)
        places = {node.code.pk: place for place, node in enumerate(nodes)}
        below = _below([places.get(node.code.parent_id or 0, -1) for node in nodes])
        self.barred = below | below.T
        belongs = below.T if rolled_up else np.eye(self.many, dtype=bool)
        found = marks(scope)
        self.found = found.only(known(found.code, places))
        self.node = looked_up(self.found.code, places)
        self._belongs = belongs
        self.bits = packed(belongs)[:, self.node]

    def meetings(self, way: str, within: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(informants, passages, passages of each code) for all pairs of nodes."""
        found = self.found
        lines = laid(found, self.scope, way, within)
        meets = met(lines.low, lines.high, self.bits)
        if way == INFORMANT:
            meets[:, found.who == NOBODY] = 0
        return self._informants(meets), *self._passages(meets)

    def _informants(self, meets: np.ndarray) -> np.ndarray:
        """How many people have a coding of the one node that meets one of the other."""
        named = np.flatnonzero(self.found.who != NOBODY)
        who = numbered(self.found.who[named])
        # What a person's codings of one code meet is asked once for all of them, then for each node above it.
        there, one = united(meets[:, named], who * self.many + self.node[named])
        row, above = np.nonzero(self._belongs[self.node[named[one]]])
        there, one = united(there[:, row], above * (int(who.max(initial=0)) + 1) + who[one][row])
        above = above[one]
        total = np.zeros((self.many, self.many), dtype=np.int64)
        for rows in _runs(above):
            total[above[rows.start]] = unpacked(there[:, rows], self.many).sum(axis=0)
        return total

    def _passages(self, meets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How many stretches of each node meet some of each other, and how many each has."""
        stretch = self.found.stretch
        many = int(stretch.max(initial=-1)) + 1
        sides = []
        for rows in by_rank(stretch, self.found.coder):
            left = np.zeros((len(meets), many), dtype=np.uint64)
            right = np.zeros_like(left)
            carried_there, one = united(self.bits[:, rows], stretch[rows])
            met_there, _same = united(meets[:, rows], stretch[rows])
            left[:, stretch[rows[one]]], right[:, stretch[rows[one]]] = carried_there, met_there
            sides.append((left, right))
        own = np.zeros(self.many, dtype=np.int64)
        if sides:
            own += unpacked(np.bitwise_or.reduce([left for left, _ in sides]), self.many).sum(axis=0)
        return crossed(sides, self.many), own

    def words(self) -> tuple[np.ndarray, np.ndarray]:
        """(words in both of two nodes, words in either), of those who count there; each word once."""
        found = self.found
        said = own_words(self.scope, found.source, found.who, found.first_word, found.end_word)
        # Between two neighbouring bounds all words carry the same codes.
        bounds, rank = np.unique(np.concatenate([said.left, said.right]), return_inverse=True)
        low, high = rank[: len(said.left)], rank[len(said.left) :]
        length = np.diff(bounds, append=bounds[-1:])
        sides = []
        for rows in by_rank(found.source[said.row], found.coder[said.row]):
            there = carried(low[rows], high[rows], self.bits[:, said.row[rows]], len(bounds))
            sides.append((there, there))
        both = crossed(sides, self.many, length)
        if not sides:
            return both, both.copy()
        anybodys = np.bitwise_or.reduce([side for side, _same in sides])
        shared = crossed([(anybodys, anybodys)], self.many, length) if len(sides) > 1 else both
        each = shared.diagonal()
        return both, each[:, None] + each[None, :] - shared


def by_rank(thing: np.ndarray, coder: np.ndarray) -> Iterator[np.ndarray]:
    """The rows of the first coder of each thing, of the second, and so on."""
    if not len(thing):
        return
    pair = numbered(thing, coder)
    _values, first = np.unique(pair, return_index=True)
    whose = thing[first]
    fresh = np.concatenate([[0], np.flatnonzero(whose[1:] != whose[:-1]) + 1])
    begin = np.repeat(fresh, np.diff(fresh, append=len(whose)))
    rank = (np.arange(len(whose)) - begin)[pair]
    for number in range(int(rank.max()) + 1):
        yield np.flatnonzero(rank == number)


def _below(parents: Sequence[int]) -> np.ndarray:
    """`below[a, b]`: whether node b is a or lies below it."""
    below = np.zeros((len(parents), len(parents)), dtype=bool)
    for place, line in enumerate(ancestors(parents)):
        below[line[line >= 0], place] = True
    return below


def _runs(key: np.ndarray) -> Iterator[slice]:
    """Runs of the same number."""
    bounds = [0, *(np.flatnonzero(np.diff(key)) + 1).tolist(), len(key)] if len(key) else []
    yield from (slice(first, last) for first, last in pairwise(bounds))
