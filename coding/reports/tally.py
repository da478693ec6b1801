"""Counting many things at once, in arrays: pure functions on numbers, which know no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np


def as_array(rows: Iterable[Sequence[int]], width: int) -> np.ndarray:
    """Rows of `width` whole numbers as an array."""
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, width)


def numbered(*columns: np.ndarray) -> np.ndarray:
    """For each row a number from 0, the same for rows in which the same stands in all columns (-1 and above)."""
    number, many = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        width = int(column.max(initial=-1)) + 2
        if many * width >= 1 << 62:
            _values, number = np.unique(number, return_inverse=True)
            many = len(number)
        number, many = number * width + column + 1, many * width
    _values, number = np.unique(number, return_inverse=True)
    return number


def looked_up(keys: np.ndarray, places: Mapping[int, int]) -> np.ndarray:
    """The place of each key."""
    table = np.zeros(max(places, default=0) + 1, dtype=np.int64)
    table[list(places.keys())] = list(places.values())
    return table[keys]


def known(keys: np.ndarray, places: Mapping[int, int]) -> np.ndarray:
    """Which of the keys have a place: what was made since the places were given has none."""
    return np.isin(keys, list(places))


def ancestors(parents: Sequence[int]) -> np.ndarray:
    """For each node of a tree its own number and those of the nodes above it, filled up with -1.

    `parents` gives each node's parent by its place, -1 for a root.
    """
    lines = []
    for place in range(len(parents)):
        line = [place]
        while parents[line[-1]] >= 0:
            line.append(parents[line[-1]])
        lines.append(line)
    depth = max(map(len, lines), default=1)
    return np.array([[*line, *[-1] * (depth - len(line))] for line in lines], dtype=np.int64).reshape(
        -1, depth
    )


def distinct(cell: np.ndarray, item: np.ndarray, cells: int) -> np.ndarray:
    """How many different items (0 and above) each of the cells 0 to `cells` - 1 has."""
    many = int(item.max()) + 1 if len(item) else 1
    found = np.sort(cell * many + item)
    fresh = np.ones(len(found), dtype=bool)
    fresh[1:] = found[1:] != found[:-1]
    return np.bincount(found[fresh] // many, minlength=cells)


def different(items: np.ndarray) -> int:
    """How many different whole numbers (0 and above) there are."""
    return int(np.count_nonzero(np.bincount(items)))


def union(cell: np.ndarray, left: np.ndarray, right: np.ndarray, cells: int, size: int) -> np.ndarray:
    """How many different numbers (0 to `size` - 1) the intervals [left, right) of each cell hold."""
    left, right = left + cell * size, right + cell * size
    order = np.argsort(left, kind="stable")
    left, right, cell = left[order], right[order], cell[order]
    if not len(left):
        return np.zeros(cells, dtype=np.int64)
    reached = np.maximum.accumulate(right)
    before = np.concatenate([left[:1], reached[:-1]])
    fresh = np.maximum(right - np.maximum(left, before), 0)
    return np.bincount(cell, weights=fresh, minlength=cells).astype(np.int64)
