"""Sets of code points or words as lists of stretches [start, end): put together, measured, compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coding.anchoring.spans import SpanMap, composed

Stretch = tuple[int, int]


def united(stretches: Iterable[Sequence[int]]) -> list[Stretch]:
    """The same set in as few stretches as it takes, ascending and apart; empty ones are left out."""
    found: list[Stretch] = []
    for start, end in sorted((start, end) for start, end in stretches if start < end):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def size(stretches: Iterable[Stretch]) -> int:
    """How many members stretches that are apart have."""
    return sum(end - start for start, end in stretches)


def common(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """What lies in both; each is ascending and apart, and so is the result."""
    found: list[Stretch] = []
    i = j = 0
    while i < len(some) and j < len(others):
        start, end = max(some[i][0], others[j][0]), min(some[i][1], others[j][1])
        if start < end:
            found.append((start, end))
        if some[i][1] <= others[j][1]:
            i += 1
        else:
            j += 1
    return found


def carried(way: Sequence[SpanMap], stretches: Iterable[Sequence[int]]) -> list[Stretch]:
    """Where stretches of code points lie after several maps, united; what an edit put inside of one belongs to it."""
    moved = (composed(way, start, end) for start, end in stretches)
    return united((one.start, one.end) for one in moved)


def carried_point(way: Sequence[SpanMap], point: int) -> int:
    """Where the character at `point` lies after several maps, or what stands in its place."""
    return composed(way, point, point + 1).start
