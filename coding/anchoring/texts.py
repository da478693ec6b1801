"""The next text of a source, planned: replaced words, corrected turns. Pure; offsets are code points, end exclusive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coding.anchoring.offsets import as_stored
from coding.anchoring.spans import BadEdits, Edit, SpanMap, difference, edited

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class PlannedTurn:
    """A turn [start, end) of a text; `speaker` is a speaker's id, or None for nobody."""

    start: int
    end: int
    speaker: int | None
    time: str = ""


@dataclass(frozen=True)
class NewText:
    """A text, its turns, and the edits that make it of the one before."""

    text: str
    turns: Sequence[PlannedTurn]
    edits: Sequence[Edit]


@dataclass(frozen=True)
class TurnChange:
    """What a turn shall be: its words, its speaker, and whether it goes on from the turn before it.

    A blank line in `text` begins a new turn, spoken by the same speaker or, where it begins with the label of another
    one and a colon, by that one. No text at all removes the turn.
    """

    text: str
    speaker: int | None
    joined: bool = False


class NothingLeft(ValueError):
    """The corrections would leave no text."""


def retold(text: str, turns: Iterable[PlannedTurn], edits: Sequence[Edit]) -> NewText:
    """`text` after `edits`, with its turns moved; a turn of which nothing is left is dropped. Raises BadEdits."""
    span_map = SpanMap.of(edits)
    moved = [(turn, span_map.move(turn.start, turn.end)) for turn in turns]
    kept = [replace(turn, start=at.start, end=at.end) for turn, at in moved if at.start < at.end]
    return NewText(edited(text, edits), kept, edits)


def without_turns(text: str, turns: Sequence[PlannedTurn], gone: Iterable[int]) -> list[Edit]:
    """The edits that take whole turns (by place in `turns`) out of `text`, each with one newline beside it."""
    edits: list[Edit] = []
    for place in sorted(set(gone)):
        start, end = turns[place].start, turns[place].end
        if end < len(text):
            end += 1
        elif edits and edits[-1].end == start:
            # All before it that is left ends with a newline that stood between them.
            while edits and edits[-1].end == start:
                start = edits.pop().start
            start = max(0, start - 1)
        else:
            start = max(0, start - 1)
        edits.append(Edit(start, end, ""))
    return edits


def corrected(
    text: str, turns: Sequence[PlannedTurn], changes: Mapping[int, TurnChange], labels: Mapping[str, int]
) -> NewText | None:
    """The text that `changes` (by place in `turns`) make, or None where they change nothing.

    `labels` are the speakers' labels by which a split turn may name its speaker. Raises NothingLeft.
    """
    edits: list[Edit] = []
    new: list[PlannedTurn] = []
    at = 0
    gone: list[int] = []
    pieces: list[str] = []
    for place, turn in enumerate(turns):
        before = text[turn.start : turn.end]
        change = changes.get(place) or TurnChange(before, turn.speaker)
        parts = [(before, change.speaker)] if change.text == before else _parts(change, labels)
        if not parts:
            gone.append(place)
            continue
        after = "\n".join(words for words, _speaker in parts)
        if after != before:
            edits += difference(before, after, turn.start)
        for number, (words, speaker) in enumerate(parts):
            start, end = at, at + len(words)
            if number == 0 and change.joined and new:
                new[-1] = replace(new[-1], end=end)
            else:
                new.append(PlannedTurn(start, end, speaker, turn.time if number == 0 else ""))
            at = end + 1
        pieces.append(after)
    if not new:
        raise NothingLeft
    edits = sorted([*edits, *without_turns(text, turns, gone)], key=lambda edit: (edit.start, edit.end))
    same = [(turn.start, turn.end, turn.speaker) for turn in turns] == [
        (turn.start, turn.end, turn.speaker) for turn in new
    ]
    if same and not edits:
        return None
    if edited(text, edits) != "\n".join(pieces):
        raise BadEdits("the edits do not give the corrected text")
    return NewText("\n".join(pieces), new, edits)


def _parts(change: TurnChange, labels: Mapping[str, int]) -> list[tuple[str, int | None]]:
    """The turns that a corrected turn is now: (words, speaker); none where nothing is left."""
    whole = as_stored(change.text).strip()
    found: list[tuple[str, int | None]] = []
    for part in _BLANK_LINE.split(whole) if whole else []:
        words = "\n".join(line.rstrip() for line in part.strip().split("\n"))
        speaker = change.speaker
        if found:
            label, colon, rest = words.partition(":")
            if colon and label.strip() in labels and rest.strip():
                words, speaker = rest.strip(), labels[label.strip()]
        if words:
            found.append((words, speaker))
    return found
