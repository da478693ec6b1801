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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from coding.anchoring.offsets import as_stored

CARRIED, CUT, EMPTIED = "", "cut", "emptied"
_TOKEN = re.compile(r"\w+|\s|[^\w\s]+")


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
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    first = before[head : len(before) - tail]
    second = after[head : len(after) - tail]
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    place = [at + sum(map(len, before[:head]))]
    for token in first:
        place.append(place[-1] + len(token))
    return [
        Edit(place[a], place[b], "".join(second[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


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
