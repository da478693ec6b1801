"""Which of many intervals meet, without comparing each with each: pure functions on numbers, which know no database.

Intervals are half-open, [low, high), of whole numbers, and none is empty. Each carries a set of groups (the nodes of a
codebook under which a coding counts), kept as bits: an array of 64-bit words, `bits[w, n]` for interval n.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

# Rows that are compared at once: what lies in the processor's cache is compared fastest. Bits are counted, as a product
# of matrices would be computed by several threads, which wait for each other on a machine that has more to do.
_AT_ONCE = 32_768


def packed(member: np.ndarray) -> np.ndarray:
    """`member[n, g]`, whether row n belongs to group g, as bits."""
    many, groups = member.shape
    wide = np.zeros((many, max(1, -(-groups // 64)) * 64), dtype=bool)
    wide[:, :groups] = member
    return np.ascontiguousarray(np.packbits(wide, axis=1, bitorder="little").view("<u8").T)


def unpacked(bits: np.ndarray, groups: int) -> np.ndarray:
    """The other way round: `member[n, g]`."""
    rows = np.ascontiguousarray(bits.T, dtype="<u8").view(np.uint8)
    return np.unpackbits(rows, axis=1, count=groups, bitorder="little").view(bool)


def apart(line: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bounds moved so that intervals meet only where they stand on the same line (0 and above)."""
    span = int(high.max()) + 1 if len(high) else 1
    return line * span + low, line * span + high


def met(low: np.ndarray, high: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """For each interval the groups of all that it meets, itself among them: that share at least one number with it."""
    bounds, rank = np.unique(np.concatenate([low, high]), return_inverse=True)
    first, last = rank[: len(low)], rank[len(low) :]
    return _gathered(carried(first, last, bits, len(bounds)), first, last)


def meets_any(low: np.ndarray, high: np.ndarray, others: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Which of the intervals meet at least one of `others` (low, high).

    Of the others, those that begin before it ends are more than those that have ended before it begins.
    """
    begun = np.searchsorted(np.sort(others[0]), high, side="left")
    return begun > np.searchsorted(np.sort(others[1]), low, side="right")


def meeting_pairs(
    low: np.ndarray, high: np.ndarray, others: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """All pairs (row, row of `others`) of intervals that meet: for a few rows, as each pair is looked at."""
    order = np.argsort(others[0], kind="stable")
    begin, end = others[0][order], others[1][order]
    longest = int((end - begin).max(initial=0))
    first = np.searchsorted(begin, low - longest, side="left")
    many = np.searchsorted(begin, high, side="left") - first
    row = np.repeat(np.arange(len(low)), many)
    other = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first, many)
    there = end[other] > low[row]
    return row[there], order[other[there]]


def carried(low: np.ndarray, high: np.ndarray, bits: np.ndarray, size: int) -> np.ndarray:
    """The groups of all intervals that hold each of the numbers 0 to `size` - 1.

    An interval is two stretches, which may overlap, as long as the largest power of two that it holds; from the
    longest to the shortest, each stretch is handed on to its two halves.
    """
    level = _level(low, high)
    found = np.zeros((len(bits), size), dtype=np.uint64)
    for number in range(int(level.max(initial=0)), -1, -1):
        rows = np.flatnonzero(level == number)
        for at in (low[rows], high[rows] - (1 << number)):
            _add(found, at, bits[:, rows])
        if number:
            half = 1 << (number - 1)
            found[:, half:] |= found[:, :-half].copy()
    return found


def _add(found: np.ndarray, at: np.ndarray, bits: np.ndarray) -> None:
    """Let each place of `found` have the bits that are given for it too."""
    if not len(at):
        return
    order = np.argsort(at, kind="stable")
    at = at[order]
    start = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]))
    for word, given in zip(found, bits, strict=True):
        word[at[start]] |= np.bitwise_or.reduceat(given[order], start)


def _gathered(found: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The bits that stand anywhere in each of the intervals."""
    level = _level(low, high)
    table = found.copy()
    result = np.zeros((len(found), len(low)), dtype=np.uint64)
    for number in range(int(level.max(initial=0)) + 1):
        rows = np.flatnonzero(level == number)
        result[:, rows] = table[:, low[rows]] | table[:, high[rows] - (1 << number)]
        length = 1 << number
        table[:, :-length] |= table[:, length:].copy()
    return result


def _level(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The exponent of the largest power of two that each interval holds."""
    return np.frexp((high - low).astype(np.float64))[1] - 1


def united(bits: np.ndarray, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each different `key`, ascending, the bits of all rows that have it; and the number of one such row."""
    order = np.argsort(key, kind="stable")
    found = key[order]
    start = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]])) if len(key) else order
    return np.bitwise_or.reduceat(bits[:, order], start, axis=1) if len(key) else bits, order[start]


def crossed(
    sides: Sequence[tuple[np.ndarray, np.ndarray]], groups: int, weight: np.ndarray | None = None
) -> np.ndarray:
    """For each two groups, in how many rows the one stands left and the other right, on at least one of the `sides`.

    A side is a pair of bits, left and right, with the same rows. Rows count by their `weight`. By inclusion and
    exclusion, as [a and b] times [c and d] is [a and c] times [b and d].
    """
    total = np.zeros((groups, groups), dtype=np.int64)
    same = all(left is right for left, right in sides)
    for many in range(1, len(sides) + 1):
        empty = True
        for chosen in combinations(sides, many):
            left = np.bitwise_and.reduce([one[0] for one in chosen])
            right = np.bitwise_and.reduce([one[1] for one in chosen])
            rows = np.flatnonzero(left.any(axis=0) & right.any(axis=0))
            empty = empty and not len(rows)
            first = left[:, rows]
            second = first if same else right[:, rows]
            found = _counted(first, second, groups, None if weight is None else weight[rows])
            total += found if many % 2 else -found
        if empty:
            break
    return total


def _counted(left: np.ndarray, right: np.ndarray, groups: int, weight: np.ndarray | None) -> np.ndarray:
    """For each two groups, in how many rows (or with which weight in all) the one stands left and the other right."""
    total = np.zeros((groups, groups), dtype=np.int64)
    # A weight is the sum of powers of two: rows are counted once for each of its binary digits.
    digits = range(int(weight.max(initial=0)).bit_length()) if weight is not None else (0,)
    for digit in digits:
        rows = np.arange(left.shape[1]) if weight is None else np.flatnonzero(weight >> digit & 1)
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            first = _by_group(left[:, some], groups)
            second = first if left is right else _by_group(right[:, some], groups)
            for group in range(groups):
                shared = np.bitwise_count(first[group] & second).sum(axis=1, dtype=np.int64)
                total[group] += shared << digit
    return total


def _by_group(bits: np.ndarray, groups: int) -> np.ndarray:
    """Turned round: for each group the rows as bits."""
    member = np.zeros((groups, -(-bits.shape[1] // 64) * 64), dtype=bool)
    member[:, : bits.shape[1]] = unpacked(bits, groups).T
    return np.packbits(member, axis=1, bitorder="little").view("<u8")
