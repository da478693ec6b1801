"""How stretches of one text lie in the next one: edits, the span map they make, and what it does to a stretch.

Offsets are code points, end exclusive. An edit replaces [start, end) of the old text; edits of one list are ascending
and do not overlap, but may touch. A stretch that an edit lies within (or equals) is carried over and holds the new
words; one that an edit reaches into across an end is cut: it gives up what was changed only where nothing was put in
its place, and else takes all of the new words in, so that a person sees them. An insertion at an end lies outside.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from coding.anchoring.offsets import as_stored

CARRIED, CUT, EMPTIED = "", "cut", "emptied"
_TOKEN = re.compile(r"\w+|\s|[^\w\s]+")
# Tokens of one list times those of the other, up to which all are compared with all.
_COMPARED = 1_000_000


class BadEdits(ValueError):
    """Edits that overlap, are out of order or out of the text, or give a text that cannot be stored."""


@dataclass(frozen=True, slots=True)
class Edit:
    """[start, end) of the old text becomes `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a stretch lies in the new text, and what happened to it: CARRIED, CUT or EMPTIED (then start == end)."""

    start: int
    end: int
    fate: str


def edited(text: str, edits: Sequence[Edit]) -> str:
    """`text` after `edits`. Raises BadEdits."""
    parts, at = [], 0
    for edit in edits:
        if not at <= edit.start <= edit.end <= len(text):
            raise BadEdits(f"{edit.start}-{edit.end} after {at} in a text of {len(text)}")
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    new = "".join([*parts, text[at:]])
    if as_stored(new) != new:
        raise BadEdits("the new text is not in the form in which texts are stored")
    return new


class SpanMap:
    """Carries offsets from an old text to the new one. Made of [start, end, new length], as a version stores them."""

    def __init__(self, steps: Iterable[Sequence[int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._new_starts: list[int] = []
        self._new_ends: list[int] = []
        shift = 0
        for start, end, length in steps:
            self._starts.append(start)
            self._ends.append(end)
            self._new_starts.append(start + shift)
            self._new_ends.append(start + shift + length)
            shift += length - (end - start)

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> SpanMap:
        return cls((edit.start, edit.end, len(edit.text)) for edit in edits)

    @property
    def steps(self) -> list[list[int]]:
        """As a version stores it."""
        rows = zip(self._starts, self._ends, self._new_starts, self._new_ends, strict=True)
        return [[start, end, new_end - new_start] for start, end, new_start, new_end in rows]

    def inverse(self) -> SpanMap:
        """The map from the new text back to the old one."""
        rows = zip(self._starts, self._ends, self._new_starts, self._new_ends, strict=True)
        return SpanMap((new_start, new_end, end - start) for start, end, new_start, new_end in rows)

    def move(self, start: int, end: int) -> Moved:
        """Where the stretch [start, end) lies in the new text."""
        first = bisect_right(self._ends, start)
        # An insertion at the beginning ends where the stretch starts and lies before it; so does what ends there.
        last = bisect_left(self._starts, end)
        new_start = self._outside(first, start)
        new_end = self._outside(last, end)
        fate = CARRIED
        if first < last:
            if self._starts[first] < start:
                fate, new_start = CUT, self._new_starts[first]
            if self._ends[last - 1] > end:
                fate, new_end = CUT, self._new_ends[last - 1]
        if new_end <= new_start:
            return Moved(new_start, new_start, EMPTIED)
        return Moved(new_start, new_end, fate)

    def _outside(self, before: int, offset: int) -> int:
        """Where `offset` lies that has `before` edits wholly before it, reckoned from the last of them."""
        if before == 0:
            return offset
        return self._new_ends[before - 1] + offset - self._ends[before - 1]


def moved_in(text: str, moved: Moved) -> Moved:
    """`moved` without the white space at its ends in the new `text`; EMPTIED where nothing else is left."""
    start, end = moved.start, moved.end
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Moved(start, end, moved.fate if start < end else EMPTIED)


def composed(steps: Sequence[SpanMap], start: int, end: int) -> Moved:
    """Where [start, end) lies after several maps, one after the other; the gravest fate on the way is kept."""
    at = Moved(start, end, CARRIED)
    for step in steps:
        after = step.move(at.start, at.end)
        at = Moved(after.start, after.end, max(at.fate, after.fate, key=(CARRIED, CUT, EMPTIED).index))
    return at


def difference(old: str, new: str, at: int = 0) -> list[Edit]:
    """The edits, word by word, that make `old` into `new`; `at` is where `old` begins in its text.

    Offsets of the result are into that text. A base letter is never parted from its combining marks.
    """
    before, after = _tokens(old), _tokens(new)
    place = [at]
    for token in before:
        place.append(place[-1] + len(token))
    return [Edit(place[a], place[b], "".join(after[c:d])) for a, b, c, d in _replaced(before, after)]


def _replaced(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Which [a, b) of `before` becomes which [c, d) of `after`, ascending.

    Long lists are first held together by the tokens that stand once in both (patience difference): comparing all with
    all takes minutes where a whole document is one turn.
    """
    found: list[tuple[int, int, int, int]] = []
    waiting = [(0, len(before), 0, len(after))]
    while waiting:
        a, b, c, d = waiting.pop()
        while a < b and c < d and before[a] == after[c]:
            a, c = a + 1, c + 1
        while a < b and c < d and before[b - 1] == after[d - 1]:
            b, d = b - 1, d - 1
        if a == b or c == d:
            if a < b or c < d:
                found.append((a, b, c, d))
        elif (b - a) * (d - c) <= _COMPARED:
            codes = SequenceMatcher(None, before[a:b], after[c:d], autojunk=False).get_opcodes()
            found += [(a + i, a + j, c + k, c + m) for tag, i, j, k, m in codes if tag != "equal"]
        else:
            anchors = _anchors(before, after, (a, b, c, d))
            if not anchors:
                found.append((a, b, c, d))
                continue
            edges = [(a - 1, c - 1), *anchors, (b, d)]
            parts = [(x + 1, y, v + 1, w) for (x, v), (y, w) in pairwise(edges)]
            waiting += reversed(parts)
    return found


def _anchors(
    before: Sequence[str], after: Sequence[str], part: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Places of tokens that stand once in both halves of `part`: the longest row of them in the order of both."""
    a, b, c, d = part
    times, others = Counter(before[a:b]), Counter(after[c:d])
    there = {after[i]: i for i in range(c, d) if others[after[i]] == 1}
    lasts: list[int] = []
    rows: list[tuple[int, int, int]] = []
    ends: list[int] = []
    for i in range(a, b):
        j = there.get(before[i]) if times[before[i]] == 1 else None
        if j is None:
            continue
        length = bisect_left(lasts, j)
        rows.append((i, j, ends[length - 1] if length else -1))
        lasts[length : length + 1] = [j]
        ends[length : length + 1] = [len(rows) - 1]
    found: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        i, j, at = rows[at]
        found.append((i, j))
    return found[::-1]


def _tokens(text: str) -> list[str]:
    """Words, single blanks and runs of signs; marks that combine stay with what they stand on."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if found and _combines(token[0]):
            found[-1] += token
        else:
            found.append(token)
    return found


def _combines(character: str) -> bool:
    """Whether it stands on the character before it: a mark, a variation selector, a joiner."""
    return unicodedata.category(character).startswith("M") or character == "\u200d"
